import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { duration, grouped } from './amounts';
import { LogsView, logCounts } from './logs-view';
import { RecordsView } from './records-view';
import { RequestView } from './request-view';
import { ResponseView } from './response-view';
import { resultSlices, type ResultPage, type ResultSlice } from './result-slices';
import { SchemaView } from './schema-view';
import { StateView } from './state-view';
import { Tabs, type TabItem } from '../shell/tabs';
import { useTests } from './test-context';
import type { StreamTests } from './test-state';
import { isRunning, type TestView } from './test-view';

type Tab = 'records' | 'request' | 'response' | 'schema' | 'state' | 'logs';

/** Records, Request and Response of the last phase, and what was learnt from them. Until a new test has something to show, the last one stays, dimmed. */
export function Results({ tests: { current, previous } }: { tests: StreamTests }) {
  const { isStale } = useTests();
  const isOld = isRunning(current) && previous !== null && resultSlices(current).length === 0;
  const view = isOld ? previous : current;
  return (
    <section class={`results${isOld ? ' is-old' : ''}`} aria-label="Results" aria-busy={isRunning(current)}>
      {isOld && <p class="muted">Previous run ({duration(view.t)})</p>}
      {isStale.value && !isRunning(current) && <p class="notice is-stale">The stream was changed since this test.</p>}
      <ResultTabs view={view} key={view.id} />
    </section>
  );
}

function ResultTabs({ view }: { view: TestView }) {
  const [chosen, setChosen] = useState<{ slice: number; page: number }>({ slice: 0, page: 0 });
  const [tab, setTab] = useState<Tab>('records');
  const slices = resultSlices(view);
  const slice = slices[chosen.slice] ?? slices[0] ?? null;
  const page = slice?.pages[chosen.page] ?? slice?.pages[0] ?? null;
  useShowFailure(view, slices, (at) => {
    setChosen(at);
    setTab('response');
  });
  const total = slices.reduce((sum, { pages }) => sum + pages.reduce((of, { records }) => of + records.length, 0), 0);
  const choosers = <PageChoosers slices={slices} chosen={chosen} onChoose={setChosen} />;
  const ofPage = (show: (page: ResultPage) => ComponentChildren) => () => (
    <>
      {choosers}
      {page ? show(page) : <p class="muted">{isRunning(view) ? 'Nothing has been downloaded yet.' : 'Nothing was downloaded. Other Requests has what led here.'}</p>}
    </>
  );
  const items: TabItem<Tab>[] = [
    { key: 'records', label: `Records (${grouped(total)})`, content: ofPage(({ records }) => <RecordsView records={records} view={view} />) },
    { key: 'request', label: 'Request', content: ofPage(({ request, exchange }) => (request ? <RequestView testId={view.id} request={request} exchange={exchange} /> : null)) },
    { key: 'response', label: 'Response', content: ofPage(({ response, exchange }) => (response ? <ResponseView view={view} response={response} exchange={exchange} isMain /> : null)) },
    { key: 'schema', label: 'Schema', content: () => <SchemaView view={view} /> },
    { key: 'state', label: 'State', content: () => <StateView slices={slices} /> },
    { key: 'logs', label: `Logs${logCounts(view)}`, content: () => <LogsView view={view} /> },
  ];
  return <Tabs label="Results" items={items} selected={tab} onSelect={setTab} />;
}

function PageChoosers({ slices, chosen, onChoose }: { slices: ResultSlice[]; chosen: { slice: number; page: number }; onChoose: (at: { slice: number; page: number }) => void }) {
  const id = useId();
  const pages = slices[chosen.slice]?.pages ?? [];
  if (slices.length < 2 && pages.length < 2) return null;
  return (
    <div class="choosers">
      {slices.length > 1 && (
        <span>
          <label for={`${id}-slice`}>Partition</label>{' '}
          <select id={`${id}-slice`} value={String(chosen.slice)} data-testid="tag-select-slice" onChange={({ currentTarget }) => onChoose({ slice: Number(currentTarget.value), page: 0 })}>
            {slices.map(({ name, pages: own }, at) => (
              <option key={at} value={String(at)}>
                {name} ({grouped(own.reduce((sum, { records }) => sum + records.length, 0))})
              </option>
            ))}
          </select>
        </span>
      )}
      {pages.length > 1 && (
        <span>
          <label for={`${id}-page`}>Page</label>{' '}
          <select id={`${id}-page`} value={String(chosen.page)} data-testid="test-pages" onChange={({ currentTarget }) => onChoose({ ...chosen, page: Number(currentTarget.value) })}>
            {pages.map(({ request }, at) => (
              <option key={at} value={String(at)}>
                {at + 1} of {pages.length} · {pageName(request?.url)}
              </option>
            ))}
          </select>
        </span>
      )}
    </div>
  );
}

/** The last part of the address, e.g. `contacts_2.csv.gz`. */
function pageName(url: string | undefined): string {
  const name = url?.split(/[?#]/)[0]?.split('/').findLast(Boolean) ?? '';
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

/** A test that failed opens the answer that it failed with: here, or among the Other Requests. */
function useShowFailure(view: TestView, slices: ResultSlice[], show: (at: { slice: number; page: number }) => void): void {
  const { state } = usePage();
  useEffect(() => {
    if (view.status !== 'failed') return;
    const wrong = ({ response }: { response: { status: number } | null }) => response !== null && (response.status === 0 || response.status >= 400);
    for (const [slice, { pages }] of slices.entries()) {
      const page = pages.findIndex(wrong);
      if (page >= 0) return show({ slice, page });
    }
    const failing = view.exchanges.findLast(wrong) ?? view.exchanges.findLast(({ phase }) => phase !== 'download');
    if (failing) state.setParameter('req', String(failing.n));
  }, [view.status]);
}
