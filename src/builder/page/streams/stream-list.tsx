import { useState } from 'preact/hooks';
import { findingsWithin } from '../findings';
import { inputsOf } from '../inputs/spec-inputs';
import { usePage } from '../page-context';
import { FindingDot } from '../shell/finding-dot';
import { kindOf, streamName } from '../state';
import { AddStreamDialog } from './add-stream-dialog';
import { ProblemList } from './problem-list';

/** The left column: streams, what is global, and what is wrong. */
export function StreamList() {
  const { state } = usePage();
  const [isAdding, setAdding] = useState(false);
  const streams = state.streams.value;
  const { route } = state.place.value;
  const isStreamShown = route.page === 'stream' || route.page === 'start';
  return (
    <nav class="side" aria-label="Streams and settings">
      <div class="side-head">
        <h2>Streams ({streams.length})</h2>
        <button type="button" class="icon" data-testid="add-stream" aria-label="Add stream" title="Add stream" onClick={() => setAdding(true)}>
          +
        </button>
      </div>
      <ul class="stream-list">
        {streams.map((stream, index) => {
          const findings = findingsWithin(state.findings.value, ['streams', index]);
          return (
            <li key={index}>
              <button
                type="button"
                class="side-item"
                data-testid={`navbutton-${index}`}
                aria-current={isStreamShown && index === state.streamIndex.value ? 'page' : undefined}
                onClick={() => state.goToStream(streamName(stream))}
              >
                <span class="side-name">{streamName(stream) || '(empty)'}</span>
                {kindOf(state.model.value, ['streams', index]) === 'async' && <span class="badge">async</span>}
                <FindingDot findings={findings} />
              </button>
            </li>
          );
        })}
      </ul>
      <div class="side-head">
        <h2>Connector</h2>
      </div>
      <ul>
        <li>
          <button type="button" class="side-item" data-testid="navbutton-inputs" aria-current={route.page === 'inputs' ? 'page' : undefined} onClick={() => state.go({ page: 'inputs' })}>
            <span class="side-name">User Inputs ({inputsOf(state.model.value).length})</span>
          </button>
        </li>
        <li>
          <button type="button" class="side-item" data-testid="navbutton-global" aria-current={route.page === 'global' ? 'page' : undefined} onClick={() => state.go({ page: 'global' })}>
            <span class="side-name">Global Configuration</span>
          </button>
        </li>
      </ul>
      <ProblemList />
      {isAdding && <AddStreamDialog onClose={() => setAdding(false)} />}
    </nav>
  );
}
