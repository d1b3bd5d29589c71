import type { BodyPlaces } from '../body-places';
import type { LineBatch, LineEnvelope } from '../decoder';
import { BATCH_BYTES } from '../line-buffers';
import type { LinesRead, RecordWriter } from './record-writer';

/** Where WebAssembly cannot do it: reads nothing itself. */
export class PlainRecordWriter implements RecordWriter {
  private readonly ready: LineBatch[] = [];
  private buffer = newBuffer();
  private position = 0;
  private count = 0;

  private end: number | undefined;

  constructor(
    private readonly envelope: LineEnvelope,
    private readonly places?: BodyPlaces,
  ) {}

  load(): void {}

  readLines(at: number): LinesRead {
    return { to: at, lines: 0 };
  }

  readItems(at: number): number {
    return at;
  }

  add(json: Uint8Array): void {
    const { head, tail } = this.envelope;
    if (this.position >= BATCH_BYTES) this.flush();
    this.reserve(head.length + json.length + tail.length + 1);
    this.buffer.set(head, this.position);
    this.buffer.set(json, this.position + head.length);
    this.position += head.length + json.length;
    this.buffer.set(tail, this.position);
    this.position += tail.length;
    this.buffer[this.position++] = 0x0a;
    this.count++;
    this.end = undefined;
  }

  reached(end: number | undefined): void {
    this.end = end;
    if (this.position >= BATCH_BYTES) this.flush();
  }

  takeFull(): LineBatch[] {
    return this.ready.splice(0);
  }

  takeAll(): LineBatch[] {
    this.flush();
    return this.ready.splice(0);
  }

  private flush(): void {
    if (this.count === 0) return;
    const place = this.end === undefined ? undefined : this.places?.at(this.end);
    this.ready.push({ lines: this.buffer.subarray(0, this.position), count: this.count, ...(place ? { place } : {}) });
    this.buffer = newBuffer();
    this.position = 0;
    this.count = 0;
  }

  private reserve(bytes: number): void {
    const needed = this.position + bytes;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
  }
}

const newBuffer = () => Buffer.allocUnsafeSlow(BATCH_BYTES * 2);
