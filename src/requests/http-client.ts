import { setMaxListeners } from 'node:events';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios';
import type { IAxiosRetryConfigExtended } from 'axios-retry';
import { ConnectorError } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import { Connections } from './connections';
import type { HttpAnswer, HttpCall } from './http-call';
import { prepareUrl } from './prepare-url';
import { receivedBody } from './received-body';
import { redirectedCall } from './redirects';
import { completeHeaders, findHeader, setHeader } from './request-headers';
import type { PreparedRequest } from './requester';
import { HttpBody } from './response-body';
import { shownUrl } from './shown-url';
import { proxyRefusal, timedOut, transportError } from './transport-error';

const CONNECT_TIMEOUT_MS = 30_000;
/** Synchronous report endpoints may think for minutes before they answer. */
const ANSWER_TIMEOUT_MS = 900_000;
const IDLE_TIMEOUT_MS = 300_000;
const KEEPALIVE_PROBE_MS = 60_000;
const MAX_REDIRECTS = 30;
/** Never reached: `repeat` decides. Only so that no loop is without a bound. */
const MAX_REPETITIONS = 1_000;

declare module '../platform/runtime' {
  interface SharedServices {
    httpClient: HttpClient;
  }
}

/** The HTTP client of this run. */
export function httpClient(runtime: Runtime): HttpClient {
  return runtime.shared('httpClient', () => new HttpClient(runtime));
}

/** What belongs to one call, all its hops and repetitions together. */
interface Chain {
  call: HttpCall;
  hops: number;
  signal: AbortSignal;
  /** Lets go of signals and timers. */
  release(): void;
}

/** One request on the wire. */
interface Attempt {
  request: PreparedRequest;
  client?: ClientRequest;
  response?: IncomingMessage;
  error?: Error;
}

/**
 * Sends single calls: pools, proxies, redirects, cookies, time-outs. The only place that knows axios. Repetitions are
 * axios-retry's doing and the caller's decision (`repeat`); what answers mean is nobody's business here.
 */
export class HttpClient {
  private readonly connections: Connections;
  private axios: Promise<AxiosInstance> | undefined;

  constructor(private readonly runtime: Runtime) {
    this.connections = new Connections(runtime);
    // Each request under way listens; more than the usual ten is no leak.
    setMaxListeners(0, runtime.signal);
  }

  /**
   * Answers of any status resolve.
   * @throws ConnectorError `http.…` for everything that went wrong before the body; the reason of the signal when aborted
   */
  async call(call: HttpCall): Promise<HttpAnswer> {
    const chain = this.chain(call);
    try {
      for (;;) {
        const answer = await this.send(chain);
        const next = redirectedCall(chain.call, answer, this.runtime.secrets);
        if (!next) return answer;
        answer.body.discard();
        if (++chain.hops > MAX_REDIRECTS) {
          throw ConnectorError.system('http.too_many_redirects', `'${call.method}' request to '${shownUrl(call.url)}' was redirected more than ${MAX_REDIRECTS} times. Check the address of the requester.`);
        }
        chain.call = next;
      }
    } catch (error) {
      chain.release();
      throw chain.signal.aborted ? chain.signal.reason : error;
    }
  }

  /** Closes idle connections; the process could end without, but not a test. */
  close(): void {
    this.connections.close();
  }

  private chain(call: HttpCall): Chain {
    const abort = new AbortController();
    // A caller's own signal may outlive that of the run: jobs are cleaned up after it.
    const signal = call.signal ?? this.runtime.signal;
    const listener = () => abort.abort(signal.reason);
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
    const { timeoutMs } = call;
    const timer = timeoutMs && setTimeout(() => abort.abort(timedOut(call, `took longer than ${timeoutMs / 1000} seconds`)), timeoutMs);
    return {
      call,
      hops: 0,
      signal: abort.signal,
      release: () => {
        if (timer) clearTimeout(timer);
        signal.removeEventListener('abort', listener);
      },
    };
  }

  /** Sends `chain.call`, and what `repeat` puts in its place, until something answers. */
  private async send(chain: Chain): Promise<HttpAnswer> {
    let attempt = await this.prepare(chain);
    let refusal: unknown;
    const retry: IAxiosRetryConfigExtended = {
      retries: MAX_REPETITIONS,
      retryDelay: () => 0,
      retryCondition: async () => {
        if (chain.signal.aborted) return false;
        try {
          if (!isStaleConnection(attempt)) {
            const next = await chain.call.repeat?.(transportError(attempt.error, chain.call.method, chain.call.url));
            if (!next) return false;
            chain.call = next;
            chain.hops = 0;
          }
          attempt = await this.prepare(chain);
          return true;
        } catch (error) {
          refusal = error;
          return false;
        }
      },
      onRetry: (_count, _error, config) => void Object.assign(config, this.axiosConfig(chain, attempt)),
    };
    try {
      await (await (this.axios ??= axiosWithRetry())).request({ ...this.axiosConfig(chain, attempt), 'axios-retry': retry });
    } catch (error) {
      throw refusal ?? transportError(attempt.error ?? error, chain.call.method, chain.call.url);
    }
    return this.answer(chain, attempt);
  }

