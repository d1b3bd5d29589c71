import { checkTextLength } from './limits';
import { floatText } from './python-float';
import { str } from './python-text';
import { characters, isInt, isNumber, numeric, typeName, type Value } from './python-values';
import { PyDate, PyDateTime } from '../../datetime/python-datetime';
import { PyError, PyTypeError } from './template-errors';

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

interface Spec {
  fill: string;
  align: string | undefined;
  sign: string;
  alternate: boolean;
  width: number;
  group: string | undefined;
  precision: number | undefined;
  type: string;
}

/** Python's `format(value, spec)`: what follows the colon in `'{:>8.2f}'.format(…)`. */
export function formatValue(value: Value, specText: string): string {
  if (value instanceof PyDateTime || value instanceof PyDate) return specText ? value.strftime(specText) : str(value);
  if (specText === '') return str(value);
  const match = SPEC.exec(specText);
  if (!match) throw new PyError('ValueError', `Invalid format specifier '${specText}'`);
  const [, fill, align, sign, , alternate, zero, width, group, precision, type] = match;
  const spec: Spec = {
    fill: fill ?? (zero && !align ? '0' : ' '),
    align: align ?? (zero ? '=' : undefined),
    sign: sign ?? '-',
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    group,
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? '',
  };
  checkTextLength(spec.width);
  checkTextLength(spec.precision ?? 0);
  if (typeof value === 'string') return formatString(value, spec);
  if (isInt(value) && !'eEfFgG%'.includes(spec.type || '?')) return formatInt(BigInt(numeric(value)), spec);
  if (isNumber(value)) return formatFloat(Number(numeric(value)), spec, isInt(value));
  throw new PyTypeError(`unsupported format string passed to ${typeName(value)}.__format__`);
}

function alignText(text: string, spec: Spec, usual: string, head = ''): string {
  const missing = spec.width - characters(text).length - head.length;
  if (missing <= 0) return head + text;
  switch (spec.align ?? usual) {
    case '<':
      return head + text + spec.fill.repeat(missing);
    case '^':
      return spec.fill.repeat(Math.floor(missing / 2)) + head + text + spec.fill.repeat(Math.ceil(missing / 2));
    case '=':
      return head + spec.fill.repeat(missing) + text;
    default:
      return spec.fill.repeat(missing) + head + text;
  }
}

function formatString(text: string, spec: Spec): string {
  if (spec.type !== '' && spec.type !== 's') throw unknownCode(spec, 'str');
  // `{:05}` of a text fills on the right.
  if (spec.align === '=') {
    if (spec.fill !== '0') throw new PyError('ValueError', "'=' alignment not allowed in string format specifier");
    spec.align = '<';
  }
  const all = characters(text);
  const cut = spec.precision !== undefined && all.length > spec.precision ? all.slice(0, spec.precision) : all;
  return alignText(typeof cut === 'string' ? cut : cut.join(''), spec, '<');
}

function unknownCode(spec: Spec, type: string): PyError {
  return new PyError('ValueError', `Unknown format code '${spec.type}' for object of type '${type}'`);
}

const RADIX: Readonly<Record<string, number>> = { '': 10, d: 10, n: 10, b: 2, o: 8, x: 16, X: 16 };

function formatInt(value: bigint, spec: Spec): string {
  if (spec.precision !== undefined) throw new PyError('ValueError', 'Precision not allowed in integer format specifier');
  if (spec.type === 'c') return alignText(String.fromCodePoint(Number(value)), spec, '<');
  const radix = RADIX[spec.type];
  if (radix === undefined) throw unknownCode(spec, 'int');
  const size = (value < 0n ? -value : value).toString(radix);
  const digits = spec.type === 'X' ? size.toUpperCase() : size;
  const prefix = spec.alternate && radix !== 10 ? `0${spec.type}` : '';
  return alignNumber(digits, '', signOf(value < 0n, spec) + prefix, spec, radix === 10 ? 3 : 4);
}

