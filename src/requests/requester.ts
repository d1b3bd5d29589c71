import type { JsonObject, JsonValue } from '../protocol/json';
import type { Vars } from '../manifest/interpolation/interpolated-string';
import type { RequestOptions } from '../slices/request-options';
import type { StreamSlice } from '../slices/stream-slice';

/** A request as it was sent; templates see it as `creation_response.request`. */
export interface PreparedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

/**
 * The body of an answer with its transport encoding undone. It can be streamed once, or buffered as often as asked;
 * a peek (error filters) does not take anything away from a later reader.
 */
export interface ResponseBody {
  /** Bytes that `stream` has handed out. */
  readonly received: number;
  stream(): AsyncIterable<Uint8Array>;
  /** The whole body; an answer over `limitBytes` is an error with the limit in its message. */
  buffer(limitBytes?: number): Promise<Uint8Array>;
  text(): Promise<string>;
  /** Parsed JSON (big integers as bigint), or undefined when it is none. */
  json(): Promise<JsonValue | undefined>;
  /** Gives the connection back without reading on. */
  discard(): void;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  /** After redirects. */
  readonly url: string;
  readonly request: PreparedRequest;
  readonly body: ResponseBody;
  /** The error handler said IGNORE. */
  readonly ignored: boolean;
}

export interface RequestInput {
  slice?: StreamSlice;
  /** As templates see it: `{ next_page_token: … }`. */
  nextPageToken?: { next_page_token: JsonValue };
  /** More variables, e.g. `creation_response`, `download_target`. */
  vars?: Vars;
  /** From paginator, cursor and partition router. */
  options?: RequestOptions;
  /** A `RequestPath` token: replaces the path. */
  path?: string;
  /** Told of the body's bytes as they arrive, and of how many there will be where the answer says so; for each answer anew. */
  onArrival?: (bytes: number, headers: Record<string, string>) => void;
  /** Extra headers that no template knows, e.g. Range. */
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /**
   * `throw`: a RATE_LIMITED answer is not waited for but thrown at once, with the recovery `wait_for_capacity`, for a
   * caller that has something better to do than to wait (a job's slot is given back meanwhile).
   */
  rateLimit?: 'throw';
}

/**
 * Sends one logical request: templates, authentication, budget, error handler and retries. Resolves only with an
 * answer to work with (SUCCESS or IGNORE); otherwise throws a ConnectorError, or a RequestSignal.
 */
export interface Requester {
  /** e.g. `job creation - contacts`; in logs. */
  readonly name: string;
  /** Answers are read into memory when they come (`use_cache`), not when their bodies are. */
  readonly isCached?: boolean;
  send(input: RequestInput): Promise<HttpResponse>;
}

/** The error handler asked the retriever to act (reference section 8). */
export class RequestSignal extends Error {
  constructor(
    readonly action: 'RESET_PAGINATION' | 'REDUCE_PAGE_SIZE' | 'SPLIT_REQUEST_WINDOW',
    message: string,
  ) {
    super(message);
    this.name = 'RequestSignal';
  }
}

export type HeaderMap = Record<string, string>;
export type { JsonObject };

declare module '../manifest/kinds' {
  interface ComponentKinds {
    Requester: Requester;
  }
}
