import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { KEEPALIVE_PROBE_MS, type Route } from './connections';
import type { HttpCall } from './http-call';
import type { PreparedRequest } from './requester';
import { proxyRefusal, timedOut } from './transport-error';

const CONNECT_TIMEOUT_MS = 30_000;
/** Synchronous report endpoints may think for minutes before they answer. */
const ANSWER_TIMEOUT_MS = 900_000;

/** One request on the wire. */
export interface Attempt {
  readonly request: PreparedRequest;
  readonly route: Route;
  client?: ClientRequest;
}

/**
 * Sends a request: exact bytes, and time-outs for connecting and for the head of the answer, with which it resolves.
 * @throws what broke the connection, or the reason of `signal`
 */
export function transmit(attempt: Attempt, call: HttpCall, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request, route } = attempt;
    const { method, url, headers, body } = request;
    const path = url.slice(url.indexOf('/', url.indexOf('//') + 2));
    const client = (route.isHttps ? httpsRequest : httpRequest)({ ...route.options, method, headers, path });
    attempt.client = client;
    // Timers of the machine, not of the injected clock: they watch real sockets.
    // An error is made when it is needed: its stack costs more than the rest of a short request.
    const fail = (error: () => Error) => () => client.destroy(error());
    const answerMs = call.readTimeoutMs ?? ANSWER_TIMEOUT_MS;
    const answerTimer = setTimeout(fail(() => timedOut(call, `got no answer within ${answerMs / 1000} seconds`)), answerMs);
    const stopConnecting = client.reusedSocket ? undefined : watchConnecting(client, call, route, fail);
    const onAbort = () => client.destroy(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    client.once('response', (response) => {
      clearTimeout(answerTimer);
      if (!client.destroyed) resolve(response);
    });
    client.on('error', reject);
    client.once('close', () => {
      stopConnecting?.();
      clearTimeout(answerTimer);
      signal.removeEventListener('abort', onAbort);
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    client.end(body ?? undefined);
  });
}

/** Limits the time that a new connection takes. Gives what ends the watch. */
function watchConnecting(client: ClientRequest, call: HttpCall, { proxy }: Route, fail: (error: () => Error) => () => void): () => void {
  const limitMs = call.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
  const timer = setTimeout(fail(() => timedOut(call, `found no connection within ${limitMs / 1000} seconds`, 'http.connect_timeout')), limitMs);
  const stop = () => clearTimeout(timer);
  client.once('socket', (socket) => {
    socket.setKeepAlive(true, KEEPALIVE_PROBE_MS);
    const { encrypted, secureConnecting } = socket as TLSSocket & { secureConnecting?: boolean };
    const pending = encrypted ? secureConnecting !== false : socket.connecting;
    if (client.reusedSocket || !pending) stop();
    else socket.once(encrypted ? 'secureConnect' : 'connect', stop);
  });
  // Else the agent would hand the proxy's own answer over as if the API had given it.
  if (proxy) {
    client.once('proxyConnect', ({ statusCode }: { statusCode?: number }) => {
      if (statusCode !== undefined && statusCode !== 200) fail(() => proxyRefusal(call, statusCode))();
    });
  }
  return stop;
}
