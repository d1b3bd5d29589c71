import { CalendarDuration, PyTimedelta } from '../../datetime/duration';
import { PyDate, PyDateTime } from '../../datetime/python-datetime';
import { PyCallable, type EngineFunction, type FunctionTable } from './callable';
import { DICT_METHODS, FLOAT_METHODS, INT_METHODS, LIST_METHODS, TUPLE_METHODS } from './methods/collection-methods';
import { DATE_METHODS, DATETIME_METHODS, datetimeProperty, DURATION_METHODS, TIMEDELTA_METHODS } from './methods/datetime-methods';
import { formatMethods } from './methods/format-methods';
import { BYTES_METHODS, STRING_METHODS } from './methods/string-methods';
import { asDict, isDict, PyDict, toJson } from './python-dict';
import {
  characters, isFloat, isInt, isNumber, isUndefined, NamedTuple, Namespace, numeric, PyBytes, PyList, PyObject, PyRecord, PyTuple, typeName, Undefined, type Value,
} from './python-values';
import { PyError, PyTypeError } from './template-errors';

/**
 * Own property under this symbol: functions that templates may call on the object, by name, as in
 * `{{ create_job_response.json()['id'] }}`. Arguments and results are JSON values.
 */
export const templateMethods: unique symbol = Symbol('templateMethods');

const TEXT_METHODS: FunctionTable = new Map([...STRING_METHODS, ...formatMethods({ attribute: getAttribute, item: getItem })]);

