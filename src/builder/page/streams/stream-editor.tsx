import { countText, findingsWithin, tabOf, tabsOf } from '../findings';
import { usePage } from '../page-context';
import { FindingDot } from '../shell/finding-dot';
import { Tabs } from '../shell/tabs';
import { ConfigurationTab } from './configuration-tab';
import { CreationTab } from './creation-tab';
import { DownloadTab } from './download-tab';
import { PollingTab } from './polling-tab';
import { SchemaTab } from './schema-tab';
import { StreamHead } from './stream-head';

const CONTENT = { creation: CreationTab, polling: PollingTab, download: DownloadTab, schema: SchemaTab, configuration: ConfigurationTab };

/** The middle column: one stream, a tab for each phase. */
export function StreamEditor() {
  const { state } = usePage();
  const kind = state.streamKind.value;
  const path = state.streamPath.value;
  const { route } = state.place.value;
  const tabs = tabsOf(kind);
  const selected = tabs.find(({ id }) => route.page === 'stream' && id === route.tab) ?? tabs[0]!;
  const findings = findingsWithin(state.findings.value, path);
  const items = tabs.map(({ id, label }) => {
    const own = findings.filter((finding) => tabOf(kind, finding.path.slice(path.length)) === id);
    const Content = CONTENT[id];
    return {
      key: id,
      label,
      mark: <FindingDot findings={own} />,
      description: countText(own),
      // The ids that tests of the official Builder know.
      testId: kind === 'async' && id !== 'schema' ? `tag-tab-async-stream-${id}` : `tag-tab-stream-${id}`,
      // Drafts of one stream's fields are not the other's.
      content: () => <Content key={`${path.join('.')} ${kind}`} path={path} />,
    };
  });
  return (
    <section class="stream" aria-label={`Stream ${state.streamName.value ?? ''}`}>
      <StreamHead />
      <Tabs label="Parts of the stream" items={items} selected={selected.id} onSelect={(tab) => state.goToStream(state.streamName.value ?? '', tab)} />
    </section>
  );
}
