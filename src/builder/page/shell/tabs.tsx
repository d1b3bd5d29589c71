import type { ComponentChildren } from 'preact';
import type { Finding } from '../../page-contract';
import { countText, type Tab } from '../findings';
import { FindingDot } from './finding-dot';

interface Props {
  label: string;
  tabs: readonly Tab[];
  selected: string;
  findingsOf(tab: string): readonly Finding[];
  onSelect(tab: string): void;
  children: ComponentChildren;
}

/** Tabs by the ARIA pattern: arrows, Home and End move. A tab says how many of its fields are wrong. */
export function Tabs({ label, tabs, selected, findingsOf, onSelect, children }: Props) {
  const move = (event: KeyboardEvent & { currentTarget: HTMLElement }) => {
    const index = tabs.findIndex(({ id }) => id === selected);
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = tabs[(next + tabs.length) % tabs.length]!;
    onSelect(tab.id);
    event.currentTarget.querySelector<HTMLElement>(`#tab-${tab.id}`)?.focus();
  };
  return (
    <>
      <div class="tab-list" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(({ id, label: text }) => {
          const findings = findingsOf(id);
          return (
            <button
              key={id}
              type="button"
              role="tab"
              id={`tab-${id}`}
              data-testid={testIdOf(id)}
              aria-selected={id === selected}
              aria-controls="tab-panel"
              aria-description={countText(findings) || undefined}
              tabIndex={id === selected ? 0 : -1}
              onClick={() => onSelect(id)}
            >
              {text}
              <FindingDot findings={findings} />
            </button>
          );
        })}
      </div>
      <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${selected}`} tabIndex={-1}>
        {children}
      </div>
    </>
  );
}

/** The ids that tests of the official Builder know. */
function testIdOf(tab: string): string {
  return tab === 'configuration' || tab === 'schema' ? `tag-tab-stream-${tab}` : `tag-tab-async-stream-${tab}`;
}
