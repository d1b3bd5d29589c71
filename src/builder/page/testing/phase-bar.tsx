import { duration } from './amounts';
import { useTests } from './test-context';
import { phasesOf, phaseTime, waitingFor } from './test-phases';
import { isRunning, type TestView } from './test-view';

const STATE_TEXT = { todo: 'to come', active: 'in progress', done: 'done', failed: 'failed', cancelled: 'cancelled' };
const MARKS = { todo: '○', active: '●', done: '✓', failed: '✗', cancelled: '■' };

/** The phases with their times, and what the test waits for. */
export function PhaseBar({ view }: { view: TestView }) {
  const { elapsed } = useTests();
  const now = isRunning(view) ? elapsed.value : view.t;
  return (
    <div class="phases">
      <ol class="phase-bar" aria-label="Phases of the test">
        {phasesOf(view).map((phase) => (
          <li key={phase.name} class={`phase is-${phase.state}`} aria-current={phase.state === 'active' ? 'step' : undefined}>
            <span class="phase-mark" aria-hidden="true">
              {MARKS[phase.state]}
            </span>
            <span class="phase-name">{phase.label}</span> <span class="visually-hidden">{STATE_TEXT[phase.state]}</span>
            <span class="phase-detail">{[phase.detail, phaseTime(phase, now)].filter(Boolean).join(' · ')}</span>
          </li>
        ))}
      </ol>
      <p class="phase-now">
        {isRunning(view) ? waitingFor(view, now) : endText(view)}
        <span class="phase-elapsed">{duration(now)}</span>
      </p>
    </div>
  );
}

function endText({ status, t }: TestView): string {
  if (status === 'cancelled') return `Cancelled after ${duration(t)}`;
  return status === 'ok' ? 'Finished' : 'Failed';
}
