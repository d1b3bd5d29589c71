import type { JsonValue } from '../../protocol/json';
import type { LineBatch, LineEnvelope } from '../decoder';
import type { LineBuffers } from '../line-buffers';
import type { RowPlan } from '../row-plan';
import { growTo, SLACK_BYTES, wordBytes, type MemoryLayout } from './memory-layout';
import { membersOfSteps, placeSteps } from './row-steps';

/** Rows in the table of a program; a batch has no more. Where plans look at all rows, the texts of a batch are short enough to be given up with the young generation. */
const MOST_ROWS = 1024;
const MOST_ROWS_LOOKED_AT = 256;
const LARGEST_TABLE = 1 << 18;
const BYTES_PER_UNIT = 3;

// What a plan does with a column, as in assembly/csv-lines.ts.
const STAYS = 1;
const LOOKED_AT = 2;
const CUT_BEFORE = 4;

// An entry of the table, in words: the address of its plan, whether its steps are done, how many rows were dropped before it.
const PLAN_AT = 2;
const VERDICT_AT = 3;
const DONE = 0;
const DROPPED_AT = 4;
const CUTS_AT = 5;

/** Numbers that assembly/shared/row-table.ts and this class share; it says what each is. */
export type RowTableGlobal = 'table' | 'tableFull' | 'entry' | 'units' | 'assembled' | 'dropped' | 'memberBytes' | 'memberPosition' | 'membersFull' | 'membersEnd';

export interface RowTableProgram extends Record<RowTableGlobal, { value: number }> {
  memory: WebAssembly.Memory;
  usePlan(at: number): void;
  collect(to: number, unescapes: boolean): number;
  assemble(to: number, decisions: number, texts: number, head: number, headLength: number, tail: number, tailLength: number): number;
}

/** What happens to a column, or to what comes after the last one: its use (see above), and the number of its value. */
export interface ColumnUse {
  name: string | undefined;
  use: number;
  value: number;
}

/** How `plan` cuts rows of so many columns. */
export function columnUses(plan: RowPlan, columns: number): { uses: ColumnUse[]; parts: { stays: boolean; made: number }[] } {
  const uses: ColumnUse[] = Array.from({ length: columns + 1 }, () => ({ name: undefined, use: 0, value: 0 }));
  const madeBefore = new Array<number>(columns + 2).fill(0);
  let next = 0;
  for (const member of plan.members) {
    if (member.from === 'made') {
      madeBefore[next]!++;
      continue;
    }
    const column = member.from === 'column' ? member.column : columns;
    uses[column]!.use |= STAYS;
    uses[column]!.name = member.name;
    next = column + 1;
  }
  plan.reads.forEach((column, value) => {
    uses[column]!.use |= LOOKED_AT;
    uses[column]!.value = value;
  });
  // A cell that is only looked at stands in the row and is left out of the line.
  const parts: { stays: boolean; made: number }[] = [];
  let stays = true;
  for (let column = 0; column <= columns; column++) {
    const isOnlyLookedAt = uses[column]!.use === LOOKED_AT;
    if (madeBefore[column] === 0 && stays === !isOnlyLookedAt) continue;
    uses[column]!.use |= CUT_BEFORE;
    parts.push({ stays, made: madeBefore[column]! });
    stays = !isOnlyLookedAt;
  }
  parts.push({ stays, made: madeBefore[columns + 1]! });
  return { uses, parts };
}

export interface PlannedRowsOptions {
  envelope: LineEnvelope;
  /** The room for the rows of the table: `tableBytes` of the largest plan. */
  tableBytes: number;
  /** The room for members that the program makes: `memberBytes`; without it the program makes none. A row begins only when half of it is left. */
  memberBytes?: number;
  /** Makes a value of its text; without it the text is the value, and stands in the rows as JSON without quotes. */
  parse?: (text: string) => JsonValue;
}

/** A plan, and where its values are in a row. */
interface PlanInUse {
  plan: RowPlan;
  made: number;
  /** In words. */
  stride: number;
  valuesAt: number;
  values: JsonValue[];
  all: readonly number[];
}

/** What the rows of a table with this plan take, when there is room for all of them. */
export function tableBytes(plan: RowPlan, parts: readonly unknown[]): number {
  const { stride } = entryShape(plan, parts);
  return Math.max(stride, Math.min(stride * mostRows(plan), LARGEST_TABLE));
}

function mostRows({ finish }: RowPlan): number {
  return finish ? MOST_ROWS_LOOKED_AT : MOST_ROWS;
}

