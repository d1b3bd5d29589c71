import { getOwn, isObject, type JsonObject } from '../../../protocol/json';
import type { Path } from '../document';
import { SchemaField } from '../form/schema-field';
import { labelOfField } from '../form/labels';
import { usePage } from '../page-context';

interface Props {
  path: Path;
  type: string;
  name: string;
  label?: string;
  hint?: string;
  isRequired?: boolean;
}

/** One property of a component, at a place of its own. */
export function PropertyField({ path, type, name, label, hint, isRequired }: Props) {
  const schema = usePropertySchema(type, name);
  return <SchemaField path={[...path, name]} label={label ?? labelOfField(type, name, schema)} field={`${type}.${name}`} schema={schema} isRequired={isRequired} {...(hint !== undefined && { hint })} />;
}

export function usePropertySchema(type: string, name: string): JsonObject {
  const { state } = usePage();
  const definition = getOwn((state.definitions.value?.components ?? {}) as JsonObject, type);
  const schema = isObject(definition) && isObject(definition.properties) ? getOwn(definition.properties, name) : undefined;
  return isObject(schema) ? schema : {};
}
