import type { IncomingMessage } from 'node:http';
import type { Runtime } from '../platform/runtime';
import type { Connections } from './connections';
import type { HttpAnswer, HttpCall } from './http-call';
import { prepareUrl } from './prepare-url';
import { receivedBody } from './received-body';
import { completeHeaders, findHeader, setHeader } from './request-headers';
import type { HeaderMap } from './requester';
import { HttpBody } from './response-body';
import { transmit, type Attempt } from './transmit';
import { timedOut, transportError } from './transport-error';

const IDLE_TIMEOUT_MS = 300_000;

/** One call under way, all its hops and repetitions together. */
export class OpenCall {
  hops = 0;
  /** Aborted when the caller, the run or the time for the whole call says so. */
  readonly signal: AbortSignal;
  /** Lets go of signals and timers. */
  readonly release: () => void;
  private attempt: Attempt | undefined;
  /** What `repeat` threw. */
  private refusal: { error: unknown } | undefined;

  constructor(
    private call: HttpCall,
    private readonly connections: Connections,
    private readonly runtime: Runtime,
  ) {
    // A caller's own signal may outlive that of the run: jobs are cleaned up after it.
    const signal = call.signal ?? runtime.signal;
    const { timeoutMs } = call;
    if (!timeoutMs) {
      this.signal = signal;
      this.release = () => {};
      return;
    }
    const abort = new AbortController();
    this.signal = abort.signal;
    const listener = () => abort.abort(signal.reason);
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
    const timer = setTimeout(() => abort.abort(timedOut(call, `took longer than ${timeoutMs / 1000} seconds`)), timeoutMs);
    this.release = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', listener);
    };
  }

  get current(): HttpCall {
    return this.call;
  }

  /** Goes on with the call that a redirect asks for. */
  follow(next: HttpCall): void {
    this.call = next;
    this.hops += 1;
  }

  /** Makes the next request. @throws ConnectorError for what cannot be sent at all, or must not be */
  async prepare(): Promise<void> {
    this.attempt = await this.nextAttempt();
  }

  /** The prepared request on the wire, up to the head of its answer. */
  transmit(): Promise<IncomingMessage> {
    return transmit(this.attempt as Attempt, this.call, this.signal);
  }

  /** Whether, and with which call, to try again after a transport error: the server's closing of a kept connection is nobody's business. */
  async mayRepeat(error: unknown): Promise<boolean> {
    if (this.signal.aborted) return false;
    try {
      if (!isStaleConnection(this.attempt, error)) {
        const next = await this.call.repeat?.(transportError(error, this.call.method, this.call.url));
        if (!next) return false;
        this.call = next;
        this.hops = 0;
      }
      await this.prepare();
      return true;
    } catch (refusal) {
      this.refusal = { error: refusal };
      return false;
    }
  }

  /** What the caller shall hear of a transport error that was not repeated. */
  failure(error: unknown): unknown {
    return this.refusal ? this.refusal.error : transportError(error, this.call.method, this.call.url);
  }

  async answer(response: IncomingMessage): Promise<HttpAnswer> {
    const { call } = this;
    const { request } = this.attempt as Attempt;
    const headers: HeaderMap = {};
    for (const [name, value] of Object.entries(response.headers)) headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
    const status = response.statusCode as number;
    const cookies = response.headers['set-cookie'];
    let body: HttpBody;
    if (request.method === 'HEAD' || status === 204 || status === 304 || headers['content-length'] === '0') {
      response.resume();
      this.release();
      body = HttpBody.of(new Uint8Array(0), undefined);
    } else {
      body = receivedBody(response, { method: request.method, url: request.url, idleMs: call.readTimeoutMs ?? IDLE_TIMEOUT_MS, signal: this.signal, onClosed: this.release });
    }
    if (cookies && call.cookies) await call.cookies.keep(cookies, request.url, new Date(this.runtime.clock.now()));
    return { status, headers, url: request.url, request, body };
  }

  private async nextAttempt(): Promise<Attempt> {
    const { call } = this;
    const prepared = prepareUrl(call.url, {});
    const headers = completeHeaders(call.headers ?? {});
    const hostAt = prepared.indexOf('//') + 2;
    const pathAt = prepared.indexOf('/', hostAt);
    const at = prepared.lastIndexOf('@', pathAt);
    const origin = at < 0 ? prepared.slice(0, pathAt) : prepared.slice(0, hostAt) + prepared.slice(at + 1, pathAt);
    const route = await this.connections.route(origin, !call.ownConnection);
    if (at >= 0 && !findHeader(headers, 'authorization')) {
      const { username, password } = new URL(prepared);
      if (username) setHeader(headers, 'Authorization', `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`);
    }
    const url = origin + prepared.slice(pathAt);
    const cookies = call.cookies?.header(url);
    if (cookies && !findHeader(headers, 'cookie')) setHeader(headers, 'Cookie', cookies);
    const body = call.body ?? null;
    if (body !== null || (call.method !== 'GET' && call.method !== 'HEAD')) setHeader(headers, 'Content-Length', String(Buffer.byteLength(body ?? '')));
    return { request: { method: call.method, url, headers, body }, route };
  }
}

/** The server closed a kept connection while the request was on its way: it has not seen the request. */
function isStaleConnection(attempt: Attempt | undefined, error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return attempt?.client?.reusedSocket === true && (code === 'ECONNRESET' || code === 'EPIPE');
}
