import { isObject } from '../../../protocol/json';
import { usePage } from '../page-context';
import type { FieldProps } from './basic-fields';
import { SchemaField } from './schema-field';
import { Group } from './group';
import { labelOfField, shortHint } from './labels';
import { initialValue, type Shape } from './shape';
import { useField } from './use-field';

/** An object with known members that is no component; it is there or not. */
export function ObjectField({ path, label, schema, hint, isRequired, shape, field: name }: FieldProps & { shape: Extract<Shape, { kind: 'object' }>; field: string }) {
  const { state } = usePage();
  const field = useField(path, false);
  const properties = isObject(shape.schema.properties) ? shape.schema.properties : {};
  const required = new Set(Array.isArray(shape.schema.required) ? shape.schema.required.map(String) : []);
  const isThere = isObject(field.value);
  const shown = hint ?? shortHint(schema);
  if (!isThere && !isRequired) {
    return (
      <div class="field absent" data-field-path={field.fieldPath}>
        <span>{label}</span>
        <button type="button" class="add" aria-label={`Add ${label}`} onClick={() => field.set(initialValue({ ...shape.schema, type: 'object' }, state.definitions.value?.components ?? {}))}>
          Add
        </button>
        {shown && <p class="hint">{shown}</p>}
      </div>
    );
  }
  return (
    <Group
      title={label}
      id={field.id}
      hint={shown}
      findings={field.findings}
      isNested
      action={
        isRequired ? undefined : (
          <button type="button" class="link" aria-label={`Remove ${label}`} onClick={() => field.set(undefined)}>
            Remove
          </button>
        )
      }
    >
      {Object.entries(properties).map(([member, memberSchema]) =>
        isObject(memberSchema) && member !== 'type' ? (
          <SchemaField key={member} path={[...path, member]} label={labelOfField(name, member, memberSchema)} schema={memberSchema} field={`${name}.${member}`} isRequired={required.has(member)} />
        ) : null,
      )}
    </Group>
  );
}
