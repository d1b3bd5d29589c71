import type { DecodeContext, LineBatch, LineEnvelope } from '../decoder';
import { decodeError } from '../decode-error';
import { BATCH_BYTES, LineBuffers } from '../line-buffers';
import csvLines from '../wasm/generated/csv-lines';
import { growTo, MemoryLayout, SLACK_BYTES, wordBytes } from '../wasm/memory-layout';
import { columnUses, PlannedRows, tableBytes, type ColumnUse, type RowTableProgram } from '../wasm/planned-rows';
import { memberBytes } from '../wasm/row-steps';
import { giveBack, withWasm } from '../wasm/with-wasm';
import type { CsvHeader } from './csv-header';
import { CsvOddities, unclosedQuote } from './csv-oddities';
import type { CsvOptions } from './csv-options';
import type { RowPlan } from '../row-plan';
import type { RowsStart, RowTranscoder } from './row-transcoder';

/** Input is worked on in pieces, so that the room for the worst case (six bytes for one) stays small. */
const PIECE_BYTES = 64 * 1024;
/** The last row of most batches fits in here. */
const SPARE_BYTES = 16 * 1024;
/** Rows with a plan are still without what stands around them, and without the members that are made. */
const PLANNED_BYTES = BATCH_BYTES / 2;
/** Line feeds after a piece, which end every scan. */
const STOP = new Uint8Array(16).fill(0x0a);
/** Addresses have 32 bits, of which one is left alone. */
const LARGEST_MEMORY = 2 ** 31 - 65536;

// The states of ../wasm/assembly/csv-lines.ts.
const ROW_END_CR = 1;
const QUOTED = 4;
const QUOTED_CR = 6;

/** Numbers that the program and this class share; csv-lines.ts says what each is. */
type Shared =
  | 'isPlanned' | 'delimiter' | 'quote' | 'skipsBlankRows' | 'columns' | 'keyTable' | 'surplusKey' | 'surplusKeyLength' | 'head' | 'headLength' | 'tail' | 'tailLength'
  | 'escapes' | 'nulls' | 'nullTable' | 'nullStarts' | 'emptyIsNull' | 'output' | 'full' | 'state' | 'position' | 'lines' | 'rows' | 'openQuote'
  | 'shortRows' | 'firstShortRow' | 'longRows' | 'firstLongRow';

interface CsvLinesProgram extends RowTableProgram, Record<Shared, { value: number }> {
  transcode(from: number, end: number): number;
  finish(): void;
}

/** The rows below the header → RECORD lines by ../wasm/assembly/csv-lines.ts. Memory: tables, one piece of input, output. */
export class WasmRowTranscoder implements RowTranscoder {
  private readonly ready: LineBatch[] = [];
  private readonly buffers = new LineBuffers(BATCH_BYTES + SPARE_BYTES);
  private readonly input: number;
  private readonly output: number;
  /** What a row takes at most beside its values. */
  private readonly rowRoom: number;
  private bytes: number;
  private readonly headBytes: number;
  private openQuote = 0;
  private memory: Uint8Array;
  /** When the rows have a plan. */
  private readonly planned: PlannedRows | undefined;

  /** Undefined where WebAssembly cannot do it. */
  static create(header: CsvHeader, options: CsvOptions, envelope: LineEnvelope, context: DecodeContext, start: RowsStart, plan?: RowPlan): WasmRowTranscoder | undefined {
    return withWasm(csvLines, (program: CsvLinesProgram) => new WasmRowTranscoder(program, header, options, envelope, context, start, plan));
  }

  private constructor(
    private readonly program: CsvLinesProgram,
    private readonly header: CsvHeader,
    { dialect, nulls, skipSpaceLines }: CsvOptions,
    envelope: LineEnvelope,
    private readonly context: DecodeContext,
    start: RowsStart,
    plan: RowPlan | undefined,
  ) {
    const layout = new MemoryLayout(program.memory);
    const { uses, parts } = plan ? columnUses(plan, header.names.length) : unplannedUses(header.names);
    const keys = uses.slice(0, -1).map(({ name }) => Buffer.from(name === undefined ? '' : `,${JSON.stringify(name)}:"`));
    const surplusKey = Buffer.from(`,${JSON.stringify(uses.at(-1)!.name ?? header.surplus)}:["`);
    const tail = Buffer.concat([Buffer.from('}'), envelope.tail, Buffer.from('\n')]);
    const nullTexts = [...nulls].map((text) => Buffer.from(JSON.stringify(text).slice(1, -1)));
    const nullStarts = new Uint8Array(256);
    for (const text of nullTexts) if (text.length > 0) nullStarts[text[0]!] = 1;

    this.bytes = this.headBytes = start.bytes;
    this.input = 0;
    this.output = 0;
    this.set({
      delimiter: dialect.delimiter.charCodeAt(0),
      quote: dialect.quote === '' ? 256 : dialect.quote.charCodeAt(0),
      skipsBlankRows: Number(skipSpaceLines),
      columns: keys.length,
      isPlanned: Number(plan !== undefined),
      keyTable: placeKeys(layout, keys, uses),
      surplusKey: layout.place(surplusKey),
      surplusKeyLength: surplusKey.length,
      head: layout.place(envelope.head),
      headLength: envelope.head.length,
      tail: layout.place(tail),
      tailLength: tail.length,
      escapes: layout.place(ESCAPES),
      nulls: nullTexts.length,
      nullTable: layout.placeTexts(nullTexts),
      nullStarts: layout.place(nullStarts),
      emptyIsNull: Number(nulls.has('')),
      state: start.afterCR ? ROW_END_CR : 0,
    });
    let planAt = 0;
    if (plan) {
      this.planned = new PlannedRows(program, { envelope, tableBytes: tableBytes(plan, parts), memberBytes: memberBytes(plan) }, layout, this.buffers);
      planAt = this.planned.add(plan, parts, (bytes) => layout.place(bytes))!;
    }
    this.input = layout.reserve(PIECE_BYTES);
    this.output = layout.reserve(BATCH_BYTES);
    this.set({ output: this.output, position: this.output, full: this.output + (plan ? PLANNED_BYTES : BATCH_BYTES) });
    layout.settle();
    if (plan) program.usePlan(planAt);
    this.memory = new Uint8Array(program.memory.buffer);
    this.rowRoom = keys.reduce((sum, key) => sum + key.length, envelope.head.length + surplusKey.length + tail.length) + SLACK_BYTES;
  }

