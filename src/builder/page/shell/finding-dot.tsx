import type { Finding } from '../../page-contract';
import { countText, isMissing } from '../findings';

/** A dot for what is wrong, with the same in words; an empty one while something is only not filled in yet. */
export function FindingDot({ findings }: { findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  const wrong = findings.filter((finding) => !isMissing(finding));
  const kind = wrong.length === 0 ? 'missing' : wrong.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
  return (
    <>
      <span class={`dot ${kind}`} aria-hidden="true" title={countText(findings)} />
      {wrong.length > 0 && <span class="visually-hidden">, {countText(wrong)}</span>}
    </>
  );
}
