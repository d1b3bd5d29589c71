import { CalendarDuration, floorDiv, floorMod, PyTimedelta } from '../../datetime/duration';
import { PyDate, PyDateTime } from '../../datetime/python-datetime';
import { checkListLength, checkTextLength, MAX_INTEGER_BITS } from './limits';
import { percentFormat } from './percent-format';
import { undefinedOperand } from './python-operators';
import {
  isInt, isNumber, isUndefined, numeric, PyList, PyTuple, sequenceItems, toFloat, toInt, typeName, type Value,
} from './python-values';
import { LimitError, PyError, PyTypeError } from './template-errors';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';

/** Python's arithmetic, with its types of operands and results. */
export function arithmetic(operator: ArithmeticOperator, a: Value, b: Value): Value {
  if (isNumber(a) && isNumber(b)) {
    if (isInt(a) && isInt(b)) return integers(operator, numeric(a), numeric(b));
    return floats(operator, Number(numeric(a)), Number(numeric(b)));
  }
  if (operator === '%' && typeof a === 'string') return percentFormat(a, b);
  if (isUndefined(a) || isUndefined(b)) throw undefinedOperand(a, b);
  const result = operator === '+' ? concatenate(a, b) : operator === '*' ? repeat(a, b) : undefined;
  return result ?? dates(operator, a, b) ?? refuse(operator, a, b);
}

function refuse(operator: ArithmeticOperator, a: Value, b: Value): never {
  if (operator === '+' && (typeof a === 'string' || Array.isArray(a) || a instanceof PyTuple)) {
    throw new PyTypeError(`can only concatenate ${typeName(a)} (not "${typeName(b)}") to ${typeName(a)}`);
  }
  if (operator === '*' && (typeof a === 'string' || Array.isArray(a))) throw new PyTypeError(`can't multiply sequence by non-int of type '${typeName(b)}'`);
  throw new PyTypeError(`unsupported operand type(s) for ${operator === '**' ? '** or pow()' : operator}: '${typeName(a)}' and '${typeName(b)}'`);
}

function integers(operator: ArithmeticOperator, a: number | bigint, b: number | bigint): Value {
  if (operator === '/') {
    if (b == 0) throw new PyError('ZeroDivisionError', 'division by zero'); // eslint-disable-line eqeqeq -- number or bigint
    return toFloat(typeof a === 'number' && typeof b === 'number' ? a / b : quotient(BigInt(a), BigInt(b)));
  }
  if (operator === '**') return integerPower(a, b);
  if (typeof a === 'number' && typeof b === 'number') {
    const result = smallIntegers(operator, a, b);
    if (result !== undefined) return result;
  }
  const [left, right] = [BigInt(a), BigInt(b)];
  switch (operator) {
    case '+':
      return boundedInt(left + right);
    case '-':
      return boundedInt(left - right);
    case '*':
      return boundedInt(left * right);
    default:
      if (right === 0n) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
      return toInt(operator === '//' ? floorDiv(left, right) : floorMod(left, right));
  }
}

/** The quotient of integers beyond doubles, rounded once. */
function quotient(a: bigint, b: bigint): number {
  const [size, by] = [a < 0n ? -a : a, b < 0n ? -b : b];
  // Enough binary digits for a double, and one more that stands for whatever is cut off.
  const shift = Math.max(0, 66 + by.toString(2).length - size.toString(2).length);
  const whole = (size << BigInt(shift)) / by;
  const exact = whole * by === size << BigInt(shift);
  const result = Number((whole << 1n) | (exact ? 0n : 1n)) / 2 ** (shift + 1);
  return a < 0n !== b < 0n ? -result : result;
}

/** Undefined when the result may not be exact. */
function smallIntegers(operator: ArithmeticOperator, a: number, b: number): number | undefined {
  let result: number;
  switch (operator) {
    case '+':
      result = a + b;
      break;
    case '-':
      result = a - b;
      break;
    case '*':
      result = a * b;
      break;
    default: {
      if (b === 0) return undefined;
      const rest = a % b;
      const modulo = rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
      result = operator === '%' ? modulo : (a - modulo) / b;
      if (!Number.isSafeInteger(a - modulo)) return undefined;
    }
  }
  // `+ 0` turns -0 into 0: ints have no negative zero.
  return Number.isSafeInteger(result) ? result + 0 : undefined;
}

function integerPower(base: number | bigint, exponent: number | bigint): Value {
  if (exponent < 0) {
    if (base == 0) throw new PyError('ZeroDivisionError', '0.0 cannot be raised to a negative power'); // eslint-disable-line eqeqeq
    return toFloat(Number(base) ** Number(exponent));
  }
  const size = BigInt(base) < 0n ? -BigInt(base) : BigInt(base);
  if (size > 1n && size.toString(2).length * Number(exponent) > MAX_INTEGER_BITS) throw new LimitError('the number has too many digits');
  return toInt(BigInt(base) ** BigInt(size > 1n ? exponent : Number(exponent) % 2 || (exponent == 0 ? 0 : 2))); // eslint-disable-line eqeqeq
}

function boundedInt(value: bigint): number | bigint {
  const result = toInt(value);
  if (typeof result === 'bigint' && BigInt.asIntN(MAX_INTEGER_BITS, result) !== result) throw new LimitError('the number has too many digits');
  return result;
}

