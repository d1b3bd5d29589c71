import { findingsWithin, tabOf, tabsOf } from '../findings';
import { usePage } from '../page-context';
import { Tabs } from '../shell/tabs';
import { ConfigurationTab } from './configuration-tab';
import { CreationTab } from './creation-tab';
import { DownloadTab } from './download-tab';
import { PollingTab } from './polling-tab';
import { SchemaTab } from './schema-tab';
import { StreamHead } from './stream-head';

/** The middle column: one stream, a tab for each phase. */
export function StreamEditor() {
  const { state } = usePage();
  const kind = state.streamKind.value;
  const path = state.streamPath.value;
  const { route } = state.place.value;
  const tabs = tabsOf(kind);
  const selected = tabs.find(({ id }) => route.page === 'stream' && id === route.tab) ?? tabs[0]!;
  const findings = findingsWithin(state.findings.value, path);
  const Content = CONTENT[selected.id as keyof typeof CONTENT] ?? ConfigurationTab;
  return (
    <section class="stream" aria-label={`Stream ${state.streamName.value ?? ''}`}>
      <StreamHead />
      <Tabs label="Parts of the stream" tabs={tabs} selected={selected.id} findingsOf={(tab) => findings.filter((finding) => tabOf(kind, finding.path.slice(path.length)) === tab)} onSelect={(tab) => state.goToStream(state.streamName.value ?? '', tab)}>
        {/* Drafts of one stream's fields are not the other's. */}
        <Content key={`${path.join('.')} ${kind}`} path={path} />
      </Tabs>
    </section>
  );
}

const CONTENT = { creation: CreationTab, polling: PollingTab, download: DownloadTab, schema: SchemaTab, configuration: ConfigurationTab };