  private async prepare({ call }: Chain): Promise<Attempt> {
    const prepared = new URL(prepareUrl(call.url, {}));
    const headers = completeHeaders(call.headers ?? {});
    await this.connections.prepare(prepared, !call.ownConnection);
    if (prepared.username && !findHeader(headers, 'authorization')) {
      const user = `${decodeURIComponent(prepared.username)}:${decodeURIComponent(prepared.password)}`;
      setHeader(headers, 'Authorization', `Basic ${Buffer.from(user).toString('base64')}`);
    }
    const url = prepareUrl(call.url, {}).replace(/^(https?:\/\/)[^/?]*@/, '$1');
    const cookies = call.cookies?.header(url);
    if (cookies && !findHeader(headers, 'cookie')) setHeader(headers, 'Cookie', cookies);
    const body = call.body ?? null;
    if (body !== null || !['GET', 'HEAD'].includes(call.method)) setHeader(headers, 'Content-Length', String(Buffer.byteLength(body ?? '')));
    return { request: { method: call.method, url, headers, body } };
  }

  private axiosConfig(chain: Chain, attempt: Attempt): Partial<InternalAxiosRequestConfig> & { url: string } {
    const { method, url, body } = attempt.request;
    const transport = {
      request: (_options: RequestOptions, onResponse: (response: IncomingMessage) => void) => this.open(chain, attempt, onResponse),
    };
    return { method, url, data: body ?? undefined, transport };
  }

  /** What axios uses in place of `http.request`: exact bytes, and time-outs for connecting and for the head of the answer. */
  private open({ call, signal }: Chain, attempt: Attempt, onResponse: (response: IncomingMessage) => void): ClientRequest {
    const { method, url, headers } = attempt.request;
    const target = new URL(url);
    const afterHost = url.slice(url.indexOf('/', url.indexOf('//') + 2));
    // Timers of the machine, not of the injected clock: they watch real sockets.
    // An error is made when it is needed: its stack costs more than the rest of a short request.
    const fail = (error: () => Error) => () => client.destroy(error());
    const connectMs = call.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const answerMs = call.readTimeoutMs ?? ANSWER_TIMEOUT_MS;
    const onAbort = () => client.destroy(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    const client = this.connections.open(
      target,
      !call.ownConnection,
      { method, headers, protocol: target.protocol, hostname: target.hostname.replace(/^\[|\]$/g, ''), port: target.port, path: afterHost },
      (response) => {
        clearTimeout(answerTimer);
        attempt.response = response;
        onResponse(response);
      },
    );
    attempt.client = client;
    const connectTimer = setTimeout(fail(() => timedOut(call, `found no connection within ${connectMs / 1000} seconds`, 'http.connect_timeout')), connectMs);
    const answerTimer = setTimeout(fail(() => timedOut(call, `got no answer within ${answerMs / 1000} seconds`)), answerMs);
    client.once('socket', (socket) => {
      if (call.keepaliveProbes) socket.setKeepAlive(true, KEEPALIVE_PROBE_MS);
      const { encrypted, secureConnecting } = socket as TLSSocket & { secureConnecting?: boolean };
      const pending = encrypted ? secureConnecting !== false : socket.connecting;
      if (client.reusedSocket || !pending) clearTimeout(connectTimer);
      else socket.once(encrypted ? 'secureConnect' : 'connect', () => clearTimeout(connectTimer));
    });
    // Else the agent would hand the proxy's own answer over as if the API had given it.
    client.once('proxyConnect', ({ statusCode }: { statusCode?: number }) => {
      if (statusCode !== undefined && statusCode !== 200) fail(() => proxyRefusal(call, statusCode))();
    });
    client.on('error', (error) => (attempt.error ??= error));
    client.once('close', () => {
      clearTimeout(connectTimer);
      clearTimeout(answerTimer);
      signal.removeEventListener('abort', onAbort);
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return client;
  }

  private async answer(chain: Chain, { request, response }: Attempt): Promise<HttpAnswer> {
    if (!response) throw new Error('axios resolved without an answer');
    const { call } = chain;
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
    );
    const keepCookies = async () => call.cookies?.keep(response.headers['set-cookie'] ?? [], request.url, new Date(this.runtime.clock.now()));
    if (request.method === 'HEAD' || response.statusCode === 204 || response.statusCode === 304 || headers['content-length'] === '0') {
      response.resume();
      chain.release();
      await keepCookies();
      return { status: response.statusCode as number, headers, url: request.url, request, body: HttpBody.of(new Uint8Array(0), undefined) };
    }
    const body = receivedBody(response, {
      method: request.method,
      url: request.url,
      idleMs: call.readTimeoutMs ?? IDLE_TIMEOUT_MS,
      signal: chain.signal,
      onClosed: () => chain.release(),
    });
    await keepCookies();
    return { status: response.statusCode as number, headers, url: request.url, request, body };
  }
}

/** Loaded with the first request: commands that send none start faster. */
async function axiosWithRetry(): Promise<AxiosInstance> {
  const [{ default: axios }, { default: axiosRetry }] = await Promise.all([import('axios'), import('axios-retry')]);
  const instance = axios.create({
    adapter: 'http',
    responseType: 'stream',
    decompress: false,
    maxRedirects: 0,
    proxy: false,
    validateStatus: () => true,
    transformRequest: [(data: unknown) => data],
  });
  axiosRetry(instance, { retries: 0 });
  return instance;
}

/** The server closed a kept connection while the request was on its way: it has not seen the request. */
function isStaleConnection({ client, response, error }: Attempt): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return !response && client?.reusedSocket === true && (code === 'ECONNRESET' || code === 'EPIPE');
}
