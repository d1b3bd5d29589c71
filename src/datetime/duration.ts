import { ConnectorError } from '../errors/connector-error';

export const MICROS_PER_SECOND = 1_000_000n;
export const MICROS_PER_DAY = 86_400_000_000n;
const MAX_DAYS = 999_999_999n;

interface TimedeltaParts {
  weeks?: number;
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
  microseconds?: number;
}

const MICROS_OF: Readonly<Record<keyof TimedeltaParts, number>> = {
  weeks: 604_800_000_000,
  days: 86_400_000_000,
  hours: 3_600_000_000,
  minutes: 60_000_000,
  seconds: 1_000_000,
  milliseconds: 1000,
  microseconds: 1,
};

/** An exact length of time with microseconds: Python's `datetime.timedelta`. Immutable. */
export class PyTimedelta {
  static readonly ZERO = new PyTimedelta(0n);

  constructor(readonly micros: bigint) {
    if (micros < -MAX_DAYS * MICROS_PER_DAY || micros >= (MAX_DAYS + 1n) * MICROS_PER_DAY) {
      throw ConnectorError.system('datetime.out_of_range', `A duration of ${micros} microseconds is too long; at most ${MAX_DAYS} days are possible.`);
    }
  }

  /** Parts may be fractions and negative. */
  static of(parts: TimedeltaParts): PyTimedelta {
    let micros = 0n;
    let fraction = 0;
    for (const [name, amount] of Object.entries(parts) as [keyof TimedeltaParts, number][]) {
      if (!Number.isFinite(amount)) throw ConnectorError.system('datetime.out_of_range', `A duration cannot have ${amount} ${name}.`);
      const whole = Math.trunc(amount);
      micros += BigInt(whole) * BigInt(MICROS_OF[name]);
      fraction += (amount - whole) * MICROS_OF[name];
    }
    // Halves go to the even microsecond of the sum, hence the parity of what is there already.
    const odd = Number(micros % 2n);
    return new PyTimedelta(micros + BigInt(roundHalfEven(fraction + odd) - odd));
  }

  static ofMs(ms: number): PyTimedelta {
    return PyTimedelta.of({ milliseconds: ms });
  }

  /** Normalised as in Python: only `days` may be negative. */
  get days(): number {
    return Number(floorDiv(this.micros, MICROS_PER_DAY));
  }

  get seconds(): number {
    return Number(floorMod(this.micros, MICROS_PER_DAY) / MICROS_PER_SECOND);
  }

  get microseconds(): number {
    return Number(floorMod(this.micros, MICROS_PER_SECOND));
  }

  get isZero(): boolean {
    return this.micros === 0n;
  }

  totalSeconds(): number {
    return Number(this.micros) / 1e6;
  }

  totalMs(): number {
    return Number(this.micros) / 1000;
  }

  plus(other: PyTimedelta): PyTimedelta {
    return new PyTimedelta(this.micros + other.micros);
  }

  minus(other: PyTimedelta): PyTimedelta {
    return new PyTimedelta(this.micros - other.micros);
  }

  negate(): PyTimedelta {
    return new PyTimedelta(-this.micros);
  }

  /** Rounded half to even to microseconds when `factor` is a fraction. */
  times(factor: number | bigint): PyTimedelta {
    if (typeof factor === 'bigint') return new PyTimedelta(this.micros * factor);
    if (Number.isSafeInteger(factor)) return new PyTimedelta(this.micros * BigInt(factor));
    return new PyTimedelta(finiteMicros(Number(this.micros) * factor));
  }

  /** Rounded half to even to microseconds; the divisor must not be 0. */
  dividedBy(divisor: number): PyTimedelta {
    if (!Number.isSafeInteger(divisor)) return new PyTimedelta(finiteMicros(Number(this.micros) / divisor));
    const by = BigInt(divisor);
    const quotient = floorDiv(this.micros, by);
    const twiceRest = 2n * (this.micros - quotient * by);
    const order = by > 0n ? twiceRest - by : by - twiceRest;
    return new PyTimedelta(order > 0n || (order === 0n && quotient % 2n !== 0n) ? quotient + 1n : quotient);
  }

  compare(other: PyTimedelta): -1 | 0 | 1 {
    return this.micros < other.micros ? -1 : this.micros > other.micros ? 1 : 0;
  }

