import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';

export interface TabItem<K extends string> {
  key: K;
  label: string;
  /** Behind the label, e.g. that something on the tab is wrong. */
  mark?: ComponentChildren;
  /** Said by screen readers after the label. */
  description?: string;
  testId?: string;
  content: () => ComponentChildren;
}

interface Props<K extends string> {
  label: string;
  items: readonly TabItem<K>[];
  selected: K;
  onSelect: (key: K) => void;
}

/** Tabs by the ARIA pattern: arrows, Home and End move, one of them is in the order of the Tab key. */
export function Tabs<K extends string>({ label, items, selected, onSelect }: Props<K>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const index = Math.max(0, items.findIndex(({ key }) => key === selected));
  const move = (event: KeyboardEvent) => {
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const at = (to + items.length) % items.length;
    onSelect(items[at]!.key);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[at]?.focus();
  };
  const shown = items[index]!;
  return (
    <div class="tabs">
      <div role="tablist" aria-label={label} class="tab-list" ref={list} onKeyDown={move}>
        {items.map(({ key, label: text, mark, description, testId }, at) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`${id}-${key}`}
            data-testid={testId}
            aria-selected={at === index}
            aria-controls={`${id}-panel`}
            aria-description={description || undefined}
            tabIndex={at === index ? 0 : -1}
            onClick={() => onSelect(key)}
          >
            {text}
            {mark}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown.key}`} tabIndex={0} class="tab-panel">
        {shown.content()}
      </div>
    </div>
  );
}
