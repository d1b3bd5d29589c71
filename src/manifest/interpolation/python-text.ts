import { CalendarDuration, PyTimedelta } from '../../datetime/duration';
import { PyDate, PyDateTime } from '../../datetime/python-datetime';
import { checkTextLength, MAX_STEPS, MAX_VALUE_DEPTH } from './limits';
import { asDict, isDict } from './python-dict';
import { floatText } from './python-float';
import {
  isFloat, NamedTuple, Namespace, PyBytes, PyFloat, PyIterator, PyRecord, PySet, PySymbol, PyTuple, PyView, typeName, Undefined, type Value,
} from './python-values';
import { LimitError } from './template-errors';

/** Python's `str(value)`: what a template prints. */
export function str(value: Value): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'True' : 'False';
    case 'number':
      return Number.isSafeInteger(value) ? String(value) : Number.isInteger(value) ? String(BigInt(value)) : floatText(value);
    case 'bigint':
      return String(value);
    case 'undefined':
      return '';
  }
  if (value === null) return 'None';
  if (value instanceof PyFloat) return floatText(value.value);
  if (value instanceof Undefined) return '';
  return new Writer().write(value, false).text;
}

/** Python's `repr(value)`: how values look inside lists and dicts. */
export function repr(value: Value): string {
  return new Writer().write(value, true).text;
}

class Writer {
  text = '';
  /** The containers that are being written, to notice cycles. */
  private readonly open: unknown[] = [];
  private containers = 0;

  write(value: Value, quoted: boolean): this {
    const simple = this.simpleText(value, quoted);
    if (simple !== undefined) this.text += simple;
    else this.container(value as object);
    checkTextLength(this.text.length);
    return this;
  }

  private simpleText(value: Value, quoted: boolean): string | undefined {
    if (typeof value === 'string') return quoted ? quote(value) : value;
    if (value instanceof Undefined || value === undefined) return quoted ? 'Undefined' : '';
    if (value === null || typeof value !== 'object' || isFloat(value)) return value instanceof PyFloat ? floatText(value.value) : str(value);
    if (value instanceof PyDateTime) return quoted ? reprDatetime(value) : value.toString();
    if (value instanceof PyDate) return quoted ? `datetime.date(${value.year}, ${value.month}, ${value.day})` : value.toString();
    if (value instanceof PyTimedelta) return quoted ? reprTimedelta(value) : value.toString();
    if (value instanceof CalendarDuration) return quoted ? reprDuration(value) : value.toString();
    if (value instanceof PyBytes) return quoteBytes(value.bytes);
    if (value instanceof PyRecord) return quoted ? value.representation : value.text;
    if (value instanceof PySymbol) return value.text;
    if (value instanceof PyIterator) return `<${value.typeName} object>`;
    return undefined;
  }

  private container(value: object): void {
    if (this.open.includes(value)) {
      this.text += Array.isArray(value) ? '[...]' : '{...}';
      return;
    }
    // A value can hold the same list many times over.
    if (++this.containers > MAX_STEPS) throw new LimitError('the value has too many parts');
    if (this.open.length > MAX_VALUE_DEPTH) throw new LimitError('the value is nested too deeply');
    this.open.push(value);
    if (Array.isArray(value)) this.list('[', value, ']');
    else if (value instanceof NamedTuple && value.printsNames) this.text += `${value.typeName}(${[...value.parts].map(([name, part]) => `${name}=${repr(part)}`).join(', ')})`;
    else if (value instanceof PyTuple) this.list('(', value.items, value.items.length === 1 ? ',)' : ')');
    else if (value instanceof PySet) value.items.length === 0 ? (this.text += 'set()') : this.list('{', value.items, '}');
    else if (value instanceof PyView) this.list(`${value.typeName}([`, value.list(), '])');
    else if (value instanceof Namespace) this.dict('<Namespace {', [...value.attributes], '}>');
    else if (isDict(value)) {
      const dict = asDict(value);
      this.dict('{', dict.keys().map((key) => [key, dict.get(key)]), '}');
    } else this.text += `<${typeName(value)} object>`;
    this.open.pop();
  }

  private list(before: string, items: readonly Value[], after: string): void {
    this.text += before;
    items.forEach((item, index) => {
      if (index > 0) this.text += ', ';
      this.write(item, true);
    });
    this.text += after;
  }

  private dict(before: string, entries: readonly (readonly [Value, Value])[], after: string): void {
    this.text += before;
    entries.forEach(([key, value], index) => {
      if (index > 0) this.text += ', ';
      this.write(key, true).text += ': ';
      this.write(value, true);
    });
    this.text += after;
  }
}

const NEEDS_ESCAPE = /[\\'\n\r\t]|[^\x20-\x7e]/;
/** Python's `str.isprintable` is false for these, apart from the blank. Patterns with `\p` are slow to make: not before they are needed. */
const isUnprintable = (char: string) => /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u.test(char);

/** A text with quotes, as in Python: single ones unless it holds a single quote and no double quote. */
export function quote(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return `'${text}'`;
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let quoted = mark;
  for (const char of text) {
    const code = char.codePointAt(0) as number;
    if (char === mark || char === '\\') quoted += `\\${char}`;
    else if (char === '\n') quoted += '\\n';
    else if (char === '\r') quoted += '\\r';
    else if (char === '\t') quoted += '\\t';
    else if (char === ' ' || (code > 0x20 && code < 0x7f) || (code > 0x7f && !isUnprintable(char))) quoted += char;
    else quoted += code <= 0xff ? `\\x${hex(code, 2)}` : code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  }
  return quoted + mark;
}

function quoteBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const escaped = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' }[byte];
    text += escaped ?? (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${hex(byte, 2)}`);
  }
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  return `b${mark}${mark === "'" ? text.replaceAll("'", "\\'") : text}${mark}`;
}

const hex = (code: number, width: number) => code.toString(16).padStart(width, '0');

function reprDatetime(value: PyDateTime): string {
  const fields = [value.year, value.month, value.day, value.hour, value.minute];
  if (value.second || value.microsecond) fields.push(value.second);
  if (value.microsecond) fields.push(value.microsecond);
  const offset = value.offsetSeconds;
  const zone = offset === undefined ? '' : `, tzinfo=${offset === 0 ? 'datetime.timezone.utc' : `datetime.timezone(${reprTimedelta(PyTimedelta.of({ seconds: offset }))})`}`;
  return `datetime.datetime(${fields.join(', ')}${zone})`;
}

function reprTimedelta(value: PyTimedelta): string {
  const parts = (['days', 'seconds', 'microseconds'] as const).filter((name) => value[name] !== 0).map((name) => `${name}=${value[name]}`);
  return `datetime.timedelta(${parts.join(', ') || '0'})`;
}

function reprDuration(value: CalendarDuration): string {
  const { days, seconds, microseconds } = value.rest;
  return `isodate.duration.Duration(${days}, ${seconds}, ${microseconds}, years=${Math.trunc(value.years)}, months=${Math.trunc(value.months)})`;
}