  /** `1 day, 2:03:04.000005`, as Python prints it. */
  toString(): string {
    const { days, seconds, microseconds } = this;
    const pad = (n: number) => String(n).padStart(2, '0');
    const time = `${Math.floor(seconds / 3600)}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
    const fraction = microseconds ? `.${String(microseconds).padStart(6, '0')}` : '';
    return `${days ? `${days} day${Math.abs(days) === 1 ? '' : 's'}, ` : ''}${time}${fraction}`;
  }
}

/** A duration with calendar months or years, whose length depends on where it starts (`isodate.Duration`). Immutable. */
export class CalendarDuration {
  constructor(
    readonly years: number,
    readonly months: number,
    readonly rest: PyTimedelta = PyTimedelta.ZERO,
  ) {}

  /** Whole months, or an error: dates cannot move by fractions of months. */
  get totalMonths(): number {
    if (!Number.isInteger(this.years) || !Number.isInteger(this.months)) {
      throw ConnectorError.system('datetime.invalid_duration', 'Durations with fractions of years or months cannot be added to dates.');
    }
    return this.years * 12 + this.months;
  }

  plus(other: PyTimedelta | CalendarDuration): CalendarDuration {
    return other instanceof CalendarDuration
      ? new CalendarDuration(this.years + other.years, this.months + other.months, this.rest.plus(other.rest))
      : new CalendarDuration(this.years, this.months, this.rest.plus(other));
  }

  times(factor: number): CalendarDuration {
    return new CalendarDuration(this.years * factor, this.months * factor, this.rest.times(factor));
  }

  negate(): CalendarDuration {
    // `0 -` rather than a minus sign: the latter makes -0.
    return new CalendarDuration(0 - this.years, 0 - this.months, this.rest.negate());
  }

  toString(): string {
    const parts: string[] = [];
    if (this.years) parts.push(`${Math.trunc(this.years)} years`);
    if (this.months) parts.push(`${Math.trunc(this.months)} month${this.months <= 1 ? '' : 's'}`);
    return [...parts, this.rest.toString()].join(', ');
  }
}

const NUMBER = '(\\d+(?:[.,]\\d+)?)';
const PERIOD = new RegExp(
  `^([+-])?P(?=\\w)(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
);
/** The alternative form of ISO 8601, written like a date: `P0001-02-03T04:05:06` or `P00010203T040506`. */
const DATE_LIKE = /^P(\d{4})-?(\d{2})-?(\d{2})T(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d+))?)?$/;

/**
 * Reads an ISO 8601 duration such as `P1D`, `PT2H30M`, `P1M` or `-P1W`.
 * @throws ConnectorError `datetime.invalid_duration`
 */
export function parseDuration(text: string): PyTimedelta | CalendarDuration {
  const match = PERIOD.exec(text);
  if (!match) return parseDateLikeDuration(text);
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(2).map((part) => (part === undefined ? 0 : Number(part.replace(',', '.'))));
  const rest = PyTimedelta.of({ weeks, days, hours, minutes, seconds });
  const duration = years || months ? new CalendarDuration(years as number, months as number, rest) : rest;
  return match[1] === '-' ? duration.negate() : duration;
}

function parseDateLikeDuration(text: string): CalendarDuration {
  const match = DATE_LIKE.exec(text);
  if (!match) {
    throw ConnectorError.config(
      'datetime.invalid_duration',
      `${JSON.stringify(text.slice(0, 100))} is not an ISO 8601 duration. Write for example P1D (a day), PT1H (an hour) or P1M (a month).`,
    );
  }
  const [years, months, days, hours, minutes, seconds] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const rest = PyTimedelta.of({ days, hours, minutes, seconds, microseconds: Number((match[7] ?? '').padEnd(6, '0').slice(0, 6)) });
  return new CalendarDuration(years as number, months as number, rest);
}

export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

export function floorMod(a: bigint, b: bigint): bigint {
  return a - b * floorDiv(a, b);
}

export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

function finiteMicros(value: number): bigint {
  if (!Number.isFinite(value)) throw ConnectorError.system('datetime.out_of_range', 'The duration is too long.');
  return BigInt(roundHalfEven(value));
}
