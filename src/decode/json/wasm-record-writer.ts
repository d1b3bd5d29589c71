import type { BodyPlaces } from '../body-places';
import type { LineBatch, LineEnvelope } from '../decoder';
import { LineBuffers } from '../line-buffers';
import jsonRecords from '../wasm/generated/json-records';
import { MemoryLayout } from '../wasm/memory-layout';
import { giveBack, withWasm } from '../wasm/with-wasm';
import { OUTPUT_BYTES, RecordProgram, type JsonRecordsProgram } from './record-program';
import type { LinesRead, RecordWriter } from './record-writer';

/** RECORD lines by ../wasm/assembly/json-records.ts. */
export class WasmRecordWriter implements RecordWriter {
  private readonly ready: LineBatch[] = [];
  private readonly buffers = new LineBuffers(OUTPUT_BYTES);
  private readonly tail: Buffer;
  private readonly records: RecordProgram;
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
    this.tail = Buffer.concat([envelope.tail, Buffer.from('\n')]);
    const layout = new MemoryLayout(program.memory);
    program.head.value = layout.place(envelope.head);
    program.headLength.value = envelope.head.length;
    program.tail.value = layout.place(this.tail);
    program.tailLength.value = this.tail.length;
    this.records = new RecordProgram(program, layout);
  }

  load(chunk: Uint8Array, start?: number): void {
    this.records.load(chunk, start);
  }

  readLines(at: number): LinesRead {
    let lines = 0;
    const to = this.read(at, (from) => {
      const stopped = this.records.readLines(from);
      lines += this.program.passedLines.value;
      return stopped;
    });
    return { to, lines };
  }

  readItems(at: number): number {
    return this.read(at, (from) => this.records.readItems(from));
  }

  skipItems(at: number): number {
    return this.records.at(this.records.skipItems(this.records.address(at)));
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
    const { memory } = this.records;
    memory.set(head, at);
    memory.set(json, at + head.length);
    memory.set(tail, at + head.length + json.length);
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
    giveBack(this.program);
    return this.ready.splice(0);
  }

  private read(at: number, from: (address: number) => number): number {
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
    const { program, records } = this;
    const end = program.position.value;
    if (end === records.output) return;
    const batch = this.buffers.copy(records.memory.subarray(records.output, end), program.lines.value);
    if (this.end !== undefined && this.places) batch.place = this.places.at(this.end);
    this.ready.push(batch);
    program.position.value = records.output;
    program.lines.value = 0;
  }
}
