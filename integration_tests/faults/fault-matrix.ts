import type { AnswerPlan, ApiDescription, FaultAction, FilePlan } from '../reporting_api/api-description';

export const PHASES = ['creation', 'poll', 'target', 'download'] as const;
export type Phase = (typeof PHASES)[number];
/** `once`: the first request of the phase meets it. `always`: every one does. */
export const TIMES = ['once', 'always'] as const;
export type Times = (typeof TIMES)[number];

/** `whole`: every row once, COMPLETE, exit 0. `fails`: INCOMPLETE, exit 1, an error with a code; whatever rows went out are right and no row is there twice. `unseen`: rows are missing and nobody can know, unless the API tells a number of rows. */
export type Expected = 'whole' | 'fails' | 'unseen';

export interface Fault {
  name: string;
  do?: FaultAction[];
  /** The host of the phase is this instead of the API. */
  address?: string;
  /** Default: all. */
  phases?: readonly Phase[];
  /** Default: both. */
  times?: readonly Times[];
  expected: Partial<Record<Times, Expected>>;
  /** Why a cell is otherwise. */
  except?: Partial<Record<`${Times} ${Phase}`, Expected>>;
  /** Of the downloads. */
  packing?: 'gzip' | 'zip';
  /** Of the downloads: without a length or ETag, for instance. */
  download?: Record<string, unknown>;
  /** Calls of the phase's route instead of the first one. */
  calls?: number[];
  /** Which wall clock the run has; the reference is not asked. */
  clockJumpMs?: number;
}

const ROUTES: Record<Phase, string> = { creation: 'POST /exports', poll: 'GET /exports/{id}', target: 'GET /exports/{id}/files', download: 'GET /files/{id}' };
const ROWS = 400;
const SLICES = ['a', 'b'];
/** Inside the file of a job (about 16,000 characters), not at the end of a row. */
const MIDDLE = 5_001;
/** Longer than `read_timeout_in_seconds`, and than anybody waits for the reference. */
const STALL_MS = 60_000;
/** Seconds. The long one hits no answer that is on its way, even on a busy machine. */
const LONG_TIMEOUT = 2;
const SHORT_TIMEOUT = 0.2;

const respond = (answer: AnswerPlan): FaultAction[] => [{ respond: answer }];
const recovers = { once: 'whole', always: 'fails' } as const;
/** What arrived whole is wrong; the next sync orders another job. */
const damaged = { once: 'fails', always: 'fails' } as const;
const HTML = '<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>';

