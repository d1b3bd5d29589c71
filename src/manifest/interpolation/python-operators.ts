import { CalendarDuration, PyTimedelta } from '../../datetime/duration';
import { PyDate, PyDateTime } from '../../datetime/python-datetime';
import type { Budget } from './limits';
import { asDict, isDict } from './python-dict';
import {
  isInt, isNumber, isUndefined, numeric, PyBytes, PyFloat, PyIterator, PySet, PyTuple, PyView, sequenceItems, typeName, Undefined, type Value,
} from './python-values';
import { PyTypeError, UndefinedError } from './template-errors';

const NO_BUDGET: Budget = { step: () => undefined };

/** Python's `bool(value)`. */
export function truthy(value: Value): boolean {
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return value.length > 0;
    if (value instanceof PyFloat) return value.value !== 0;
    if (value instanceof Undefined) return false;
    if (value instanceof PyTuple || value instanceof PySet) return value.items.length > 0;
    if (value instanceof PyBytes) return value.bytes.length > 0;
    if (value instanceof PyView) return value.list().length > 0;
    if (value instanceof PyTimedelta) return !value.isZero;
    if (isDict(value)) return asDict(value).size > 0;
    return true;
  }
  // NaN is true in Python.
  return typeof value === 'number' ? value !== 0 : Boolean(value);
}

/** Python's `==`. */
export function equals(a: Value, b: Value, budget: Budget = NO_BUDGET): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if (a === null || b === null) return a === b;
  if (isNumber(a) && isNumber(b)) return numeric(a) == numeric(b); // eslint-disable-line eqeqeq -- int and bigint
  if (isUndefined(a) || isUndefined(b)) return isUndefined(a) && isUndefined(b);
  // Looking into two values costs more than one step of a loop.
  budget.step(4);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && equalItems(a, b, budget);
  if (a instanceof PyTuple) return b instanceof PyTuple && equalItems(a.items, b.items, budget);
  if (a instanceof PySet) return b instanceof PySet && a.items.length === b.items.length && a.items.every((item) => includes(b.items, item, budget));
  if (a instanceof PyDateTime) return b instanceof PyDateTime && a.isNaive === b.isNaive && a.equals(b);
  if (a instanceof PyDate) return b instanceof PyDate && a.compare(b) === 0;
  if (a instanceof CalendarDuration || b instanceof CalendarDuration) return equalDurations(a, b);
  if (a instanceof PyTimedelta) return b instanceof PyTimedelta && a.compare(b) === 0;
  if (a instanceof PyBytes) return b instanceof PyBytes && Buffer.compare(a.bytes, b.bytes) === 0;
  if (a instanceof PyView && b instanceof PyView && a.typeName !== 'dict_values') {
    const [left, right] = [a.list(), b.list()];
    return left.length === right.length && left.every((item) => includes(right, item, budget));
  }
  if (!isDict(a) || !isDict(b)) return a === b;
  const [left, right] = [asDict(a), asDict(b)];
  return left.size === right.size && left.keys().every((key) => right.has(key) && equals(left.get(key), right.get(key), budget));
}

function equalItems(a: readonly Value[], b: readonly Value[], budget: Budget): boolean {
  return a.length === b.length && a.every((item, index) => equals(item, b[index], budget));
}

function equalDurations(a: Value, b: Value): boolean {
  const parts = (value: Value) =>
    value instanceof CalendarDuration ? [value.years * 12 + value.months, value.rest.micros] : value instanceof PyTimedelta ? [0, value.micros] : [NaN, 0n];
  const [left, right] = [parts(a), parts(b)];
  return left[0] === right[0] && left[1] === right[1];
}

export function includes(items: readonly Value[], wanted: Value, budget: Budget = NO_BUDGET): boolean {
  return items.some((item) => {
    budget.step();
    return item === wanted || equals(item, wanted, budget);
  });
}

/** Python's `wanted in container`. */
export function contains(container: Value, wanted: Value, budget: Budget): boolean {
  if (typeof container === 'string') {
    if (typeof wanted !== 'string') throw new PyTypeError(`'in <string>' requires string as left operand, not ${typeName(wanted)}`);
    return container.includes(wanted);
  }
  if (isDict(container)) return asDict(container).has(wanted);
  return includes(container instanceof PySet ? container.items : [...iterate(container)], wanted, budget);
}

