import type { ConnectorError } from '../errors/connector-error';
import type { Cookies } from './cookies';
import type { HeaderMap, PreparedRequest } from './requester';
import type { HttpBody } from './response-body';

/** One request, ready to be sent. */
export interface HttpCall {
  method: string;
  url: string;
  headers?: HeaderMap;
  body?: string | null;
  signal?: AbortSignal;
  /** For the whole call, redirects and the body included; milliseconds. */
  timeoutMs?: number;
  /** For TCP and TLS; milliseconds, default 30 s. */
  connectTimeoutMs?: number;
  /** For the first byte of the answer (default 15 min) and between bytes of the body (default 5 min); milliseconds. */
  readTimeoutMs?: number;
  /**
   * On a connection of its own: a kept connection may be closed by the server while the request is on its way, and
   * nobody can tell then whether it was carried out. For requests that must not be carried out twice.
   */
  ownConnection?: boolean;
  cookies?: Cookies;
  /** Names of headers that hold credentials: they do not follow a redirect to another host. */
  credentials?: readonly string[];
  /** Asked after a transport error before any byte of an answer: waits, then names the call to send instead; undefined gives up. */
  repeat?: (error: ConnectorError) => Promise<HttpCall | undefined>;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: HeaderMap;
  /** After redirects. */
  readonly url: string;
  /** The last request of a chain of redirects. */
  readonly request: PreparedRequest;
  readonly body: HttpBody;
}
