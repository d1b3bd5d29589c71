import { ConnectorError } from '../errors/connector-error';
import { dayNumber, isoYearStart, weekdayOf } from './calendar';
import { PlainDigits } from './plain-digits';
import { PyDate, PyDateTime } from './python-datetime';
import { MONTHS, WEEKDAYS } from './strftime';

const short = (names: readonly string[]) => names.map((name) => name.slice(0, 3));
const oneOf = (names: readonly string[]) => names.join('|');

/** What each code matches; alternatives are ordered as in Python, so that ambiguous digits are split the same way. */
const PATTERNS: Readonly<Record<string, string>> = {
  d: '3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]',
  f: '\\d{1,6}',
  H: '2[0-3]|[01]\\d|\\d',
  I: '1[0-2]|0[1-9]|[1-9]',
  G: '\\d{4}',
  j: '36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]',
  m: '1[0-2]|0[1-9]|[1-9]',
  M: '[0-5]\\d|\\d',
  S: '6[01]|[0-5]\\d|\\d',
  U: '5[0-3]|[0-4]\\d|\\d',
  W: '5[0-3]|[0-4]\\d|\\d',
  w: '[0-6]',
  u: '[1-7]',
  V: '5[0-3]|0[1-9]|[1-4]\\d|\\d',
  y: '\\d\\d',
  Y: '\\d{4}',
  z: '[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d(?:\\.\\d{1,6})?)?|Z',
  A: oneOf(WEEKDAYS),
  a: oneOf(short(WEEKDAYS)),
  B: oneOf(MONTHS),
  b: oneOf(short(MONTHS)),
  p: 'AM|PM',
  Z: 'UTC|GMT',
};

const COMPOUND: Readonly<Record<string, string>> = { c: '%a %b %d %H:%M:%S %Y', x: '%m/%d/%y', X: '%H:%M:%S' };

function unparsable(message: string): ConnectorError {
  return ConnectorError.system('datetime.unparsable', message);
}

/** One format, compiled. Codes as in Python's `datetime.strptime`, letters without regard to case. */
export class StrptimeFormat {
  private readonly pattern: RegExp;
  private readonly codes: string[] = [];
  private readonly plain: PlainDigits | undefined;

  /** @throws ConnectorError `datetime.bad_format` for an unknown or repeated code */
  constructor(readonly format: string) {
    this.pattern = new RegExp(`^(?:${this.translate(format)})`, 'i');
    const repeated = this.codes.find((code, index) => this.codes.indexOf(code) !== index);
    if (repeated) throw ConnectorError.config('datetime.bad_format', `The date format "${format}" has %${repeated} twice.`);
    this.plain = PlainDigits.of(format);
  }

  /**
   * Naive unless the text has an offset.
   * @throws ConnectorError `datetime.unparsable` or `datetime.out_of_range`
   */
  parse(text: string): PyDateTime {
    const plain = this.plain?.read(text);
    if (plain) {
      const { year, month, day, hour, minute, second, microsecond, offset } = plain;
      return PyDateTime.of(year, month, day, hour, minute, second, microsecond, offset === undefined ? undefined : parseOffset(offset));
    }
    const match = this.pattern.exec(text);
    if (!match) throw unparsable(`${JSON.stringify(text.slice(0, 100))} does not match the date format "${this.format}".`);
    if (match[0].length !== text.length) {
      throw unparsable(`${JSON.stringify(text.slice(0, 100))} has more text than the date format "${this.format}" covers.`);
    }
    const found: Found = new Map(this.codes.map((code, index) => [code, match[index + 1] as string]));
    const [year, month, day] = this.findDate(found);
    const zone = found.get('z');
    return PyDateTime.of(
      year,
      month,
      day,
      findHour(found),
      number(found, 'M') ?? 0,
      number(found, 'S') ?? 0,
      Number((found.get('f') ?? '').padEnd(6, '0')),
      zone === undefined ? undefined : parseOffset(zone),
      zone === undefined ? undefined : found.get('Z'),
    );
  }

  private translate(format: string): string {
    let pattern = '';
    for (let at = 0; at < format.length; at++) {
      const char = format[at] as string;
      if (char !== '%') {
        const blank = /^\s+/.exec(format.slice(at));
        pattern += blank ? '\\s+' : char.replace(/[\\^$.*+?()[\]{}|]/, '\\$&');
        if (blank) at += blank[0].length - 1;
        continue;
      }
      const code = format[++at] ?? '';
      if (code === '%') pattern += '%';
      else if (COMPOUND[code]) pattern += this.translate(COMPOUND[code]);
      else if (PATTERNS[code]) {
        this.codes.push(code);
        pattern += `(${PATTERNS[code]})`;
      } else {
        throw ConnectorError.config('datetime.bad_format', `The date format "${format}" has the unknown code "%${code}".`);
      }
    }
    return pattern;
  }