/** In bytes. Behind the cuts stand two addresses for each value, and for each member that the program makes. */
function entryShape(plan: RowPlan, parts: readonly unknown[]): { stride: number; valuesAt: number; membersAt: number } {
  const valuesAt = (CUTS_AT + parts.length - 1) * 4;
  const membersAt = valuesAt + plan.reads.length * 8;
  return { stride: membersAt + membersOfSteps(plan).length * 8, valuesAt, membersAt };
}

/** Turns the rows in the table of a program into lines, as plans want them. */
export class PlannedRows {
  private readonly plans = new Map<number, PlanInUse>();
  private largestStride = 0;
  private mostRows = MOST_ROWS;
  /** For each row the lengths of what was made, or -1. */
  private decisions = new Int32Array(MOST_ROWS);
  private readonly membersStart: number;
  private readonly envelopeTexts: readonly [head: number, headLength: number, tail: number, tailLength: number];

  constructor(
    private readonly program: RowTableProgram,
    private readonly options: PlannedRowsOptions,
    layout: MemoryLayout,
    private readonly buffers: LineBuffers,
  ) {
    const { envelope } = options;
    const tail = Buffer.concat([Buffer.from('}'), envelope.tail, Buffer.from('\n')]);
    this.envelopeTexts = [layout.place(envelope.head), envelope.head.length, layout.place(tail), tail.length];
    program.table.value = program.entry.value = layout.reserve(options.tableBytes);
    program.tableFull.value = program.table.value + options.tableBytes;
    const { memberBytes = 0 } = options;
    this.membersStart = layout.reserve(memberBytes);
    program.memberPosition.value = this.membersStart;
    program.membersFull.value = this.membersStart + memberBytes / 2;
    program.membersEnd.value = this.membersStart + memberBytes;
  }

  /**
   * Makes a plan known and returns the address of its description, for the program; undefined when a row would not fit into the table.
   * `place` gives bytes a place in the memory.
   */
  add(plan: RowPlan, parts: readonly { stays: boolean; made: number }[], place: (bytes: Uint8Array) => number): number | undefined {
    const { program } = this;
    const { stride, valuesAt, membersAt } = entryShape(plan, parts);
    if (stride > this.options.tableBytes) return undefined;
    const made = plan.members.filter((member) => member.from === 'made').length;
    const partTable = place(wordBytes(parts.flatMap(({ stays, made }) => [Number(stays), made])));
    const wantedValues = place(Uint8Array.from(plan.reads, (_, value) => Number(plan.finish?.reads.includes(value))));
    const ofSteps = membersOfSteps(plan);
    const madeTable = place(wordBytes(Array.from({ length: made }, (_, member) => ofSteps.indexOf(member))));
    const description = [stride, valuesAt, plan.reads.length, parts.length, partTable, made, placeSteps(plan, place), Number(plan.finish !== undefined), wantedValues, madeTable, membersAt];
    const at = place(wordBytes(description));
    this.plans.set(at, { plan, made, stride: stride / 4, valuesAt: valuesAt / 4, values: plan.reads.map(() => null), all: plan.reads.map((_, value) => value) });
    this.largestStride = Math.max(this.largestStride, stride);
    this.mostRows = Math.min(this.mostRows, mostRows(plan));
    program.tableFull.value = program.table.value + Math.min(this.options.tableBytes, this.largestStride * this.mostRows) - this.largestStride + 1;
    return at;
  }

  /** Forgets all plans. Between two batches. */
  reset(): void {
    this.plans.clear();
    this.largestStride = 0;
    this.program.tableFull.value = this.program.table.value + this.options.tableBytes;
  }

  /** Whether there was no row since the last call of `take`. */
  get isEmpty(): boolean {
    return this.program.entry.value === this.program.table.value && this.program.dropped.value === 0;
  }

