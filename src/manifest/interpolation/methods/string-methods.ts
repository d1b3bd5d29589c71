import { functionTable } from '../callable';
import { checkListLength, checkTextLength, MAX_LIST_LENGTH } from '../limits';
import { asDict, isDict } from '../python-dict';
import { iterate } from '../python-operators';
import { characters, isInt, numeric, PyBytes, PyList, PyTuple, typeName, type Value } from '../python-values';
import { PyError, PyTypeError } from '../template-errors';
import {
  capitalize, isAlnum, isAlpha, isCased, isDecimal, isDigit, isNumericText, isPrintable, isSpaceText, isTitle, LINE_END, strip, swapCase, titleCase, WHITESPACE,
} from '../python-characters';

/** The argument as a text. */
export function textArgument(value: Value, what: string): string {
  if (typeof value !== 'string') throw new PyTypeError(`${what} must be str, not ${typeName(value)}`);
  return value;
}

/** The argument as a whole number. */
export function intArgument(value: Value, fallback: number): number {
  if (value === undefined) return fallback;
  if (!isInt(value)) throw new PyTypeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
  return Number(numeric(value));
}

/** A slice bound: None stands for the end of the text. */
function bound(value: Value, fallback: number, length: number): number {
  const at = value === null ? fallback : intArgument(value, fallback);
  return at < 0 ? Math.max(0, at + length) : at;
}

/** Looks for `part` in a slice of the text, in code points; -1 without a match. */
function find(text: string, part: Value, start: Value, end: Value, last: boolean): number {
  const wanted = textArgument(part, 'the text to look for');
  const all = characters(text);
  const from = bound(start, 0, all.length);
  const to = Math.min(bound(end, all.length, all.length), all.length);
  if (from > to) return -1;
  const section = typeof all === 'string' ? text.slice(from, to) : all.slice(from, to).join('');
  const found = last ? section.lastIndexOf(wanted) : section.indexOf(wanted);
  return found < 0 ? -1 : from + (typeof all === 'string' ? found : characters(section.slice(0, found)).length);
}

function index(text: string, part: Value, start: Value, end: Value, last: boolean): number {
  const found = find(text, part, start, end, last);
  if (found < 0) throw new PyError('ValueError', 'substring not found');
  return found;
}

function section(text: string, start: Value, end: Value): string | undefined {
  const all = characters(text);
  const from = bound(start, 0, all.length);
  const to = Math.min(bound(end, all.length, all.length), all.length);
  if (from > to) return undefined;
  return typeof all === 'string' ? text.slice(from, to) : all.slice(from, to).join('');
}

function affix(text: string, wanted: Value, start: Value, end: Value, test: (part: string, text: string) => boolean): boolean {
  const part = section(text, start, end);
  const options = wanted instanceof PyTuple ? wanted.items : [wanted];
  return options.some((each) => {
    const option = textArgument(each, 'the first argument');
    return part !== undefined && test(option, part);
  });
}

export function splitText(text: string, separator: Value, maxSplit: Value, fromRight: boolean): PyList {
  const most = intArgument(maxSplit, -1);
  const limit = most < 0 ? Infinity : most;
  if (separator === null || separator === undefined) return PyList.make(splitWords(text, limit, fromRight));
  const sep = textArgument(separator, 'the separator');
  if (sep === '') throw new PyError('ValueError', 'empty separator');
  const parts = text.split(sep, MAX_LIST_LENGTH + 1);
  checkListLength(parts.length);
  if (parts.length <= limit + 1) return PyList.make(parts);
  if (fromRight) return PyList.make([parts.slice(0, parts.length - limit).join(sep), ...parts.slice(parts.length - limit)]);
  return PyList.make([...parts.slice(0, limit), parts.slice(limit).join(sep)]);
}

function splitWords(text: string, limit: number, fromRight: boolean): string[] {
  const words: string[] = [];
  let rest = strip(text, undefined, !fromRight, fromRight);
  const pattern = fromRight ? new RegExp(`([^${WHITESPACE}]+)$`) : new RegExp(`^([^${WHITESPACE}]+)`);
  if (limit === Infinity) return rest.split(new RegExp(`[${WHITESPACE}]+`)).filter((word) => word !== '');
  while (rest !== '' && words.length < limit) {
    const word = (pattern.exec(rest) as RegExpExecArray)[0];
    words.push(word);
    rest = fromRight ? rest.slice(0, rest.length - word.length) : rest.slice(word.length);
    rest = strip(rest, undefined, !fromRight, fromRight);
  }
  if (rest !== '') words.push(rest);
  return fromRight ? words.reverse() : words;
}

