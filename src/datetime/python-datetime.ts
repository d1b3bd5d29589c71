import { ConnectorError } from '../errors/connector-error';
import { dayNumber, dayOfYear, daysInMonth, isoCalendar, MAX_YEAR, MIN_YEAR, shiftMonths, weekdayOf } from './calendar';
import { CalendarDuration, floorDiv, floorMod, MICROS_PER_DAY, PyTimedelta } from './duration';
import { offsetText, strftime } from './strftime';

const MS_PER_DAY = 86_400_000;

function outOfRange(what: string): ConnectorError {
  return ConnectorError.system('datetime.out_of_range', `${what} is not a possible date or time.`);
}

function checkDate(year: number, month: number, day: number): void {
  if (year < MIN_YEAR || year > MAX_YEAR || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) {
    throw outOfRange(`Year ${year}, month ${month}, day ${day}`);
  }
}

const pad2 = (n: number) => String(n).padStart(2, '0');
const isoDate = (year: number, month: number, day: number) => `${String(year).padStart(4, '0')}-${pad2(month)}-${pad2(day)}`;

/** A day without a time: Python's `datetime.date`. Immutable. */
export class PyDate {
  constructor(
    readonly year: number,
    readonly month: number,
    readonly day: number,
  ) {
    checkDate(year, month, day);
  }

  static fromDayNumber(day: number): PyDate {
    const date = new Date(day * MS_PER_DAY);
    const year = date.getUTCFullYear();
    if (!(year >= MIN_YEAR && year <= MAX_YEAR)) throw outOfRange(`The day ${day} days after 1970-01-01`);
    return new PyDate(year, date.getUTCMonth() + 1, date.getUTCDate());
  }

  /** Days since 1970-01-01. */
  get dayNumber(): number {
    return dayNumber(this.year, this.month, this.day);
  }

  /** Only whole days of a duration count, as in Python. */
  plus(duration: PyTimedelta | CalendarDuration): PyDate {
    if (duration instanceof PyTimedelta) return PyDate.fromDayNumber(this.dayNumber + duration.days);
    return new PyDate(...shiftMonths(this.year, this.month, this.day, duration.totalMonths)).plus(duration.rest);
  }

  minus(duration: PyTimedelta | CalendarDuration): PyDate {
    if (duration instanceof PyTimedelta) return PyDate.fromDayNumber(this.dayNumber - duration.days);
    return new PyDate(...shiftMonths(this.year, this.month, this.day, -duration.totalMonths)).minus(duration.rest);
  }

  since(other: PyDate): PyTimedelta {
    return PyTimedelta.of({ days: this.dayNumber - other.dayNumber });
  }

  compare(other: PyDate): -1 | 0 | 1 {
    return Math.sign(this.dayNumber - other.dayNumber) as -1 | 0 | 1;
  }

  replace(parts: { year?: number; month?: number; day?: number }): PyDate {
    return new PyDate(parts.year ?? this.year, parts.month ?? this.month, parts.day ?? this.day);
  }

  /** 0 for Monday. */
  weekday(): number {
    return weekdayOf(this.dayNumber);
  }

  isoCalendar(): [number, number, number] {
    return isoCalendar(this.year, this.month, this.day);
  }

  isoformat(): string {
    return isoDate(this.year, this.month, this.day);
  }

  strftime(format: string): string {
    return strftime({ ...this, hour: 0, minute: 0, second: 0, microsecond: 0, offsetSeconds: undefined, zoneName: '', epochSeconds: this.dayNumber * 86_400 }, format);
  }

  toString(): string {
    return this.isoformat();
  }
}

export interface DatetimeParts {
  year?: number;
  month?: number;
  day?: number;
  hour?: number;
  minute?: number;
  second?: number;
  microsecond?: number;
}

/**
 * A point in time as Python's `datetime.datetime`: microseconds, years 1 to 9999, with an offset from UTC or naive.
 * Naive values count as UTC wherever an instant is needed. Immutable.
 */