/** Every fault, in the order of docs/faults.md. */
export const FAULTS: readonly Fault[] = [
  { name: 'connection refused', address: 'http://127.0.0.1:1', times: ['always'], expected: { always: 'fails' } },
  { name: 'DNS error', address: 'http://no-such-host.invalid', times: ['always'], expected: { always: 'fails' } },
  { name: 'connection reset', do: [{ reset: true }], expected: recovers },
  { name: 'no answer (time-out)', do: [{ stall: { after_bytes: -1, ms: STALL_MS } }], expected: recovers },
  { name: 'stall after the headers', do: [{ stall: { after_bytes: 0, ms: STALL_MS } }], expected: recovers },
  { name: 'body cut, with length', do: [{ cut: { after_bytes: 0 } }], expected: recovers },
  { name: 'body cut, without length', do: [{ cut: { after_bytes: 0, length: false } }], expected: recovers },
  { name: 'stall late', phases: ['download'], do: [{ stall: { after_bytes: MIDDLE, ms: STALL_MS } }], expected: { once: 'whole', always: 'whole' } },
  { name: 'body cut late, with length', phases: ['download'], do: [{ cut: { after_bytes: MIDDLE } }], expected: { once: 'whole', always: 'whole' } },
  { name: 'body cut late, without length', phases: ['download'], do: [{ cut: { after_bytes: MIDDLE, length: false } }], expected: { once: 'whole', always: 'whole' } },
  { name: 'body cut late, no ranges, no ETag', phases: ['download'], do: [{ cut: { after_bytes: MIDDLE } }], download: { ranges: false, etag: false }, expected: recovers },
  { name: 'file ends early, neatly', phases: ['download'], do: [{ truncate: { bytes: MIDDLE } }], expected: { once: 'unseen', always: 'unseen' } },
  { name: '429', do: respond({ status: 429, body: { error: 'slow down' } }), expected: recovers },
  { name: '429, Retry-After: 120', do: respond({ status: 429, headers: { 'Retry-After': '120' } }), expected: recovers },
  { name: '429, Retry-After: a date', do: respond({ status: 429, retry_after_date: 120 }), expected: recovers },
  { name: '429, Retry-After: ten days', do: respond({ status: 429, headers: { 'Retry-After': '864000' } }), expected: { once: 'fails', always: 'fails' }, except: { 'once poll': 'whole', 'once download': 'whole' } },
  { name: '500', do: respond({ status: 500, body: { error: 'oops' } }), expected: recovers },
  { name: '502', do: respond({ status: 502, body: HTML }), expected: recovers },
  { name: '503', do: respond({ status: 503, body: '' }), expected: recovers },
  { name: 'expired token (401)', do: respond({ status: 401, body: { error: 'token expired' } }), expected: recovers },
  { name: 'expired link (403)', phases: ['download'], do: respond({ status: 403, body: '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>' }), expected: recovers },
  { name: 'HTML instead of JSON', phases: ['creation', 'poll', 'target'], do: respond({ status: 200, body: HTML }), expected: recovers },
  { name: 'empty body', phases: ['creation', 'poll', 'target'], do: respond({ status: 200, body: '' }), expected: recovers },
  { name: 'truncated gzip', phases: ['download'], packing: 'gzip', do: [{ truncate: { bytes: 600 } }], expected: damaged },
  { name: 'corrupt gzip', phases: ['download'], packing: 'gzip', do: [{ corrupt: { at: 600 } }], expected: damaged },
  { name: 'truncated zip', phases: ['download'], packing: 'zip', do: [{ truncate: { bytes: 600 } }], expected: damaged },
  { name: 'corrupt zip', phases: ['download'], packing: 'zip', do: [{ corrupt: { at: 600 } }], expected: damaged },
  { name: 'cut, then another ETag', phases: ['download'], times: ['once'], do: [{ cut: { after_bytes: MIDDLE } }], calls: [1], expected: { once: 'whole' } },
  { name: 'cut, then a changed file', phases: ['download'], times: ['once'], do: [{ cut: { after_bytes: MIDDLE } }], calls: [1], expected: { once: 'whole' } },
  { name: 'clock a day ahead', phases: ['poll'], times: ['once'], clockJumpMs: 86_400_000, expected: { once: 'whole' } },
  { name: 'clock a day back', phases: ['poll'], times: ['once'], clockJumpMs: -86_400_000, expected: { once: 'whole' } },
];

export interface FaultCase {
  /** e.g. `500, poll, once` */
  name: string;
  fault: Fault;
  phase: Phase;
  times: Times;
  expected: Expected;
}

export function faultCases(): FaultCase[] {
  return FAULTS.flatMap((fault) =>
    (fault.phases ?? PHASES).flatMap((phase) =>
      (fault.times ?? TIMES).map((times) => ({ name: `${fault.name}, ${phase}, ${times}`, fault, phase, times, expected: fault.except?.[`${times} ${phase}`] ?? fault.expected[times]! })),
    ),
  );
}

/** The id of every row that the API has. */
export const EVERY_ROW: readonly string[] = SLICES.flatMap((slice) => Array.from({ length: ROWS }, (_, index) => `${slice}${index + 1}`)).sort();

export function apiOf({ fault, phase, times }: FaultCase): ApiDescription {
  const file: FilePlan = { format: 'csv', text: fileText(), compression: fault.packing ?? 'none' };
  const on = ROUTES[phase];
  const at = times === 'once' ? { calls: fault.calls ?? 1 } : {};
  return {
    auth: { oauth: true },
    oauth: { path: '/token', client_id: 'client', client_secret: 'test-secret-0815', refresh_token: 'test-refresh-0815', expires_in: 3600 },
    jobs: [
      {
        name: 'exports',
        id: '{n}',
        create: { on: ROUTES.creation, status: 202, body: { id: '{id}' } },
        poll: { on: ROUTES.poll, body: { id: '{id}', status: '{status}' } },
        statuses: ['running', 'done'],
        download: { on: ROUTES.download, file, ...fault.download },
      },
    ],
    routes: [{ on: ROUTES.target, body: { files: ['{params.id}'] } }],
    faults: [...(fault.do ?? []).map((action) => ({ on, ...at, do: action })), ...resumeFaults(fault.name).map((action) => ({ on, from: 2, do: action }))],
  };
}

/** What the request after the cut meets. */
function resumeFaults(name: string): FaultAction[] {
  if (name.endsWith('another ETag')) return [{ etag: '"another"' }];
  return name.endsWith('a changed file') ? [{ change_file: true }] : [];
}