export type OrderOperator = '<' | '<=' | '>' | '>=';

/** Python's `<`, `<=`, `>`, `>=`. */
export function ordered(operator: OrderOperator, a: Value, b: Value, budget: Budget = NO_BUDGET): boolean {
  if (isNumber(a) && isNumber(b)) return holds(operator, numeric(a), numeric(b));
  if (typeof a === 'string' && typeof b === 'string') return holds(operator, compareTexts(a, b), 0);
  if (isUndefined(a) || isUndefined(b)) throw undefinedOperand(a, b);
  budget.step();
  const [left, right] = [sequenceItems(a), sequenceItems(b)];
  if (left && right && Array.isArray(a) === Array.isArray(b)) {
    const differs = left.findIndex((item, index) => index >= right.length || !equals(item, right[index], budget));
    if (differs < 0 || differs >= right.length) return holds(operator, left.length, right.length);
    return ordered(operator, left[differs], right[differs], budget);
  }
  if (a instanceof PyDateTime && b instanceof PyDateTime) {
    if (a.isNaive !== b.isNaive) throw new PyTypeError("can't compare offset-naive and offset-aware datetimes");
    return holds(operator, a.compare(b), 0);
  }
  if (a instanceof PyDate && b instanceof PyDate) return holds(operator, a.compare(b), 0);
  if (a instanceof PyTimedelta && b instanceof PyTimedelta) return holds(operator, a.compare(b), 0);
  throw new PyTypeError(`'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

function holds(operator: OrderOperator, a: number | bigint, b: number | bigint): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}

/** By code points, unlike JavaScript's `<`, which compares halves of surrogate pairs. */
function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    const surrogate = (code: number) => code >= 0xd800 && code < 0xe000;
    return surrogate(left) === surrogate(right) ? left - right : surrogate(left) ? 1 : -1;
  }
  return a.length - b.length;
}

/** For sorting. */
export function compareOrder(a: Value, b: Value): number {
  return ordered('<', a, b) ? -1 : ordered('<', b, a) ? 1 : 0;
}

/** The error for an operation with an undefined operand. */
export function undefinedOperand(a: Value, b: Value): Error {
  const operand = isUndefined(a) ? a : b;
  return operand instanceof Undefined ? operand.error() : new UndefinedError('the value is undefined');
}

/** The values that a loop over `value` sees. */
export function iterate(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value;
  // Iterating a text gives code points in both languages.
  if (typeof value === 'string' || value instanceof PyIterator) return value;
  if (value instanceof PyTuple || value instanceof PySet) return value.items;
  if (value instanceof PyView) return value.list();
  if (value instanceof PyBytes) return value.bytes;
  if (isUndefined(value)) return [];
  if (isDict(value)) return asDict(value).keys();
  throw new PyTypeError(`'${typeName(value)}' object is not iterable`);
}

/** Python's `-value` and `+value`. */
export function negate(value: Value): Value {
  if (value instanceof PyFloat) return new PyFloat(-value.value);
  if (typeof value === 'bigint') return -value;
  // `0 -` keeps the int 0 from becoming -0.
  if (isNumber(value)) return isInt(value) ? 0 - Number(value) : -value;
  if (value instanceof PyTimedelta || value instanceof CalendarDuration) return value.negate();
  if (isUndefined(value)) throw undefinedOperand(value, value);
  throw new PyTypeError(`bad operand type for unary -: '${typeName(value)}'`);
}

export function plus(value: Value): Value {
  if (typeof value === 'boolean') return Number(value);
  if (isNumber(value) || value instanceof PyTimedelta) return value;
  if (isUndefined(value)) throw undefinedOperand(value, value);
  throw new PyTypeError(`bad operand type for unary +: '${typeName(value)}'`);
}

/** Whether `iterate` accepts the value. */
export function isIterable(value: Value): boolean {
  try {
    iterate(value);
    return true;
  } catch (error) {
    if (error instanceof PyTypeError) return false;
    throw error;
  }
}
