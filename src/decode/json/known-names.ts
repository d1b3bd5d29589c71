import { PlanChances } from '../plan-chances';
import type { RowPlanner } from '../row-plan';
import { GAP_BYTES, SLACK_BYTES, wordBytes, type MemoryLayout } from '../wasm/memory-layout';
import { columnUses, type PlannedRows } from '../wasm/planned-rows';
import type { JsonRecordsProgram, RecordProgram } from './record-program';

const MOST_SEQUENCES = 64;
/** As many members as json-records.ts reads. */
const MOST_MEMBERS = 4096;
/** The room for all their descriptions. */
const ROOM_BYTES = 1 << 17;
/** What a plan does with a member, as in json-records.ts, besides what `columnUses` says. */
const TAKEN_FOR_TEXT = 8;
const NOTHING = Buffer.alloc(0);
/** Stands in a row before a value that is only looked at. */
const ANY_KEY = Buffer.from(',"":');

/** The sequences of names that the records of a body had so far, with their plans, where json-records.ts finds them. */
export class KnownNames {
  chances = new PlanChances();
  private readonly table: number;
  private readonly start: number;
  private at: number;
  private readonly end: number;

  constructor(
    private readonly program: JsonRecordsProgram,
    private planner: RowPlanner,
    layout: MemoryLayout,
  ) {
    this.table = program.sequenceTable.value = layout.reserve(MOST_SEQUENCES * 4);
    program.textTable.value = layout.reserve(MOST_MEMBERS * 8);
    this.start = this.at = layout.reserve(ROOM_BYTES);
    this.end = this.at + ROOM_BYTES - GAP_BYTES;
    program.learns.value = 1;
  }

  /** Forgets all of them. */
  reset(planner: RowPlanner): void {
    this.planner = planner;
    this.chances = new PlanChances();
    this.at = this.start;
    this.program.sequences.value = 0;
    this.program.learns.value = 1;
  }

  /** Gets a plan for the names of the record that the program has read last; without room for it, for no others any more. */
  learn(records: RecordProgram, rows: PlannedRows): void {
    const { program } = this;
    const spelled = this.spelledNames(records.memory);
    const known = program.sequences.value;
    const names = plainNames(spelled);
    const plan = names && this.planner.plan(names, undefined, false);
    const { uses, parts } = plan ? columnUses(plan, spelled.length) : { uses: [], parts: [] };
    for (const column of plan?.takenForTexts ?? []) uses[column]!.use |= TAKEN_FOR_TEXT;
    const place = (bytes: Uint8Array) => this.place(records.memory, bytes);
    const planAt = plan ? (rows.add(plan, parts, place) ?? 0) : 0;
    const described: number[] = [];
    let keyBytes = 0;
    for (let index = 0; index <= spelled.length; index++) {
      const name = spelled[index] ?? NOTHING;
      const use = uses[index];
      const key = use?.name === undefined ? ANY_KEY : Buffer.from(`,${JSON.stringify(use.name)}:`);
      keyBytes += key.length;
      described.push(place(name), name.length, place(key), key.length, use?.use ?? 0, use?.value ?? 0);
    }
    const at = place(wordBytes([program.namesSum() >>> 0, spelled.length, keyBytes + SLACK_BYTES, planAt, ...described]));
    if (known === MOST_SEQUENCES || this.at > this.end) {
      program.learns.value = 0;
      this.planner.refuse('they have too many different lists of names');
      return;
    }
    new DataView(program.memory.buffer).setUint32(this.table + known * 4, at, true);
    program.sequences.value = known + 1;
    this.chances.note(planAt !== 0);
  }

  /** As JSON. */
  private spelledNames(memory: Uint8Array): Buffer[] {
    const { memberTable, members } = this.program;
    const table = new DataView(memory.buffer, memberTable.value, members.value * 16);
    return Array.from({ length: members.value }, (_, index) => Buffer.from(memory.subarray(table.getUint32(index * 16, true), table.getUint32(index * 16 + 4, true))));
  }

  /** What does not fit is left out, and `at` is behind the end. */
  private place(memory: Uint8Array, bytes: Uint8Array): number {
    const { at } = this;
    if (at + bytes.length <= this.end) memory.set(bytes, at);
    this.at = Math.ceil((at + bytes.length + GAP_BYTES) / 4) * 4;
    return at;
  }
}

/** Undefined when two are, or may be, the same. */
function plainNames(spelled: readonly Buffer[]): string[] | undefined {
  const names = spelled.map((name) => name.toString('utf8').slice(1, -1));
  return names.some((name) => name.includes('\\')) || new Set(names).size < names.length ? undefined : names;
}
