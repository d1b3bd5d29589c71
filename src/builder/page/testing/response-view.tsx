import { useMemo } from 'preact/hooks';
import { usePage } from '../page-context';
import type { ShownResponse } from '../../stream-read';
import type { TestPhase } from '../../page-contract';
import { duration } from './amounts';
import { BinaryBodyView } from './binary-body-view';
import { BodyView } from './body-view';
import { pathTargets } from './field-path';
import { announcedBytes } from './kept-body';
import { NameValueTable } from './name-value-table';
import type { Exchange, TestView } from './test-view';

interface ResponseProperties {
  view: TestView;
  response: ShownResponse;
  exchange: Exchange | null;
  /** Its body holds the records. */
  isMain?: boolean;
}

/** An answer; values of a JSON body can be picked for the fields of its phase. */
export function ResponseView({ view, response, exchange, isMain = false }: ResponseProperties) {
  const { api } = usePage();
  const { status, headers, body } = response;
  const total = useMemo(() => announcedBytes(response), [response]);
  const isWrong = status === 0 || status >= 400;
  const phase = isMain ? 'download' : (exchange?.phase ?? null);
  return (
    <div class="exchange">
      <p class="request-line">
        <strong class={isWrong ? 'is-wrong' : ''}>{status === 0 ? 'No answer' : `Status ${status}`}</strong>
        {exchange && <span class="muted"> after {duration(exchange.durationMs)}</span>}
      </p>
      <NameValueTable label="Headers" entries={Object.entries(headers)} />
      <h4>Body</h4>
      {exchange?.binary ? (
        <BinaryBodyView {...exchange.binary} />
      ) : (
        <BodyView
          key={exchange?.n}
          body={body}
          isCut={total !== null || ((exchange?.cut ?? false) && body.length <= (exchange?.response.body.length ?? 0))}
          total={total}
          downloadUrl={exchange && api.bodyUrl(view.id, exchange.n, 'response')}
          pick={phase ? { targets: pathTargets(view.isAsync, phase), variable: VARIABLES[phase] } : undefined}
        />
      )}
    </div>
  );
}

/** What templates call the answer of a phase. */
const VARIABLES: Record<TestPhase, string | null> = { creation: 'creation_response', polling: 'polling_response', download_target: null, download: null };
