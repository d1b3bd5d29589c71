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
  const raw = new ArrivingChunks(response, reception);
  return new HttpBody({
    chunks: decodeContent(raw, response.headers['content-encoding']),
    contentType: response.headers['content-type'],
    cancel: () => {
      const length = Number(response.headers['content-length'] ?? Infinity);
      if (!raw.started && length <= DRAIN_BYTES) drain(response);
      else response.destroy();
      reception.onClosed();
    },
  });
}

/**
 * Reads a response when it is asked to. Node's own iterator does the same, but what it sets up costs more than all the rest
 * of a small body.
 */
class ArrivingChunks implements AsyncIterableIterator<Uint8Array> {
  started = false;
  private bytes = 0;
  private ended = false;
  private stalled = false;
  private listens = false;
  private timer: NodeJS.Timeout | undefined;
  /** Set while a reader waits. */
  private wake: (() => void) | undefined;

  constructor(
    private readonly response: IncomingMessage,
    private readonly reception: Reception,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.ended) return { done: true, value: undefined };
    try {
      if (!this.started) {
        this.started = true;
        this.reception.signal.throwIfAborted();
      }
      for (;;) {
        const value = this.read();
        if (value) {
          this.bytes += value.length;
          return { done: false, value };
        }
        if (this.response.readableEnded) break;
        this.listen();
        await new Promise<void>((resolve) => (this.wake = resolve));
        this.wake = undefined;
      }
      this.checkLength();
    } catch (error) {
      this.end();
      throw this.failure(error);
    }
    this.end();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    if (!this.ended) {
      this.response.destroy();
      this.end();
    }
    return { done: true, value: undefined };
  }

  /** What has arrived; null when that is nothing, or the end. */
  private read(): Uint8Array | null {
    const { response } = this;
    const chunk = response.destroyed ? null : (response.read() as Uint8Array | null);
    if (chunk) return chunk;
    if (response.errored) throw response.errored;
    if (response.destroyed && !response.readableEnded) throw new Error('Premature close');
    return null;
  }

  /** For the wait that begins. Of a small body everything is there before the first one, and only its end is to come. */
  private listen(): void {
    const { complete } = this.response;
    if (!this.listens) {
      this.listens = true;
      const wake = () => {
        // A body that is given up half-read never gets to its end.
        if (this.response.destroyed) clearTimeout(this.timer);
        this.wake?.();
      };
      for (const event of complete ? ['end', 'error', 'close'] : ['readable', 'end', 'error', 'close']) this.response.on(event, wake);
    }
    if (!complete) this.watch();
  }

  /** Bounds the wait; a reader that takes its time is no stall. */
  private watch(): void {
    // Timers of the machine, not of the injected clock: they watch real sockets.
    this.timer ??= setTimeout(() => {
      if (!this.wake) return;
      this.stalled = true;
      this.response.destroy();
    }, this.reception.idleMs);
    this.timer.refresh();
  }

  private checkLength(): void {
    const { headers } = this.response;
    const promised = headers['content-length'];
    if (promised === undefined || headers['transfer-encoding'] || this.bytes === Number(promised)) return;
    throw bodyCut(`${this.what}: the body ended after ${this.bytes} of ${promised} bytes.`);
  }

  private failure(error: unknown): unknown {
    const { signal, idleMs } = this.reception;
    if (signal.aborted) return signal.reason;
    if (this.stalled) {
      return ConnectorError.transient('http.body_stalled', `${this.what}: no byte of the body arrived for ${idleMs / 1000} seconds (after ${this.bytes} bytes).`, { recovery: 'resume_body' });
    }
    if (error instanceof ConnectorError) return error;
    return bodyCut(`${this.what}: the connection was cut after ${this.bytes} bytes of the body.`, error);
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.reception.onClosed();
  }

  private get what(): string {
    return `'${this.reception.method}' request to '${shownUrl(this.reception.url)}'`;
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