function floats(operator: ArithmeticOperator, a: number, b: number): Value {
  switch (operator) {
    case '+':
      return toFloat(a + b);
    case '-':
      return toFloat(a - b);
    case '*':
      return toFloat(a * b);
    case '**': {
      if (a === 0 && b < 0) throw new PyError('ZeroDivisionError', '0.0 cannot be raised to a negative power');
      if (a < 0 && !Number.isInteger(b) && Number.isFinite(b)) throw new PyError('ValueError', 'a negative number cannot be raised to a fractional power');
      const result = a ** b;
      if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) throw new PyError('OverflowError', 'the result of ** is too large');
      // Python gives 1.0 for 1.0 ** nan, JavaScript NaN.
      return toFloat(a === 1 ? 1 : a === -1 && !Number.isFinite(b) && !Number.isNaN(b) ? 1 : result);
    }
  }
  if (b === 0) throw new PyError('ZeroDivisionError', operator === '%' ? 'float modulo' : operator === '/' ? 'float division by zero' : 'float floor division by zero');
  if (operator === '/') return toFloat(a / b);
  const rest = a % b;
  const modulo = rest === 0 ? (b < 0 ? -0 : 0) : rest < 0 !== b < 0 ? rest + b : rest;
  if (operator === '%') return toFloat(modulo);
  const quotient = (a - modulo) / b;
  const floor = Math.floor(quotient);
  return toFloat(quotient === 0 ? (a / b < 0 || Object.is(a / b, -0) ? -0 : 0) : quotient - floor > 0.5 ? floor + 1 : floor);
}

function concatenate(a: Value, b: Value): Value | undefined {
  if (typeof a === 'string' && typeof b === 'string') {
    checkTextLength(a.length + b.length);
    return a + b;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    checkListLength(a.length + b.length);
    return PyList.make([...a, ...b]);
  }
  if (a instanceof PyTuple && b instanceof PyTuple) {
    checkListLength(a.items.length + b.items.length);
    return new PyTuple([...a.items, ...b.items]);
  }
  return undefined;
}

function repeat(a: Value, b: Value): Value | undefined {
  const [value, count] = isInt(b) ? [a, numeric(b)] : isInt(a) ? [b, numeric(a)] : [undefined, 0];
  const times = count < 0 ? 0 : Number(count);
  if (times >= 2 ** 63) throw new LimitError('the number of repetitions is too large');
  if (typeof value === 'string') {
    checkTextLength(value.length * times);
    return value === '' ? '' : value.repeat(times);
  }
  const items = sequenceItems(value);
  if (!items) return undefined;
  checkListLength(items.length * times);
  const repeated: Value[] = [];
  if (items.length > 0) for (let round = 0; round < times; round++) for (const item of items) repeated.push(item);
  return Array.isArray(value) ? PyList.make(repeated) : new PyTuple(repeated);
}

const isDuration = (value: Value): value is PyTimedelta | CalendarDuration => value instanceof PyTimedelta || value instanceof CalendarDuration;
const isMoment = (value: Value): value is PyDateTime | PyDate => value instanceof PyDateTime || value instanceof PyDate;

/** Arithmetic of dates and durations; undefined when the types do not fit. */
function dates(operator: ArithmeticOperator, a: Value, b: Value): Value | undefined {
  switch (operator) {
    case '+':
      if (isMoment(a) && isDuration(b)) return a.plus(b);
      if (isDuration(a) && isMoment(b)) return b.plus(a);
      if (a instanceof PyTimedelta && b instanceof PyTimedelta) return a.plus(b);
      if (a instanceof CalendarDuration && isDuration(b)) return a.plus(b);
      return a instanceof PyTimedelta && b instanceof CalendarDuration ? b.plus(a) : undefined;
    case '-':
      if (isMoment(a) && isDuration(b)) return a.minus(b);
      if (a instanceof PyDateTime && b instanceof PyDateTime) {
        if (a.isNaive !== b.isNaive) throw new PyTypeError("can't subtract offset-naive and offset-aware datetimes");
        return a.since(b);
      }
      if (a instanceof PyDate && b instanceof PyDate) return a.since(b);
      if (a instanceof PyTimedelta && b instanceof PyTimedelta) return a.minus(b);
      if (a instanceof CalendarDuration && isDuration(b)) return a.plus(b.negate());
      return a instanceof PyTimedelta && b instanceof CalendarDuration ? b.negate().plus(a) : undefined;
    case '*': {
      const [duration, factor] = isDuration(a) ? [a, b] : [b, a];
      if (duration instanceof PyTimedelta && isNumber(factor)) return duration.times(numeric(factor));
      return duration instanceof CalendarDuration && isInt(factor) ? duration.times(Number(numeric(factor))) : undefined;
    }
    default:
      return a instanceof PyTimedelta ? divideTimedelta(operator, a, b) : undefined;
  }
}

function divideTimedelta(operator: ArithmeticOperator, a: PyTimedelta, b: Value): Value | undefined {
  const zero = b instanceof PyTimedelta ? b.isZero : isNumber(b) && Number(numeric(b)) === 0;
  if (zero) throw new PyError('ZeroDivisionError', 'division of a duration by zero');
  if (b instanceof PyTimedelta) {
    if (operator === '/') return toFloat(Number(a.micros) / Number(b.micros));
    if (operator === '//') return toInt(floorDiv(a.micros, b.micros));
    return operator === '%' ? new PyTimedelta(floorMod(a.micros, b.micros)) : undefined;
  }
  if (operator === '/' && isNumber(b)) return a.dividedBy(Number(numeric(b)));
  return operator === '//' && isInt(b) ? new PyTimedelta(floorDiv(a.micros, BigInt(numeric(b)))) : undefined;
}

