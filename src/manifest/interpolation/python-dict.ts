import { CalendarDuration, PyTimedelta } from '../../datetime/duration';
import { PyDate, PyDateTime } from '../../datetime/python-datetime';
import { setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { MAX_VALUE_DEPTH } from './limits';
import { floatText } from './python-float';
import { hashKey, isFloat, NamedTuple, numeric, PyFloat, PyObject, sequenceItems, type Value } from './python-values';
import { LimitError } from './template-errors';

/** What the engine needs of a dict, whatever stores it. Keys keep the order in which they came. */
export interface Dict {
  readonly size: number;
  get(key: Value): Value | undefined;
  has(key: Value): boolean;
  set(key: Value, value: Value): void;
  delete(key: Value): void;
  keys(): Value[];
}

/** A dict that a template made; keys may be any hashable value. */
export class PyDict extends PyObject implements Dict {
  readonly typeName = 'dict';
  private readonly entries = new Map<unknown, { key: Value; value: Value }>();

  static from(entries: Iterable<readonly [Value, Value]>): PyDict {
    const dict = new PyDict();
    for (const [key, value] of entries) dict.set(key, value);
    return dict;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value | undefined {
    return this.entries.get(hashKey(key))?.value;
  }

  has(key: Value): boolean {
    return this.entries.has(hashKey(key));
  }

  set(key: Value, value: Value): void {
    const hash = hashKey(key);
    const entry = this.entries.get(hash);
    if (entry) entry.value = value;
    else this.entries.set(hash, { key, value });
  }

  delete(key: Value): void {
    this.entries.delete(hashKey(key));
  }

  keys(): Value[] {
    return Array.from(this.entries.values(), (entry) => entry.key);
  }
}

/** Headers: keys are found whatever their case, and listed as they came. Read-only. */
export class CaseInsensitiveDict extends PyObject implements Dict {
  readonly typeName = 'CaseInsensitiveDict';
  private readonly entries = new Map<string, { key: string; value: Value }>();

  constructor(values: Readonly<Record<string, unknown>>) {
    super();
    for (const [key, value] of Object.entries(values)) this.entries.set(key.toLowerCase(), { key, value });
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.entries.get(key.toLowerCase())?.value : undefined;
  }

  has(key: Value): boolean {
    return typeof key === 'string' && this.entries.has(key.toLowerCase());
  }

  set(key: Value, value: Value): void {
    if (typeof key === 'string') this.entries.set(key.toLowerCase(), { key, value });
  }

  delete(key: Value): void {
    if (typeof key === 'string') this.entries.delete(key.toLowerCase());
  }

  keys(): Value[] {
    return Array.from(this.entries.values(), (entry) => entry.key);
  }
}

/** For template variables that are headers. */
export function caseInsensitive(headers: Readonly<Record<string, unknown>>): CaseInsensitiveDict {
  return new CaseInsensitiveDict(headers);
}

/** Data from outside: what is stored in it becomes JSON, because it leaves the engine with its owner. */
class ObjectDict implements Dict {
  constructor(private readonly object: JsonObject) {}

  get size(): number {
    return Object.keys(this.object).length;
  }

  get(key: Value): Value | undefined {
    return this.has(key) ? this.object[key as string] : undefined;
  }

  /** Properties that are not enumerable are attributes, not items. */
  has(key: Value): boolean {
    if (typeof key !== 'string') hashKey(key);
    return typeof key === 'string' && Object.prototype.propertyIsEnumerable.call(this.object, key);
  }

  set(key: Value, value: Value): void {
    setOwn(this.object, String(key), toJson(value));
  }

  delete(key: Value): void {
    if (typeof key === 'string') delete this.object[key];
  }

  keys(): Value[] {
    return Object.keys(this.object);
  }
}

export function isDict(value: Value): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  if (value instanceof PyDict || value instanceof CaseInsensitiveDict) return true;
  return !(value instanceof PyObject || value instanceof PyDateTime || value instanceof PyTimedelta || value instanceof PyDate || value instanceof CalendarDuration);
}

export function asDict(value: object): Dict {
  return value instanceof PyDict || value instanceof CaseInsensitiveDict ? value : new ObjectDict(value as JsonObject);
}

/** The entries of any dict. */
export function dictEntries(value: object): [Value, Value][] {
  const dict = asDict(value);
  return dict.keys().map((key) => [key, dict.get(key)]);
}

/** Stands for "this value is not JSON". */
export const NOT_JSON: unique symbol = Symbol('not JSON');

/** A copy as plain JSON: tuples become arrays, keys become texts as in `json.dumps`. NOT_JSON for sets, dates, NaN … */
export function copyAsJson(value: Value, depth = 0): JsonValue | typeof NOT_JSON {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : NOT_JSON;
  }
  if (value === null) return null;
  if (value instanceof PyFloat) return value.value;
  if (depth > MAX_VALUE_DEPTH) throw new LimitError('the value is nested too deeply');
  if (value instanceof NamedTuple && value.printsNames) return NOT_JSON;
  const items = sequenceItems(value);
  if (items) {
    const copy: JsonValue[] = [];
    for (const item of items) {
      const converted = copyAsJson(item, depth + 1);
      if (converted === NOT_JSON) return NOT_JSON;
      copy.push(converted);
    }
    return copy;
  }
  if (!isDict(value)) return NOT_JSON;
  const copy: JsonObject = {};
  const dict = asDict(value);
  for (const key of dict.keys()) {
    const name = jsonKey(key);
    const converted = copyAsJson(dict.get(key), depth + 1);
    if (name === undefined || converted === NOT_JSON) return NOT_JSON;
    setOwn(copy, name, converted);
  }
  return copy;
}

/** Like `copyAsJson`; what is not JSON becomes its text. */
export function toJson(value: Value): JsonValue {
  const copy = copyAsJson(value);
  return copy === NOT_JSON ? String(value) : copy;
}

/** The text that `json.dumps` makes of a dict key, undefined when it refuses the key. */
export function jsonKey(key: Value): string | undefined {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean' || typeof key === 'bigint') return String(key);
  if (isFloat(key)) return Number.isFinite(numeric(key)) ? floatText(Number(numeric(key))) : undefined;
  return typeof key === 'number' ? String(BigInt(key)) : undefined;
}
