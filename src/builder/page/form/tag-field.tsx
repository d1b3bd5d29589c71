import { useState } from 'preact/hooks';
import type { JsonValue } from '../../../protocol/json';
import type { FieldProps } from './basic-fields';
import { FieldShell } from './field-shell';
import { TemplatePreview } from './template-preview';
import { useField } from './use-field';

interface Props extends FieldProps {
  isNumeric?: boolean;
  /** The list is written even when it is empty. */
  keepsEmpty?: boolean;
  /** The tags are a path into an answer, whose value can be shown. */
  isPath?: boolean;
  /** In place of the value itself, e.g. for a key that may be one name. */
  tags?: string[];
  /** In place of writing the list. */
  onTags?(tags: readonly string[]): void;
  /** Values of other lists, and the name of their list: one there is wrong here. */
  takenBy?: ReadonlyMap<string, string>;
}

/** A list of short texts: Enter, comma or semicolon adds what was typed, Backspace in the empty field takes the last one back. */
export function TagField({ path, label, schema, hint, isRequired, placeholder, isNumeric = false, keepsEmpty = false, isPath = false, tags: given, onTags, takenBy }: Props) {
  const field = useField(path);
  const [draft, setDraft] = useState('');
  const tags = given ?? (Array.isArray(field.value) ? field.value.map(String) : []);
  const write = (next: readonly string[]) => {
    if (onTags) return onTags(next);
    const value: JsonValue[] = isNumeric ? next.map(Number) : [...next];
    field.set(value.length === 0 && !keepsEmpty && !isRequired ? undefined : value);
  };
  const invalid = (text: string) => isNumeric && !/^-?\d+$/.test(text);
  const add = (text: string) => {
    const parts = (text.includes('{{') ? [text] : text.split(/[,;\n]/)).map((part) => part.trim()).filter(Boolean);
    const fitting = parts.filter((part) => !invalid(part));
    // A path may say a name twice, a set of values may not.
    if (fitting.length > 0) write(isPath ? [...tags, ...fitting] : [...new Set([...tags, ...fitting])]);
    setDraft(parts.filter(invalid).join(', '));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ',' || event.key === ';') {
      // A template may hold a comma.
      if (event.key !== 'Enter' && isInTemplate(draft)) return;
      event.preventDefault();
      add(draft);
    } else if (event.key === 'Backspace' && draft === '' && tags.length > 0) {
      event.preventDefault();
      setDraft(tags.at(-1)!);
      write(tags.slice(0, -1));
    }
  };
  const clashes = tags.filter((tag) => takenBy?.has(tag)).map((tag) => `"${tag}" stands in ${takenBy?.get(tag)}, too.`);
  const problem = draft && invalid(draft) ? `"${draft}" is not a whole number.` : clashes[0] ?? null;
  return (
    <FieldShell {...field} label={label} schema={schema} hint={hint} isRequired={isRequired} problem={problem}>
      {(control) => (
        <>
          <div class="tags">
            {tags.length > 0 && (
              <ul aria-label="Values">
                {tags.map((tag, index) => (
                  <li key={`${index}-${tag}`}>
                    <span>{tag}</span>
                    <button type="button" aria-label={`Remove ${tag}`} onClick={() => write(tags.filter((_, other) => other !== index))}>
                      ×
                    </button>
                  </li>
                ))}
              </ul>
            )}
            <input
              type="text"
              {...control}
              value={draft}
              placeholder={tags.length === 0 ? placeholder : ''}
              spellcheck={false}
              autocomplete="off"
              onInput={({ currentTarget }) => setDraft(currentTarget.value)}
              onKeyDown={onKeyDown}
              onBlur={() => add(draft)}
              onPaste={(event) => {
                const text = event.clipboardData?.getData('text') ?? '';
                if (!/[,;\n]/.test(text) || isInTemplate(text)) return;
                event.preventDefault();
                add(draft + text);
              }}
            />
          </div>
          {isPath && <TemplatePreview path={path} fieldPath={tags} />}
        </>
      )}
    </FieldShell>
  );
}

function isInTemplate(text: string): boolean {
  return text.lastIndexOf('{{') > text.lastIndexOf('}}');
}
