import { CalendarDuration, PyTimedelta } from '../../datetime/duration';
import { PyDate, PyDateTime } from '../../datetime/python-datetime';
import { PyTypeError, SandboxError, UndefinedError } from './template-errors';


/**
 * Values inside the template engine, with Python's types told apart:
 * - None is null; bool, str and list are JavaScript's own; int is an integral number or a bigint
 * - float is a number with a fraction, or a PyFloat (so that 1.0 stays different from 1)
 * - dict is a plain object (data from outside, own properties only) or a PyDict (made by the template)
 * - everything else is a class below or one of `datetime/`
 */
export type Value = unknown;

/** Base of the engine's own classes: whatever is not one of these, nor a date, and is an object counts as a dict. */
export abstract class PyObject {
  abstract readonly typeName: string;
}

/** A float with an integral value (others are plain numbers). */
export class PyFloat extends PyObject {
  readonly typeName = 'float';
  constructor(readonly value: number) {
    super();
  }
}

/** A list that a template made: it may hold values that are not JSON. Lists from outside are plain arrays. */
export class PyList extends Array<Value> {
  static make(items: Iterable<Value>): PyList {
    const list = new PyList();
    for (const item of items) list.push(item);
    return list;
  }

  /** Results of `map`, `slice` … are plain arrays. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

export class PyTuple extends PyObject {
  readonly typeName: string = 'tuple';
  constructor(readonly items: readonly Value[]) {
    super();
  }
}

/** A tuple whose parts have names, too: a group of the filter `groupby`, a week date. */
export class NamedTuple extends PyTuple {
  constructor(
    override readonly typeName: string,
    readonly parts: ReadonlyMap<string, Value>,
    /** Printed as `Type(name=value, …)` instead of as a tuple. */
    readonly printsNames = false,
  ) {
    super([...parts.values()]);
  }
}

export class PyBytes extends PyObject {
  readonly typeName = 'bytes';
  constructor(readonly bytes: Uint8Array) {
    super();
  }
}

export class PySet extends PyObject {
  readonly typeName = 'set';
  constructor(readonly items: readonly Value[]) {
    super();
  }
}

/** `...` and other values that only have a name. */
export class PySymbol extends PyObject {
  constructor(
    readonly typeName: string,
    readonly text: string,
  ) {
    super();
  }
}

/** What a missing name, key or attribute gives: empty as text, an error when used for anything else. */
export class Undefined extends PyObject {
  readonly typeName = 'Undefined';
  constructor(
    readonly hint: string,
    /** True for attributes that the sandbox hides. */
    readonly unsafe = false,
  ) {
    super();
  }

  error(): UndefinedError | SandboxError {
    return this.unsafe ? new SandboxError(this.hint) : new UndefinedError(this.hint);
  }
}

/** Values that are made while they are taken, once: what `map`, `select` and others return. */
export class PyIterator extends PyObject implements Iterable<Value> {
  private readonly iterator: Iterator<Value>;
  constructor(
    items: Iterable<Value>,
    readonly typeName = 'generator',
  ) {
    super();
    this.iterator = items[Symbol.iterator]();
  }

  next(): IteratorResult<Value> {
    return this.iterator.next();
  }

  [Symbol.iterator](): Iterator<Value> {
    // Without `return`: leaving a loop early must not end the iterator.
    return { next: () => this.iterator.next() };
  }
}

/** `dict.keys()`, `.values()` and `.items()`: follow the dict. */
export class PyView extends PyObject {
  constructor(
    readonly typeName: 'dict_keys' | 'dict_values' | 'dict_items',
    readonly list: () => Value[],
  ) {
    super();
  }
}

/** The object that `{% set ns.x = … %}` may change. */
export class Namespace extends PyObject {
  readonly typeName = 'Namespace';
  readonly attributes = new Map<string, Value>();
}

/** An object of the engine with attributes, e.g. `loop`. */
export class PyRecord extends PyObject {
  constructor(
    readonly typeName: string,
    readonly attribute: (name: string) => Value,
    readonly text = `<${typeName}>`,
    /** How it looks inside a list. */
    readonly representation = text,
  ) {
    super();
  }
}

export function isInt(value: Value): value is number | bigint | boolean {
  return typeof value === 'number' ? Number.isInteger(value) : typeof value === 'bigint' || typeof value === 'boolean';
}

export function isFloat(value: Value): value is number | PyFloat {
  return typeof value === 'number' ? !Number.isInteger(value) : value instanceof PyFloat;
}

export function isNumber(value: Value): value is number | bigint | boolean | PyFloat {
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof PyFloat;
}

/** The float with this value. */
export function toFloat(value: number): number | PyFloat {
  return Number.isInteger(value) ? new PyFloat(value) : value;
}

/** The int with this value, as a number where that is exact. */
export function toInt(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** The JavaScript number behind an int or float. */
export function numeric(value: number | bigint | boolean | PyFloat): number | bigint {
  return value instanceof PyFloat ? value.value : typeof value === 'boolean' ? Number(value) : value;
}

export function isUndefined(value: Value): value is Undefined | undefined {
  return value === undefined || value instanceof Undefined;
}

export function isList(value: Value): value is Value[] {
  return Array.isArray(value);
}

/** List or tuple. */
export function sequenceItems(value: Value): readonly Value[] | undefined {
  return Array.isArray(value) ? value : value instanceof PyTuple ? value.items : undefined;
}

export function typeName(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'str';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float';
    case 'undefined':
      return 'Undefined';
    case 'function':
    case 'symbol':
      return 'object';
  }
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (value instanceof PyObject) return value.typeName;
  if (value instanceof PyDateTime) return 'datetime';
  if (value instanceof PyDate) return 'date';
  if (value instanceof PyTimedelta) return 'timedelta';
  if (value instanceof CalendarDuration) return 'Duration';
  return 'dict';
}

/** Code points when the text has characters beyond 16 bits, else the text itself: both can be indexed and measured. */
export function characters(text: string): string | string[] {
  return /[\ud800-\udbff]/.test(text) ? Array.from(text) : text;
}

/** Equal values of equal meaning have the same key (1, 1.0 and True are one key, as in Python). */
export function hashKey(value: Value): unknown {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return Number(value);
    case 'number':
    case 'bigint':
      return typeof value === 'bigint' ? toInt(value) : value;
  }
  if (value === null) return null;
  if (value instanceof PyFloat) return value.value;
  if (value instanceof PyTuple) return `\u0000tuple:${value.items.map((item) => `${typeof hashKey(item)}:${String(hashKey(item))}`).join('\u0000')}`;
  if (value instanceof PyDateTime) return `\u0000datetime:${value.isNaive}:${value.epochMicros()}`;
  if (value instanceof PyDate) return `\u0000date:${value}`;
  if (value instanceof PyTimedelta) return `\u0000timedelta:${value.micros}`;
  if (value instanceof Undefined || value === undefined) return '\u0000undefined';
  if (Array.isArray(value) || !(value instanceof PyObject) || value instanceof PySet || typeName(value) === 'dict') {
    throw new PyTypeError(`unhashable type: '${typeName(value)}'`);
  }
  return value;
}