/** Rows that tell which slice they are of, and that are not of equal length. */
function fileText(): string {
  return `id,note\n${Array.from({ length: ROWS }, (_, index) => `{body.slice}${index + 1},${'x'.repeat(20 + (index % 20))}\n`).join('')}`;
}

/** Manifest, config and catalog against the API at `base`; they run on the reference, too. */
export function inputOf(given: FaultCase, base: string): { manifest: Record<string, unknown>; config: Record<string, unknown>; catalog: unknown } {
  const { fault, phase } = given;
  const config: Record<string, unknown> = { base, refresh_token: 'test-refresh-0815', client_secret: 'test-secret-0815' };
  for (const each of PHASES) config[`${each}_base`] = each === phase && fault.address ? fault.address : base;
  const decoder = { type: 'CsvDecoder' };
  const packed = { gzip: { type: 'GzipDecoder', decoder }, zip: { type: 'ZipfileDecoder', decoder } };
  const manifest = {
    version: '7.39.1',
    type: 'DeclarativeSource',
    check: { type: 'CheckStream', stream_names: ['report'] },
    // Both jobs at once there and here.
    max_concurrent_async_job_count: 2,
    streams: [
      {
        type: 'DeclarativeStream',
        name: 'report',
        primary_key: 'id',
        retriever: {
          type: 'AsyncRetriever',
          partition_router: { type: 'ListPartitionRouter', cursor_field: 'slice', values: SLICES },
          creation_requester: requester(given, 'creation', 'POST', '/exports', { request_body: { type: 'RequestBodyJsonObject', value: { slice: '{{ stream_partition.slice }}' } } }),
          polling_requester: requester(given, 'poll', 'GET', "/exports/{{ creation_response['id'] }}"),
          status_extractor: { type: 'DpathExtractor', field_path: ['status'] },
          status_mapping: { type: 'AsyncJobStatusMap', running: ['running'], completed: ['done'], failed: ['failed'], timeout: ['timeout'] },
          download_target_requester: requester(given, 'target', 'GET', "/exports/{{ polling_response['id'] }}/files"),
          download_target_extractor: { type: 'DpathExtractor', field_path: ['files'] },
          download_requester: requester(given, 'download', 'GET', '/files/{{ download_target }}'),
          download_decoder: fault.packing ? packed[fault.packing] : decoder,
          record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
        },
        schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', additionalProperties: true, properties: {} } },
      },
    ],
    spec: {
      type: 'Spec',
      connection_specification: { type: 'object', additionalProperties: true, properties: { client_secret: { type: 'string', airbyte_secret: true }, refresh_token: { type: 'string', airbyte_secret: true } } },
    },
  };
  const catalog = {
    streams: [{ stream: { name: 'report', json_schema: { type: 'object', properties: {} }, supported_sync_modes: ['full_refresh'] }, sync_mode: 'full_refresh', destination_sync_mode: 'append' }],
  };
  return { manifest, config, catalog };
}

/** Where each of many repetitions takes the time-out. */
function isOftenRepeated(phase: Phase): boolean {
  return phase === 'poll' || phase === 'download';
}

function isStall({ do: actions = [] }: Fault): boolean {
  return actions.some((action) => 'stall' in action);
}

function requester({ fault, phase: broken, times }: FaultCase, phase: Phase, method: string, path: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    type: 'HttpRequester',
    url: `{{ config['${phase}_base'] }}${path}`,
    http_method: method,
    ...(isStall(fault) && phase === broken ? { read_timeout_in_seconds: times === 'always' && isOftenRepeated(phase) ? SHORT_TIMEOUT : LONG_TIMEOUT } : {}),
    authenticator: {
      type: 'OAuthAuthenticator',
      token_refresh_endpoint: "{{ config['base'] }}/token",
      client_id: 'client',
      client_secret: "{{ config['client_secret'] }}",
      refresh_token: "{{ config['refresh_token'] }}",
    },
    error_handler: {
      type: 'CompositeErrorHandler',
      error_handlers: [{ type: 'DefaultErrorHandler', response_filters: [{ type: 'HttpResponseFilter', http_codes: [401], action: 'REFRESH_TOKEN_THEN_RETRY' }], max_retries: isStall(fault) ? 1 : 3 }, { type: 'DefaultErrorHandler', max_retries: isStall(fault) ? 1 : 3 }],
    },
    ...more,
  };
}
