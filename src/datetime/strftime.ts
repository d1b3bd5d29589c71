import { dayNumber, dayOfYear, isoCalendar, weekdayOf, weekOfYear } from './calendar';

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const;
export const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'] as const;

/** What a format can print of a date. */
export interface FormatFields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  microsecond: number;
  offsetSeconds: number | undefined;
  zoneName: string;
  /** Whole seconds since the epoch, for `%s`. */
  epochSeconds: number;
}

/** A number with its usual width and padding, a text, or a format that the code is short for. */
type Code = { number: (f: FormatFields) => number; width: number; pad?: ' ' } | { text: (f: FormatFields) => string } | { short: string };

const weekday = (f: FormatFields) => weekdayOf(dayNumber(f.year, f.month, f.day));
const hour12 = (f: FormatFields) => f.hour % 12 || 12;
const half = (f: FormatFields) => (f.hour < 12 ? 'AM' : 'PM');

const CODES: ReadonlyMap<string, Code> = new Map<string, Code>([
  ['a', { text: (f) => (WEEKDAYS[weekday(f)] as string).slice(0, 3) }],
  ['A', { text: (f) => WEEKDAYS[weekday(f)] as string }],
  ['b', { text: (f) => (MONTHS[f.month - 1] as string).slice(0, 3) }],
  ['h', { text: (f) => (MONTHS[f.month - 1] as string).slice(0, 3) }],
  ['B', { text: (f) => MONTHS[f.month - 1] as string }],
  ['c', { short: '%a %b %e %H:%M:%S %Y' }],
  ['C', { number: (f) => Math.floor(f.year / 100), width: 2 }],
  ['d', { number: (f) => f.day, width: 2 }],
  ['D', { short: '%m/%d/%y' }],
  ['e', { number: (f) => f.day, width: 2, pad: ' ' }],
  ['F', { short: '%Y-%m-%d' }],
  ['g', { number: (f) => isoCalendar(f.year, f.month, f.day)[0] % 100, width: 2 }],
  ['G', { number: (f) => isoCalendar(f.year, f.month, f.day)[0], width: 4 }],
  ['H', { number: (f) => f.hour, width: 2 }],
  ['I', { number: hour12, width: 2 }],
  ['j', { number: (f) => dayOfYear(f.year, f.month, f.day), width: 3 }],
  ['k', { number: (f) => f.hour, width: 2, pad: ' ' }],
  ['l', { number: hour12, width: 2, pad: ' ' }],
  ['m', { number: (f) => f.month, width: 2 }],
  ['M', { number: (f) => f.minute, width: 2 }],
  ['n', { text: () => '\n' }],
  ['p', { text: half }],
  ['P', { text: (f) => half(f).toLowerCase() }],
  ['r', { short: '%I:%M:%S %p' }],
  ['R', { short: '%H:%M' }],
  ['s', { number: (f) => f.epochSeconds, width: 1 }],
  ['S', { number: (f) => f.second, width: 2 }],
  ['t', { text: () => '\t' }],
  ['T', { short: '%H:%M:%S' }],
  ['u', { number: (f) => weekday(f) + 1, width: 1 }],
  ['U', { number: (f) => weekOfYear(f.year, f.month, f.day, 'sunday'), width: 2 }],
  ['V', { number: (f) => isoCalendar(f.year, f.month, f.day)[1], width: 2 }],
  ['w', { number: (f) => (weekday(f) + 1) % 7, width: 1 }],
  ['W', { number: (f) => weekOfYear(f.year, f.month, f.day, 'monday'), width: 2 }],
  ['x', { short: '%m/%d/%y' }],
  ['X', { short: '%H:%M:%S' }],
  ['y', { number: (f) => f.year % 100, width: 2 }],
  ['Y', { number: (f) => f.year, width: 4 }],
]);

/** The modifiers E and O ask for other calendars and digits, which the C locale has not. */
const DIRECTIVE = /%(?:([-_0^#]*)(\d*)(?:E(?=[cCnpPrRstTuxXyY])|O(?=[bBCdeghGHIjklmMnpPrRsStTuUVwWy]))?([a-zA-Z%])|(:?z))/g;

const MOST_FORMATS = 200;
/** A pure cache: the same format always compiles to the same thing. */
const compiled = new Map<string, readonly Piece[]>();

/** A part of a format: text as it is, or what a directive prints. */
type Piece = string | ((fields: FormatFields) => string);

/**
 * Python's `strftime` on Linux: all codes of the C library in the C locale with its flags (`%-d`, `%_d`, `%^a`) and
 * widths, and Python's own `%f`, `%z`, `%Z`. `%:z` prints an offset with a colon. Unknown codes are printed as they are.
 */
export function strftime(fields: FormatFields, format: string): string {
  let pieces = compiled.get(format);
  if (!pieces) {
    pieces = compile(format);
    if (compiled.size >= MOST_FORMATS) compiled.clear();
    compiled.set(format, pieces);
  }
  let text = '';
  for (const piece of pieces) text += typeof piece === 'string' ? piece : piece(fields);
  return text;
}

function compile(format: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of format.matchAll(DIRECTIVE)) {
    pieces.push(format.slice(at, match.index), directive(match));
    at = match.index + match[0].length;
  }
  return [...pieces, format.slice(at)].filter((piece) => piece !== '');
}

function directive([whole, flags, width, letter]: RegExpMatchArray): Piece {
  if (letter === '%') return '%';
  switch (whole) {
    case '%f':
      return (fields) => String(fields.microsecond).padStart(6, '0');
    case '%z':
      return (fields) => offsetText(fields.offsetSeconds, '');
    case '%:z':
      return (fields) => offsetText(fields.offsetSeconds, ':');
    case '%Z':
      return (fields) => fields.zoneName;
  }
  const code = CODES.get(letter as string);
  return code ? layOut(code, flags ?? '', Number((width ?? '').slice(0, 4))) : whole;
}

function layOut(code: Code, flags: string, width: number): Piece {
  const padding = [...flags].reverse().find((flag) => flag === '-' || flag === '_' || flag === '0');
  if ('number' in code) {
    const fill = padding === '_' || padding === '-' ? ' ' : padding === '0' ? '0' : (code.pad ?? '0');
    const minimum = padding === '-' ? width : Math.max(width, code.width);
    return (fields) => {
      const value = code.number(fields);
      const digits = String(Math.abs(value)).padStart(minimum, fill);
      return value < 0 ? `-${digits}` : digits;
    };
  }
  const fill = padding === '0' ? '0' : ' ';
  if ('text' in code) return (fields) => changeCase(code.text(fields), flags).padStart(width, fill);
  return (fields) => {
    const text = strftime(fields, code.short);
    return (flags.includes('^') ? text.toUpperCase() : text).padStart(width, fill);
  };
}

/** `^` asks for capitals, `#` for the other case; am and pm (`%P`) stay small. */
function changeCase(text: string, flags: string): string {
  if (flags.includes('#') && /^[AP]M$/.test(text)) return text.toLowerCase();
  return /[#^]/.test(flags) && !/^[ap]m$/.test(text) ? text.toUpperCase() : text;
}

/** `+02:00`; with seconds when the offset has some, nothing for a naive date. */
export function offsetText(offsetSeconds: number | undefined, separator: string): string {
  if (offsetSeconds === undefined) return '';
  const size = Math.abs(offsetSeconds);
  const parts = [Math.floor(size / 3600), Math.floor(size / 60) % 60, ...(size % 60 ? [size % 60] : [])];
  return `${offsetSeconds < 0 ? '-' : '+'}${parts.map((part) => String(part).padStart(2, '0')).join(separator)}`;
}
