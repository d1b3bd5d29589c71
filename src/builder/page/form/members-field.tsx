import { useState } from 'preact/hooks';
import { isObject, type JsonObject } from '../../../protocol/json';
import { usePage } from '../page-context';
import type { FieldProps } from './basic-fields';
import { SchemaField } from './schema-field';
import { Group } from './group';
import { shortHint } from './labels';
import { initialValue } from './shape';
import { useField } from './use-field';

/** An object whose members the author names, e.g. the authenticators to select from. */
export function MembersField({ path, label, schema, hint, item, field: name }: FieldProps & { item: JsonObject; field: string }) {
  const { state } = usePage();
  const field = useField(path, false);
  const [draft, setDraft] = useState('');
  const members = isObject(field.value) ? Object.keys(field.value) : [];
  const isTaken = members.includes(draft.trim());
  const add = () => {
    if (draft.trim() === '' || isTaken) return;
    state.setAt([...path, draft.trim()], initialValue(item, state.definitions.value?.components ?? {}));
    setDraft('');
  };
  return (
    <Group title={label} id={field.id} hint={hint ?? shortHint(schema)} findings={field.findings} isNested>
      {members.map((member) => (
        <div class="item" key={member} data-field-path={`${field.fieldPath}.${member}`}>
          <div class="item-head">
            <span class="item-title">{member}</span>
            <button type="button" class="icon" aria-label={`Remove ${member}`} onClick={() => (members.length === 1 ? field.set(undefined) : state.setAt([...path, member], undefined))}>
              ×
            </button>
          </div>
          <SchemaField path={[...path, member]} label={member} schema={item} field={name} isRequired />
        </div>
      ))}
      <div class="row">
        <input type="text" aria-label={`Name to add to ${label}`} placeholder="Name" value={draft} onInput={({ currentTarget }) => setDraft(currentTarget.value)} onKeyDown={(event) => event.key === 'Enter' && (event.preventDefault(), add())} />
        <button type="button" class="add" aria-label={`Add to ${label}`} disabled={draft.trim() === '' || isTaken} onClick={add}>
          Add
        </button>
      </div>
    </Group>
  );
}
