import type { JsonValue } from '../../protocol/json';
import { parseJson } from '../../protocol/lossless-json';
import { ElementBatch } from '../batches';
import type { BodyPlaces } from '../body-places';
import type { DecodedBatch, LineBatch, PlannedOutput } from '../decoder';
import type { IdleReaders } from '../idle-readers';
import { LineBuffers } from '../line-buffers';
import type { RowPlanner } from '../row-plan';
import jsonRecords from '../wasm/generated/json-records';
import { MemoryLayout } from '../wasm/memory-layout';
import { PlannedRows } from '../wasm/planned-rows';
import { giveBack, withWasm } from '../wasm/with-wasm';
import { KnownNames } from './known-names';
import { ProgramReader } from './program-reader';
import { OUTPUT_BYTES, RecordProgram, type JsonRecordsProgram } from './record-program';

const TABLE_BYTES = 1 << 18;
/** An element with fewer rows before it is a miss: batches as small as that cost more than they save. */
const FEW_ROWS = 8;
const MOST_MISSES = 64;

/**
 * Reads simple records (see `RecordWriter`) as rows with plans, by ../wasm/assembly/json-records.ts: one plan for each sequence
 * of names. Other records are `add`ed, and go on as elements, in their order.
 */
export class PlannedRecordReader extends ProgramReader {
  isIdle = false;
  private readonly ready: (LineBatch | DecodedBatch)[] = [];
  private readonly elements = new ElementBatch();
  protected readonly records: RecordProgram;
  private readonly rows: PlannedRows;
  private readonly names: KnownNames;
  private rowsBefore = 0;
  private misses = 0;
  /** Where the last row, or the last element, ends in the text. */
  private end: number | undefined;

  /** Undefined where WebAssembly cannot do it. */
  static create(planned: PlannedOutput, places?: BodyPlaces): PlannedRecordReader | undefined {
    return withWasm(jsonRecords, (program: JsonRecordsProgram) => new PlannedRecordReader(program, planned, places));
  }

  /** One that has read another body with the same envelope. */
  static among(idle: IdleReaders, { planner }: PlannedOutput): PlannedRecordReader | undefined {
    const reader = idle.take((each) => each instanceof PlannedRecordReader);
    reader?.reset(planner);
    return reader;
  }

  private constructor(
    program: JsonRecordsProgram,
    { envelope, planner }: PlannedOutput,
    private readonly places: BodyPlaces | undefined,
  ) {
    super(program);
    const layout = new MemoryLayout(program.memory);
    this.rows = new PlannedRows(program, { envelope, tableBytes: TABLE_BYTES, parse: valueOf }, layout, new LineBuffers(OUTPUT_BYTES));
    this.names = new KnownNames(program, planner, layout);
    this.records = new RecordProgram(program, layout);
    program.isPlanned.value = 1;
  }

  /** After the end of a body. */
  private reset(planner: RowPlanner): void {
    this.names.reset(planner);
    this.rows.reset();
    this.program.reset();
    this.isIdle = false;
    this.misses = this.rowsBefore = 0;
    this.end = undefined;
  }

  /** Takes a record that `readLines` or `readItems` left, such as one that spans chunks. False when it must be `add`ed. `end`: as there. */
  addRecord(json: Uint8Array, end: number | undefined): boolean {
    if (this.isIdle) return false;
    let isRow = false;
    this.repeat(() => (isRow = this.records.readRecord(json)));
    if (isRow) this.end = end;
    return isRow;
  }

  /** @param bytes what the element took in the body; @param end where it ends, in bytes of the text, when that can be entered */
  add(element: JsonValue, bytes: number, end: number | undefined): void {
    this.takeRows();
    this.misses = this.rowsBefore < FEW_ROWS ? this.misses + 1 : 0;
    this.rowsBefore = 0;
    if (this.misses === MOST_MISSES || this.names.chances.areGone) this.isIdle = true;
    this.elements.add(element, bytes);
    this.end = end;
    if (this.elements.full) this.takeElements();
  }

  /** The batches that have their full size. */
  takeFull(): (LineBatch | DecodedBatch)[] {
    return this.ready.splice(0);
  }

  takeAll(): (LineBatch | DecodedBatch)[] {
    this.takeRows();
    this.takeElements();
    return this.ready.splice(0);
  }

  /** It will not be used again. */
  release(): void {
    giveBack(this.program);
  }

  protected read(at: number, from: (address: number) => number): number {
    if (this.isIdle) return at;
    const { records } = this;
    let stopped = records.address(at);
    this.repeat(() => {
      stopped = from(stopped);
      if (!this.rows.isEmpty) this.end = records.place(stopped);
    });
    return records.at(stopped);
  }

  /** Lets the program read, again where it had to stop for room or for a plan. */
  private repeat(read: () => void): void {
    const { program } = this;
    for (;;) {
      const wasEmpty = this.rows.isEmpty;
      const elementsEnd = this.end;
      read();
      if (wasEmpty && !this.rows.isEmpty) this.takeElements(elementsEnd);
      if (program.isFull.value === 1) this.takeRows();
      else if (program.isUnknown.value === 1) this.names.learn(this.records, this.rows);
      else return;
    }
  }

  private takeElements(end = this.end): void {
    if (!this.elements.empty) this.ready.push(this.elements.take(end === undefined ? undefined : this.places?.at(end)));
  }

  private takeRows(): void {
    const { program, records } = this;
    const batch = this.rows.take(records.free, program.position.value - records.output);
    if (!batch) return;
    const place = batch.failure === undefined && this.end !== undefined ? this.places?.at(this.end) : undefined;
    this.ready.push(place ? { ...batch, place } : batch);
    this.rowsBefore += program.lines.value;
    program.position.value = records.output;
    program.lines.value = 0;
  }
}

/** Of the JSON text of a value that was checked; most are short. */
function valueOf(json: string): JsonValue {
  const first = json.charCodeAt(0);
  if (first === 0x22) return json.includes('\\') ? (JSON.parse(json) as string) : json.slice(1, -1);
  if (first <= 0x39 && json.length < 16) return Number(json);
  return parseJson(json);
}
