import type { ByteStep, PlannedMember, RowPlan, RowTest, RowValue } from '../decode/row-plan';
import type { JsonObject, JsonValue } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';

/** Why rows must become objects. */
export class NoPlan extends Error {}

/** One row while a plan works on it: the values of the columns that are looked at, and what was made. */
export interface RowState {
  cells: readonly JsonValue[];
  made: JsonValue[];
}

/** The variables of templates; steps put the part of the record there that their templates look at. */
export type PlanVars = Record<string, unknown>;

/** Works on a row; false drops it. */
export type RowStep = (row: RowState) => boolean;

interface Step {
  change: RowStep;
  /** The numbers of the columns' values that it looks at, among all that are looked at. */
  reads: ReadonlySet<number>;
  /** What it does, in another way. */
  bytes: StepBytes | undefined;
}

/** A test that says for every row whether it is kept; the number of the only value that a step makes, and what it is; or that of the only value that it changes, unless it is a text or a number. */
export type StepBytes = { test: RowTest } | { makes: number; value: RowValue } | { touches: number };

interface Template {
  readonly source: string | boolean;
  membersOf(variable: string): ReadonlySet<string> | undefined;
}

type Source = { from: 'column'; column: number } | { from: 'surplus' } | { from: 'made'; index: number; maybeAbsent: boolean };

/** Numbers come first in an object, whenever they were set. */
const INTEGER_NAME = /^(?:0|[1-9]\d{0,9})$/;

/**
 * A record of which only the names are known. What transformations and filters would do to every record is done to it once,
 * step by step; what stays of its members then is copied as bytes, and the rest is worked out for each row.
 */
export class RowOutline {
  private members = new Map<string, Source>();
  private readonly reads: number[] = [];
  private readonly steps: Step[] = [];
  /** Of the step that is being made. */
  private stepReads = new Set<number>();
  private madeCount = 0;
  private readonly takenForTexts = new Set<number>();
  /** Values that steps have made and others look at. */
  private readonly madeReads = new Set<number>();

  /** @throws NoPlan */
  constructor(
    names: readonly string[],
    surplus: string | undefined,
    /** Whether the values of all members are texts or null. */
    readonly hasTextsOnly: boolean,
    /** What the plans of one planner noted, in the order of the rows. */
    private readonly notes: Notes,
  ) {
    names.forEach((name, column) => this.members.set(plannable(name), { from: 'column', column }));
    if (surplus !== undefined) this.members.set(surplus, { from: 'surplus' });
  }

  get names(): string[] {
    return [...this.members.keys()];
  }

  has(name: string): boolean {
    return this.members.has(name);
  }

  /** Whether all values of a member are texts or null. */
  isText(name: string): boolean {
    return this.hasTextsOnly && this.members.get(name)?.from === 'column';
  }

  /** The column whose texts a member is, or is taken for; undefined when it is something else. */
  readonly columnOf = (name: string): number | undefined => {
    const source = this.members.get(name);
    if (source?.from !== 'column') return undefined;
    if (!this.hasTextsOnly) this.takenForTexts.add(source.column);
    return source.column;
  };

  /** `change`: what a step does to each row; it looks at what the getters and views give that were asked for since the last step. `bytes`: what may be done in its place. */
  step(change: RowStep, bytes?: StepBytes): void {
    this.steps.push({ change, reads: this.stepReads, bytes });
    this.stepReads = new Set();
  }

  /**
   * A record that holds these of the present members, as far as they exist, and is filled anew for each row. @throws NoPlan when it cannot
   * be known what they hold
   */
  view(names: Iterable<string>): (row: RowState) => JsonObject {
    const record: JsonObject = {};
    const getters = [...names].filter((name) => this.members.has(name)).map((name) => ({ name, get: this.getter(name) }));
    return (row) => {
      for (const { name, get } of getters) record[name] = get(row);
      return record;
    };
  }

  /** The same, as far as templates look at it. @throws NoPlan, also when they may look at anything */
  viewFor(templates: readonly (Template | undefined)[]): (row: RowState) => JsonObject {
    const names = new Set<string>();
    for (const template of templates) {
      const members = template ? template.membersOf('record') : [];
      if (!members) throw new NoPlan(`a template looks at the whole record: ${String(template!.source)}`);
      for (const name of members) names.add(name);
    }
    return this.view(names);
  }

  /** The value of a member in a row. @throws NoPlan */
  getter(name: string): (row: RowState) => JsonValue {
    const source = this.members.get(name);
    if (!source || source.from === 'surplus' || (source.from === 'made' && source.maybeAbsent)) {
      throw new NoPlan(`whether a row has ${JSON.stringify(name)} is not known beforehand`);
    }
    if (source.from === 'made') {
      this.madeReads.add(source.index);
      return ({ made }) => made[source.index]!;
    }
    let index = this.reads.indexOf(source.column);
    if (index < 0) index = this.reads.push(source.column) - 1;
    this.stepReads.add(index);
    return ({ cells }) => cells[index]!;
  }

  /** Puts a member in the place of the old one, or at the end. Returns where steps put its value. @throws NoPlan */
  set(name: string, maybeAbsent = false): number {
    const old = this.members.get(plannable(name));
    if (old && (old.from === 'surplus' || (old.from === 'made' && old.maybeAbsent))) {
      throw new NoPlan(`whether a row has ${JSON.stringify(name)} is not known beforehand`);
    }
    const index = this.madeCount++;
    this.members.set(name, { from: 'made', index, maybeAbsent });
    return index;
  }

