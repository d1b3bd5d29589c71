import { useState } from 'preact/hooks';
import type { JsonValue } from '../../../protocol/json';
import { BooleanField, TextField } from '../form/basic-fields';
import { Disclosure } from '../form/disclosure';
import { JsonField } from '../form/json-field';
import { TagField } from '../form/tag-field';
import { findingsWithin } from '../findings';
import { usePage } from '../page-context';
import { InputFields } from './input-fields';
import { isUsed, moveInput, PROPERTIES, removeInput, renameInput, setRequired, withKind, type Input, type InputKind } from './spec-inputs';

const KINDS: readonly InputKind[] = ['string', 'integer', 'number', 'boolean', 'array', 'enum', 'date', 'date-time', 'object'];

/** One input: its value for tests, and on request all that it is. */
export function InputCard({ input, isFirst, isLast }: { input: Input; isFirst: boolean; isLast: boolean }) {
  const { state } = usePage();
  const { key, title, kind, isSecret, isRequired, schema } = input;
  const path = [...PROPERTIES, key];
  const set = (name: string, value: JsonValue | undefined) => state.setAt([...path, name], value);
  return (
    <section class="card input-card" aria-label={`User input ${title}`} data-field-path={['manifest', ...path].join('.')}>
      <div class="item-head">
        <code class="item-title">{key}</code>
        {isSecret && <span class="badge">secret</span>}
        {!isUsed(state.model.value, key) && <span class="badge">not used yet</span>}
        <button type="button" class="icon" aria-label={`Move ${title} up`} disabled={isFirst} onClick={() => state.edit((manifest) => moveInput(manifest, key, -1))}>
          ↑
        </button>
        <button type="button" class="icon" aria-label={`Move ${title} down`} disabled={isLast} onClick={() => state.edit((manifest) => moveInput(manifest, key, 1))}>
          ↓
        </button>
        <button type="button" class="icon" aria-label={`Delete ${title}`} onClick={() => state.edit((manifest) => removeInput(manifest, key))}>
          ×
        </button>
      </div>
      <InputFields input={input} />
      <Disclosure title="Edit input" findings={findingsWithin(state.findings.value, path)}>
        <TextField path={[...path, 'title']} label="Input name" hint="What its user sees." />
        <KeyField input={input} />
        <TextField path={[...path, 'description']} label="Hint" hint="A sentence that helps to find the value." />
        <div class="field">
          <label for={`kind-${key}`}>Type</label>
          <select id={`kind-${key}`} value={kind} onChange={({ currentTarget }) => state.setAt(path, withKind(schema, currentTarget.value as InputKind), `kind ${key}`)}>
            {KINDS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </div>
        {kind === 'enum' && <TagField path={[...path, 'enum']} label="Allowed values" hint="" keepsEmpty />}
        {kind === 'string' && <TextField path={[...path, 'pattern']} label="Pattern" hint="A regular expression that values must fit." placeholder="^[a-z0-9-]+$" />}
        {kind === 'string' || kind === 'enum' ? <TextField path={[...path, 'default']} label="Default value" hint="" placeholder=" " /> : <JsonField path={[...path, 'default']} label="Default value" hint="As JSON, e.g. 100." accepts="any" />}
        <BooleanField path={[...path, 'airbyte_secret']} label="Secret" hint="Masked wherever it is shown." />
        <div class="field check">
          <input type="checkbox" id={`required-${key}`} checked={isRequired} onChange={({ currentTarget }) => state.edit((manifest) => setRequired(manifest, key, currentTarget.checked))} />
          <label for={`required-${key}`}>Required</label>
        </div>
        <BooleanField path={[...path, 'airbyte_hidden']} label="Hidden" hint="Not shown to its user." />
        {kind === 'string' && (
          <div class="field check">
            <input type="checkbox" id={`multiline-${key}`} checked={schema.multiline === true} onChange={({ currentTarget }) => set('multiline', currentTarget.checked ? true : undefined)} />
            <label for={`multiline-${key}`}>Multiline</label>
          </div>
        )}
      </Disclosure>
    </section>
  );
}

/** Stored when it is left: templates follow, letter by letter they would lose their way. */
function KeyField({ input: { key, title } }: { input: Input }) {
  const { state } = usePage();
  const [draft, setDraft] = useState(key);
  const isTaken = draft !== key && state.manifest.value.getAt([...PROPERTIES, draft]) !== undefined;
  const problem = !/^\w[\w-]*$/.test(draft) ? 'A field id has letters, digits, _ and -.' : isTaken ? `There is an input ${draft} already.` : null;
  const store = () => {
    if (problem || draft === key) setDraft(key);
    else state.edit((manifest) => renameInput(manifest, key, draft));
  };
  return (
    <div class="field">
      <label for={`key-${key}`}>Field ID</label>
      <input id={`key-${key}`} type="text" value={draft} spellcheck={false} aria-label={`Field ID of ${title}`} aria-invalid={problem !== null || undefined} onInput={({ currentTarget }) => setDraft(currentTarget.value)} onBlur={store} onKeyDown={(event) => event.key === 'Enter' && store()} />
      {problem && <p class="problems error">{problem}</p>}
    </div>
  );
}
