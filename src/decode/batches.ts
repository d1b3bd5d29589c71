import type { JsonValue } from '../protocol/json';
import type { LineBatch, LineEnvelope } from './decoder';

const BATCH_ROWS = 1000;
const BATCH_BYTES = 1 << 20;
const LINES_BYTES = 256 * 1024;
const NEWLINE = 10;

/** Collects decoded elements until there are enough for one batch. */
export class ElementBatch {
  private elements: JsonValue[] = [];
  private bytes = 0;

  /** `bytes`: roughly what the element took in the body. */
  add(element: JsonValue, bytes: number): void {
    this.elements.push(element);
    this.bytes += bytes;
  }

  get full(): boolean {
    return this.elements.length >= BATCH_ROWS || this.bytes >= BATCH_BYTES;
  }

  get empty(): boolean {
    return this.elements.length === 0;
  }

  take(): JsonValue[] {
    const taken = this.elements;
    this.elements = [];
    this.bytes = 0;
    return taken;
  }
}

/** Collects RECORD lines; each batch has its own memory, so that the receiver may keep it while the next one is made. */
export class LineWriter {
  private buffer = Buffer.allocUnsafeSlow(LINES_BYTES * 2);
  private position = 0;
  private count = 0;

  constructor(private readonly envelope: LineEnvelope) {}

  /** `json`: a complete object, without line breaks. */
  add(json: Uint8Array): void {
    const { head, tail } = this.envelope;
    this.reserve(head.length + json.length + tail.length + 1);
    this.buffer.set(head, this.position);
    this.buffer.set(json, this.position + head.length);
    this.position += head.length + json.length;
    this.buffer.set(tail, this.position);
    this.position += tail.length;
    this.buffer[this.position++] = NEWLINE;
    this.count++;
  }

  get full(): boolean {
    return this.position >= LINES_BYTES;
  }

  get empty(): boolean {
    return this.count === 0;
  }

  take(): LineBatch {
    const batch = { lines: this.buffer.subarray(0, this.position), count: this.count };
    this.buffer = Buffer.allocUnsafeSlow(LINES_BYTES * 2);
    this.position = 0;
    this.count = 0;
    return batch;
  }

  private reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
  }
}
