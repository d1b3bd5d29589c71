import type { LineBatch, LineEnvelope } from '../decoder';
import { LineBuffers } from '../line-buffers';
import xmlRecords from '../wasm/generated/xml-records';
import { growTo, MemoryLayout } from '../wasm/memory-layout';
import { ProgramLines, type LinesProgram } from '../wasm/program-lines';
import { giveBack, withWasm } from '../wasm/with-wasm';

/** More than the program writes for a byte of an item. */
const OUTPUT_PER_BYTE = 8;
/** Tags and attributes of most documents are longer; an item with more of them is left to the parser. */
const BYTES_PER_ENTRY = 16;
/** Zeros after the input, which no scan goes past. */
const STOP = new Uint8Array(32);
/** The sizes of the entries of ../wasm/assembly/xml-records.ts. */
const NODE_BYTES = 48;
const ATTRIBUTE_BYTES = 12;
const NAME_TABLE_BYTES = 48 * 2048;
const NAME_SLOTS = 4096;
const NAMES_BYTES = 64 * 1024;

/** Numbers that the program and this class share; xml-records.ts says what each is. */
type Shared =
  | 'keepsNulls' | 'nodeTable' | 'nodeTableEnd' | 'attributeTable' | 'attributeTableEnd'
  | 'nameTable' | 'nameTableEnd' | 'nameSlots' | 'nameSlotCount' | 'nameBytes' | 'nameBytesEnd' | 'scratch' | 'isFull' | 'needsMore'
  | 'passedLines' | 'passedColumns';

interface XmlRecordsProgram extends LinesProgram, Record<Shared, { value: number }> {
  setItemName(at: number, length: number): void;
  isPlain(from: number, end: number): number;
  readItems(from: number, end: number, output: number): number;
  passLines(from: number, end: number): void;
}

/** How items are written. */
export interface XmlLines {
  envelope: LineEnvelope;
  /** Whether members of a record that are null are written. */
  keepsNulls: boolean;
  /** A batch goes out when it is this long. */
  batchBytes: number;
  /** Longer items are left to the parser: bytes. */
  largestItem: number;
}

/** Items by ../wasm/assembly/xml-records.ts. Memory: tables, output, input, and as much again for texts with references. */
export class WasmXmlReader {
  private readonly lines: ProgramLines;
  private readonly output: number;
  private readonly input: number;
  private inputEnd: number;
  private memory: Uint8Array;

  /** Undefined where WebAssembly cannot do it. */
  static create(itemName: string, lines: XmlLines): WasmXmlReader | undefined {
    return withWasm(xmlRecords, (program: XmlRecordsProgram) => new WasmXmlReader(program, itemName, lines));
  }

  private constructor(
    private readonly program: XmlRecordsProgram,
    itemName: string,
    { envelope, keepsNulls, batchBytes, largestItem }: XmlLines,
  ) {
    const outputBytes = batchBytes + largestItem * OUTPUT_PER_BYTE;
    const layout = new MemoryLayout(program.memory);
    this.lines = new ProgramLines(program, envelope, layout, new LineBuffers(batchBytes + 64 * 1024), outputBytes);
    const region = (start: 'nodeTable' | 'attributeTable' | 'nameTable' | 'nameBytes', end: 'nodeTableEnd' | 'attributeTableEnd' | 'nameTableEnd' | 'nameBytesEnd', bytes: number) => {
      program[start].value = layout.reserve(bytes);
      program[end].value = program[start].value + bytes;
    };
    const name = Buffer.from(itemName);
    const nameAt = layout.place(name);
    program.keepsNulls.value = keepsNulls ? 1 : 0;
    region('nodeTable', 'nodeTableEnd', (largestItem / BYTES_PER_ENTRY) * NODE_BYTES);
    region('attributeTable', 'attributeTableEnd', (largestItem / BYTES_PER_ENTRY) * ATTRIBUTE_BYTES);
    region('nameTable', 'nameTableEnd', NAME_TABLE_BYTES);
    region('nameBytes', 'nameBytesEnd', NAMES_BYTES);
    program.nameSlots.value = layout.reserve(NAME_SLOTS * 4);
    program.nameSlotCount.value = NAME_SLOTS;
    this.output = layout.reserve(outputBytes);
    program.position.value = this.output;
    program.full.value = this.output + batchBytes;
    program.outputEnd.value = this.output + outputBytes;
    this.input = this.inputEnd = layout.reserve(0);
    layout.settle();
    program.setItemName(nameAt, name.length);
    this.memory = new Uint8Array(program.memory.buffer);
  }

  /** Puts UTF-8 in whole characters behind what was kept; returns all of it, in memory that is written to again. */
  append(chunk: Uint8Array): Buffer {
    const { program, input } = this;
    const start = this.inputEnd;
    this.inputEnd = start + chunk.length;
    const length = this.inputEnd - input;
    program.scratch.value = this.inputEnd + STOP.length;
    growTo(program.memory, program.scratch.value + length + STOP.length);
    if (this.memory.length === 0) this.memory = new Uint8Array(program.memory.buffer);
    this.memory.set(chunk, start);
    this.memory.set(STOP, this.inputEnd);
    return Buffer.from(program.memory.buffer, input, length);
  }

  /** What stands from `at` on comes before the text that is appended next; the rest is forgotten. */
  keepFrom(at: number): void {
    const { memory, input } = this;
    memory.copyWithin(input, input + at, this.inputEnd);
    this.inputEnd -= at;
  }

  /** What was kept last. */
  get kept(): Buffer {
    return Buffer.from(this.program.memory.buffer, this.input, this.inputEnd - this.input);
  }

  /** Whether XML allows all characters of the text; otherwise the parser must read it. */
  get isPlain(): boolean {
    return this.program.isPlain(this.input, this.inputEnd) === 1;
  }

  /** Reads items of the text from a place between them; returns the place from which the parser must go on. */
  read(at: number): number {
    const { program, input, inputEnd, output } = this;
    let place = program.readItems(input + at, inputEnd, output);
    while (program.isFull.value === 1) {
      this.lines.take();
      place = program.readItems(place, inputEnd, output);
    }
    return place - input;
  }

  /** Lines of all kinds so far. */
  get count(): number {
    return this.lines.count;
  }

  /** Whether the last item may just not be there to its end. */
  get needsMore(): boolean {
    return this.program.needsMore.value === 1;
  }

  /** The line breaks between two places, and the characters after the last of them. */
  passed(from: number, to: number): { lines: number; columns: number } {
    const { program, input } = this;
    program.passLines(input + from, input + to);
    return { lines: program.passedLines.value, columns: program.passedColumns.value };
  }

  /** `json`: a line without its head and tail. */
  add(json: Uint8Array): void {
    if (!this.lines.isFull && this.lines.add(json)) return;
    this.lines.take();
    this.lines.add(json);
  }

  /** The batches that have their full size. */
  takeFull(): LineBatch[] {
    return this.lines.takeReady();
  }

  takeAll(): LineBatch[] {
    this.lines.take();
    return this.lines.takeReady();
  }

  /** Nothing else may be called afterwards. */
  close(): void {
    giveBack(this.program);
  }
}
