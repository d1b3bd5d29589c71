import { usePage } from '../page-context';
import { streamName } from '../state';
import { blockers } from './blockers';
import { remaining } from './amounts';
import { goTo } from './go-to';
import { SettingsButton } from './settings-popover';
import { useTests } from './test-context';

/** How long an asynchronous test may take when the stream does not say (reference section 11). */
const DEFAULT_TIMEOUT_MINUTES = 15;

/** Which stream is tested, how, and the two buttons. */
export function TestBar() {
  const { state } = usePage();
  const tests = useTests();
  const running = tests.running.value;
  const blocked = blockers(state, tests.settings.value);
  const isBusy = tests.isStarting.value || running !== null;
  const test = async () => {
    const blocker = await tests.start();
    if (blocker) goTo(state, blocker);
  };
  return (
    <div class="test-bar">
      <select aria-label="Tested stream" value={state.streamName.value ?? ''} disabled={state.streams.value.length === 0} onChange={({ currentTarget }) => state.goToStream(currentTarget.value)}>
        {state.streams.value.map((stream) => (
          <option key={streamName(stream)} value={streamName(stream)}>
            {streamName(stream) || '(empty)'}
          </option>
        ))}
      </select>
      <SettingsButton />
      <button
        type="button"
        class={`primary test-button${blocked.length > 0 ? ' is-blocked' : ''}`}
        data-testid="read-stream"
        aria-busy={isBusy}
        aria-describedby="test-hint"
        disabled={isBusy || state.streamName.value === null || !tests.isConnected.value}
        onClick={() => void test()}
      >
        {blocked.length > 0 && <span aria-hidden="true">⚠ </span>}
        Test
      </button>
      <button type="button" data-testid="cancel-stream-read" disabled={running === null || running.status === 'cancelling'} onClick={() => void tests.cancel()}>
        Cancel
      </button>
      <p id="test-hint" class="test-hint">
        {blocked.length > 0 ? `${blocked.length === 1 ? '1 thing needs' : `${blocked.length} things need`} attention: ${blocked[0]!.message}` : hint(state)}
      </p>
    </div>
  );
}

function hint(state: ReturnType<typeof usePage>['state']): string {
  if (state.streamKind.value !== 'async') return 'Ctrl+Enter tests, Esc cancels.';
  const retriever = state.selectedStream.value?.retriever as { polling_job_timeout?: unknown } | undefined;
  const minutes = typeof retriever?.polling_job_timeout === 'number' ? retriever.polling_job_timeout : DEFAULT_TIMEOUT_MINUTES;
  return `An asynchronous test takes as long as the API's job: at most ${remaining(minutes * 60_000)}. Ctrl+Enter tests, Esc cancels.`;
}
