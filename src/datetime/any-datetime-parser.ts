import { ConnectorError } from '../errors/connector-error';
import { PyDateTime } from './python-datetime';
import { MONTHS, WEEKDAYS } from './strftime';

/** Zones that mail headers may name (RFC 2822); dateutil takes all but UTC and GMT for UTC. */
const ZONES: Readonly<Record<string, number>> = {
  z: 0, utc: 0, gmt: 0, ut: 0, est: -5, edt: -4, cst: -6, cdt: -5, mst: -7, mdt: -6, pst: -8, pdt: -7,
};

/** Two-digit years before this one are of this century. */
const PIVOT = 75;

const TIME = /(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*([ap])?\.?(?:m\.?)?(?![\d:])/i;
const COMPACT = /^\s*(\d{4})(\d\d)(\d\d)(?:T?(\d\d)(\d\d)(\d\d)?(?:[.,](\d+))?)?(?=$|\s|[zZ+-])/;
const ZONE = /(?:\b(?:utc|gmt))?\s*([+-])(\d{1,2}):?(\d{2})?(?::?(\d{2}))?\s*(?:\([^)]*\))?\s*$/i;

interface Clock {
  hour: number;
  minute: number;
  second: number;
  microsecond: number;
}

/**
 * Reads a date that came without a format: epoch seconds (up to ten digits), ISO 8601 with `T` or a blank, and what people
 * and mail headers write (`Tue, 14 Mar 2023 15:09:26 GMT`, `03/14/2023 3:09 PM`, `March 14, 2023`); the reference's
 * `ab_datetime_parse`. Always aware; UTC without a zone. Of `03/04/2023` the month comes first.
 * @throws ConnectorError `datetime.unparsable` or `datetime.out_of_range`
 */
export function parseAnyDatetime(value: string | number | bigint): PyDateTime {
  const text = String(value).trim();
  if (/^\d+$/.test(text)) {
    if (text.length > 10) throw unparsable(text, 'a number of seconds since 1970 has at most ten digits');
    return PyDateTime.fromEpochMs(Number(text) * 1000);
  }
  if (typeof value !== 'string' || /^-\d+$/.test(text)) throw unparsable(text, 'a number of seconds since 1970 is whole and not negative');

  const compact = COMPACT.exec(text);
  if (compact) return fromCompact(compact, text);
  const time = TIME.exec(text);
  const around = time ? [text.slice(0, time.index), text.slice(time.index + time[0].length)] : [text, ''];
  // An offset stands at the end; without a time before it, `-03` is a part of the date.
  const zone = readZone(time ? (around[1] as string) : '');
  const [year, month, day] = findDate(`${around[0]} ${time ? zone.rest : ''}`, text);
  const clock = time ? readTime(time, text) : { hour: 0, minute: 0, second: 0, microsecond: 0 };
  return PyDateTime.of(year, month, day, clock.hour, clock.minute, clock.second, clock.microsecond, zone.offsetSeconds);
}

function unparsable(text: string, why: string): ConnectorError {
  return ConnectorError.system('datetime.unparsable', `${JSON.stringify(text.slice(0, 100))} cannot be read as a date: ${why}.`);
}

const micros = (digits: string | undefined) => Number((digits ?? '').slice(0, 6).padEnd(6, '0'));

function fromCompact(match: RegExpExecArray, text: string): PyDateTime {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const zone = readZone(text.slice(match[0].length));
  if (zone.rest.trim()) throw unparsable(text, `"${zone.rest.trim()}" was not expected`);
  return PyDateTime.of(year, month, day, hour, minute, second, micros(match[7]), zone.offsetSeconds);
}

function readTime(match: RegExpExecArray, text: string): Clock {
  const [, hourText, minute, second, fraction, half] = match;
  let hour = Number(hourText);
  if (half) {
    if (hour < 1 || hour > 12) throw unparsable(text, `${hour} is not an hour with AM or PM`);
    hour = (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
  }
  return { hour, minute: Number(minute), second: Number(second ?? 0), microsecond: micros(fraction) };
}

function readZone(text: string): { offsetSeconds: number; rest: string } {
  const numeric = ZONE.exec(text);
  if (numeric) {
    const seconds = Number(numeric[2]) * 3600 + Number(numeric[3] ?? 0) * 60 + Number(numeric[4] ?? 0);
    return { offsetSeconds: numeric[1] === '-' ? -seconds : seconds, rest: text.slice(0, numeric.index) };
  }
  const name = /\(?\b([a-z]{1,3})\)?\s*$/i.exec(text);
  const hours = name ? ZONES[(name[1] as string).toLowerCase()] : undefined;
  return hours === undefined ? { offsetSeconds: 0, rest: text } : { offsetSeconds: hours * 3600, rest: text.slice(0, (name as RegExpExecArray).index) };
}

/** Year, month, day from what is left when time and zone are taken away. */
function findDate(rest: string, text: string): [number, number, number] {
  const numbers: string[] = [];
  let month: { value: number; at: number } | undefined;
  for (const [token] of rest.matchAll(/\d+|[a-z]+|[^\s\da-z]/gi)) {
    if (/^\d/.test(token)) numbers.push(token);
    else if (/^[a-z]/i.test(token)) {
      const monthIndex = indexOfName(token, MONTHS);
      if (monthIndex >= 0 && !month) month = { value: monthIndex + 1, at: numbers.length };
      else if (indexOfName(token, WEEKDAYS) < 0 && !/^(st|nd|rd|th|of|at|on|and|t)$/i.test(token)) throw unparsable(text, `"${token}" was not understood`);
    } else if (!/[-/.,;]/.test(token)) throw unparsable(text, `"${token}" was not understood`);
  }
  if (numbers.length + (month ? 1 : 0) > 3) throw unparsable(text, 'there are too many numbers');
  if (month) return withMonthName(numbers, month, text);
  const [first, second, third] = numbers;
  if (first === undefined || second === undefined) throw unparsable(text, 'the date is missing');
  if (isYear(first)) return [fullYear(first), Number(second), Number(third ?? 1)];
  if (third === undefined) {
    if (isYear(second)) return [fullYear(second), Number(first), 1];
    throw unparsable(text, 'the year is missing');
  }
  return Number(first) > 12 ? [fullYear(third), Number(second), Number(first)] : [fullYear(third), Number(first), Number(second)];
}

function withMonthName(numbers: string[], month: { value: number; at: number }, text: string): [number, number, number] {
  const [first, second] = numbers;
  if (first === undefined || (second === undefined && !isYear(first))) throw unparsable(text, 'the year is missing');
  if (second === undefined) return [fullYear(first), month.value, 1];
  const yearFirst = isYear(first) || (month.at === 2 && !isYear(second));
  return yearFirst ? [fullYear(first), month.value, Number(second)] : [fullYear(second), month.value, Number(first)];
}

const isYear = (digits: string) => digits.length > 2 || Number(digits) > 31;

function fullYear(digits: string): number {
  const year = Number(digits);
  return digits.length > 2 ? year : year + (year < PIVOT ? 2000 : 1900);
}

function indexOfName(word: string, names: readonly string[]): number {
  const lower = word.toLowerCase();
  return names.findIndex((name) => name.toLowerCase() === lower || name.slice(0, 3).toLowerCase() === lower || (lower === 'sept' && name === 'September'));
}
