import { getOwn, type JsonObject, type JsonValue } from '../../../protocol/json';
import { stringifyJson } from '../../../protocol/lossless-json';

/** A table with more columns is shown in parts. */
export const COLUMNS_AT_ONCE = 200;
/** Longer values are cut in a cell, and shown whole in a dialog. */
const CELL_CHARACTERS = 200;

/** Every property of the records, in the order in which they first occur. */
export function recordColumns(records: readonly JsonObject[]): string[] {
  const columns = new Set<string>();
  for (const record of records) for (const name of Object.keys(record)) columns.add(name);
  return [...columns];
}

/** What a cell shows; a record without the property has an empty one. */
export function cellText(record: JsonObject, column: string): { text: string; isCut: boolean } {
  const whole = wholeText(getOwn(record, column));
  return whole.length > CELL_CHARACTERS ? { text: `${whole.slice(0, CELL_CHARACTERS)}…`, isCut: true } : { text: whole, isCut: false };
}

export function wholeText(value: JsonValue | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : stringifyJson(value);
}

/** JSON with indentation and every digit; for texts of a size that a person reads. */
export function prettyJson(value: JsonValue): string {
  return JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? rawDigits(each) : each), 2);
}

/** Digits beyond 2^53 stay digits where the browser can write them so; elsewhere they are shown as a text. */
function rawDigits(value: bigint): unknown {
  const { rawJSON } = JSON as typeof JSON & { rawJSON?: (text: string) => unknown };
  return rawJSON ? rawJSON(value.toString()) : value.toString();
}