  write(chunk: Buffer): LineBatch[] {
    for (let from = 0; from < chunk.length; from += PIECE_BYTES) this.transcode(chunk.subarray(from, from + PIECE_BYTES));
    return this.ready.splice(0);
  }

  end(): LineBatch[] {
    const { program, header } = this;
    const state = program.state.value;
    if (state === QUOTED || state === QUOTED_CR) throw unclosedQuote(program.rows.value, this.openQuote);
    this.ensureRoom(0);
    program.finish();
    new CsvOddities(program.shortRows.value, program.firstShortRow.value, program.longRows.value, program.firstLongRow.value).report(
      this.context,
      header.names.length,
      header.surplus,
    );
    this.takeLines();
    giveBack(program);
    return this.ready.splice(0);
  }

  private transcode(piece: Buffer): void {
    const { program, input } = this;
    this.ensureRoom(piece.length);
    this.memory.set(piece, input);
    this.memory.set(STOP, input + piece.length);
    program.openQuote.value = 0;
    const end = input + piece.length;
    for (let at = program.transcode(input, end); at < end; at = program.transcode(at, end)) this.takeLines(at - input);
    if (program.openQuote.value > 0) this.openQuote = this.bytes + program.openQuote.value - input;
    this.bytes += piece.length;
  }

  /** Enough for `input` bytes of which every one is escaped, after what is already there. */
  private ensureRoom(input: number): void {
    const { memory } = this.program;
    const needed = Math.max(this.program.position.value, this.output + BATCH_BYTES) + this.rowRoom + input * 6;
    if (needed <= memory.buffer.byteLength) return;
    // A long row: doubled, so that it takes no quadratic time.
    const wanted = Math.min(Math.max(needed, this.output + (memory.buffer.byteLength - this.output) * 2), LARGEST_MEMORY);
    if (needed > LARGEST_MEMORY) throw this.rowTooLarge();
    try {
      growTo(memory, wanted);
    } catch {
      throw this.rowTooLarge();
    }
    this.memory = new Uint8Array(memory.buffer);
  }

  /** Called between rows. `read`: how much of the piece the lines come from; undefined at the end. */
  private takeLines(read?: number): void {
    const { program, output } = this;
    const length = program.position.value - output;
    const batch = this.planned ? this.takePlanned(this.planned) : length > 0 ? this.buffers.copy(this.memory.subarray(output, output + length), program.lines.value) : undefined;
    if (!batch) return;
    if (read !== undefined && this.context.places && batch.failure === undefined) batch.place = this.context.places.at(this.bytes + read, this.headBytes);
    this.ready.push(batch);
    program.position.value = output;
    program.lines.value = 0;
  }

  private takePlanned(planned: PlannedRows): LineBatch | undefined {
    try {
      return planned.take(this.program.position.value, this.program.position.value - this.output);
    } catch (error) {
      // The engine's word for memory that it cannot give.
      throw error instanceof RangeError ? this.rowTooLarge() : error;
    } finally {
      this.memory = new Uint8Array(this.program.memory.buffer);
    }
  }

  private set(values: Partial<Record<Shared, number>>): void {
    for (const [name, value] of Object.entries(values)) this.program[name as Shared].value = value;
  }

  private rowTooLarge() {
    const { rows } = this.program;
    return decodeError('row_too_large', `Row ${rows.value} of the CSV body is too large to be held in memory (it began before byte ${this.bytes}). Check the decoder's quote_char: a quote that is never closed makes one row of everything after it.`);
  }
}

function unplannedUses(names: readonly string[]): ReturnType<typeof columnUses> {
  return { uses: [...names, undefined].map((name) => ({ name, use: 0, value: 0 })), parts: [] };
}

/** The table that csv-lines.ts calls `keyTable`. */
function placeKeys(layout: MemoryLayout, keys: readonly Uint8Array[], uses: readonly ColumnUse[]): number {
  const places = [...keys.map((key) => [layout.place(key), key.length]), [0, 0]];
  return layout.place(wordBytes(places.flatMap(([at = 0, length = 0], column) => [at, length, uses[column]!.use, uses[column]!.value])));
}

/** The JSON escapes of the control characters, 8 bytes each, of which the last one is the length. */
const ESCAPES = Buffer.concat(
  Array.from({ length: 32 }, (_, code) => {
    const escape = JSON.stringify(String.fromCharCode(code)).slice(1, -1);
    return Buffer.concat([Buffer.from(escape.padEnd(7, '\0')), Buffer.from([escape.length])]);
  }),
);
