import { BATCH_BYTES } from '../line-buffers';
import { GAP_BYTES, growTo, type MemoryLayout } from '../wasm/memory-layout';
import type { RowTableProgram } from '../wasm/planned-rows';
import type { LinesProgram } from '../wasm/program-lines';

/** Records up to this size are written by the program, larger ones one by one. */
export const OUTPUT_BYTES = BATCH_BYTES + 64 * 1024;
const INPUT_BYTES = 256 * 1024;
/** Zeros after the input, which no JSON text goes past. */
const STOP = new Uint8Array(16);
/** The sizes of the tables of ../wasm/assembly/json-records.ts. */
const MEMBER_TABLE_BYTES = 4097 * 16;
const NAME_TABLE_BYTES = 8192 * 8;

/** Numbers that the program and its callers share; json-records.ts says what each is. */
type Shared =
  | 'memberTable' | 'nameTable' | 'isFull' | 'passedLines'
  | 'isPlanned' | 'sequenceTable' | 'textTable' | 'sequences' | 'learns' | 'isUnknown' | 'members';

export interface JsonRecordsProgram extends RowTableProgram, LinesProgram, Record<Shared, { value: number }> {
  readLines(from: number, end: number, output: number): number;
  readItems(from: number, end: number, output: number): number;
  readRecord(from: number, end: number, output: number): number;
  skipItems(from: number, end: number): number;
  namesSum(): number;
  reset(): void;
}

/** An instance of ../wasm/assembly/json-records.ts with its memory: tables, output, one chunk of input. */
export class RecordProgram {
  readonly output: number;
  private readonly input: number;
  private inputEnd: number;
  private view: Uint8Array;
  /** Where the loaded chunk begins in the text. */
  private start: number | undefined;

  /** `layout`: has what else is in the memory. */
  constructor(
    private readonly program: JsonRecordsProgram,
    layout: MemoryLayout,
  ) {
    program.memberTable.value = layout.reserve(MEMBER_TABLE_BYTES);
    program.nameTable.value = layout.reserve(NAME_TABLE_BYTES);
    this.output = layout.reserve(OUTPUT_BYTES);
    program.position.value = this.output;
    program.full.value = this.output + BATCH_BYTES;
    program.outputEnd.value = this.output + OUTPUT_BYTES;
    this.input = this.inputEnd = layout.reserve(INPUT_BYTES);
    layout.settle();
    this.view = new Uint8Array(program.memory.buffer);
  }

  /** What is in the memory now. */
  get memory(): Uint8Array {
    if (this.view.length === 0) this.view = new Uint8Array(this.program.memory.buffer);
    return this.view;
  }

  /** From here on the memory is free until the next chunk is loaded. */
  get free(): number {
    return this.inputEnd + STOP.length;
  }

  load(chunk: Uint8Array, start?: number): void {
    this.start = start;
    this.inputEnd = this.input + chunk.length;
    growTo(this.program.memory, this.free + GAP_BYTES);
    const { memory } = this;
    memory.set(chunk, this.input);
    memory.set(STOP, this.inputEnd);
  }

  /** The address of a byte of the chunk. */
  address(at: number): number {
    return this.input + at;
  }

  /** The byte of the chunk at an address. */
  at(address: number): number {
    return address - this.input;
  }

  /** Where an address of the chunk is in the text; undefined when that is not asked for. */
  place(address: number): number | undefined {
    return this.start === undefined ? undefined : this.start + this.at(address);
  }

  readLines(from: number): number {
    return this.program.readLines(from, this.inputEnd, this.output);
  }

  readItems(from: number): number {
    return this.program.readItems(from, this.inputEnd, this.output);
  }

  skipItems(from: number): number {
    return this.program.skipItems(from, this.inputEnd);
  }

  /** Reads a record that is not in the chunk. */
  readRecord(json: Uint8Array): boolean {
    const { free } = this;
    const end = free + json.length;
    growTo(this.program.memory, end + STOP.length + GAP_BYTES);
    const { memory } = this;
    memory.set(json, free);
    memory.set(STOP, end);
    return this.program.readRecord(free, end, this.output) === 1;
  }
}
