import type { CalendarDuration, PyTimedelta } from '../datetime/duration';
import type { PyDateTime } from '../datetime/python-datetime';
import { isConnectorError } from '../errors/connector-error';
import type { JsonObject } from '../protocol/json';
import type { DatetimeValues } from './datetime-values';

export type Duration = PyTimedelta | CalendarDuration;

/** What a DatetimeBasedCursor says about windows, with every template evaluated. */
export interface WindowRules {
  /** The record field. */
  readonly cursorField: string;
  /** The names of the window's boundaries in a slice. */
  readonly startField: string;
  readonly endField: string;
  readonly values: DatetimeValues;
  readonly start: PyDateTime;
  /** Evaluated at each call: by default it is the current time. */
  readonly end: () => PyDateTime;
  /** undefined: one window. */
  readonly step: Duration | undefined;
  /** What lies between the end of a window and the start of the next one. */
  readonly granularity: Duration | undefined;
  readonly lookback: Duration | undefined;
  readonly clamp: (value: PyDateTime) => PyDateTime;
  /** The API refuses windows whose start equals their end. */
  readonly isCompareStrictly: boolean;
  /** The same as JSON. */
  readonly stored: StoredRules;
}

/**
 * What a DatetimeBasedCursor says about windows once its templates are evaluated, as JSON: a state of a shard carries it, so that states can
 * be joined without the manifest and its config. Durations are ISO 8601; `start` keeps microseconds and offset.
 */
export interface StoredRules {
  cursor_field: string;
  start_field: string;
  end_field: string;
  datetime_format: string;
  cursor_datetime_formats: string[];
  start: string;
  step: string | null;
  granularity: string | null;
  lookback: string | null;
  clamping: { target: string; target_details: JsonObject | null } | null;
  is_compare_strictly: boolean;
}

export interface DatetimeWindow {
  start: PyDateTime;
  end: PyDateTime;
}

/**
 * Cuts [lower, upper] into windows (reference section 9.1). `upperIsEnd`: the range ends at the cursor's end, so the
 * last window reaches `upper` itself; otherwise it fills a gap and stops one granularity before `upper`.
 */
export function* cutWindows(rules: WindowRules, from: PyDateTime, upper: PyDateTime, upperIsEnd: boolean): Generator<DatetimeWindow> {
  const { granularity, clamp, start } = rules;
  if (from.compare(upper) > 0 || (from.compare(upper) === 0 && !granularity) || upper.compare(start) < 0) return;
  // Clamped before the first step, or a step shorter than the clamping period would collapse the first window.
  const lower = clamp(from.compare(start) < 0 ? start : from);
  if (lower.compare(upper) > 0 || (lower.compare(upper) === 0 && (rules.isCompareStrictly || !upperIsEnd))) return;
  const endBefore = (boundary: PyDateTime) => (granularity ? boundary.minus(granularity) : boundary);

  if (stepFrom(rules, lower).compare(upper) >= 0) {
    // With a granularity, upper is the last unit to read: clamping it would read beyond the end.
    if (upperIsEnd) yield { start: lower, end: granularity ? upper : clamp(upper) };
    else yield { start: lower, end: endBefore(clamp(upper)) };
    return;
  }

  let current = lower;
  for (;;) {
    const stepped = stepFrom(rules, current);
    const isCut = stepped.compare(upper) < 0;
    const boundary = isCut ? clamp(stepped) : upper;
    // A boundary that was clamped onto upper makes this the last window.
    const isLast = !isCut || boundary.compare(upper) === 0;
    const windowStart = clamp(current);
    if (windowStart.compare(boundary) >= 0) return;
    yield { start: windowStart, end: upperIsEnd && isLast ? boundary : endBefore(boundary) };
    if (isLast) return;
    current = boundary;
  }
}

/** Without a step, or with one that leads beyond the year 9999, one step reaches the end. */
function stepFrom({ step, end }: WindowRules, from: PyDateTime): PyDateTime {
  return (step && inRange(() => from.plus(step))) ?? end();
}

/** The result, or undefined when it is no date of the calendar. */
export function inRange(compute: () => PyDateTime): PyDateTime | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RangeError || (isConnectorError(error) && error.code === 'datetime.out_of_range')) return undefined;
    throw error;
  }
}