  /**
   * Empties the table. `free`: where nobody minds what is written; the memory from there on is used, and may grow. `rowBytes`: what the rows
   * take. @throws RangeError when there is no room
   */
  take(free: number, rowBytes: number): LineBatch | undefined {
    const { program } = this;
    const { table, entry } = program;
    if (this.isEmpty) return undefined;
    const { texts, decisions, end: last, rows, passed, notes, failure } = this.decide(this.collect(free, rowBytes));
    // What comes after a failure is not asked for.
    entry.value = last;
    const decisionsAt = Math.ceil((free + SLACK_BYTES) / 16) * 16;
    const textsAt = decisionsAt + decisions.byteLength;
    const linesAt = textsAt + texts.length * BYTES_PER_UNIT + SLACK_BYTES;
    const [, headLength, , tailLength] = this.envelopeTexts;
    growTo(program.memory, linesAt + rowBytes + program.memberBytes.value + texts.length * BYTES_PER_UNIT + rows * (headLength + tailLength + 1) + SLACK_BYTES);
    const memory = Buffer.from(program.memory.buffer);
    const textBytes = memory.write(texts, textsAt, 'utf8');
    if (textBytes !== texts.length) inBytes(decisions, memory.subarray(textsAt, textsAt + textBytes));
    new Int32Array(program.memory.buffer, decisionsAt, decisions.length).set(decisions);
    const end = program.assemble(linesAt, decisionsAt, textsAt, ...this.envelopeTexts);
    entry.value = table.value;
    program.dropped.value = program.memberBytes.value = 0;
    program.memberPosition.value = this.membersStart;
    const count = program.assembled.value;
    return { ...this.buffers.copy(memory.subarray(linesAt, end), count), dropped: passed - count, notes, ...(failure === undefined ? {} : { failure }) };
  }

  /** The values that plans look at, one after the other. */
  private collect(free: number, rowBytes: number): string {
    const { program } = this;
    growTo(program.memory, free + rowBytes + SLACK_BYTES);
    const bytes = program.collect(free, this.options.parse === undefined) - free;
    const collected = Buffer.from(program.memory.buffer, free, bytes);
    return collected.toString(program.units.value === bytes ? 'latin1' : 'utf8');
  }

  /**
   * Lets the plans work on their rows, as far as these are not done, up to one that fails. `decisions`: for each of them the lengths of what was
   * made, in UTF-16 units, or -1 for a dropped row. `end`: where the `rows` end in the table. `passed`: how many there were with those that the
   * program has dropped.
   */
  private decide(collected: string) {
    const { program } = this;
    const { parse } = this.options;
    const table = new Int32Array(program.memory.buffer, program.table.value, (program.entry.value - program.table.value) / 4);
    const texts: string[] = [];
    const used = new Set<RowPlan>();
    let all = '';
    let rows = 0;
    let length = 0;
    let failure: unknown;
    let { value: dropped } = program.dropped;
    let address = 0;
    let current: PlanInUse | undefined;
    let row = 0;
    for (; row < table.length; row += current!.stride, rows++) {
      if (table[row + PLAN_AT] !== address) {
        address = table[row + PLAN_AT]!;
        current = this.plans.get(address)!;
        used.add(current.plan);
      }
      const { plan, made, values, valuesAt } = current!;
      const isDone = table[row + VERDICT_AT] === DONE;
      if (isDone && !plan.finish) continue;
      for (const index of isDone ? plan.finish!.reads : current!.all) {
        const at = row + valuesAt + index * 2;
        const begin = table[at]!;
        if (begin < 0) values[index] = null;
        else {
          const text = collected.slice(begin, table[at + 1]);
          values[index] = parse ? parse(text) : text;
        }
      }
      let isKept: boolean;
      try {
        isKept = isDone ? plan.finish!.evaluate(values, texts) : plan.evaluate(values, texts);
      } catch (error) {
        failure = error;
        dropped = table[row + DROPPED_AT]!;
        break;
      }
      const start = length;
      length += Math.max(made, 1);
      const decisions = this.roomFor(length);
      // What an earlier batch has left there must not count.
      decisions.fill(isKept ? 0 : -1, start, length);
      if (!isKept) continue;
      for (let index = 0; index < made; index++) {
        const text = texts[index]!;
        all += text;
        decisions[start + index] = text.length;
      }
    }
    // Those of all plans that were made by one planner come with the first one.
    const notes = [...used].flatMap((plan) => plan.takeNotes());
    return { texts: all, decisions: this.decisions.subarray(0, length), end: program.table.value + row * 4, rows, passed: rows + dropped, notes, failure };
  }

  private roomFor(length: number): Int32Array {
    if (length > this.decisions.length) {
      const larger = new Int32Array(Math.max(length, this.decisions.length * 2));
      larger.set(this.decisions);
      this.decisions = larger;
    }
    return this.decisions;
  }
}

/** Turns lengths in UTF-16 units into lengths in bytes. */
function inBytes(lengths: Int32Array, text: Uint8Array): void {
  let end = 0;
  for (let index = 0; index < lengths.length; index++) {
    const start = end;
    for (let units = lengths[index]!; units > 0; units--) {
      const byte = text[end]!;
      if (byte >= 0xf0) units--;
      end += byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    }
    if (lengths[index]! > 0) lengths[index] = end - start;
  }
}
