import { functionTable } from '../callable';
import { intArgument } from '../methods/string-methods';
import { arithmetic } from '../python-arithmetic';
import { roundFloat } from '../python-float';
import { parseFloatText, parseInteger } from '../python-numbers';
import { PyTimedelta } from '../../../datetime/duration';
import { negate } from '../python-operators';
import { isFloat, isInt, isNumber, isUndefined, numeric, toFloat, toInt, typeName, type PyFloat, type Value } from '../python-values';
import { PyError, PyTypeError } from '../template-errors';

/** Python's `int(value)` of a float; undefined for NaN. */
function truncateFloat(value: number | PyFloat): number | bigint | undefined {
  const number = Number(numeric(value));
  if (Number.isNaN(number)) return undefined;
  if (!Number.isFinite(number)) throw new PyError('OverflowError', 'cannot convert float infinity to integer');
  return toInt(BigInt(Math.trunc(number)));
}

/** `value | int`: what cannot be read becomes the default. */
function toInteger(value: Value, fallback: Value, base: number): Value {
  if (isUndefined(value)) throw undefinedNumber(value);
  if (typeof value === 'string') {
    const whole = parseInteger(value, base);
    if (whole !== undefined) return whole;
    const float = parseFloatText(value);
    return float === undefined ? fallback : (truncateFloat(float) ?? fallback);
  }
  if (isInt(value)) return typeof value === 'boolean' ? Number(value) : value;
  return isFloat(value) ? (truncateFloat(value) ?? fallback) : fallback;
}

function toFloatValue(value: Value, fallback: Value): Value {
  if (isUndefined(value)) throw undefinedNumber(value);
  if (typeof value === 'string') return parseFloatText(value) ?? fallback;
  return isNumber(value) ? toFloat(Number(numeric(value))) : fallback;
}

function undefinedNumber(value: Value): Error {
  return value === undefined ? new PyTypeError('the value is undefined') : (value as { error(): Error }).error();
}

function round(value: Value, precision: number, method: string): Value {
  if (method !== 'common' && method !== 'ceil' && method !== 'floor') throw new PyError('FilterArgumentError', 'method must be common, ceil or floor');
  if (!isNumber(value)) throw new PyTypeError(`type ${typeName(value)} doesn't define __round__ method`);
  if (method === 'common') return isInt(value) ? roundInteger(BigInt(numeric(value)), precision) : toFloat(roundFloat(Number(numeric(value)), precision));
  const scale = 10 ** precision;
  const scaled = Number(numeric(value)) * scale;
  // `+ 0`: the whole number between the two steps is an int, which has no negative zero.
  return toFloat(((method === 'ceil' ? Math.ceil(scaled) : Math.floor(scaled)) + 0) / scale);
}

/** Whole numbers change only with a negative precision. */
function roundInteger(value: bigint, precision: number): Value {
  if (precision >= 0) return toInt(value);
  if (precision < -400) return 0;
  const unit = 10n ** BigInt(-precision);
  const rest = ((value % unit) + unit) % unit;
  const down = value - rest;
  const up = rest * 2n > unit || (rest * 2n === unit && (down / unit) % 2n !== 0n);
  return toInt(up ? down + unit : down);
}

export const NUMBER_FILTERS = functionTable({
  'abs value': ([value]) => {
    if (value instanceof PyTimedelta) return value.micros < 0n ? value.negate() : value;
    if (!isNumber(value)) throw new PyTypeError(`bad operand type for abs(): '${typeName(value)}'`);
    const number = numeric(value);
    if (isFloat(value)) return toFloat(Math.abs(Number(number)));
    return number < 0 ? negate(value) : arithmetic('+', value, 0);
  },
  'float value default?': ([value, fallback]) => toFloatValue(value, fallback === undefined ? toFloat(0) : fallback),
  'int value default? base?': ([value, fallback, base]) => toInteger(value, fallback === undefined ? 0 : fallback, intArgument(base, 10)),
  'round value precision? method?': ([value, precision, method]) => round(value, intArgument(precision, 0), method === undefined ? 'common' : String(method)),
});
