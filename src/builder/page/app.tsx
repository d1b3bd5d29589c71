import { usePage } from './page-context';
import { TestPanel } from './testing/test-panel';

export function App() {
  const { state } = usePage();
  return (
    <>
      <header class="bar">{state.saved.value.file ?? 'Connector Builder'}</header>
      <div class="columns">
        <nav aria-label="Streams">{state.streams.value.length}</nav>
        <main>{state.streamName}</main>
        <aside aria-label="Test">
          <TestPanel />
        </aside>
      </div>
    </>
  );
}
