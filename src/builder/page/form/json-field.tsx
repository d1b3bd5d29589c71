import { useEffect, useState } from 'preact/hooks';
import { parse } from 'yaml';
import { isObject, type JsonValue } from '../../../protocol/json';
import type { FieldProps } from './basic-fields';
import { FieldShell } from './field-shell';
import { useField } from './use-field';

interface Props extends FieldProps {
  /** What else than an object may stand here. */
  accepts?: 'object' | 'any';
}

/** A value that has no form of its own, as JSON; YAML is understood, too. It is stored when it can be read. */
export function JsonField({ path, label, schema, hint, isRequired, accepts = 'object' }: Props) {
  const field = useField(path);
  const stored = JSON.stringify(field.value);
  const [draft, setDraft] = useState(() => pretty(field.value));
  const reading = read(draft, accepts);
  useEffect(() => {
    const known = read(draft, accepts);
    if (!('value' in known) || JSON.stringify(known.value) !== stored) setDraft(pretty(field.value));
  }, [stored]);
  const onInput = (text: string) => {
    setDraft(text);
    const next = read(text, accepts);
    if ('value' in next) field.set(next.value);
  };
  return (
    <FieldShell {...field} label={label} schema={schema} hint={hint} isRequired={isRequired} problem={'problem' in reading ? reading.problem : null}>
      {(control) => <textarea {...control} class="code" spellcheck={false} rows={Math.min(Math.max(draft.split('\n').length, 3), 20)} value={draft} onInput={({ currentTarget }) => onInput(currentTarget.value)} />}
    </FieldShell>
  );
}

function pretty(value: JsonValue | undefined): string {
  return value === undefined ? '' : typeof value === 'string' && /^\{[{%]/.test(value) ? value : JSON.stringify(value, null, 2);
}

function read(text: string, accepts: 'object' | 'any'): { value: JsonValue | undefined } | { problem: string } {
  if (text.trim() === '') return { value: undefined };
  // A template in the place of the whole value.
  if (/^\s*\{[{%]/.test(text)) return { value: text };
  try {
    const value = parse(text, { logLevel: 'silent' }) as JsonValue;
    return accepts === 'any' || isObject(value) ? { value } : { problem: 'This is no object: write {"name": "value"}.' };
  } catch (error) {
    return { problem: `This is neither JSON nor YAML: ${error instanceof Error ? error.message.split('\n')[0]! : String(error)}` };
  }
}