export class PyDateTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;

  /** `wallMs` are the milliseconds from 1970-01-01T00:00 on the same wall clock, `subMs` the microseconds beyond them. */
  private constructor(
    private readonly wallMs: number,
    private readonly subMs: number,
    readonly offsetSeconds: number | undefined,
    private readonly zone: string | undefined,
  ) {
    const date = new Date(wallMs);
    this.year = date.getUTCFullYear();
    if (!(this.year >= MIN_YEAR && this.year <= MAX_YEAR)) throw outOfRange(`The time ${wallMs} milliseconds after 1970-01-01`);
    this.month = date.getUTCMonth() + 1;
    this.day = date.getUTCDate();
    this.hour = date.getUTCHours();
    this.minute = date.getUTCMinutes();
    this.second = date.getUTCSeconds();
    this.microsecond = date.getUTCMilliseconds() * 1000 + subMs;
  }

  /** @throws ConnectorError `datetime.out_of_range` */
  static of(year: number, month: number, day: number, hour = 0, minute = 0, second = 0, microsecond = 0, offsetSeconds?: number, zone?: string): PyDateTime {
    checkDate(year, month, day);
    const inside = (value: number, limit: number) => Number.isInteger(value) && value >= 0 && value < limit;
    if (!inside(hour, 24) || !inside(minute, 60) || !inside(second, 60) || !inside(microsecond, 1_000_000)) {
      throw outOfRange(`The time ${hour}:${minute}:${second}, ${microsecond} microseconds,`);
    }
    if (offsetSeconds !== undefined && Math.abs(offsetSeconds) >= 86_400) throw outOfRange(`An offset of ${offsetSeconds} seconds from UTC`);
    const ms = dayNumber(year, month, day) * MS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + Math.floor(microsecond / 1000);
    return new PyDateTime(ms, microsecond % 1000, offsetSeconds, zone);
  }

  /** Aware. Fractions of milliseconds are cut. */
  static fromEpochMs(ms: number, offsetSeconds = 0): PyDateTime {
    if (!Number.isFinite(ms)) throw outOfRange(`The time ${ms}`);
    return new PyDateTime(Math.floor(ms) + offsetSeconds * 1000, 0, offsetSeconds, undefined);
  }

  /** Aware. */
  static fromEpochMicros(micros: bigint, offsetSeconds = 0): PyDateTime {
    return new PyDateTime(Number(floorDiv(micros, 1000n)) + offsetSeconds * 1000, Number(floorMod(micros, 1000n)), offsetSeconds, undefined);
  }

  get isNaive(): boolean {
    return this.offsetSeconds === undefined;
  }

  /** What `%Z` prints: `UTC`, `UTC+02:00`, the zone's own name, or nothing when naive. */
  get zoneName(): string {
    if (this.offsetSeconds === undefined) return '';
    return this.zone ?? (this.offsetSeconds === 0 ? 'UTC' : `UTC${offsetText(this.offsetSeconds, ':')}`);
  }

  /** Whole seconds since the epoch. */
  get epochSeconds(): number {
    return Math.floor(this.epochMs() / 1000);
  }

  /** Milliseconds since the epoch, cut down to whole ones. */
  epochMs(): number {
    return this.wallMs - (this.offsetSeconds ?? 0) * 1000;
  }

  epochMicros(): bigint {
    return BigInt(this.epochMs()) * 1000n + BigInt(this.subMs);
  }

  /** Seconds since the epoch with fractions, as a float like Python's. */
  timestamp(): number {
    return Number(this.epochMicros()) / 1e6;
  }

  plus(duration: PyTimedelta | CalendarDuration): PyDateTime {
    if (duration instanceof PyTimedelta) {
      const micros = BigInt(this.wallMs) * 1000n + BigInt(this.subMs) + duration.micros;
      return new PyDateTime(Number(floorDiv(micros, 1000n)), Number(floorMod(micros, 1000n)), this.offsetSeconds, this.zone);
    }
    return this.shiftMonths(duration.totalMonths).plus(duration.rest);
  }

  minus(duration: PyTimedelta | CalendarDuration): PyDateTime {
    if (duration instanceof PyTimedelta) return this.plus(duration.negate());
    return this.shiftMonths(-duration.totalMonths).plus(duration.rest.negate());
  }

  /** `this - other`. */
  since(other: PyDateTime): PyTimedelta {
    return new PyTimedelta(this.epochMicros() - other.epochMicros());
  }

  /** By instant. */
  compare(other: PyDateTime): -1 | 0 | 1 {
    return (Math.sign(this.epochMs() - other.epochMs()) || Math.sign(this.subMs - other.subMs)) as -1 | 0 | 1;
  }

  equals(other: PyDateTime): boolean {
    return this.compare(other) === 0;
  }

  /** The same wall clock elsewhere (Python: `replace(tzinfo=…)`). */
  withOffset(offsetSeconds: number | undefined, zone?: string): PyDateTime {
    return new PyDateTime(this.wallMs, this.subMs, offsetSeconds, zone);
  }

  /** The same instant elsewhere (Python: `astimezone`). */
  toOffset(offsetSeconds: number, zone?: string): PyDateTime {
    return new PyDateTime(this.epochMs() + offsetSeconds * 1000, this.subMs, offsetSeconds, zone);
  }

  replace(parts: DatetimeParts): PyDateTime {
    return PyDateTime.of(
      parts.year ?? this.year,
      parts.month ?? this.month,
      parts.day ?? this.day,
      parts.hour ?? this.hour,
      parts.minute ?? this.minute,
      parts.second ?? this.second,
      parts.microsecond ?? this.microsecond,
      this.offsetSeconds,
      this.zone,
    );
  }

  date(): PyDate {
    return new PyDate(this.year, this.month, this.day);
  }

  /** The time of day as a duration since midnight. */
  timeOfDay(): PyTimedelta {
    return new PyTimedelta(floorMod(BigInt(this.wallMs) * 1000n + BigInt(this.subMs), MICROS_PER_DAY));
  }

  /** 0 for Monday. */
  weekday(): number {
    return weekdayOf(Math.floor(this.wallMs / MS_PER_DAY));
  }

  dayOfYear(): number {
    return dayOfYear(this.year, this.month, this.day);
  }

  isoCalendar(): [number, number, number] {
    return isoCalendar(this.year, this.month, this.day);
  }

  isoformat(separator = 'T'): string {
    const fraction = this.microsecond ? `.${String(this.microsecond).padStart(6, '0')}` : '';
    return `${isoDate(this.year, this.month, this.day)}${separator}${pad2(this.hour)}:${pad2(this.minute)}:${pad2(this.second)}${fraction}${offsetText(this.offsetSeconds, ':')}`;
  }

  strftime(format: string): string {
    return strftime(this, format);
  }

  toString(): string {
    return this.isoformat(' ');
  }

  private shiftMonths(months: number): PyDateTime {
    const [year, month, day] = shiftMonths(this.year, this.month, this.day, months);
    return this.replace({ year, month, day });
  }
}
