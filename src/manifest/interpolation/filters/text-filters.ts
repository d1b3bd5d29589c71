import { functionTable, type NamedArguments } from '../callable';
import { checkTextLength } from '../limits';
import { intArgument, pad, replaceText, splitLines, textArgument } from '../methods/string-methods';
import { percentFormat } from '../percent-format';
import { capitalize, strip, WHITESPACE } from '../python-characters';
import { dictEntries, isDict, PyDict } from '../python-dict';
import { parseFloatText } from '../python-numbers';
import { isIterable, iterate, truthy } from '../python-operators';
import { str } from '../python-text';
import { characters, isNumber, isUndefined, numeric, PyBytes, PyTuple, sequenceItems, typeName, Undefined, type Value } from '../python-values';
import { PyError, PyTypeError } from '../template-errors';
import { lengthOf } from './length';

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', "'": '&#39;', '"': '&#34;' };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, (char) => HTML[char] as string);
}

/** Percent-encoding of UTF-8, all but letters, digits and `safe` characters. */
export function percentEncode(text: string, safe: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    encoded += /[A-Za-z0-9_.~-]/.test(char) || safe.includes(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  checkTextLength(encoded.length);
  return encoded;
}

/** Python's `quote_plus`. */
export function quotePlus(text: string): string {
  return percentEncode(text, ' ').replaceAll(' ', '+');
}

function urlEncode(value: Value): string {
  if (typeof value === 'string') return percentEncode(value, '/');
  if (value instanceof PyBytes) return percentEncode(Buffer.from(value.bytes).toString('utf8'), '/');
  let pairs: (readonly Value[])[];
  if (isDict(value)) pairs = dictEntries(value);
  else {
    if (!isUndefined(value) && !isIterable(value)) return percentEncode(str(value), '/');
    pairs = Array.from(iterate(value), (pair) => sequenceItems(pair) ?? [...iterate(pair)]);
  }
  return pairs
    .map((pair) => {
      if (pair.length !== 2) throw new PyError('ValueError', 'urlencode needs pairs of a name and a value');
      return pair.map((part) => quotePlus(str(part))).join('=');
    })
    .join('&');
}

/** For filters that do not make a text of their value. */
export function needText(value: Value, filter: string): string {
  if (value instanceof Undefined) throw value.error();
  if (typeof value !== 'string') throw new PyTypeError(`the filter ${filter} needs a text, not ${typeName(value)}; put "| string" before it`);
  return value;
}

function indent(text: string, width: Value, first: Value, blank: Value): string {
  const indention = typeof width === 'string' ? width : ' '.repeat(Math.max(0, intArgument(width, 4)));
  const lines = splitLines(`${text}\n`);
  checkTextLength(text.length + lines.length * indention.length);
  const indented = lines.map((line, index) => (index > 0 && (truthy(blank) || line !== '') ? indention + line : line)).join('\n');
  return truthy(first) ? indention + indented : indented;
}

function truncate(value: Value, length: number, killWords: boolean, end: string, leeway: number): Value {
  const endLength = characters(end).length;
  if (length < endLength) throw new PyError('AssertionError', `expected length >= ${endLength}, got ${length}`);
  if (lengthOf(value) <= length + leeway) return value;
  const all = Array.from(needText(value, 'truncate'));
  const cut = all.slice(0, length - endLength).join('');
  if (killWords) return cut + end;
  const blank = cut.lastIndexOf(' ');
  return (blank < 0 ? cut : cut.slice(0, blank)) + end;
}

/** Lines of at most `width` characters, cut at blanks and, when asked for, at hyphens. */
function wrapLine(line: string, width: number, breakLong: boolean, breakHyphens: boolean): string[] {
  const chunks = (line.match(breakHyphens ? /\s+|[^\s-]*[A-Za-z]-(?=[A-Za-z])|[^\s]+?(?=[A-Za-z]{2}-[A-Za-z])|\S+/g : /\s+|\S+/g) ?? []) as string[];
  const lines: string[] = [];
  let current = '';
  while (chunks.length > 0) {
    const chunk = chunks[0] as string;
    if (current === '' && lines.length > 0 && /^\s/.test(chunk)) {
      chunks.shift();
      continue;
    }
    if (current.length + chunk.length <= width) {
      current += chunks.shift();
      continue;
    }
    if (chunk.length > width) {
      const room = Math.max(1, width - current.length);
      if (breakLong) {
        const hyphen = breakHyphens ? chunk.lastIndexOf('-', room - 1) : -1;
        const cut = hyphen > 0 && /[^-]/.test(chunk.slice(0, hyphen)) ? hyphen + 1 : room;
        current += chunk.slice(0, cut);
        chunks[0] = chunk.slice(cut);
      } else if (current === '') current = chunks.shift() as string;
    }
    if (current.trim() !== '') lines.push(current.trimEnd());
    current = '';
  }
  if (current.trim() !== '') lines.push(current.trimEnd());
  return lines;
}

function wordWrap(text: string, width: number, breakLong: boolean, wrapString: string, breakHyphens: boolean): string {
  if (width <= 0) throw new PyError('ValueError', `invalid width ${width} (must be > 0)`);
  return splitLines(text).map((line) => wrapLine(line, width, breakLong, breakHyphens).join(wrapString)).join(wrapString);
}

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000;
  const units = binary ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'] : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const index = units.findIndex((_, at) => bytes < base ** (at + 2));
  const at = index < 0 ? units.length - 1 : index;
  return `${((base * bytes) / base ** (at + 2)).toFixed(1)} ${units[at]}`;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function stripTags(text: string): string {
  let rest = text;
  for (const [open, close] of [['<!--', '-->'], ['<', '>']] as const) {
    let kept = '';
    for (;;) {
      const start = rest.indexOf(open);
      const end = start < 0 ? -1 : rest.indexOf(close, start);
      if (end < 0) break;
      kept += rest.slice(0, start);
      rest = rest.slice(end + close.length);
    }
    rest = kept + rest;
  }
  const words = rest.split(new RegExp(`[${WHITESPACE}]+`)).filter(Boolean).join(' ');
  return words.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name?: string) => {
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? parseInt(hex, 16) : NaN;
    if (!Number.isNaN(code)) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return Object.prototype.hasOwnProperty.call(ENTITIES, name as string) ? (ENTITIES[name as string] as string) : whole;
  });
}

