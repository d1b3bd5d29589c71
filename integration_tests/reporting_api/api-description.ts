/** The description language of the fake API; README.md tells it in words. Paths have `{name}` for variable parts. */
export interface ApiDescription {
  /** Credentials that every route wants, unless it has its own; one of several suffices. */
  auth?: AuthRule | AuthRule[];
  /** A token endpoint; tokens that it gives are accepted where `auth: {oauth: true}` is asked for. */
  oauth?: OAuthServer;
  jobs?: JobApi[];
  routes?: Route[];
  faults?: Fault[];
  /** Before every answer. */
  latency_ms?: number;
}

export type AuthRule =
  | { bearer: string }
  | { basic: { username: string; password: string } }
  | { api_key: { value: string; header?: string; query?: string } }
  | { oauth: true }
  | 'none';

export interface OAuthServer {
  /** e.g. `/oauth/token`; POST. */
  path: string;
  client_id?: string;
  client_secret?: string;
  /** The first refresh token. */
  refresh_token?: string;
  /** Seconds; left out of the answer when absent. */
  expires_in?: number;
  /** Each refresh token works once; the answer has the next one. */
  single_use?: boolean;
}

/** An answer. Texts may hold `{id}`, `{status}`, `{base}`, `{query.x}`, `{body.x}`, `{params.x}` …; a text that is one such name takes the value's type. */
export interface AnswerPlan {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  /** `Retry-After` as an HTTP date, so many seconds ahead. */
  retry_after_date?: number;
  /** JSON, unless it is a text. */
  body?: unknown;
  /** Instead of `body`. */
  file?: FilePlan;
  latency_ms?: number;
}

export interface Route extends AnswerPlan {
  /** `GET /v3/lists/{id}` */
  on: string;
  auth?: AuthRule | AuthRule[];
  /** Rows for `{rows}`; with `page`, those of the page. */
  rows?: RowPlan;
  page?: PagePlan;
}

export interface JobApi {
  name: string;
  /** Default `{name}-{n}`; `{n}` counts from 1. */
  id?: string;
  auth?: AuthRule | AuthRule[];
  create: AnswerPlan & { on: string };
  poll: AnswerPlan & { on: string };
  /**
   * `{status}` of the first, second … poll; the last repeats. A list of lists: one a job, the last for all later jobs.
   * Default `[done]`.
   */
  statuses?: (string | number | boolean | null)[] | (string | number | boolean | null)[][];
  /** Other answers to a poll, by status. */
  when?: Record<string, AnswerPlan>;
  /** Creations beyond that many unfinished jobs are answered with `refused`. */
  max_running?: number;
  /** Default: 429 with `Retry-After: 1`. */
  refused?: AnswerPlan;
  /** Statuses after which a job no longer counts as running; default: the last one of `statuses`. */
  finished?: (string | number | boolean | null)[];
  cancel?: AnswerPlan & { on: string };
  delete?: AnswerPlan & { on: string };
  download?: DownloadPlan;
}

export interface DownloadPlan {
  /** e.g. `GET /files/{id}/{part}`; parts count from 1. */
  on: string;
  /** Default 1; `{urls}` lists them, `{url}` is the first. */
  parts?: number;
  file: FilePlan;
  headers?: Record<string, string>;
  /** Links carry a signature that works for so many requests; each poll signs new ones. */
  link_uses?: number;
  /** The same by time. */
  link_ms?: number;
  /** Default: 403. */
  expired?: AnswerPlan;
  /** Default `none`: links are signed. */
  auth?: AuthRule | AuthRule[];
  /** Answers Range requests with the rest of the file; default true. */
  ranges?: boolean;
  /** Default true. */
  etag?: boolean;
}

export interface RowPlan {
  /** A number or a template such as `{query.rows}`. */
  count: number | string;
  /** Names, or how many: `id`, `name`, `email`, `amount`, `created_at`, `column_6` …; default 5. */
  columns?: number | string[];
  /** Further columns with templates, e.g. `{body.start}`: shows which request made the row. */
  add?: Record<string, unknown>;
  /** First `id`; default 1. */
  from?: number;
  /** Some cells with quotes, commas, line breaks, other scripts, leading zeros, empty texts. */
  awkward?: boolean;
}

export interface FilePlan {
  /** Default `csv`. */
  format?: 'csv' | 'json' | 'jsonl' | 'xml' | 'text';
  rows?: RowPlan;
  /** The file as it is (format `text`). */
  text?: string;
  /** The same as bytes. */
  base64?: string;
  delimiter?: string;
  encoding?: 'utf8' | 'latin1' | 'utf16le';
  bom?: boolean;
  /** The file itself is compressed. */
  compression?: 'gzip' | 'zip' | 'none';
  /** The transport is: `Content-Encoding: gzip`. */
  transport?: 'gzip' | 'none';
  content_type?: string;
}

export interface PagePlan {
  style: 'offset' | 'page' | 'cursor' | 'link';
  /** Rows a page when the request does not say; default 10. */
  size?: number;
  /** Query parameters; defaults `limit`, and by style `offset`, `page`, `cursor`, `cursor`. */
  size_param?: string;
  position_param?: string;
  /** Number of the first page; default 1. */
  first_page?: number;
  /** Larger sizes are answered with 400. */
  max_size?: number;
}

export interface Fault {
  /** A route as it is written in `on`; `*` for all. */
  on: string;
  /** Only for these path variables, e.g. `{id: export-1}`. */
  where?: Record<string, string>;
  /** Which calls of that route, counted from 1; default all. */
  calls?: number | number[];
  /** This call and all later ones. */
  from?: number;
  /** Every so many calls. */
  every?: number;
  do: FaultAction;
}

export type FaultAction =
  /** Another answer. */
  | { respond: AnswerPlan }
  /** The connection is reset before a byte of the answer. */
  | { reset: true }
  /** No byte for `ms` after so many bytes of the body (-1: not even headers), then the connection is closed. */
  | { stall: { after_bytes: number; ms: number } }
  /** The connection breaks after so many bytes of the body; `length: false` sends it without content-length. */
  | { cut: { after_bytes: number; length?: boolean } }
  /** The body ends early, and neatly: the content-length fits. */
  | { truncate: { bytes: number } }
  /** One byte of the body is changed. */
  | { corrupt: { at: number } }
  /** Another ETag than the file's. */
  | { etag: string }
  /** From now on the file has other content and another ETag. */
  | { change_file: true }
  /** Range is not heard: the whole file with 200. */
  | { ignore_range: true }
  /** Slowly: so many bytes at a time. */
  | { drip: { bytes: number; every_ms: number } }
  /** Late. */
  | { delay_ms: number };