export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let start = 0;
  for (const match of text.matchAll(LINE_END)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(start, keepEnds ? end : match.index));
    start = end;
  }
  if (start < text.length) lines.push(text.slice(start));
  return lines;
}

export function replaceText(text: string, old: string, replacement: string, count: number): string {
  const occurrences = old === '' ? text.length + 1 : (text.length - text.replaceAll(old, '').length) / old.length;
  checkTextLength(text.length + Math.min(occurrences, count < 0 ? Infinity : count) * (replacement.length - old.length));
  if (count < 0 && old !== '') return text.split(old).join(replacement);
  const parts = old === '' ? ['', ...Array.from(text), ''] : text.split(old);
  const most = count < 0 ? parts.length - 1 : Math.min(count, parts.length - 1);
  return parts.slice(0, most + 1).join(replacement) + (most + 1 < parts.length ? old + parts.slice(most + 1).join(old) : '');
}

/** Pads to a width in code points. */
export function pad(text: string, width: number, fill: Value, place: 'left' | 'right' | 'center'): string {
  const filler = fill === undefined ? ' ' : textArgument(fill, 'the fill character');
  if (characters(filler).length !== 1) throw new PyTypeError('The fill character must be exactly one character long');
  const missing = width - characters(text).length;
  if (missing <= 0) return text;
  checkTextLength(width);
  const before = place === 'left' ? missing : place === 'right' ? 0 : Math.floor(missing / 2) + (missing & width & 1);
  return filler.repeat(before) + text + filler.repeat(missing - before);
}

function partition(text: string, separator: Value, fromRight: boolean): PyTuple {
  const sep = textArgument(separator, 'the separator');
  if (sep === '') throw new PyError('ValueError', 'empty separator');
  const at = fromRight ? text.lastIndexOf(sep) : text.indexOf(sep);
  if (at < 0) return new PyTuple(fromRight ? ['', '', text] : [text, '', '']);
  return new PyTuple([text.slice(0, at), sep, text.slice(at + sep.length)]);
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  let expanded = '';
  for (const char of text) {
    if (char === '\t') {
      const blanks = size > 0 ? size - (column % size) : 0;
      checkTextLength(expanded.length + blanks);
      expanded += ' '.repeat(blanks);
      column += blanks;
    } else {
      expanded += char;
      column = char === '\n' || char === '\r' ? 0 : column + 1;
    }
  }
  return expanded;
}

function zeroFill(text: string, width: number): string {
  const sign = /^[-+]/.test(text) ? (text[0] as string) : '';
  return sign + pad(text.slice(sign.length), width - sign.length, '0', 'left');
}

function translate(text: string, table: Value): string {
  if (!isDict(table)) throw new PyTypeError(`'${typeName(table)}' object is not a translation table`);
  const dict = asDict(table);
  return Array.from(text, (char) => {
    const code = char.codePointAt(0) as number;
    if (!dict.has(code)) return char;
    const mapped = dict.get(code);
    return mapped === null ? '' : isInt(mapped) ? String.fromCodePoint(Number(numeric(mapped))) : textArgument(mapped, 'a translation');
  }).join('');
}

function encode(text: string, encoding: Value): PyBytes {
  const name = (encoding === undefined ? 'utf-8' : textArgument(encoding, 'the encoding')).toLowerCase().replace(/[-_ ]/g, '');
  if (name === 'utf8') return new PyBytes(Buffer.from(text, 'utf8'));
  const limit = name === 'ascii' || name === 'usascii' ? 0x7f : name === 'latin1' || name === 'iso88591' ? 0xff : undefined;
  if (limit === undefined) throw new PyError('LookupError', `unknown encoding: ${name}`);
  if (Array.from(text).some((char) => (char.codePointAt(0) as number) > limit)) throw new PyError('UnicodeEncodeError', `the text cannot be encoded as ${name}`);
  return new PyBytes(Buffer.from(text, 'latin1'));
}