function xmlAttributes(value: Value, autospace: boolean): string {
  if (value instanceof Undefined) throw value.error();
  if (!isDict(value)) throw new PyTypeError(`xmlattr needs a dict, not ${typeName(value)}`);
  const attributes = dictEntries(value).filter(([, item]) => item !== null && !isUndefined(item));
  const text = attributes
    .map(([key, item]) => {
      if (/[\s/>=]/.test(textArgument(key, 'an attribute name'))) throw new PyError('ValueError', `Invalid character in attribute name: '${key as string}'`);
      return `${escapeHtml(key as string)}="${escapeHtml(str(item))}"`;
    })
    .join(' ');
  return autospace && text ? ` ${text}` : text;
}

const titleWord = (word: string) => {
  const [first = '', ...rest] = Array.from(word);
  return first.toUpperCase() + rest.join('').toLowerCase();
};

/** Filters that make texts from anything: the value is taken as `str(value)`. */
export const TEXT_FILTERS = functionTable({
  'capitalize value': ([value]) => capitalize(str(value)),
  'center value width?': ([value, width]) => pad(str(value), intArgument(width, 80), undefined, 'center'),
  'e value': ([value]) => escapeHtml(str(value)),
  'escape value': ([value]) => escapeHtml(str(value)),
  'filesizeformat value binary?': ([value, binary]) => {
    if (value instanceof Undefined) throw value.error();
    const bytes = typeof value === 'string' ? parseFloatText(value) : isNumber(value) ? value : undefined;
    if (bytes === undefined) throw new PyError('ValueError', 'filesizeformat needs a number of bytes');
    return fileSize(Number(numeric(bytes)), truthy(binary));
  },
  'forceescape value': ([value]) => escapeHtml(str(value)),
  'format value * **': ([value, args, named]) => {
    if (args.length > 0 && named.size > 0) throw new PyError('FilterArgumentError', "can't handle positional and keyword arguments at the same time");
    return percentFormat(str(value), named.size > 0 ? PyDict.from(named as NamedArguments) : new PyTuple(args));
  },
  'indent value width? first? blank?': ([value, width, first, blank]) => indent(needText(value, 'indent'), width, first, blank),
  'lower value': ([value]) => str(value).toLowerCase(),
  'replace value old new count?': ([value, old, replacement, count]) =>
    replaceText(str(value), str(old), str(replacement), count === null || count === undefined ? -1 : intArgument(count, -1)),
  'safe value': ([value]) => str(value),
  'striptags value': ([value]) => stripTags(str(value)),
  'title value': ([value]) => str(value).split(/([-\s({[<]+)/).map(titleWord).join(''),
  'trim value chars?': ([value, chars]) => strip(str(value), chars, true, true),
  'truncate value length? killwords? end? leeway?': ([value, length, killWords, end, leeway]) =>
    truncate(value, intArgument(length, 255), truthy(killWords), end === undefined ? '...' : textArgument(end, 'the end'), leeway === null ? 5 : intArgument(leeway, 5)),
  'upper value': ([value]) => str(value).toUpperCase(),
  'urlencode value': ([value]) => urlEncode(value),
  'wordcount value': ([value]) => (str(value).match(/[\p{L}\p{N}_]+/gu) ?? []).length,
  'wordwrap value width? break_long_words? wrapstring? break_on_hyphens?': ([value, width, breakLong, wrapString, breakHyphens]) =>
    wordWrap(
      needText(value, 'wordwrap'),
      intArgument(width, 79),
      breakLong === undefined || truthy(breakLong),
      wrapString === undefined || wrapString === null ? '\n' : textArgument(wrapString, 'the wrap string'),
      breakHyphens === undefined || truthy(breakHyphens),
    ),
  'xmlattr value autospace?': ([value, autospace]) => xmlAttributes(value, autospace === undefined || truthy(autospace)),
});