  remove(name: string): void {
    if (this.members.get(name)?.from === 'surplus') throw new NoPlan('surplus cells are removed');
    this.members.delete(name);
  }

  /** Changes the names; `inside` changes those in nested objects. @throws NoPlan when two become the same */
  rename(change: (name: string) => string, inside?: (value: JsonValue) => JsonValue): void {
    const renamed = new Map<string, Source>();
    for (const [name, source] of this.members) {
      const next = change(name);
      if (renamed.has(next)) throw new NoPlan(`two names become ${JSON.stringify(next)}`);
      renamed.set(source.from === 'surplus' ? next : plannable(next), source);
    }
    if (inside && !this.hasTextsOnly) throw new NoPlan('names inside of values change, too');
    this.members = renamed;
    if (!inside) return;
    for (const source of this.members.values()) {
      if (source.from !== 'made') continue;
      const { index } = source;
      const change = ({ made }: RowState) => {
        made[index] = inside(made[index]!);
        return true;
      };
      this.step(change, { touches: index });
    }
  }

  /** The value of a member, as it is now, is told with every row that is kept: null where there is none. @throws NoPlan */
  note(name: string): void {
    const get = this.members.has(name) ? this.getter(name) : () => null;
    this.step((row) => {
      this.notes.add(get(row));
      return true;
    });
  }

  plan(): RowPlan {
    const members: PlannedMember[] = [];
    /** The numbers of the values of made members. */
    const made: number[] = [];
    for (const [name, source] of this.members) {
      if (source.from === 'column') members.push({ from: 'column', name, column: source.column });
      else members.push({ from: source.from, name });
      if (source.from === 'made') made.push(source.index);
    }
    const writers = members.flatMap((member) => (member.from === 'made' ? [memberText(`,${JSON.stringify(member.name)}:`)] : []));
    const { steps, notes } = this;
    const { byteSteps, left } = this.divide(made);
    const written = new Set(byteSteps.flatMap((step) => ('made' in step ? [step.made] : [])));
    const row: RowState = { cells: [], made: new Array<JsonValue>(this.madeCount).fill(null) };
    const evaluation = (steps: readonly Step[], isWritten: (member: number) => boolean): RowPlan['evaluate'] => {
      const changes = steps.map(({ change }) => change);
      const writing = writers.map((write, member) => (isWritten(member) ? () => '' : write));
      return (values, texts) => {
        row.cells = values;
        for (let at = 0; at < changes.length; at++) if (!changes[at]!(row)) return false;
        for (let at = 0; at < writing.length; at++) texts[at] = writing[at]!(row.made[made[at]!]!);
        return true;
      };
    };
    const isDone = left.length === 0 && written.size === made.length;
    return {
      members,
      reads: this.reads,
      byteSteps,
      takenForTexts: [...this.takenForTexts],
      evaluate: evaluation(steps, () => false),
      finish: isDone ? undefined : { reads: [...new Set(left.flatMap(({ reads }) => [...reads]))].sort((a, b) => a - b), evaluate: evaluation(left, (member) => written.has(member)) },
      takeNotes: () => notes.take(),
    };
  }

  /** What of the steps can be done with bytes, and what is left then. `made`: the numbers of the values that become members. */
  private divide(made: readonly number[]): { byteSteps: ByteStep[]; left: Step[] } {
    const isWritten = (index: number) => made.includes(index) && !this.madeReads.has(index);
    const inBytes = new Set(this.steps.flatMap(({ bytes }) => (bytes && 'makes' in bytes && isWritten(bytes.makes) ? [bytes.makes] : [])));
    const byteSteps: ByteStep[] = [];
    const left: Step[] = [];
    for (const step of this.steps) {
      const { bytes } = step;
      // What is left may fail, which a row that is dropped before would hide.
      if (bytes && 'test' in bytes && left.length === 0) byteSteps.push(bytes);
      else if (bytes && 'makes' in bytes && inBytes.has(bytes.makes)) byteSteps.push({ made: made.indexOf(bytes.makes), value: bytes.value });
      else if (!(bytes && 'touches' in bytes && inBytes.has(bytes.touches))) left.push(step);
    }
    return { byteSteps, left };
  }
}

/** The text of a member; '' for null, which records do not carry at their top level. Many rows say the same. */
function memberText(head: string): (value: JsonValue) => string {
  let last: JsonValue = null;
  let lastText = '';
  return (value) => {
    if (value === last && typeof value !== 'object') return lastText;
    last = value;
    lastText = value === null || value === undefined ? '' : head + jsonText(value);
    return lastText;
  };
}

/** What JSON writes in another way; a look for it is several times as quick as JSON.stringify. */
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

function jsonText(value: JsonValue): string {
  if (typeof value === 'string') return ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : stringifyJson(value);
}

/** Neighbours often have the same value: it is noted once. */
export class Notes {
  private values: JsonValue[] = [];

  add(value: JsonValue): void {
    if (this.values.length === 0 || this.values.at(-1) !== value) this.values.push(value);
  }

  take(): readonly JsonValue[] {
    const taken = this.values;
    this.values = [];
    return taken;
  }
}

function plannable(name: string): string {
  if (INTEGER_NAME.test(name) || name === '__proto__') throw new NoPlan(`the name ${JSON.stringify(name)} has a place of its own in records`);
  return name;
}
