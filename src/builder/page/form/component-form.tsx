import { getOwn, isObject, type JsonObject } from '../../../protocol/json';
import type { Path } from '../document';
import { findingsWithin } from '../findings';
import { usePage } from '../page-context';
import { Disclosure } from './disclosure';
import { SchemaField } from './schema-field';
import { Group } from './group';
import { JsonField } from './json-field';
import { labelOfField } from './labels';
import { idOf } from './use-field';
import { formFieldsOf } from './form-fields';

interface Props {
  path: Path;
  type: string;
  exclude?: readonly string[] | undefined;
  title: string;
  /** The title is shown; otherwise a field above says it. */
  isTitled?: boolean;
}

/** The fields of a component: what is required or set, then the others behind "More". */
export function ComponentForm({ path, type, exclude = [], title, isTitled = false }: Props) {
  const { state } = usePage();
  const definition = getOwn((state.definitions.value?.components ?? {}) as JsonObject, type);
  const value = state.read(path);
  const { first, more, strangers } = formFieldsOf(type, isObject(definition) ? definition : {}, isObject(value) ? value : {}, exclude);
  if (first.length + more.length + strangers.length === 0) return null;
  const fields = (list: typeof first) =>
    list.map(({ name, schema, isRequired }) => (
      <SchemaField key={name} path={[...path, name]} label={labelOfField(type, name, schema)} field={`${type}.${name}`} schema={schema} isRequired={isRequired} />
    ));
  const moreFindings = more.flatMap(({ name }) => findingsWithin(state.findings.value, [...path, name]));
  const content = (
    <>
      {fields(first)}
      {strangers.map((name) => (
        <JsonField key={name} path={[...path, name]} label={name} accepts="any" hint="The definitions do not know this property." />
      ))}
      {more.length > 0 &&
        (first.length + strangers.length + exclude.length === 0 && more.length <= 3 ? (
          fields(more)
        ) : (
          <Disclosure title="More" findings={moreFindings}>
            {fields(more)}
          </Disclosure>
        ))}
    </>
  );
  return (
    <Group title={title} id={idOf(path)} isNested={!isTitled} isTitleHidden={!isTitled}>
      {content}
    </Group>
  );
}
