import { useRef, useState } from 'preact/hooks';
import type { Path } from '../document';
import { usePage } from '../page-context';
import { inputKeys } from '../inputs/spec-inputs';
import type { ControlProps } from './field-shell';
import { placeOf } from './place-of';
import { completionAt, type Completion } from './template-completion';

interface Props {
  control: ControlProps;
  path: Path;
  value: string;
  onInput(value: string): void;
  onBlur?(): void;
  placeholder?: string;
  isMultiline?: boolean;
  label?: string;
}

/** A text that may hold templates: completes names inside of `{{ … }}`. */
export function TemplateInput({ control, path, value, onInput, onBlur, placeholder, isMultiline = false, label }: Props) {
  const { state } = usePage();
  const element = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const [completion, setCompletion] = useState<Completion | null>(null);
  const [active, setActive] = useState(0);
  const listId = `${control.id}-names`;

  const complete = (text: string, cursor: number) => {
    const interpolation = state.definitions.value?.interpolation;
    setCompletion(interpolation ? completionAt(text, cursor, { interpolation, inputs: inputKeys(state.model.value), place: placeOf(path) }) : null);
    setActive(0);
  };
  const choose = (index: number) => {
    const option = completion?.options[index];
    if (!completion || !option) return;
    const text = value.slice(0, completion.from) + option.insert + value.slice(completion.to);
    onInput(text);
    setCompletion(null);
    const cursor = completion.from + option.insert.length;
    // After the new text has been rendered.
    queueMicrotask(() => requestAnimationFrame(() => element.current?.setSelectionRange(cursor, cursor)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!completion || event.ctrlKey || event.metaKey) return;
    const count = completion.options.length;
    if (event.key === 'ArrowDown') setActive((active + 1) % count);
    else if (event.key === 'ArrowUp') setActive((active + count - 1) % count);
    else if (event.key === 'Enter' || event.key === 'Tab') choose(active);
    else if (event.key === 'Escape') setCompletion(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shared = {
    ...control,
    ref: element,
    value,
    placeholder,
    'aria-label': label,
    spellcheck: false,
    autocomplete: 'off',
    'aria-autocomplete': 'list' as const,
    'aria-controls': completion ? listId : undefined,
    'aria-activedescendant': completion ? `${listId}-${active}` : undefined,
    class: /\{[{%]/.test(value) ? 'template' : undefined,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) => {
      onInput(currentTarget.value);
      complete(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length);
    },
    onKeyDown,
    onBlur: () => {
      setCompletion(null);
      onBlur?.();
    },
  };
  return (
    <div class="completing">
      {isMultiline || value.includes('\n') ? <textarea {...shared} rows={Math.min(Math.max(value.split('\n').length, 3), 16)} /> : <input type="text" {...shared} />}
      {completion && (
        <ul class="completions" role="listbox" id={listId} aria-label="Names for templates">
          {completion.options.map(({ label: name, detail }, index) => (
            // Chosen before the field loses the focus.
            <li key={name} id={`${listId}-${index}`} role="option" aria-selected={index === active} onMouseDown={(event) => (event.preventDefault(), choose(index))}>
              <code>{name}</code>
              <span>{detail}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
