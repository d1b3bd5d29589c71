import type { HttpExchange } from '../platform/events';
import type { Runtime } from '../platform/runtime';
import type { JsonObject } from '../protocol/json';
import { errorText } from '../errors/connector-error';
import type { HttpAnswer } from './http-call';
import type { PreparedRequest } from './requester';

const BODY_BYTES = 1024 * 1024;
const START_BYTES = 4096;

/** Title, type and description by role, as the Builder shows them (reference section 11.3). */
const BY_ROLE: Readonly<Record<string, readonly [title: string, type: string, description: string]>> = {
  'job creation': ['Async Job -- Create', 'ASYNC_CREATE', 'Create the server-side async job.'],
  'job polling': ['Async Job -- Polling', 'ASYNC_POLL', 'Poll the status of the server-side async job.'],
  'job abort': ['Async Job -- Abort', 'ASYNC_ABORT', 'Abort the running server-side async job.'],
  'job delete': ['Async Job -- Delete', 'ASYNC_DELETE', 'Delete the specified job from the list of Jobs.'],
  'job extract_url': ['Async Job -- Download targets', 'HTTP', 'Get the addresses of the files of the server-side async job.'],
  login: ['Login request', 'AUTH', 'Obtains session token'],
  schema: ['Schema loader request', 'HTTP', 'Get the description of the fields of the stream.'],
  'truncated list': ['Record expander request', 'HTTP', 'Get the rest of a list that a record holds only in part.'],
  file: ['File request', 'HTTP', 'Get the file that belongs to a record.'],
};

export interface ExchangeOptions {
  role: string | undefined;
  streamName: string | undefined;
  isParent: boolean;
  slice: JsonObject | undefined;
  startedAt: number;
  durationMs: number;
}

/** Tells the listeners of the run about one request and its answer. Does nothing when nobody listens. */
export async function emitExchange(runtime: Runtime, request: PreparedRequest, result: HttpAnswer | Error, options: ExchangeOptions): Promise<void> {
  if (!runtime.events.wants('http')) return;
  const { role, isParent, ...more } = options;
  const [title, exchangeType, description] = exchangeKind(role, options.streamName, isParent);
  runtime.events.emit({
    type: 'http',
    title,
    exchangeType,
    description,
    ...more,
    request,
    ...(result instanceof Error ? { response: undefined, error: errorText(result) } : { response: await shownResponse(result), error: undefined }),
  });
}

function exchangeKind(role: string | undefined, streamName = '', isParent: boolean): readonly [string, string, string] {
  const byRole = role === undefined ? undefined : BY_ROLE[role];
  if (byRole && !isParent) return byRole;
  const [title, type, description] = byRole ?? ['', 'HTTP', `Request performed in order to extract records for stream '${streamName}'`];
  if (!isParent) return [title, type, description];
  return [`Parent stream: ${title || `Stream '${streamName}' request`}`, type === 'AUTH' ? type : 'PARENT_STREAM', description];
}

async function shownResponse({ status, headers, body }: HttpAnswer): Promise<HttpExchange['response']> {
  // A cut body: whoever reads it will be told.
  const bytes = await body.peek(BODY_BYTES).then((peeked) => peeked.bytes, () => body.readUntilNow);
  return { status, headers, body: body.decode(bytes.subarray(0, BODY_BYTES)), start: Uint8Array.from(bytes.subarray(0, START_BYTES)) };
}
