import type { JsonValue } from '../protocol/json';

/** A member of the output: the cell of a column as it is, the surplus cells of a row, or what `RowPlan.evaluate` makes. */
export type PlannedMember = { from: 'column'; name: string; column: number } | { from: 'surplus'; name: string } | { from: 'made' };

/**
 * What a stream does to rows of which only some cells must be looked at: everything else is copied as bytes. Made for the
 * names of one header; whoever makes it promises the records of the way over objects.
 */
export interface RowPlan {
  /** In the order of the output; columns ascend, and the surplus, never missing, comes after them. */
  readonly members: readonly PlannedMember[];
  /** The columns whose values `evaluate` looks at, each once. */
  readonly reads: readonly number[];
  /**
   * Works on one row. `values`: one for each of `reads`. False drops the row; else `texts` has for each made member, in their
   * order, `,"name":` and its JSON, or '' when it is left out.
   */
  evaluate(values: readonly JsonValue[], texts: string[]): boolean;
  /** What the plan wants to be known of the rows that were kept since the last call; goes out with their lines. */
  takeNotes(): readonly JsonValue[];
}

export interface RowPlanner {
  /**
   * Undefined when rows with these names must become objects. `surplus`: the name for cells beyond them, when there may be some.
   * `valuesAreTexts`: all values are texts or null.
   */
  plan(names: readonly string[], surplus: string | undefined, valuesAreTexts: boolean): RowPlan | undefined;
}
