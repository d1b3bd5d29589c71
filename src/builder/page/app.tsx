import { usePage } from './page-context';
import { GlobalPage } from './global/global-page';
import { InputsPage } from './inputs/inputs-page';
import { Header } from './shell/header';
import { Notices } from './shell/notices';
import { Splitter } from './shell/splitter';
import { StartPage } from './streams/start-page';
import { StreamEditor } from './streams/stream-editor';
import { StreamList } from './streams/stream-list';
import { TestPanel } from './testing/test-panel';
import { YamlView } from './yaml/yaml-view';

/** Three columns: streams, the form or the text, the test. */
export function App() {
  return (
    <>
      <Header />
      <Notices />
      <div class="columns">
        <StreamList />
        <main>
          <Middle />
        </main>
        <Splitter />
        <aside aria-label="Test">
          <TestPanel />
        </aside>
      </div>
    </>
  );
}

function Middle() {
  const { state } = usePage();
  const { route } = state.place.value;
  const isLoaded = state.definitions.value !== null;
  if (!isLoaded) return <p class="page lead">Loading …</p>;
  if (state.view.value === 'yaml') return <YamlView />;
  if (state.manifest.value.problem) return <BrokenText />;
  if (route.page === 'inputs') return <InputsPage />;
  if (route.page === 'global') return <GlobalPage />;
  return state.streamIndex.value < 0 ? <StartPage /> : <StreamEditor />;
}

/** Forms need a text that can be read. */
function BrokenText() {
  const { state } = usePage();
  const { problem } = state.manifest.value;
  return (
    <section class="page" aria-labelledby="broken-title">
      <h2 id="broken-title">The YAML cannot be read</h2>
      <p>
        Line {problem?.line}: {problem?.message}
      </p>
      <div class="row">
        <button type="button" class="primary" onClick={() => state.setParameter('view', 'yaml')}>
          Open the YAML
        </button>
        <button type="button" disabled={!state.canUndo.value} onClick={() => state.undo()}>
          Undo
        </button>
      </div>
    </section>
  );
}
