import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Finding } from '../../page-contract';
import { countText, isMissing } from '../findings';

interface Props {
  title: string;
  /** Said beside the title, e.g. what is set inside. */
  summary?: string;
  /** It opens itself when it holds an error. */
  findings?: readonly Finding[];
  startsOpen?: boolean;
  children: ComponentChildren;
}

/** A part of a form that is closed at first; its fields exist only while it is open. */
export function Disclosure({ title, summary, findings = [], startsOpen = false, children }: Props) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isOpen = chosen ?? (startsOpen || findings.some((finding) => finding.severity === 'error' && !isMissing(finding)));
  return (
    <details class="disclosure" open={isOpen} onToggle={({ currentTarget }) => currentTarget.open !== isOpen && setChosen(currentTarget.open)}>
      <summary>
        {title}
        {summary && <span class="summary">{summary}</span>}
        {findings.length > 0 && <span class={`count ${findings.some(({ severity }) => severity === 'error') ? 'error' : 'warning'}`}>{countText(findings)}</span>}
      </summary>
      {isOpen && <div class="disclosed">{children}</div>}
    </details>
  );
}
