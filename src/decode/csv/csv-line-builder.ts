import type { BodyPlace } from '../body-places';
import type { DecodeContext, LineBatch, LineEnvelope } from '../decoder';
import { BATCH_BYTES } from '../line-buffers';
import type { CsvHeader } from './csv-header';
import { CsvOddities } from './csv-oddities';
import type { CsvOptions } from './csv-options';

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/**
 * The output of `PlainRowTranscoder`: every row begins with `head`, then each cell that is not null is written as
 * `,"name":"value"`; the comma before the first one becomes `{`. The bytes of the values are written by the transcoder
 * itself, which keeps the position in a local variable: methods take it and return the new one.
 */
export class CsvLineBuilder {
  /** Where the bytes go. Replaced when it must grow and for each batch. */
  out: Buffer;
  position = 0;
  /** The row with data that is being written, from 1. */
  row = 0;
  /** Set by the transcoder when the current cell has quotes. */
  wasQuoted = false;
  /** The room that is enough for everything but the values between the starts of two fields, a row's end included. */
  readonly roomPerField: number;

  /** `,"name":"` of every column, one after the other; column c has the bytes from keyStart[c] to keyStart[c + 1]. */
  private readonly keys: Uint8Array;
  private readonly keyStart: Uint32Array;
  private readonly surplusKey: Uint8Array;
  /** As they stand in the output: JSON texts without the quotes around them. */
  private readonly nulls: Uint8Array[];
  private readonly ready: LineBatch[] = [];
  private readonly oddities = new CsvOddities();
  private lines = 0;
  private column = 0;
  private jsonStart = 0;
  private fieldStart = 0;
  private fieldEnd = 0;

  /** `pieceRoom`: what the values of one piece of input may take. */
  constructor(
    private readonly header: CsvHeader,
    private readonly options: CsvOptions,
    private readonly envelope: LineEnvelope,
    private readonly pieceRoom: number,
  ) {
    const parts = header.names.map((name) => Buffer.from(`,${JSON.stringify(name)}:"`));
    this.keyStart = new Uint32Array(parts.length + 1);
    parts.forEach((part, column) => (this.keyStart[column + 1] = this.keyStart[column]! + part.length));
    this.keys = new Uint8Array(Buffer.concat(parts));
    this.surplusKey = Buffer.from(`,${JSON.stringify(header.surplus)}:["`);
    this.nulls = [...options.nulls].map((word) => Buffer.from(JSON.stringify(word).slice(1, -1)));
    const longestKey = parts.reduce((longest, part) => Math.max(longest, part.length), this.surplusKey.length);
    this.roomPerField = longestKey + envelope.head.length + envelope.tail.length + 16;
    this.out = this.newBuffer();
  }

  beginRow(position: number): number {
    const { head } = this.envelope;
    this.out.set(head, position);
    this.row++;
    this.column = 0;
    this.jsonStart = position + head.length;
    return this.jsonStart;
  }

  beginField(position: number): number {
    const { out, keys, keyStart, column } = this;
    const columns = keyStart.length - 1;
    let to = position;
    if (column < columns) {
      for (let at = keyStart[column]!, end = keyStart[column + 1]!; at < end; at++) out[to++] = keys[at]!;
    } else if (column === columns) {
      this.oddities.tooLong(this.row);
      out.set(this.surplusKey, to);
      to += this.surplusKey.length;
    } else {
      out[to++] = COMMA;
      out[to++] = QUOTE;
    }
    this.fieldStart = to;
    this.wasQuoted = false;
    return to;
  }

  endField(position: number): number {
    const columns = this.keyStart.length - 1;
    const column = this.column++;
    this.fieldEnd = position;
    if (column < columns && this.nulls.length > 0 && this.isNull(position)) {
      return this.fieldStart - (this.keyStart[column + 1]! - this.keyStart[column]!);
    }
    this.out[position] = QUOTE;
    return position + 1;
  }

  endRow(position: number): number {
    const { out, jsonStart, column } = this;
    const { tail } = this.envelope;
    const columns = this.keyStart.length - 1;
    if (column === 1 && this.options.skipSpaceLines && this.isBlank()) {
      this.row--;
      return jsonStart - this.envelope.head.length;
    }
    let to = position;
    if (column > columns) out[to++] = CLOSE_BRACKET;
    else if (column < columns) this.oddities.tooShort(this.row);
    if (to === jsonStart) to++;
    out[jsonStart] = OPEN_BRACE;
    out[to++] = CLOSE_BRACE;
    for (let at = 0; at < tail.length; at++) out[to++] = tail[at]!;
    out[to++] = LF;
    this.lines++;
    return to;
  }

  /** Makes room for `bytes` more after `position`. */
  ensureRoom(bytes: number): void {
    if (this.position + bytes <= this.out.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.position + bytes, this.out.length * 2));
    larger.set(this.out.subarray(0, this.position));
    this.out = larger;
  }

  /** Hands over the lines so far; called between rows. Every batch has its own memory. */
  flush(place?: BodyPlace): void {
    if (this.position === 0) return;
    this.ready.push({ lines: this.out.subarray(0, this.position), count: this.lines, ...(place ? { place } : {}) });
    this.out = this.newBuffer();
    this.position = 0;
    this.lines = 0;
  }

  /** Whether the lines so far make a batch. */
  full(position: number): boolean {
    return position >= BATCH_BYTES;
  }

  /** The batches that have their full size. */
  takeFull(): LineBatch[] {
    return this.ready.splice(0);
  }

  takeAll(): LineBatch[] {
    this.flush();
    return this.ready.splice(0);
  }

  /** One word about rows that do not fit the header. */
  report(context: DecodeContext): void {
    this.oddities.report(context, this.header.names.length, this.header.surplus);
  }

  private isNull(position: number): boolean {
    const { out, fieldStart } = this;
    const length = position - fieldStart;
    for (const word of this.nulls) {
      if (word.length !== length) continue;
      let at = 0;
      while (at < length && out[fieldStart + at] === word[at]) at++;
      if (at === length) return true;
    }
    return false;
  }

  /** Whether the only cell of a row is white space. */
  private isBlank(): boolean {
    if (this.wasQuoted) return false;
    const cell = this.out.toString('latin1', this.fieldStart, this.fieldEnd);
    return /^(?: |\\t)+$/.test(cell);
  }

  private newBuffer(): Buffer {
    return Buffer.allocUnsafeSlow(BATCH_BYTES + this.pieceRoom + this.roomPerField * 4);
  }
}
