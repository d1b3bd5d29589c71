import { isEmpty, isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { floatText } from '../../manifest/interpolation/python-float';
import { str } from '../../manifest/interpolation/python-text';

/** Python reads up to so many digits as an integer. */
const MOST_DIGITS = 4300;
const INTEGER = /^\s*[-+]?\d+(?:_\d+)*\s*$/;
const DECIMAL = /^\s*[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?\s*$/i;
const TRUE_WORDS: ReadonlySet<string> = new Set(['y', 'yes', 't', 'true', 'on', '1']);
const FALSE_WORDS: ReadonlySet<string> = new Set(['n', 'no', 'f', 'false', 'off', '0']);
const SIMPLE_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'null']);

export type Cast = (value: JsonValue) => JsonValue;

/**
 * How a value becomes what a schema says, by the rules of reference section 6.5; undefined when the schema asks for
 * nothing. Only schemas with exactly one type besides null cast. What cannot be cast is returned as it is.
 */
export function castFor(schema: JsonObject): Cast | undefined {
  const types = typeof schema.type === 'string' ? [schema.type] : Array.isArray(schema.type) ? schema.type : [];
  const target = types.filter((type) => type !== 'null' || types.length === 1);
  if (target.length !== 1) return undefined;
  const cast = castTo(target[0] as string, schema);
  if (!cast) return undefined;
  return types.includes('null') ? (value) => (value === null ? null : cast(value)) : cast;
}

function castTo(type: string, schema: JsonObject): Cast | undefined {
  switch (type) {
    case 'string':
      return toText;
    case 'number':
      return toNumber;
    case 'integer':
      return toInteger;
    case 'boolean':
      return toBoolean;
    case 'array':
      return wrapsScalars(schema) ? (value) => (typeof value === 'object' && value !== null ? value : [value]) : undefined;
    default:
      return undefined;
  }
}

/** Integers too big for a number are bigints, so a number of that size was written as a float: `1e+22`. */
function toText(value: JsonValue): string {
  return typeof value === 'number' && !Number.isSafeInteger(value) ? floatText(value) : str(value);
}

function toNumber(value: JsonValue): JsonValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || !DECIMAL.test(value)) return value;
  const number = Number(value.replaceAll('_', ''));
  // A double would lose digits that the text has, and JSON cannot carry an infinity.
  if (INTEGER.test(value) && !Number.isSafeInteger(number)) return toInteger(value);
  return Number.isFinite(number) ? number : value;
}

function toInteger(value: JsonValue): JsonValue {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return value;
    const whole = Math.trunc(value);
    return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
  }
  if (typeof value !== 'string' || !INTEGER.test(value)) return value;
  const digits = value.trim().replaceAll('_', '');
  const number = Number(digits);
  if (Number.isSafeInteger(number)) return number + 0;
  if (digits.length > MOST_DIGITS) return value;
  return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits.replace('+', ''));
}

function toBoolean(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return !isEmpty(value);
  const word = value.trim().toLowerCase();
  return TRUE_WORDS.has(word) ? true : FALSE_WORDS.has(word) ? false : value;
}

/** The reference wraps where the items have no type, or a list of simple types; not where they have a single one. */
function wrapsScalars(schema: JsonObject): boolean {
  const items = schema.items ?? {};
  if (!isObject(items)) return false;
  const types = items.type ?? [];
  return Array.isArray(types) && types.every((type) => typeof type === 'string' && SIMPLE_TYPES.has(type));
}
