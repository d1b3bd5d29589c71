import type { IncomingMessage } from 'node:http';
import { ConnectorError } from '../errors/connector-error';
import { decodeContent } from './content-decoding';
import { HttpBody } from './response-body';
import { shownUrl } from './shown-url';

/** Up to here it is cheaper to read the rest of an unwanted body than to open a new connection. */
const DRAIN_BYTES = 64 * 1024;
const DRAIN_MS = 5_000;

export interface Reception {
  method: string;
  url: string;
  /** Longest pause between two chunks, milliseconds. */
  idleMs: number;
  signal: AbortSignal;
  /** Called once, when the body has ended or was given up. */
  onClosed(): void;
}

/** The body of an answer that is just arriving: encoding undone, pauses bounded, every cut an error. */
export function receivedBody(response: IncomingMessage, reception: Reception): HttpBody {
  let started = false;
  const raw = (async function* () {
    started = true;
    yield* receive(response, reception);
  })();
  return new HttpBody({
    chunks: decodeContent(raw, response.headers['content-encoding']),
    contentType: response.headers['content-type'],
    cancel: () => {
      const length = Number(response.headers['content-length'] ?? Infinity);
      if (!started && length <= DRAIN_BYTES) drain(response);
      else response.destroy();
      reception.onClosed();
    },
  });
}

async function* receive(response: IncomingMessage, { method, url, idleMs, signal, onClosed }: Reception): AsyncGenerator<Uint8Array> {
  // Timers of the machine, not of the injected clock: they watch real sockets.
  let waiting = true;
  let stalled = false;
  const timer = setTimeout(() => {
    if (!waiting) return;
    stalled = true;
    response.destroy();
  }, idleMs);
  // A body that is given up half-read never gets to the end of this function.
  response.once('close', () => clearTimeout(timer));
  const what = `'${method}' request to '${shownUrl(url)}'`;
  let bytes = 0;
  try {
    signal.throwIfAborted();
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      waiting = false;
      bytes += chunk.length;
      yield chunk;
      waiting = true;
      timer.refresh();
    }
    const promised = response.headers['content-length'];
    if (promised !== undefined && !response.headers['transfer-encoding'] && bytes !== Number(promised)) {
      throw bodyCut(`${what}: the body ended after ${bytes} of ${promised} bytes.`);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (stalled) {
      throw ConnectorError.transient('http.body_stalled', `${what}: no byte of the body arrived for ${idleMs / 1000} seconds (after ${bytes} bytes).`, { recovery: 'resume_body' });
    }
    if (error instanceof ConnectorError) throw error;
    throw bodyCut(`${what}: the connection was cut after ${bytes} bytes of the body.`, error);
  } finally {
    clearTimeout(timer);
    onClosed();
  }
}

function bodyCut(message: string, cause?: unknown): ConnectorError {
  return ConnectorError.transient('http.body_cut', message, { recovery: 'resume_body', cause });
}

function drain(response: IncomingMessage): void {
  const timer = setTimeout(() => response.destroy(), DRAIN_MS);
  timer.unref();
  response.on('error', () => {});
  response.on('close', () => clearTimeout(timer));
  response.resume();
}
