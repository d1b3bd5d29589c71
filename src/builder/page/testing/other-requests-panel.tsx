import { useState } from 'preact/hooks';
import { usePage } from '../page-context';
import { otherRequests } from './other-requests';
import { RequestView } from './request-view';
import { ResponseView } from './response-view';
import { Tabs } from '../shell/tabs';
import type { TestView } from './test-view';

/** Requests that give no records: creation, polls, logins. Filled while the test runs, and whatever becomes of it. */
export function OtherRequests({ view }: { view: TestView }) {
  const { state } = usePage();
  const [tab, setTab] = useState<'request' | 'response'>('response');
  const [isOpen, setIsOpen] = useState(view.isAsync);
  const groups = otherRequests(view);
  const all = groups.flatMap(({ requests }) => requests);
  const wanted = Number(state.place.value.parameters.get('req'));
  const at = Math.max(0, all.findIndex(({ exchange }) => exchange.n === wanted));
  const shown = all[at]?.exchange;
  const show = (index: number) => all[index] && state.setParameter('req', String(all[index].exchange.n));
  return (
    <details class="other-requests" open={isOpen} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>Other Requests ({all.length})</summary>
      {shown ? (
        <>
          <div class="request-chooser">
            <select aria-label="Other request" data-testid="tag-select-request" value={String(shown.n)} onChange={({ currentTarget }) => state.setParameter('req', currentTarget.value)}>
              {groups.map(({ name, requests }) => {
                const options = requests.map(({ exchange, label }) => (
                  <option key={exchange.n} value={String(exchange.n)}>
                    {label}
                  </option>
                ));
                return groups.length > 1 ? (
                  <optgroup key={name} label={name || 'All partitions'}>
                    {options}
                  </optgroup>
                ) : (
                  options
                );
              })}
            </select>
            <button type="button" class="small" aria-label="Previous request" disabled={at === 0} onClick={() => show(at - 1)}>
              ‹
            </button>
            <button type="button" class="small" aria-label="Next request" disabled={at === all.length - 1} onClick={() => show(at + 1)}>
              ›
            </button>
          </div>
          <Tabs
            label="Request and response"
            selected={tab}
            onSelect={setTab}
            items={[
              { key: 'request', label: 'Request', content: () => <RequestView testId={view.id} request={shown.request} exchange={shown} /> },
              { key: 'response', label: 'Response', content: () => <ResponseView view={view} response={shown.response} exchange={shown} /> },
            ]}
          />
        </>
      ) : (
        <p class="muted">No request has been answered yet.</p>
      )}
    </details>
  );
}
