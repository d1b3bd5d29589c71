import { useEffect, useState } from 'preact/hooks';
import type { JsonObject, JsonValue } from '../../../protocol/json';
import type { Path } from '../document';
import { FieldShell, Problems } from './field-shell';
import { shortHint } from './labels';
import { TemplateInput } from './template-input';
import { TemplatePreview } from './template-preview';
import { useField } from './use-field';

export interface FieldProps {
  path: Path;
  label: string;
  schema?: JsonObject;
  hint?: string;
  isRequired?: boolean;
  placeholder?: string;
}

export function TextField({ path, label, schema, hint, isRequired, placeholder, isMultiline }: FieldProps & { isMultiline?: boolean }) {
  const field = useField(path);
  const value = typeof field.value === 'string' ? field.value : field.value === undefined ? '' : String(field.value);
  return (
    <FieldShell {...field} label={label} schema={schema} hint={hint} isRequired={isRequired}>
      {(control) => (
        <>
          <TemplateInput control={control} path={path} value={value} placeholder={placeholder ?? exampleOf(schema)} isMultiline={isMultiline} onInput={(text) => field.set(text === '' && !isRequired ? undefined : text)} />
          <TemplatePreview path={path} template={value} />
        </>
      )}
    </FieldShell>
  );
}

export function NumberField({ path, label, schema, hint, isRequired, isInteger, templated }: FieldProps & { isInteger: boolean; templated: boolean }) {
  const field = useField(path);
  const stored = field.value === undefined || field.value === null ? '' : String(field.value);
  const [draft, setDraft] = useState(stored);
  const parsed = numberIn(draft, isInteger, templated);
  useEffect(() => {
    if (String(numberIn(draft, isInteger, templated) ?? '') !== stored) setDraft(stored);
  }, [stored]);
  const problem = draft.trim() !== '' && parsed === undefined ? `"${draft}" is not a ${isInteger ? 'whole ' : ''}number${templated ? ' or a template' : ''}.` : null;
  const onInput = (text: string) => {
    setDraft(text);
    const value = numberIn(text, isInteger, templated);
    if (value !== undefined || text.trim() === '') field.set(value);
  };
  return (
    <FieldShell {...field} label={label} schema={schema} hint={hint} isRequired={isRequired} problem={problem}>
      {(control) =>
        templated ? (
          <>
            <TemplateInput control={control} path={path} value={draft} placeholder={defaultOf(schema)} onInput={onInput} />
            <TemplatePreview path={path} template={draft} />
          </>
        ) : (
          <input type="text" inputMode={isInteger ? 'numeric' : 'decimal'} {...control} value={draft} placeholder={defaultOf(schema)} onInput={({ currentTarget }) => onInput(currentTarget.value)} />
        )
      }
    </FieldShell>
  );
}

export function BooleanField({ path, label, schema, hint }: FieldProps) {
  const field = useField(path);
  const isDefault = schema?.default === true;
  const isChecked = field.value === undefined ? isDefault : field.value === true;
  const shown = hint ?? shortHint(schema);
  return (
    <div class="field check">
      <input
        type="checkbox"
        id={field.id}
        data-field-path={field.fieldPath}
        checked={isChecked}
        aria-describedby={shown ? `${field.id}-hint` : undefined}
        onChange={({ currentTarget }) => field.set(currentTarget.checked === isDefault ? undefined : currentTarget.checked)}
      />
      <label for={field.id}>{label}</label>
      {shown && (
        <p class="hint" id={`${field.id}-hint`}>
          {shown}
        </p>
      )}
      <Problems id={`${field.id}-problems`} problems={field.findings} />
    </div>
  );
}

export function ChoiceField({ path, label, schema, hint, isRequired, options }: FieldProps & { options: readonly string[] }) {
  const field = useField(path);
  const value = typeof field.value === 'string' ? field.value : '';
  return (
    <FieldShell {...field} label={label} schema={schema} hint={hint} isRequired={isRequired}>
      {(control) => (
        <select {...control} value={value} onChange={({ currentTarget }) => field.set(currentTarget.value || undefined)}>
          {(!isRequired || value === '') && <option value="">{defaultOf(schema) ? `Default (${defaultOf(schema)})` : 'Not set'}</option>}
          {[...options, ...(value && !options.includes(value) ? [value] : [])].map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      )}
    </FieldShell>
  );
}

function numberIn(text: string, isInteger: boolean, templated: boolean): JsonValue | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (templated && /\{[{%]/.test(trimmed)) return text;
  const number = Number(trimmed);
  return Number.isFinite(number) && (!isInteger || Number.isSafeInteger(number)) ? number : undefined;
}

function defaultOf(schema: JsonObject | undefined): string {
  const value = schema?.default;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function exampleOf(schema: JsonObject | undefined): string {
  const [example] = Array.isArray(schema?.examples) ? schema.examples : [];
  return defaultOf(schema) || (typeof example === 'string' ? example : '');
}
