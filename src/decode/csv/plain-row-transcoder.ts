import type { DecodeContext, LineBatch, LineEnvelope } from '../decoder';
import type { CsvHeader } from './csv-header';
import { CsvLineBuilder } from './csv-line-builder';
import { unclosedQuote } from './csv-oddities';
import type { CsvOptions } from './csv-options';
import type { RowsStart, RowTranscoder } from './row-transcoder';

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Input is worked on in pieces, so that the room for the worst case (six bytes for one) stays small. */
const PIECE_BYTES = 32 * 1024;

const enum State {
  RowStart,
  FieldStart,
  Plain,
  Quoted,
  QuoteInQuoted,
  /** After a `\r` that ended a row: a `\n` belongs to it. */
  RowEndCR,
  /** The same inside of quotes. */
  QuotedCR,
}

/** The JSON escapes of control characters. */
const ESCAPES: readonly Uint8Array[] = Array.from({ length: 32 }, (_, code) =>
  Buffer.from(JSON.stringify(String.fromCharCode(code)).slice(1, -1)),
);

/** The rows below the header → RECORD lines by a state machine over bytes. WasmRowTranscoder does the same, faster. */
export class PlainRowTranscoder implements RowTranscoder {
  private readonly lines: CsvLineBuilder;
  private readonly delimiter: number;
  private readonly quote: number;
  /** 1 for bytes that end a run of plain text outside of quotes; and inside of them. */
  private readonly special = new Uint8Array(256);
  private readonly specialQuoted = new Uint8Array(256);
  private state: State;
  private bytes: number;
  private readonly headBytes: number;
  private openQuote = 0;

  constructor(
    header: CsvHeader,
    options: CsvOptions,
    envelope: LineEnvelope,
    private readonly context: DecodeContext,
    start: RowsStart,
  ) {
    const { dialect } = options;
    this.lines = new CsvLineBuilder(header, options, envelope, PIECE_BYTES * 6);
    this.state = start.afterCR ? State.RowEndCR : State.RowStart;
    this.bytes = this.headBytes = start.bytes;
    this.delimiter = dialect.delimiter.charCodeAt(0);
    this.quote = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0);
    for (const table of [this.special, this.specialQuoted]) {
      table.fill(1, 0, 32);
      table[QUOTE] = table[BACKSLASH] = 1;
    }
    this.special[this.delimiter] = 1;
    if (this.quote >= 0) this.specialQuoted[this.quote] = 1;
  }

  write(chunk: Buffer): LineBatch[] {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) {
      const piece = chunk.subarray(from, from + PIECE_BYTES);
      this.scan(piece);
      this.bytes += piece.length;
    }
    return this.lines.takeFull();
  }

  end(): LineBatch[] {
    const { lines } = this;
    if (this.state === State.Quoted || this.state === State.QuotedCR) throw unclosedQuote(lines.row, this.openQuote);
    if (this.state !== State.RowStart && this.state !== State.RowEndCR) {
      lines.ensureRoom(lines.roomPerField);
      const position = this.state === State.FieldStart ? lines.beginField(lines.position) : lines.position;
      lines.position = lines.endRow(lines.endField(position));
    }
    lines.report(this.context);
    return lines.takeAll();
  }

  private scan(piece: Buffer): void {
    const { lines, special, specialQuoted, delimiter, quote } = this;
    const length = piece.length;
    // Every byte may become six; keys and envelopes are checked for at the start of each field.
    const slack = length * 6 + lines.roomPerField * 2;
    lines.ensureRoom(slack);
    let { out, position } = lines;
    let { state } = this;
    let limit = out.length - slack;
    let at = 0;
    let byte = 0;
    while (at < length) {
      switch (state) {
        case State.RowEndCR:
          if (piece[at] === LF) at++;
          state = State.RowStart;
          break;

        case State.RowStart:
          byte = piece[at]!;
          if (byte === LF || byte === CR) {
            at++;
            break;
          }
          if (lines.full(position)) {
            lines.position = position;
            lines.flush(this.context.places?.at(this.bytes + at, this.headBytes));
            ({ out, position } = lines);
            limit = out.length - slack;
          }
          position = lines.beginRow(position);
          state = State.FieldStart;
          break;

        case State.FieldStart:
          if (position > limit) {
            lines.position = position;
            lines.ensureRoom(slack);
            out = lines.out;
            limit = out.length - slack;
          }
          position = lines.beginField(position);
          if (piece[at] === quote) {
            lines.wasQuoted = true;
            this.openQuote = this.bytes + at;
            at++;
            state = State.Quoted;
          } else {
            state = State.Plain;
          }
          break;

        case State.Plain:
          while (at < length && special[(byte = piece[at]!)] === 0) {
            out[position++] = byte;
            at++;
          }
          if (at >= length) break;
          at++;
          if (byte === delimiter) {
            position = lines.endField(position);
            state = State.FieldStart;
          } else if (byte === LF || byte === CR) {
            position = lines.endRow(lines.endField(position));
            state = byte === CR ? State.RowEndCR : State.RowStart;
          } else {
            position = escapeByte(out, position, byte);
          }
          break;

        case State.Quoted:
          while (at < length && specialQuoted[(byte = piece[at]!)] === 0) {
            out[position++] = byte;
            at++;
          }
          if (at >= length) break;
          at++;
          if (byte === quote) {
            state = State.QuoteInQuoted;
          } else if (byte === CR) {
            position = escapeByte(out, position, LF);
            state = State.QuotedCR;
          } else {
            position = escapeByte(out, position, byte);
          }
          break;

        case State.QuoteInQuoted:
          if (piece[at] === quote) {
            position = escapeByte(out, position, quote);
            at++;
            state = State.Quoted;
          } else {
            // Text after the closing quote belongs to the field.
            state = State.Plain;
          }
          break;

        case State.QuotedCR:
          if (piece[at] === LF) at++;
          state = State.Quoted;
          break;
      }
    }
    lines.position = position;
    this.state = state;
  }
}

function escapeByte(out: Buffer, position: number, byte: number): number {
  if (byte === QUOTE || byte === BACKSLASH) {
    out[position] = BACKSLASH;
    out[position + 1] = byte;
    return position + 2;
  }
  if (byte >= 32) {
    out[position] = byte;
    return position + 1;
  }
  const escape = ESCAPES[byte]!;
  for (let at = 0; at < escape.length; at++) out[position + at] = escape[at]!;
  return position + escape.length;
}