  private findDate(found: Found): [number, number, number] {
    const [isoYear, isoWeek, julian] = [number(found, 'G'), number(found, 'V'), number(found, 'j')];
    const weekday = findWeekday(found);
    const weekCode = lastOf(found, 'UW');
    const year = findYear(found);
    if (year === undefined && isoYear !== undefined) {
      if (isoWeek === undefined || weekday === undefined || julian !== undefined) {
        throw unparsable(`The date format "${this.format}" has the ISO year %G, so it needs %V and a weekday (%A, %a, %u or %w), and no %j.`);
      }
      if (!weekCode) return fields(isoYearStart(isoYear) + (isoWeek - 1) * 7 + weekday);
    }
    if (!weekCode && isoWeek !== undefined) {
      throw unparsable(`The date format "${this.format}" has the ISO week %V, so it needs the ISO year %G and a weekday (%A, %a, %u or %w).`);
    }
    const base = year ?? 1900;
    if (julian !== undefined) return fields(dayNumber(base, 1, 1) + julian - 1);
    if (weekCode && weekday !== undefined) return fields(dayOfWeek(base, number(found, weekCode) as number, weekday, weekCode === 'U'));
    return [base, findMonth(found), number(found, 'd') ?? 1];
  }
}

/** What the codes of a format matched, in the order of the format. */
type Found = ReadonlyMap<string, string>;

function number(found: Found, code: string): number | undefined {
  const text = found.get(code);
  return text === undefined ? undefined : Number(text);
}

/** Of codes that say the same thing in different ways the last one counts. */
function lastOf(found: Found, codes: string): string | undefined {
  return [...found.keys()].filter((code) => codes.includes(code)).at(-1);
}

function findYear(found: Found): number | undefined {
  const code = lastOf(found, 'Yy');
  const year = code ? number(found, code) : undefined;
  return year === undefined || code === 'Y' ? year : year + (year <= 68 ? 2000 : 1900);
}

function findMonth(found: Found): number {
  const code = lastOf(found, 'Bbm');
  if (!code || code === 'm') return number(found, 'm') ?? 1;
  return named(found.get(code) as string, code === 'B' ? MONTHS : short(MONTHS)) + 1;
}

function fields(day: number): [number, number, number] {
  const date = PyDate.fromDayNumber(day);
  return [date.year, date.month, date.day];
}

/** The position of a name, in whatever case. */
function named(text: string, names: readonly string[]): number {
  return names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
}

/** 0 for Monday. */
function findWeekday(found: Found): number | undefined {
  const code = lastOf(found, 'Aawu');
  if (!code) return undefined;
  const text = found.get(code) as string;
  if (code === 'w') return (Number(text) + 6) % 7;
  return code === 'u' ? Number(text) - 1 : named(text, code === 'A' ? WEEKDAYS : short(WEEKDAYS));
}

/** The day number of a weekday in week `week` of the year; week 0 are the days before the first Sunday or Monday. */
function dayOfWeek(year: number, week: number, weekday: number, fromSunday: boolean): number {
  const shift = fromSunday ? 1 : 0;
  const start = dayNumber(year, 1, 1);
  const first = (weekdayOf(start) + shift) % 7;
  const day = (weekday + shift) % 7;
  return start + (week === 0 ? day - first : ((7 - first) % 7) + 7 * (week - 1) + day);
}

function findHour(found: Found): number {
  const code = lastOf(found, 'HI');
  if (code !== 'I') return number(found, 'H') ?? 0;
  return ((number(found, 'I') as number) % 12) + (found.get('p')?.toUpperCase() === 'PM' ? 12 : 0);
}

/** Seconds east of UTC. */
function parseOffset(text: string): number {
  if (text === 'Z') return 0;
  const match = /^([+-])(\d\d)(:?)(\d\d)(?:(:?)(\d\d)(?:\.0{1,6})?)?$/.exec(text);
  if (!match || (match[6] !== undefined && match[3] !== match[5])) throw unparsable(`"${text}" is not an offset from UTC such as +02:00.`);
  const seconds = Number(match[2]) * 3600 + Number(match[4]) * 60 + Number(match[6] ?? 0);
  return match[1] === '-' ? -seconds : seconds;
}

const MOST_FORMATS = 200;
/** A pure cache: the same format always compiles to the same thing. */
const compiled = new Map<string, StrptimeFormat>();

/** Python's `datetime.strptime`: naive unless the text has an offset. */
export function strptime(text: string, format: string): PyDateTime {
  let parser = compiled.get(format);
  if (!parser) {
    parser = new StrptimeFormat(format);
    if (compiled.size >= MOST_FORMATS) compiled.clear();
    compiled.set(format, parser);
  }
  return parser.parse(text);
}