const hasOwn = (object: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(object, key);

/** `object.name` (Jinja): an attribute of Python's type, else the item with that key, else Undefined. */
export function getAttribute(object: Value, name: string): Value {
  // Python's own names exist also on what is undefined, and are hidden there, too.
  if (isUndefined(object) && (object?.unsafe || !isInternal(name))) throw usedUndefined(object);
  const attribute = attributeOf(object, name);
  return attribute === undefined ? defined(itemOf(object, name), object, name) : attribute;
}

/** `object[key]` (Jinja): the item, else the attribute of that name, else Undefined. */
export function getItem(object: Value, key: Value): Value {
  if (isUndefined(object)) throw usedUndefined(object);
  const item = itemOf(object, key);
  return item === undefined ? defined(typeof key === 'string' ? attributeOf(object, key) : undefined, object, key) : item;
}

/** Only the attributes: what the filter `attr` sees. */
export function getAttributeOnly(object: Value, name: string): Value {
  if (isUndefined(object)) throw usedUndefined(object);
  return defined(attributeOf(object, name), object, name);
}

/** True when `name` may mean something other than the key of a dict. */
export function mayBeDictAttribute(name: string): boolean {
  return DICT_METHODS.has(name) || name.startsWith('__');
}

function usedUndefined(object: Undefined | undefined): Error {
  return (object ?? new Undefined('a value is undefined')).error();
}

const isInternal = (name: string) => name.startsWith('__') && name.endsWith('__');

/** Keeps None apart from what does not exist. */
function defined(value: Value, object: Value, key: Value): Value {
  return value === undefined ? missing(object, key) : value;
}

function missing(object: Value, key: Value): Undefined {
  if (typeof key === 'string' && isInternal(key)) {
    return new Undefined(`access to attribute '${key}' of '${typeName(object)}' object is unsafe.`, true);
  }
  const kind = object === null ? 'None' : `'${typeName(object)} object'`;
  const name = typeof key === 'string' ? `'${key}'` : isInt(key) ? String(key) : `of type ${typeName(key)}`;
  return new Undefined(typeof key === 'string' ? `${kind} has no attribute ${name}` : `${kind} has no element ${name}`);
}

function methodsOf(value: Value): FunctionTable | undefined {
  if (typeof value === 'string') return TEXT_METHODS;
  if (Array.isArray(value)) return LIST_METHODS;
  if (isDict(value)) return DICT_METHODS;
  if (isInt(value)) return INT_METHODS;
  if (isFloat(value)) return FLOAT_METHODS;
  if (value instanceof PyTuple) return TUPLE_METHODS;
  if (value instanceof PyDateTime) return DATETIME_METHODS;
  if (value instanceof PyDate) return DATE_METHODS;
  if (value instanceof PyTimedelta) return TIMEDELTA_METHODS;
  if (value instanceof CalendarDuration) return DURATION_METHODS;
  return value instanceof PyBytes ? BYTES_METHODS : undefined;
}

/** Undefined when Python's type has no such attribute. */
function attributeOf(value: Value, name: string): Value {
  const method: EngineFunction | undefined = methodsOf(value)?.get(name);
  if (method) return PyCallable.method(method, value);
  if (isNumber(value)) return numberProperty(value, name);
  if (typeof value !== 'object' || value === null) return undefined;
  if (hasOwn(value, templateMethods)) {
    const methods = (value as { [templateMethods]: Record<string, (...args: unknown[]) => unknown> })[templateMethods];
    const found = hasOwn(methods, name) ? methods[name] : undefined;
    if (found) return new PyCallable(name, (_, positional) => found.apply(value, positional.map(toJson)), 'method');
  }
  if (value instanceof PyRecord || value instanceof PyCallable) return value.attribute?.(name);
  if (value instanceof Namespace) return value.attributes.get(name);
  if (value instanceof NamedTuple) return value.parts.get(name);
  if (value instanceof PyDateTime || value instanceof PyDate || value instanceof PyTimedelta || value instanceof CalendarDuration) return datetimeProperty(value, name);
  // Properties that are not enumerable are attributes of data objects, e.g. `stream_slice.extra_fields`.
  if (!(value instanceof PyObject) && !Array.isArray(value) && hasOwn(value, name)) return (value as Record<string, Value>)[name];
  return undefined;
}

function numberProperty(value: Value, name: string): Value {
  if (name === 'real' || name === 'numerator') return typeof value === 'boolean' ? Number(value) : value;
  if (name === 'imag') return 0;
  return name === 'denominator' && isInt(value) ? 1 : undefined;
}

/** Undefined when there is no such item. */
function itemOf(object: Value, key: Value): Value {
  if (typeof object === 'string' || Array.isArray(object) || object instanceof PyTuple) {
    if (!isInt(key)) return undefined;
    const items = typeof object === 'string' ? characters(object) : object instanceof PyTuple ? object.items : object;
    const at = Number(numeric(key));
    return items[at < 0 ? at + items.length : at];
  }
  if (!isDict(object)) return undefined;
  if (typeof key !== 'string' && !(object instanceof PyDict)) return undefined;
  try {
    return asDict(object).get(key);
  } catch (error) {
    // An unhashable key: Jinja takes that for a missing item.
    if (error instanceof PyTypeError) return undefined;
    throw error;
  }
}

/** `object[start:stop:step]`; unlike for a single item, the types must fit. */
export function getSlice(object: Value, start: Value, stop: Value, step: Value): Value {
  if (isUndefined(object)) throw usedUndefined(object);
  if (typeof object !== 'string' && !Array.isArray(object) && !(object instanceof PyTuple)) throw new PyTypeError(`'${typeName(object)}' object cannot be sliced`);
  if ([start, stop, step].some((bound) => bound !== undefined && bound !== null && !isInt(bound))) throw new PyTypeError('slice indices must be integers or None');
  const items: string | readonly Value[] = typeof object === 'string' ? characters(object) : object instanceof PyTuple ? object.items : object;
  const picked = pick(items, number(start), number(stop), number(step));
  if (typeof picked === 'string') return picked;
  if (typeof object === 'string') return picked.join('');
  return Array.isArray(object) ? PyList.make(picked) : new PyTuple(picked);
}

const number = (bound: Value) => (isInt(bound) ? Number(numeric(bound)) : undefined);

function pick(items: string | readonly Value[], start: number | undefined, stop: number | undefined, step = 1): string | readonly Value[] {
  if (step === 1) return items.slice(start, stop);
  if (step === 0) throw new PyError('ValueError', 'slice step cannot be zero');
  const { length } = items;
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (at: number) => Math.min(Math.max(at < 0 ? at + length : at, lowest), highest);
  const from = start === undefined ? (step > 0 ? 0 : length - 1) : clamp(start);
  const to = stop === undefined ? (step > 0 ? length : -1) : clamp(stop);
  const picked: Value[] = [];
  for (let at = from; step > 0 ? at < to : at > to; at += step) picked.push(items[at]);
  return typeof items === 'string' ? picked.join('') : picked;
}
