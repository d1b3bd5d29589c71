import type { BodyPlaces } from '../body-places';
import type { LineBatch, LineEnvelope } from '../decoder';
import { LineBuffers } from '../line-buffers';
import jsonRecords from '../wasm/generated/json-records';
import { MemoryLayout } from '../wasm/memory-layout';
import { ProgramLines } from '../wasm/program-lines';
import { giveBack, withWasm } from '../wasm/with-wasm';
import { ProgramReader } from './program-reader';
import { OUTPUT_BYTES, RecordProgram, type JsonRecordsProgram } from './record-program';
import type { RecordWriter } from './record-writer';

/** RECORD lines by ../wasm/assembly/json-records.ts. */
export class WasmRecordWriter extends ProgramReader implements RecordWriter {
  protected readonly records: RecordProgram;
  private readonly lines: ProgramLines;
  /** Where the last record ends in the text. */
  private end: number | undefined;

  /** Undefined where WebAssembly cannot do it. */
  static create(envelope: LineEnvelope, places?: BodyPlaces): WasmRecordWriter | undefined {
    return withWasm(jsonRecords, (program: JsonRecordsProgram) => new WasmRecordWriter(program, envelope, places));
  }

  private constructor(
    program: JsonRecordsProgram,
    envelope: LineEnvelope,
    private readonly places: BodyPlaces | undefined,
  ) {
    super(program);
    const layout = new MemoryLayout(program.memory);
    this.lines = new ProgramLines(program, envelope, layout, new LineBuffers(OUTPUT_BYTES), OUTPUT_BYTES);
    this.records = new RecordProgram(program, layout);
  }

  add(json: Uint8Array): void {
    if (!this.lines.add(json)) {
      this.takeLines();
      this.lines.add(json);
    }
    this.end = undefined;
  }

  reached(end: number | undefined): void {
    this.end = end;
    if (this.lines.isFull) this.takeLines();
  }

  takeFull(): LineBatch[] {
    return this.lines.takeReady();
  }

  takeAll(): LineBatch[] {
    this.takeLines();
    giveBack(this.program);
    return this.lines.takeReady();
  }

  protected read(at: number, from: (address: number) => number): number {
    const { records } = this;
    let stopped = from(records.address(at));
    while (this.program.isFull.value === 1) {
      this.end = records.place(stopped);
      this.takeLines();
      stopped = from(stopped);
    }
    this.end = records.place(stopped);
    return records.at(stopped);
  }

  private takeLines(): void {
    const batch = this.lines.take();
    if (batch && this.end !== undefined && this.places) batch.place = this.places.at(this.end);
  }
}
