import { useState } from 'preact/hooks';
import { usePage } from '../page-context';
import type { Hint } from '../../page-contract';
import { fixesFor, type HintFix } from './hint-fixes';
import { useTests } from './test-context';
import { abortSummary, announcement, jobName } from './test-phases';
import type { TestView } from './test-view';

/** What a person must hear of: failures with their cause and fix, the end of a cancelled test, the connection. */
export function TestNotices() {
  const tests = useTests();
  const { problem, isConnected, shown, running, elapsed } = tests;
  const page = usePage().state;
  const view = shown.value?.current ?? null;
  const elsewhere = running.value !== null && running.value.streamName !== page.streamName.value ? running.value : null;
  return (
    <>
      <p class="visually-hidden" role="status" aria-live="polite">
        {view ? announcement(view) : ''}
      </p>
      {!isConnected.value && (
        <p class="notice is-error" role="alert">
          The Builder does not answer. Reconnecting…
        </p>
      )}
      {problem.value && (
        <p class="notice is-error" role="alert">
          {problem.value}
        </p>
      )}
      {elsewhere && (
        <p class="notice">
          A test of{' '}
          <button type="button" class="link" onClick={() => page.goToStream(elsewhere.streamName)}>
            {elsewhere.streamName}
          </button>{' '}
          runs since {Math.round(elapsed.value / 1000)} s.
        </p>
      )}
      {view?.status === 'cancelled' && <Cancelled view={view} />}
      {view?.status === 'failed' && <Failure view={view} />}
      {view?.hints.map((hint, at) => <HintNotice key={at} hint={hint} view={view} />)}
    </>
  );
}

function Cancelled({ view }: { view: TestView }) {
  const names = { sent: 'aborted at the API', failed: 'the API did not accept the abort', none: 'not aborted, may go on at the API' };
  return (
    <div class="notice" data-testid="cancelled">
      <p>Test cancelled. {abortSummary(view)}</p>
      {new Set(view.aborts.map(({ abort }) => abort)).size > 1 && (
        <ul>
          {view.aborts.map(({ job, abort }) => {
            const known = view.jobs.find((each) => each.job === job);
            return (
              <li key={job}>
                {known ? jobName(view, known) : job}: {names[abort]}
              </li>
            );
          })}
        </ul>
      )}
    </div>
  );
}

/** The error that ended the test; what led to it is in the Logs. */
function Failure({ view }: { view: TestView }) {
  const told = view.read?.logs.findLast(({ level }) => level === 'ERROR' || level === 'FATAL') ?? view.logs.findLast(({ level }) => level === 'ERROR' || level === 'FATAL');
  return (
    <div class="notice is-error" role="alert" data-testid="failure">
      <p>
        <strong>The test failed.</strong> {told?.message ?? 'The Logs say more.'}
      </p>
    </div>
  );
}

function HintNotice({ hint, view }: { hint: Hint; view: TestView }) {
  const { state } = usePage();
  const tests = useTests();
  const [done, setDone] = useState<string | null>(null);
  const apply = (fix: HintFix) => {
    const path = [...state.streamPath.value, ...fix.at];
    state.setAt(path, fix.value(state.manifest.value.getAt(path)), `hint.${view.id}.${fix.label}`);
    setDone(fix.label);
  };
  return (
    <div class="notice is-hint" role="group" aria-label="Suggestion">
      <p>{hint.message}</p>
      {done === null ? (
        <p class="hint-fixes">
          {fixesFor(hint, view.isAsync).map((fix) => (
            <button key={fix.label} type="button" class="small" onClick={() => apply(fix)}>
              {fix.label}
            </button>
          ))}
        </p>
      ) : (
        <p class="hint-fixes">
          <span role="status">Done: {done}.</span>
          <button type="button" class="small" onClick={() => (state.undo(), setDone(null))}>
            Undo
          </button>
          <button type="button" class="small primary" disabled={tests.running.value !== null} onClick={() => void tests.start()}>
            Test again
          </button>
        </p>
      )}
    </div>
  );
}
