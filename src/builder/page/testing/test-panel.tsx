import { useEffect, useMemo } from 'preact/hooks';
import { usePage } from '../page-context';
import { OtherRequests } from './other-requests-panel';
import { PhaseBar } from './phase-bar';
import { Results } from './results';
import { TestBar } from './test-bar';
import { TestContext, useTests } from './test-context';
import { TestNotices } from './test-notices';
import { TestState } from './test-state';
import { Timeline } from './timeline';
import { useTestKeys } from './use-test-keys';

/** The right column: Test and Cancel, what the test does, what it found. */
export function TestPanel() {
  const { state, api, inputs } = usePage();
  const tests = useMemo(() => new TestState(state, api, inputs), [state, api, inputs]);
  useEffect(() => {
    const run = state.place.value.parameters.get('run');
    if (run) void tests.resume(run);
  }, [state, tests]);
  useTestKeys(tests);
  return (
    <TestContext.Provider value={tests}>
      <div class="test-panel">
        <TestBar />
        <TestBody />
      </div>
    </TestContext.Provider>
  );
}

function TestBody() {
  const { state } = usePage();
  const { shown } = useTests();
  const tests = shown.value;
  if (state.streamName.value === null) return <p class="test-empty">Add a stream to test it.</p>;
  return (
    <>
      <TestNotices />
      {tests === null ? (
        <p class="test-empty">Press Test to fetch data for this stream.</p>
      ) : (
        <>
          <PhaseBar view={tests.current} />
          <Timeline view={tests.current} />
          <Results tests={tests} />
          <OtherRequests key={tests.current.id} view={tests.current} />
        </>
      )}
    </>
  );
}
