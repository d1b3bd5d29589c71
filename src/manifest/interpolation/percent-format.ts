import { exponential, fixed, general } from './format-spec';
import { checkTextLength } from './limits';
import { asDict, isDict } from './python-dict';
import { repr, str } from './python-text';
import { characters, isInt, isNumber, isUndefined, numeric, PyTuple, typeName, type Value } from './python-values';
import { PyError, PyTypeError } from './template-errors';

const CONVERSION = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?([\s\S]|$)/g;

/** Python's `text % values`. */
export function percentFormat(text: string, values: Value): string {
  const args = values instanceof PyTuple ? values.items : [values];
  const mapping = isDict(values) ? asDict(values) : undefined;
  let next = 0;
  const take = (): Value => {
    if (next >= args.length) throw new PyTypeError('not enough arguments for format string');
    return args[next++];
  };
  let usedMapping = false;
  let total = 0;
  const result = text.replace(CONVERSION, (_, key: string | undefined, flags: string, width: string, precision: string | undefined, type: string) => {
    if (type === '%' ) return '%';
    const size = (given: string) => (given === '*' ? sizeArgument(take()) : Number(given || 0));
    const minimum = size(width);
    const places = precision === undefined ? undefined : size(precision);
    if (key !== undefined) {
      if (!mapping) throw new PyTypeError('format requires a mapping');
      if (!mapping.has(key)) throw new PyError('KeyError', `the format string names "${key}", which was not given`);
      usedMapping = true;
    }
    const value = key === undefined ? take() : mapping?.get(key);
    const piece = convert(value, type, { flags, width: minimum, precision: places });
    total += piece.length;
    checkTextLength(total);
    return piece;
  });
  if (next < args.length && !usedMapping && !mapping && !Array.isArray(values) && !isUndefined(values)) throw new PyTypeError('not all arguments converted during string formatting');
  return result;
}

function sizeArgument(value: Value): number {
  if (!isInt(value)) throw new PyTypeError('* wants int');
  return Number(numeric(value));
}

interface Layout {
  flags: string;
  width: number;
  precision: number | undefined;
}

function convert(value: Value, type: string, layout: Layout): string {
  checkTextLength(layout.width);
  checkTextLength(layout.precision ?? 0);
  const { flags } = layout;
  const left = flags.includes('-') || layout.width < 0;
  const width = Math.abs(layout.width);
  const [head, body] = type === 's' || type === 'r' || type === 'a' || type === 'c' ? ['', textOf(value, type, layout)] : numberOf(value, type, layout);
  const missing = width - head.length - characters(body).length;
  if (missing <= 0) return head + body;
  if (left) return head + body + ' '.repeat(missing);
  const zeros = flags.includes('0') && !'srac'.includes(type);
  return zeros ? head + '0'.repeat(missing) + body : ' '.repeat(missing) + head + body;
}

function textOf(value: Value, type: string, { precision }: Layout): string {
  if (type === 'c') {
    if (isInt(value)) return String.fromCodePoint(Number(numeric(value)));
    if (typeof value === 'string' && characters(value).length === 1) return value;
    throw new PyTypeError('%c requires int or char');
  }
  const text = type === 's' ? str(value) : repr(value);
  if (precision === undefined) return text;
  const cut = characters(text).slice(0, precision);
  return typeof cut === 'string' ? cut : cut.join('');
}

/** Sign and prefix, then the digits. */
function numberOf(value: Value, type: string, { flags, precision }: Layout): [string, string] {
  if (!'diuoxXeEfFgG'.includes(type) || type === '') throw new PyError('ValueError', `unsupported format character '${type}'`);
  if (!isNumber(value)) throw new PyTypeError(`%${type} format: a real number is required, not ${typeName(value)}`);
  const number = numeric(value);
  const negative = number < 0 || Object.is(number, -0);
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  if ('eEfFgG'.includes(type)) {
    const size = Math.abs(Number(number));
    const alternate = flags.includes('#');
    const digits = !Number.isFinite(size)
      ? Number.isNaN(size) ? 'nan' : 'inf'
      : type.toLowerCase() === 'f' ? fixed(size, precision ?? 6) : type.toLowerCase() === 'e' ? exponential(size, precision ?? 6) : general(size, precision ?? 6, alternate);
    return [sign, type === type.toUpperCase() ? digits.toUpperCase() : digits];
  }
  const radix = type === 'o' ? 8 : type === 'x' || type === 'X' ? 16 : 10;
  if (radix !== 10 && !isInt(value)) throw new PyTypeError(`%${type} format: an integer is required, not ${typeName(value)}`);
  if (typeof number === 'number' && !Number.isFinite(number)) throw new PyError(Number.isNaN(number) ? 'ValueError' : 'OverflowError', 'cannot convert float to integer');
  const whole = BigInt(typeof number === 'number' ? Math.trunc(number) : number);
  const digits = (whole < 0n ? -whole : whole).toString(radix).padStart(precision ?? 0, '0');
  const prefix = flags.includes('#') && radix !== 10 ? `0${type}` : '';
  return [(whole < 0n ? '-' : sign === '-' ? '' : sign) + prefix, type === 'X' ? digits.toUpperCase() : digits];
}
