import { useEffect, useState } from 'preact/hooks';
import type { JsonValue } from '../../../protocol/json';
import { memberOf } from '../document';
import { usePage } from '../page-context';
import { FieldShell } from '../form/field-shell';
import type { Input } from './spec-inputs';

/** What is stored with a value, e.g. which kind of credentials it belongs to. */
export type Alongside = readonly (readonly [path: readonly string[], value: JsonValue])[];

/** The value of a user input for tests. A secret is only ever replaced: the server does not give it back. */
export function InputValue({ input, idPrefix, alongside }: { input: Input; idPrefix: string; alongside: Alongside }) {
  const { state, inputs: saver } = usePage();
  const { path, title, kind, isSecret, isRequired, schema } = input;
  const { values, secretsSet } = state.inputs.value;
  const stored = path.reduce<JsonValue | undefined>(memberOf, values);
  const isSet = secretsSet.includes(path.join('.'));
  const [draft, setDraft] = useState(textOf(stored));
  useEffect(() => {
    if (!isSecret) setDraft(textOf(stored));
  }, [textOf(stored)]);
  const reading = readValue(draft, kind);
  const save = (text: string) => {
    setDraft(text);
    const next = readValue(text, kind);
    // An emptied secret field means: not replaced. It is removed by its button.
    if (!('value' in next) || (isSecret && text === '')) return;
    saver.set(path, next.value);
    if (next.value !== null) for (const [place, value] of alongside) saver.set(place, value);
  };
  const isMissing = isRequired && !isSet && draft === '' && schema.default === undefined;
  // Descriptions for Airbyte's own forms may hold links.
  const hint = typeof schema.description === 'string' ? schema.description.replace(/<[^>]*>/g, '') : isMissing ? 'A test needs this value.' : '';
  const options = Array.isArray(schema.enum) ? schema.enum.map(String) : [];
  return (
    <FieldShell
      id={`${idPrefix}-${path.map(encodeURIComponent).join('-')}`}
      fieldPath={['inputs', ...path].join('.')}
      label={title}
      isRequired={isRequired}
      hint={hint}
      findings={[]}
      problem={'problem' in reading ? reading.problem : null}
      action={
        isSecret && isSet ? (
          <button
            type="button"
            class="link"
            aria-label={`Remove the value of ${title}`}
            onClick={() => {
              setDraft('');
              saver.set(path, null);
            }}
          >
            Remove
          </button>
        ) : undefined
      }
    >
      {(control) =>
        kind === 'enum' || kind === 'boolean' ? (
          <select {...control} value={draft} onChange={({ currentTarget }) => save(currentTarget.value)}>
            <option value="">Not set</option>
            {(kind === 'boolean' ? ['true', 'false'] : options).map((option) => (
              <option key={option}>{option}</option>
            ))}
          </select>
        ) : schema.multiline === true && !isSecret ? (
          <textarea {...control} rows={4} value={draft} onInput={({ currentTarget }) => save(currentTarget.value)} />
        ) : (
          <input
            {...control}
            type={(isSecret ? 'password' : 'text') as 'text'}
            // Browsers offer to keep real passwords; this is none of theirs.
            autocomplete={isSecret ? 'new-password' : 'off'}
            spellcheck={false}
            value={draft}
            placeholder={isSecret && isSet ? '•••••••• (set; type to replace)' : placeholderOf(input)}
            onInput={({ currentTarget }) => save(currentTarget.value)}
            onBlur={() => void saver.flush()}
          />
        )
      }
    </FieldShell>
  );
}

function textOf(value: JsonValue | undefined): string {
  return value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

function placeholderOf({ schema, kind }: Input): string {
  if (schema.default !== undefined) return textOf(schema.default);
  return kind === 'date' ? '2024-01-01' : kind === 'date-time' ? '2024-01-01T00:00:00Z' : kind === 'array' ? 'one, two' : '';
}

function readValue(text: string, kind: Input['kind']): { value: JsonValue } | { problem: string } {
  const trimmed = text.trim();
  if (trimmed === '') return { value: null };
  switch (kind) {
    case 'boolean':
      return { value: trimmed === 'true' };
    case 'integer':
    case 'number': {
      const number = Number(trimmed);
      return Number.isFinite(number) && (kind === 'number' || Number.isSafeInteger(number)) ? { value: number } : { problem: `"${text}" is no ${kind}.` };
    }
    case 'array':
    case 'object':
      try {
        return { value: JSON.parse(trimmed) as JsonValue };
      } catch {
        return kind === 'array' && !trimmed.startsWith('[') ? { value: trimmed.split(',').map((part) => part.trim()) } : { problem: 'This is no JSON.' };
      }
    default:
      return { value: text };
  }
}
