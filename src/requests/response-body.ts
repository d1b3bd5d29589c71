import { ConnectorError } from '../errors/connector-error';
import type { JsonValue } from '../protocol/json';
import { parseJson } from '../protocol/lossless-json';
import type { ResponseBody } from './requester';

/** Whole bodies larger than this do not fit into a JavaScript string anyway. */
const BUFFER_LIMIT_BYTES = 500 * 1024 * 1024;

/** Where a body's bytes come from; `cancel` gives the connection up. */
export interface BodySource {
  chunks: AsyncIterable<Uint8Array>;
  /** For decoding text: the content-type header. */
  contentType: string | undefined;
  cancel(): void;
}

export class HttpBody implements ResponseBody {
  received = 0;
  /** Told how many bytes have arrived, with each chunk, whoever reads. */
  onArrival: ((bytes: number) => void) | undefined;
  private arrivedBytes = 0;
  private readonly iterator: AsyncIterator<Uint8Array>;
  /** Read ahead by peeks, in order. */
  private readonly ahead: Uint8Array[] = [];
  private aheadBytes = 0;
  private ended = false;
  private streamed = false;
  private failure: unknown;
  /** Reads of the source, one after the other. */
  private reading: Promise<void> = Promise.resolve();

  constructor(private readonly source: BodySource) {
    this.iterator = source.chunks[Symbol.asyncIterator]();
  }

  /** A body that is in memory already. */
  static of(bytes: Uint8Array, contentType: string | undefined): HttpBody {
    const chunks = (async function* () {
      if (bytes.length > 0) yield bytes;
    })();
    return new HttpBody({ chunks, contentType, cancel: () => {} });
  }

  /** True when every byte has arrived: the connection is free again. */
  get isComplete(): boolean {
    return this.ended;
  }

  /** The first bytes, at least `limitBytes` of them when there are that many; a later reader gets them as well. */
  async peek(limitBytes: number): Promise<{ bytes: Uint8Array; complete: boolean }> {
    this.refuseSecondReading();
    await this.readAhead(limitBytes);
    return { bytes: this.joined(), complete: this.ended };
  }

  async *stream(): AsyncGenerator<Uint8Array> {
    this.refuseSecondReading();
    if (this.ended) {
      this.received = this.aheadBytes;
      yield* [...this.ahead];
      return;
    }
    this.streamed = true;
    try {
      for (let chunk = this.ahead.shift(); chunk; chunk = this.ahead.shift()) {
        this.received += chunk.length;
        yield chunk;
      }
      if (this.failure) throw this.failure;
      for (;;) {
        const { done, value } = await this.iterator.next();
        if (done) break;
        this.received += value.length;
        this.arrived(value);
        yield value;
      }
      this.ended = true;
    } finally {
      if (!this.ended) this.source.cancel();
    }
  }

  async buffer(limitBytes = BUFFER_LIMIT_BYTES): Promise<Uint8Array> {
    this.refuseSecondReading();
    await this.readAhead(limitBytes + 1);
    if (this.aheadBytes > limitBytes) {
      this.discard();
      throw ConnectorError.system(
        'http.body_too_large',
        `A body is larger than the ${limitBytes} bytes that are read into memory at once. Ask the API for smaller pages, or use a decoder that reads streams (CSV, JSONL, JSON items).`,
      );
    }
    return this.joined();
  }

  async text(): Promise<string> {
    return decodeText(await this.buffer(), this.source.contentType);
  }

  async json(): Promise<JsonValue | undefined> {
    return jsonOrUndefined(await this.text());
  }

  discard(): void {
    if (!this.ended) this.source.cancel();
  }

  /** What was read ahead until now, also when the rest never came. */
  get readUntilNow(): Uint8Array {
    return this.joined();
  }

  /** Text of bytes of this body. */
  decode(bytes: Uint8Array): string {
    return decodeText(bytes, this.source.contentType);
  }

  private async readAhead(wanted: number): Promise<void> {
    const turn = this.reading.then(async () => {
      if (this.failure) throw this.failure;
      try {
        while (!this.ended && this.aheadBytes < wanted) {
          const { done, value } = await this.iterator.next();
          if (done) {
            this.ended = true;
          } else {
            this.ahead.push(value);
            this.aheadBytes += value.length;
            this.arrived(value);
          }
        }
      } catch (error) {
        this.failure = error;
        throw error;
      }
    });
    this.reading = turn.catch(() => {});
    await turn;
  }

  private arrived({ length }: Uint8Array): void {
    this.arrivedBytes += length;
    this.onArrival?.(this.arrivedBytes);
  }

  private joined(): Uint8Array {
    if (this.ahead.length > 1) this.ahead.splice(0, this.ahead.length, Buffer.concat(this.ahead));
    return this.ahead[0] ?? new Uint8Array(0);
  }

  private refuseSecondReading(): void {
    if (this.streamed) throw new Error('The body of an answer was streamed already and cannot be read again');
  }
}

export function jsonOrUndefined(text: string): JsonValue | undefined {
  // Most bodies that are no JSON show it in their first character.
  if (!/^\s*["[{\d\-tfn]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function decodeText(bytes: Uint8Array, contentType: string | undefined): string {
  const [first, second] = bytes;
  const marked = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : undefined;
  const label = marked ?? /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
