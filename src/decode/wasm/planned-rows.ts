import type { JsonValue } from '../../protocol/json';
import type { LineBatch, LineEnvelope } from '../decoder';
import type { LineBuffers } from '../line-buffers';
import type { RowPlan } from '../row-plan';
import { growTo, type MemoryLayout } from './memory-layout';

/** Rows in the table of a program; a batch has no more. So the texts of a batch are short enough to be given up with the young generation. */
const MOST_ROWS = 256;
const LARGEST_TABLE = 1 << 18;
/** Programs write whole blocks, beyond the end of what they need. */
const SLACK_BYTES = 64;
const BYTES_PER_UNIT = 3;

// What a plan does with a column, as in assembly/csv-lines.ts.
const STAYS = 1;
const LOOKED_AT = 2;
const CUT_BEFORE = 4;

/** Numbers that assembly/shared/row-table.ts and this class share; it says what each is. */
export type RowTableGlobal = 'table' | 'tableFull' | 'stride' | 'valuesAt' | 'values' | 'parts' | 'partTable' | 'made' | 'entry' | 'units' | 'assembled';

export interface RowTableProgram extends Record<RowTableGlobal, { value: number }> {
  memory: WebAssembly.Memory;
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
  plan: RowPlan;
  parts: readonly { stays: boolean; made: number }[];
  envelope: LineEnvelope;
  /** Where rows begin. */
  output(): number;
  /** Makes a value of its text; without it the text is the value, and stands in the rows as JSON without quotes. */
  parse?: (text: string) => JsonValue;
}

/** Turns the rows in the table of a program into lines, as a plan wants them. */
export class PlannedRows {
  private readonly made: number;
  /** For each row the lengths of what was made, or -1. */
  private readonly decisions: Int32Array;
  private readonly envelopeTexts: readonly [head: number, headLength: number, tail: number, tailLength: number];

  constructor(
    private readonly program: RowTableProgram,
    private readonly options: PlannedRowsOptions,
    layout: MemoryLayout,
    private readonly buffers: LineBuffers,
  ) {
    const { plan, parts, envelope } = options;
    this.made = plan.members.filter((member) => member.from === 'made').length;
    const valuesAt = 8 + (parts.length - 1) * 4;
    const stride = valuesAt + plan.reads.length * 8;
    const tableBytes = Math.max(stride, Math.min(stride * MOST_ROWS, LARGEST_TABLE));
    this.decisions = new Int32Array(Math.ceil(tableBytes / stride) * Math.max(this.made, 1));
    const partTable = new Uint8Array(Uint32Array.from(parts.flatMap(({ stays, made }) => [Number(stays), made])).buffer);
    const tail = Buffer.concat([Buffer.from('}'), envelope.tail, Buffer.from('\n')]);
    this.envelopeTexts = [layout.place(envelope.head), envelope.head.length, layout.place(tail), tail.length];
    const table = layout.reserve(tableBytes);
    const globals: Partial<Record<RowTableGlobal, number>> = {
      table, entry: table, tableFull: table + tableBytes - stride + 1, stride, valuesAt, values: plan.reads.length, parts: parts.length, partTable: layout.place(partTable), made: this.made,
    };
    for (const [name, value] of Object.entries(globals)) program[name as RowTableGlobal].value = value;
  }

  /** Empties the table. `free`: where the rows end; the memory behind it is used, and may grow. @throws RangeError when there is no room */
  take(free: number): LineBatch | undefined {
    const { program, options } = this;
    const { table, entry } = program;
    const rows = (entry.value - table.value) / program.stride.value;
    if (rows === 0) return undefined;
    const rowBytes = free - options.output();
    const decisions = this.decisions.subarray(0, rows * Math.max(this.made, 1));
    const { texts, decided, failure } = this.decide(this.collect(free, rowBytes), rows, decisions);
    const decisionsAt = Math.ceil((free + SLACK_BYTES) / 16) * 16;
    const textsAt = decisionsAt + decisions.byteLength;
    const linesAt = textsAt + texts.length * BYTES_PER_UNIT + SLACK_BYTES;
    const [, headLength, , tailLength] = this.envelopeTexts;
    growTo(program.memory, linesAt + rowBytes + texts.length * BYTES_PER_UNIT + rows * (headLength + tailLength + 1) + SLACK_BYTES);
    const memory = Buffer.from(program.memory.buffer);
    const textBytes = memory.write(texts, textsAt, 'utf8');
    if (textBytes !== texts.length) inBytes(decisions, memory.subarray(textsAt, textsAt + textBytes));
    new Int32Array(program.memory.buffer, decisionsAt, decisions.length).set(decisions);
    const end = program.assemble(linesAt, decisionsAt, textsAt, ...this.envelopeTexts);
    entry.value = table.value;
    const count = program.assembled.value;
    return { ...this.buffers.copy(memory.subarray(linesAt, end), count), dropped: decided - count, notes: options.plan.takeNotes(), ...(failure === undefined ? {} : { failure }) };
  }

  /** The values of all rows, one after the other. */
  private collect(free: number, rowBytes: number): string {
    const { program } = this;
    growTo(program.memory, free + rowBytes + SLACK_BYTES);
    const bytes = program.collect(free, this.options.parse === undefined) - free;
    const collected = Buffer.from(program.memory.buffer, free, bytes);
    return collected.toString(program.units.value === bytes ? 'latin1' : 'utf8');
  }

  /**
   * Lets the plan work on each row, up to one that fails. Returns what it made; the lengths, in UTF-16 units, or -1 for a dropped row, go into
   * `decisions`.
   */
  private decide(collected: string, rows: number, decisions: Int32Array): { texts: string; decided: number; failure?: unknown } {
    const { program, made } = this;
    const { plan, parse } = this.options;
    const table = new Int32Array(program.memory.buffer, program.table.value, (rows * program.stride.value) / 4);
    const perRow = table.length / rows;
    const values = plan.reads.map((): JsonValue => null);
    const texts: string[] = [];
    let all = '';
    let decision = 0;
    const valuesAt = program.valuesAt.value / 4;
    for (let row = 0; row < table.length; row += perRow) {
      for (let index = 0, at = row + valuesAt; index < values.length; index++, at += 2) {
        const start = table[at]!;
        if (start < 0) values[index] = null;
        else {
          const text = collected.slice(start, table[at + 1]);
          values[index] = parse ? parse(text) : text;
        }
      }
      let isKept: boolean;
      try {
        isKept = plan.evaluate(values, texts);
      } catch (failure) {
        decisions.fill(-1, decision);
        return { texts: all, decided: row / perRow, failure };
      }
      if (!isKept) {
        decisions[decision] = -1;
        decision += Math.max(made, 1);
        continue;
      }
      // What the batch before has left there must not count.
      if (made === 0) decisions[decision++] = 0;
      for (let index = 0; index < made; index++) {
        const text = texts[index]!;
        all += text;
        decisions[decision++] = text.length;
      }
    }
    return { texts: all, decided: rows };
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
