import { countText, isMissing } from '../findings';
import { goToPath } from '../go-to-path';
import { usePage } from '../page-context';

const SHOWN = 50;

/** Everything that is wrong with the manifest; a click goes to the field. */
export function ProblemList() {
  const { state } = usePage();
  const findings = state.findings.value;
  if (findings.length === 0) return null;
  return (
    <details class="problem-list">
      <summary class={findings.some((finding) => finding.severity === 'error' && !isMissing(finding)) ? 'wrong' : undefined}>{countText(findings)}</summary>
      <ul>
        {findings.slice(0, SHOWN).map((finding) => (
          <li key={`${finding.path.join('.')} ${finding.message}`} class={isMissing(finding) ? 'missing' : finding.severity}>
            <button type="button" class="link" onClick={() => goToPath(state, finding.path)}>
              {finding.message}
            </button>
          </li>
        ))}
      </ul>
      {findings.length > SHOWN && <p class="hint">… and {findings.length - SHOWN} more.</p>}
    </details>
  );
}
