import type { JsonValue } from '../protocol/json';

/** A member of the output: the cell of a column as it is, the surplus cells of a row, or what `RowPlan.evaluate` makes. */
export type PlannedMember = { from: 'column'; name: string; column: number } | { from: 'surplus'; name: string } | { from: 'made'; name: string };

/**
 * A number by Python's rules. `read`: a cell that is a decimal number; where it is not, the number is not known. `whole`: without what is
 * behind the point. `isWhole`: whether it is an int, else it is a float.
 */
export type RowNumber = { isWhole: boolean } & (
  | { is: 'constant'; value: number }
  | { is: 'read'; column: number }
  | { is: 'whole' | 'float' | 'negate'; of: RowNumber }
  /** To at most 15 places after the point. */
  | { is: 'round'; of: RowNumber; places: number }
  | { is: '+' | '-' | '*' | '/'; left: RowNumber; right: RowNumber }
);

/**
 * A question about the cells of a row, which are texts or null. `<` and `<=` (by code points), `contains`, `startsWith` and `endsWith`
 * have no answer for null.
 */
export type RowTest =
  | boolean
  | { is: 'number=' | 'number<' | 'number<='; left: RowNumber; right: RowNumber }
  | { is: 'and' | 'or'; tests: readonly RowTest[] }
  | { is: 'not'; test: RowTest }
  | { is: 'oneOf'; column: number; texts: readonly string[] }
  | { is: 'null' | 'filled'; column: number }
  | { is: 'same'; column: number; as: number }
  | { is: '<' | '<=' | 'contains' | 'startsWith' | 'endsWith'; column: number; text: string };

/** Whether a text that Python would read as a number becomes one: with or without a point. */
export interface NumberTyping {
  integers: boolean;
  decimals: boolean;
}

/** The types of a schema that a text is cast to (records/schema/cast-value.ts). */
export type CastType = 'string' | 'integer' | 'number' | 'boolean';

/**
 * The value of a member: the same JSON for every row; or texts and cells after one another, which are typed as Python's literals are. A cell alone
 * leaves the member out when it is null, unless `nullIsText`; among others it is not known what null means.
 */
export type RowValue =
  | { is: 'fixed'; json: string }
  | { is: 'number'; number: RowNumber; typing: NumberTyping }
  | { is: 'cast'; column: number; to: CastType; allowsNull: boolean }
  | { is: 'text'; parts: readonly (string | { column: number })[]; typing: NumberTyping; nullIsText: boolean };

/** What may be done to a row without `RowPlan.evaluate`: to drop it unless a test holds, or to give a member its value. `made`: its number among made members. */
export type ByteStep = { test: RowTest } | { made: number; value: RowValue };

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
  /**
   * What comes first of all that `evaluate` does, for those who can do it with the bytes of the cells. Where they can for every step, `finish`
   * is left of the row, else all of `evaluate`. They look at columns of `reads`.
   */
  readonly byteSteps: readonly ByteStep[];
  /** The columns that `byteSteps` take for texts or null; a row where one is something else is not theirs. Empty when all are known to be. */
  readonly takenForTexts: readonly number[];
  /** What is left to do after `byteSteps`, like `evaluate`; undefined when nothing is. Looks at some of the values, whose numbers are `reads`; the texts of members that have a step are ''. */
  readonly finish: { readonly reads: readonly number[]; evaluate(values: readonly JsonValue[], texts: string[]): boolean } | undefined;
  /** What the plan wants to be known of the rows that were kept since the last call; goes out with their lines. */
  takeNotes(): readonly JsonValue[];
}

export interface RowPlanner {
  /**
   * Undefined when rows with these names must become objects. `surplus`: the name for cells beyond them, when there may be some.
   * `valuesAreTexts`: all values are texts or null.
   */
  plan(names: readonly string[], surplus: string | undefined, valuesAreTexts: boolean): RowPlan | undefined;
  /** Says why rows become objects without having been asked about. */
  refuse(reason: string): void;
}
