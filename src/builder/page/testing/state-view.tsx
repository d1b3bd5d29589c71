import { useState } from 'preact/hooks';
import { prettyJson } from './record-columns';
import type { ResultSlice } from './result-slices';
import { useTests } from './test-context';

/** Where a sync would go on, after each partition. */
export function StateView({ slices }: { slices: ResultSlice[] }) {
  const { settings } = useTests();
  const [said, setSaid] = useState('');
  const states = slices.filter(({ state }) => state.length > 0);
  if (states.length === 0) return <p class="muted">No state yet: it comes with the end of a partition.</p>;
  return (
    <>
      {states.map(({ name, state }, at) => {
        const text = prettyJson(state as never);
        return (
          <section key={at}>
            <p class="body-bar">
              <strong>{name}</strong>
              <button
                type="button"
                class="small"
                onClick={() => {
                  settings.value = { ...settings.value, state: text };
                  setSaid('The next test starts from it.');
                }}
              >
                Use as Input State
              </button>
            </p>
            <pre class="text" tabIndex={0} aria-label={`State after ${name}`}>
              {text}
            </pre>
          </section>
        );
      })}
      <p role="status" class="muted">
        {said}
      </p>
    </>
  );
}
