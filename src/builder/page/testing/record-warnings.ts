import { getOwn, isObject, type JsonObject, type JsonValue } from '../../../protocol/json';
import { stringifyJson } from '../../../protocol/lossless-json';
import { count } from './amounts';
import { isRunning, type TestView } from './test-view';

/** Warnings of the engine that stand above the records; the Logs have all. */
const SHOWN_LOGS = 3;

/** A key: fields, each with its path. */
export type PrimaryKey = readonly (readonly string[])[];

/** `primary_key` in each of its forms: a name, a list of names, a list of paths. Anything else is no key. */
export function primaryKeyOf(value: JsonValue | undefined): PrimaryKey {
  if (typeof value === 'string') return value === '' ? [] : [[value]];
  if (!Array.isArray(value)) return [];
  return value.map((each) => (Array.isArray(each) ? each.map(String) : [String(each)]));
}

/** What a person should know of a finished test before trusting it. */
export function testWarnings(view: TestView, primaryKey: PrimaryKey): string[] {
  const { read } = view;
  if (!read || isRunning(view)) return [];
  const records = read.slices.flatMap(({ pages }) => pages.flatMap((page) => page.records));
  const warnings: string[] = [];
  if (read.test_read_limit_reached) warnings.push('A limit of the test was reached: the API may have more records than are shown.');
  if (view.status === 'ok' && records.length === 0) warnings.push('No records were found.');
  if (records.length > 0) warnings.push(...keyWarnings(records, primaryKey));
  const told = new Set(read.logs.filter(({ level }) => level === 'WARN').map(({ message }) => message));
  return [...warnings, ...[...told].slice(0, SHOWN_LOGS)];
}

function keyWarnings(records: readonly JsonObject[], primaryKey: PrimaryKey): string[] {
  if (primaryKey.length === 0) return ['The stream has no Primary Key: destinations cannot tell its records apart.'];
  const name = primaryKey.map((path) => path.join('.')).join(' + ');
  const values = records.map((record) => primaryKey.map((path) => at(record, path)));
  const missing = values.filter((key) => key.some((value) => value === undefined || value === null)).length;
  if (missing > 0) return [`${count(missing, 'record has', 'records have')} no value for the Primary Key ${name}.`];
  const repeated = values.length - new Set(values.map((key) => stringifyJson(key as JsonValue[]))).size;
  return repeated > 0 ? [`${count(repeated, 'record repeats', 'records repeat')} the Primary Key ${name} of another one.`] : [];
}

function at(record: JsonObject, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const key of path) value = isObject(value) ? getOwn(value, key) : undefined;
  return value;
}
