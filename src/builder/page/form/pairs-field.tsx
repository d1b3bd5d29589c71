import { useState } from 'preact/hooks';
import type { FieldProps } from './basic-fields';
import { TextField } from './basic-fields';
import { Help, Problems } from './field-shell';
import { shortHint } from './labels';
import { membersOf, pairsFor, textOf, valueFrom, type Pair } from './pairs';
import { TemplateInput } from './template-input';
import { TemplatePreview } from './template-preview';
import { useField } from './use-field';

/** Names and values, a row each; or one template that gives them. */
export function PairsField({ path, label, schema, hint, templated }: FieldProps & { templated: boolean }) {
  const field = useField(path);
  const [drafts, setDrafts] = useState<Pair[]>([]);
  if (typeof field.value === 'string') return <TextField path={path} label={label} schema={schema} hint={hint} />;
  const rows = pairsFor(field.value, drafts);
  const shown = hint ?? shortHint(schema);
  const change = (next: Pair[]) => {
    setDrafts(next);
    const members = membersOf(next);
    if (JSON.stringify(members) !== JSON.stringify(field.value ?? {})) field.set(Object.keys(members).length > 0 ? members : undefined);
  };
  const edit = (id: number, part: Partial<Pair>) => change(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const add = () => {
    const id = Math.max(0, ...rows.map((row) => row.id)) + 1;
    setDrafts([...rows, { id, name: '', value: '' }]);
    requestAnimationFrame(() => document.getElementById(`${field.id}-name-${id}`)?.focus());
  };
  const twice = rows.find(({ name }, index) => name !== '' && rows.findIndex((row) => row.name === name) !== index);
  return (
    <fieldset class="field pairs" data-field-path={field.fieldPath} id={field.id} tabIndex={-1}>
      <legend id={`${field.id}-label`}>{label}</legend>
      <Help id={field.id} schema={schema} shown={shown} />
      {rows.length > 0 && (
        <div class="pair-rows">
          {rows.map(({ id, name, value }, index) => (
            <div class="pair" key={id}>
              <input
                type="text"
                id={`${field.id}-name-${id}`}
                aria-label={`${label}: name ${index + 1}`}
                placeholder="Name"
                value={name}
                spellcheck={false}
                autocomplete="off"
                onInput={({ currentTarget }) => edit(id, { name: currentTarget.value })}
              />
              <div>
                <TemplateInput
                  control={{ id: `${field.id}-value-${id}`, 'aria-describedby': undefined, 'aria-invalid': undefined, 'data-field-path': `${field.fieldPath}.${name}` }}
                  path={path}
                  label={`${label}: value ${index + 1}`}
                  placeholder="Value"
                  value={textOf(value)}
                  onInput={(text) => edit(id, { value: valueFrom(text, value) })}
                />
                {typeof value === 'string' && <TemplatePreview path={path} template={value} />}
              </div>
              <button type="button" class="icon" aria-label={`Remove ${name || `row ${index + 1}`}`} onClick={() => change(rows.filter((row) => row.id !== id))}>
                ×
              </button>
            </div>
          ))}
        </div>
      )}
      <div class="row">
        <button type="button" class="add" aria-label={`Add to ${label}`} onClick={add}>
          Add
        </button>
        {templated && rows.length === 0 && (
          <button type="button" class="link" aria-label={`Use one template for ${label}`} onClick={() => field.set('{{  }}')}>
            Use one template
          </button>
        )}
      </div>
      {shown && <p class="hint">{shown}</p>}
      <Problems id={`${field.id}-problems`} problems={[...(twice ? [{ severity: 'error' as const, code: 'form', message: `"${twice.name}" stands here twice.` }] : []), ...field.findings]} />
    </fieldset>
  );
}
