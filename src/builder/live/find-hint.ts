import type { HttpExchange } from '../../platform/events';
import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import type { Hint, TestPhase } from '../page-contract';
import { decoderFor, findFormat, formatText, reads } from './response-format';

const REQUESTERS: Readonly<Record<TestPhase, string>> = {
  creation: 'creation_requester',
  polling: 'polling_requester',
  download_target: 'download_target_requester',
  download: 'download_requester',
};

/** What the stream's model should say instead, going by one answer; undefined when nothing speaks for a change. */
export function findHint(exchange: HttpExchange, phase: TestPhase | null, stream: JsonObject | undefined): Hint | undefined {
  const retriever = isObject(stream?.retriever) ? stream.retriever : {};
  const { response } = exchange;
  if (!response || exchange.exchangeType === 'AUTH') return undefined;
  const isRateLimit = response.status === 429 || (response.status === 503 && response.headers['retry-after'] !== undefined);
  if (isRateLimit) return rateLimitHint(response.headers['retry-after'], phase, retriever);
  return response.status >= 200 && response.status < 300 ? formatHint(response, phase ?? 'download', retriever) : undefined;
}

function rateLimitHint(retryAfter: string | undefined, phase: TestPhase | null, retriever: JsonObject): Hint | undefined {
  const requester: JsonValue | undefined = retriever[phase === null ? 'requester' : REQUESTERS[phase]];
  if (!isObject(requester) || requester.error_handler !== undefined) return undefined;
  const asked = retryAfter === undefined ? '' : ` It asks to come back after ${/^\d+$/.test(retryAfter) ? `${retryAfter} s` : retryAfter}.`;
  return {
    kind: 'rate_limit',
    phase,
    message: `The API limits how often it is asked.${asked} A test does not try again; a sync waits. Add an error handler to say how, or an api_budget to stay below the limit.`,
  };
}

function formatHint(response: NonNullable<HttpExchange['response']>, phase: TestPhase, retriever: JsonObject): Hint | undefined {
  const isDownload = phase === 'download' && retriever.type === 'AsyncRetriever';
  const found = findFormat(response.start ?? Buffer.from(response.body.slice(0, 4096)), response.headers);
  if (!found || reads(retriever[isDownload ? 'download_decoder' : 'decoder'], found)) return undefined;
  const decoder = decoderFor(found);
  const page = 'Usually that is a page to log in, or an address that is wrong: look at the URL and at the authentication.';
  const advice = found.name === 'html' ? page : decoder ? 'Change the HTTP Response Format.' : 'No format reads that.';
  return { kind: 'response_format', phase, found: found.name, decoder, message: `The answer is ${formatText(found)}, which the HTTP Response Format does not read. ${advice}` };
}
