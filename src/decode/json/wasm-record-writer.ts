import type { BodyPlaces } from '../body-places';
import type { LineBatch, LineEnvelope } from '../decoder';
import { BATCH_BYTES, LineBuffers } from '../line-buffers';
import jsonRecords from '../wasm/generated/json-records';
import { growTo, MemoryLayout } from '../wasm/memory-layout';
import { withWasm } from '../wasm/with-wasm';
import type { LinesRead, RecordWriter } from './record-writer';

/** Records up to this size are written by the program, larger ones one by one. */
const OUTPUT_BYTES = BATCH_BYTES + 64 * 1024;
const INPUT_BYTES = 256 * 1024;
/** Zeros after the input, which no JSON text goes past. */
const STOP = new Uint8Array(16);
/** The sizes of the tables of ../wasm/assembly/json-records.ts. */
const MEMBER_TABLE_BYTES = 4097 * 16;
const NAME_TABLE_BYTES = 8192 * 8;

/** Numbers that the program and this class share; json-records.ts says what each is. */
type Shared =
  | 'head' | 'headLength' | 'tail' | 'tailLength' | 'full' | 'outputEnd' | 'memberTable' | 'nameTable' | 'position' | 'lines' | 'isFull' | 'passedLines';

interface JsonRecordsProgram extends Record<Shared, { value: number }> {
  memory: WebAssembly.Memory;
  readLines(from: number, end: number, output: number): number;
  readItems(from: number, end: number, output: number): number;
}

/** RECORD lines by ../wasm/assembly/json-records.ts. Memory: tables, output, one chunk of input. */
export class WasmRecordWriter implements RecordWriter {
  private readonly ready: LineBatch[] = [];
  private readonly buffers = new LineBuffers(OUTPUT_BYTES);
  private readonly tail: Buffer;
  private readonly output: number;
  private readonly input: number;
  private inputEnd: number;
  private memory: Uint8Array;
  /** Where the loaded chunk begins in the text. */
  private start: number | undefined;
  /** Where the last record ends in the text. */
  private end: number | undefined;

  /** Undefined where WebAssembly cannot do it. */
  static create(envelope: LineEnvelope, places?: BodyPlaces): WasmRecordWriter | undefined {
    return withWasm(jsonRecords, (program: JsonRecordsProgram) => new WasmRecordWriter(program, envelope, places));
  }

  private constructor(
    private readonly program: JsonRecordsProgram,
    private readonly envelope: LineEnvelope,
    private readonly places: BodyPlaces | undefined,
  ) {
    const layout = new MemoryLayout(program.memory);
    this.tail = Buffer.concat([envelope.tail, Buffer.from('\n')]);
    program.head.value = layout.place(envelope.head);
    program.headLength.value = envelope.head.length;
    program.tail.value = layout.place(this.tail);
    program.tailLength.value = this.tail.length;
    program.memberTable.value = layout.reserve(MEMBER_TABLE_BYTES);
    program.nameTable.value = layout.reserve(NAME_TABLE_BYTES);
    this.output = layout.reserve(OUTPUT_BYTES);
    program.position.value = this.output;
    program.full.value = this.output + BATCH_BYTES;
    program.outputEnd.value = this.output + OUTPUT_BYTES;
    this.input = this.inputEnd = layout.reserve(INPUT_BYTES);
    layout.settle();
    this.memory = new Uint8Array(program.memory.buffer);
  }

  load(chunk: Uint8Array, start?: number): void {
    this.start = start;
    this.inputEnd = this.input + chunk.length;
    growTo(this.program.memory, this.inputEnd + STOP.length);
    if (this.memory.length === 0) this.memory = new Uint8Array(this.program.memory.buffer);
    this.memory.set(chunk, this.input);
    this.memory.set(STOP, this.inputEnd);
  }

  readLines(at: number): LinesRead {
    let lines = 0;
    const to = this.read(at, (from) => {
      const stopped = this.program.readLines(from, this.inputEnd, this.output);
      lines += this.program.passedLines.value;
      return stopped;
    });
    return { to, lines };
  }

  readItems(at: number): number {
    return this.read(at, (from) => this.program.readItems(from, this.inputEnd, this.output));
  }

  add(json: Uint8Array): void {
    const { program, tail } = this;
    const { head } = this.envelope;
    const length = head.length + json.length + tail.length;
    if (program.position.value + length > program.outputEnd.value) this.takeLines();
    if (length > OUTPUT_BYTES) {
      this.ready.push({ lines: Buffer.concat([head, json, tail]), count: 1 });
      return;
    }
    const at = program.position.value;
    this.memory.set(head, at);
    this.memory.set(json, at + head.length);
    this.memory.set(tail, at + head.length + json.length);
    program.position.value = at + length;
    program.lines.value++;
    this.end = undefined;
  }

  reached(end: number | undefined): void {
    this.end = end;
    if (this.program.position.value >= this.program.full.value) this.takeLines();
  }

  takeFull(): LineBatch[] {
    return this.ready.splice(0);
  }

  takeAll(): LineBatch[] {
    this.takeLines();
    return this.ready.splice(0);
  }

  private read(at: number, from: (address: number) => number): number {
    let stopped = from(this.input + at);
    while (this.program.isFull.value === 1) {
      this.end = this.start === undefined ? undefined : this.start + stopped - this.input;
      this.takeLines();
      stopped = from(stopped);
    }
    this.end = this.start === undefined ? undefined : this.start + stopped - this.input;
    return stopped - this.input;
  }

  private takeLines(): void {
    const { program, output } = this;
    const end = program.position.value;
    if (end === output) return;
    const batch = this.buffers.copy(this.memory.subarray(output, end), program.lines.value);
    if (this.end !== undefined && this.places) batch.place = this.places.at(this.end);
    this.ready.push(batch);
    program.position.value = output;
    program.lines.value = 0;
  }
}