function signOf(negative: boolean, spec: Spec): string {
  return negative ? '-' : spec.sign === '-' ? '' : spec.sign;
}

/** Groups the digits, then fills: zeros before the digits are grouped, too. */
function alignNumber(digits: string, rest: string, head: string, spec: Spec, groupSize: number): string {
  if (!spec.group) return alignText(digits + rest, spec, '>', head);
  const group = (text: string) => text.replace(new RegExp(`\\B(?=(?:.{${groupSize}})+$)`, 'g'), spec.group as string);
  let grouped = group(digits);
  if (spec.fill === '0' && spec.align === '=') {
    let padded = digits;
    while (head.length + grouped.length + rest.length < spec.width) grouped = group((padded = `0${padded}`));
    if (grouped.startsWith(spec.group)) grouped = `0${grouped}`;
  }
  return alignText(grouped + rest, spec, '>', head);
}

function formatFloat(value: number, spec: Spec, wasInt: boolean): string {
  const negative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  const head = signOf(negative, spec);
  const upper = spec.type === 'E' || spec.type === 'F' || spec.type === 'G';
  const cased = (text: string) => (upper ? text.toUpperCase() : text);
  if (!Number.isFinite(size)) return alignNumber(cased(Number.isNaN(size) ? 'nan' : 'inf') + (spec.type === '%' ? '%' : ''), '', head, { ...spec, group: undefined }, 3);
  const text = cased(floatDigits(size, spec, wasInt));
  const [, whole, rest] = /^(\d+)([\s\S]*)$/.exec(text) as unknown as [string, string, string];
  return alignNumber(whole, rest, head, spec, 3);
}

function floatDigits(size: number, spec: Spec, wasInt: boolean): string {
  const { precision } = spec;
  switch (spec.type.toLowerCase()) {
    case 'f':
      return fixed(size, precision ?? 6);
    case '%':
      return `${fixed(size * 100, precision ?? 6)}%`;
    case 'e':
      return exponential(size, precision ?? 6);
    case 'g':
    case 'n':
      return general(size, precision ?? 6, spec.alternate);
    case '':
      if (precision === undefined) return wasInt ? String(size) : floatText(size);
      return withPoint(general(size, precision, false));
    default:
      throw unknownCode(spec, 'float');
  }
}

/** Without a type, a float always shows that it is one. */
function withPoint(text: string): string {
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Digits after the point, exact ties to even, for sizes of any magnitude. */
export function fixed(size: number, digits: number): string {
  if (size >= 1e21) return BigInt(size).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const places = Math.min(digits, 100);
  const text = size.toFixed(places);
  return places < digits ? text + '0'.repeat(digits - places) : roundTie(size, text, places);
}

/** `toFixed` goes away from zero at exact ties (0.5, 2.5, 0.125); Python goes to the even digit. */
function roundTie(size: number, text: string, places: number): string {
  if (places >= 100) return text;
  const exact = size.toFixed(100);
  if (!/^50*$/.test(exact.slice(exact.indexOf('.') + 1 + places))) return text;
  const down = exact.slice(0, exact.indexOf('.') + (places > 0 ? 1 + places : 0));
  return Number(down.replace('.', '').slice(-1)) % 2 === 0 ? down : text;
}

export function exponential(size: number, digits: number): string {
  const places = Math.min(digits, 100);
  const [mantissa, exponent] = size.toExponential(places).split('e') as [string, string];
  return `${mantissa}${'0'.repeat(digits - places)}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

export function general(size: number, precision: number, keepZeros: boolean): string {
  const digits = Math.max(1, precision);
  const exponent = size === 0 ? 0 : Number(size.toExponential(Math.min(digits - 1, 100)).split('e')[1]);
  const scientific = exponent < -4 || exponent >= digits;
  const text = scientific ? exponential(size, digits - 1) : fixed(size, digits - 1 - exponent);
  if (keepZeros || !text.includes('.')) return text;
  return text.replace(/\.?0+(?=e|$)/, '');
}

