import { isObject, type JsonObject, type JsonValue } from '../../../protocol/json';

export interface Pair {
  /** Stays the same while the name is edited. */
  id: number;
  name: string;
  value: JsonValue;
}

/** The rows for a value: those that are there already keep their ids, and those that are not complete yet stay. */
export function pairsFor(value: JsonValue | undefined, rows: readonly Pair[]): Pair[] {
  const members = isObject(value) ? Object.entries(value) : [];
  const next: Pair[] = [];
  const unused = new Map(members);
  for (const row of rows) {
    const stored = unused.get(row.name);
    if (stored !== undefined) next.push({ ...row, value: stored });
    else if (row.name === '') next.push(row);
    unused.delete(row.name);
  }
  let id = Math.max(0, ...rows.map((row) => row.id));
  for (const [name, item] of unused) next.push({ id: ++id, name, value: item });
  return next;
}

/** Rows without a name, and those whose name stands twice, are no members yet. */
export function membersOf(rows: readonly Pair[]): JsonObject {
  return Object.fromEntries(rows.filter(({ name }, index) => name !== '' && rows.findIndex((row) => row.name === name) === index).map(({ name, value }) => [name, value]));
}

export function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text stays a text; what was a number, a list or an object is one again when the text says so. */
export function valueFrom(text: string, before: JsonValue): JsonValue {
  if (typeof before === 'string') return text;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
