import { useState } from 'preact/hooks';
import { usePage } from '../page-context';
import type { ShownRequest } from '../../stream-read';
import { BodyView } from './body-view';
import { NameValueTable } from './name-value-table';
import { queryParameters } from './query-parameters';
import type { Exchange } from './test-view';

/** A request with its parameters listed, and ways to repeat it elsewhere. */
export function RequestView({ testId, request, exchange }: { testId: string; request: ShownRequest; exchange: Exchange | null }) {
  const { api } = usePage();
  return (
    <div class="exchange">
      <p class="request-line">
        <strong>{request.http_method}</strong> <span class="url">{request.url}</span>
      </p>
      {exchange && <CurlButtons testId={testId} exchange={exchange.n} />}
      <NameValueTable label="Query parameters" entries={queryParameters(request.url)} />
      <NameValueTable label="Headers" entries={Object.entries(request.headers)} />
      <h4>Body</h4>
      {request.body === null ? <p class="muted">No body.</p> : <BodyView key={exchange?.n} body={request.body} isCut={exchange?.cut ?? false} downloadUrl={exchange && api.bodyUrl(testId, exchange.n, 'request')} />}
    </div>
  );
}

/** The second button is a decision of its own: what it copies holds secrets. */
function CurlButtons({ testId, exchange }: { testId: string; exchange: number }) {
  const { api } = usePage();
  const [said, setSaid] = useState('');
  const [text, setText] = useState<string | null>(null);
  const copy = async (withSecrets: boolean) => {
    try {
      const curl = await api.curl(testId, exchange, withSecrets);
      await navigator.clipboard.writeText(curl).then(
        () => setSaid(withSecrets ? 'Copied, with secrets.' : 'Copied, secrets masked.'),
        () => setText(curl),
      );
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class="curl">
      <button type="button" class="small" onClick={() => void copy(false)}>
        Copy as curl
      </button>
      <button type="button" class="small" onClick={() => void copy(true)}>
        Copy as curl with secrets
      </button>
      <span role="status" class="muted">
        {said}
      </span>
      {text !== null && <textarea readOnly aria-label="curl command" value={text} rows={4} />}
    </div>
  );
}