/** The methods of Python's `str`, without `format` and `format_map`. */
export const STRING_METHODS = functionTable({
  'capitalize self': ([text]) => capitalize(text),
  'casefold self': ([text]) => text.toLowerCase().replaceAll('ß', 'ss'),
  'center self width fill?': ([text, width, fill]) => pad(text, intArgument(width, 0), fill, 'center'),
  'count self part start? end?': ([text, part, start, end]) => {
    const wanted = textArgument(part, 'the text to count');
    const within = section(text, start, end);
    if (within === undefined) return 0;
    return wanted === '' ? characters(within).length + 1 : within.split(wanted).length - 1;
  },
  'encode self encoding? errors?': ([text, encoding]) => encode(text, encoding),
  'endswith self suffix start? end?': ([text, suffix, start, end]) => affix(text, suffix, start, end, (part, whole) => whole.endsWith(part)),
  'expandtabs self tabsize?': ([text, size]) => expandTabs(text, intArgument(size, 8)),
  'find self part start? end?': ([text, part, start, end]) => find(text, part, start, end, false),
  'index self part start? end?': ([text, part, start, end]) => index(text, part, start, end, false),
  'isalnum self': ([text]) => isAlnum(text),
  'isalpha self': ([text]) => isAlpha(text),
  'isascii self': ([text]) => /^[\x00-\x7f]*$/.test(text),
  'isdecimal self': ([text]) => isDecimal(text),
  'isdigit self': ([text]) => isDigit(text),
  'isidentifier self': ([text]) => /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$/u.test(text),
  'islower self': ([text]) => isCased(text, 'lower'),
  'isnumeric self': ([text]) => isNumericText(text),
  'isprintable self': ([text]) => isPrintable(text),
  'isspace self': ([text]) => isSpaceText(text),
  'istitle self': ([text]) => isTitle(text),
  'isupper self': ([text]) => isCased(text, 'upper'),
  'join self items': ([text, items], evaluation) => {
    let joined: string | undefined;
    for (const item of iterate(items)) {
      evaluation.step();
      if (typeof item !== 'string') throw new PyTypeError(`sequence item: expected str instance, ${typeName(item)} found`);
      joined = joined === undefined ? item : joined + text + item;
      checkTextLength((joined as string).length);
    }
    return joined ?? '';
  },
  'ljust self width fill?': ([text, width, fill]) => pad(text, intArgument(width, 0), fill, 'right'),
  'lower self': ([text]) => text.toLowerCase(),
  'lstrip self chars?': ([text, chars]) => strip(text, chars, true, false),
  'partition self sep': ([text, sep]) => partition(text, sep, false),
  'removeprefix self prefix': ([text, prefix]) => (text.startsWith(textArgument(prefix, 'the prefix')) ? text.slice(prefix.length) : text),
  'removesuffix self suffix': ([text, suffix]) =>
    textArgument(suffix, 'the suffix') !== '' && text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text,
  'replace self old new count?': ([text, old, replacement, count]) =>
    replaceText(text, textArgument(old, 'the text to replace'), textArgument(replacement, 'the replacement'), intArgument(count, -1)),
  'rfind self part start? end?': ([text, part, start, end]) => find(text, part, start, end, true),
  'rindex self part start? end?': ([text, part, start, end]) => index(text, part, start, end, true),
  'rjust self width fill?': ([text, width, fill]) => pad(text, intArgument(width, 0), fill, 'left'),
  'rpartition self sep': ([text, sep]) => partition(text, sep, true),
  'rsplit self sep? maxsplit?': ([text, sep, most]) => splitText(text, sep, most, true),
  'rstrip self chars?': ([text, chars]) => strip(text, chars, false, true),
  'split self sep? maxsplit?': ([text, sep, most]) => splitText(text, sep, most, false),
  'splitlines self keepends?': ([text, keep]) => PyList.make(splitLines(text, Boolean(keep))),
  'startswith self prefix start? end?': ([text, prefix, start, end]) => affix(text, prefix, start, end, (part, whole) => whole.startsWith(part)),
  'strip self chars?': ([text, chars]) => strip(text, chars, true, true),
  'swapcase self': ([text]) => swapCase(text),
  'title self': ([text]) => titleCase(text),
  'translate self table': ([text, table]) => translate(text, table),
  'upper self': ([text]) => text.toUpperCase(),
  'zfill self width': ([text, width]) => zeroFill(text, intArgument(width, 0)),
});

/** The methods of Python's `bytes` that templates have a use for. */
export const BYTES_METHODS = functionTable({
  'decode self encoding? errors?': ([value, encoding]) => {
    const name = encoding === undefined ? 'utf-8' : textArgument(encoding, 'the encoding');
    try {
      return new TextDecoder(name, { fatal: true, ignoreBOM: true }).decode((value as PyBytes).bytes);
    } catch {
      throw new PyError('UnicodeDecodeError', `the bytes cannot be decoded as ${name}`);
    }
  },
  'hex self': ([value]) => Buffer.from((value as PyBytes).bytes).toString('hex'),
});
