import type { PyDateTime } from '../datetime/python-datetime';
import { ConnectorError } from '../errors/connector-error';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { DEFAULT_GAP, mergeIntervals, type CoveredInterval } from './covered-intervals';
import type { PartitionWindows } from './partition-windows';
import { cutWindows, inRange, type DatetimeWindow, type WindowRules } from './window-rules';

/** The shapes of state that hold intervals instead of one value (reference section 1.6). */
const INTERVAL_STATES: readonly unknown[] = ['date-range', 'integer'];

/**
 * How far a datetime cursor has come in a stream, or in one of its partitions: which stretches of time are covered,
 * which windows are missing, and what the state says. The state is one value: the newest record of the first
 * stretch, so that it never jumps over a gap.
 */
export class DatetimeProgress {
  /** Where the last sync stopped, or the start. */
  readonly resumeAt: PyDateTime;
  private covered: CoveredInterval[];
  /** Entries of the incoming state that are not ours go out again unchanged. */
  private readonly foreign: JsonObject;

  /** @throws ConnectorError `slices.invalid_state` (config_error) */
  constructor(
    private readonly rules: WindowRules,
    state: JsonObject,
    where: string,
  ) {
    if (INTERVAL_STATES.includes(getOwn(state, 'state_type'))) {
      const legacy = getOwn(state, 'legacy');
      this.foreign = isObject(legacy) ? legacy : {};
      this.covered = readIntervals(rules, state, where);
      const [first] = this.covered;
      this.resumeAt = first ? (first.newest ?? first.end) : rules.start;
      if (!first) this.covered.push({ start: rules.start, end: rules.start, newest: rules.start, isOpen: true });
    } else {
      this.foreign = state;
      const value = getOwn(state, rules.cursorField) ?? null;
      const reached = value === null ? undefined : readValue(rules, value, `${where}.${rules.cursorField}`);
      this.resumeAt = reached && reached.compare(rules.start) >= 0 ? reached : rules.start;
      this.covered = [{ start: rules.start, end: this.resumeAt, newest: this.resumeAt, isOpen: true }];
    }
  }

  /**
   * The windows that are still to be read, as the slice's fields; taken from the intervals as they are at the call.
   * @param sync what the sync has done for this partition in an earlier attempt; left out, and where it started counts
   */
  *windows(sync?: PartitionWindows, until = this.rules.end()): Generator<JsonObject> {
    const { rules } = this;
    this.covered = this.merge(this.covered);
    const covered = this.covered.map((each) => ({ ...each }));
    const skipped = sync ? this.merge([...sync.closed, ...sync.taken.map(({ interval }) => interval)]) : [];
    const since = sync?.since ?? (covered.at(-1) as CoveredInterval).end;
    if (sync) {
      sync.since = since;
      for (const interval of sync.closed) this.covered = this.merge([...this.covered, interval]);
    }
    const first = covered[0] as CoveredInterval;
    if (rules.start.compare(first.start) < 0) yield* this.cut(rules.start, first.start, false, skipped);
    for (let index = 0; index + 1 < covered.length; index += 1) {
      const { end, isOpen } = covered[index] as CoveredInterval;
      const next = covered[index + 1] as CoveredInterval;
      yield* this.cut(rules.granularity && !isOpen ? end.plus(rules.granularity) : end, next.start, false, skipped);
    }
    const { lookback } = rules;
    const from = lookback ? (inRange(() => since.minus(lookback)) ?? rules.start) : since;
    this.closeUnreadEdge(from, until);
    yield* this.cut(from, until, true, skipped);
  }

  /** Clamping or a strict comparison may leave out the moment where the last sync stopped: no window would close that edge. */
  private closeUnreadEdge(from: PyDateTime, until: PyDateTime): void {
    const { value: first } = cutWindows(this.rules, from, until, true).next() as IteratorResult<DatetimeWindow, undefined>;
    for (const interval of this.covered) {
      if (interval.isOpen && (!first || first.start.compare(interval.end) > 0)) interval.isOpen = false;
    }
  }

  /** The window of a slice was read to its end; `newest` is the greatest cursor value of its records. */
  close(window: JsonObject, newest: PyDateTime | undefined): void {
    const boundary = (field: string) => readValue(this.rules, getOwn(window, field) ?? null, `slice.${field}`);
    const interval = { start: boundary(this.rules.startField), end: boundary(this.rules.endField), newest };
    this.covered = this.merge([...this.covered, interval]);
  }

  /** Everything up to here was read. */
  get reached(): PyDateTime {
    const first = this.merge(this.covered)[0] as CoveredInterval;
    return first.newest ?? first.start;
  }

  state(): JsonObject {
    const state = { ...this.foreign };
    setOwn(state, this.rules.cursorField, this.rules.values.text(this.reached));
    return state;
  }

  /** The least cursor value of records to emit: the lookback window, but nothing below the start. */
  get lowest(): PyDateTime {
    const { lookback, start } = this.rules;
    if (!lookback) return this.resumeAt;
    const floor = this.resumeAt.compare(start) < 0 ? this.resumeAt : start;
    const lower = inRange(() => this.resumeAt.minus(lookback)) ?? this.resumeAt;
    return lower.compare(floor) < 0 ? floor : lower;
  }

  private merge(intervals: readonly CoveredInterval[]): CoveredInterval[] {
    return mergeIntervals(intervals, this.rules.granularity ?? DEFAULT_GAP);
  }

  /** Windows from `from` to `upper` around what is `skipped` (in order, none touching). */
  private *cut(from: PyDateTime, upper: PyDateTime, upperIsEnd: boolean, skipped: readonly CoveredInterval[]): Generator<JsonObject> {
    let lower = from;
    for (const { start, end } of skipped) {
      if (end.compare(lower) < 0) continue;
      if (start.compare(upper) > 0) break;
      if (start.compare(lower) > 0) yield* this.cutRange(lower, start, false);
      if (end.compare(upper) >= 0) return;
      lower = this.rules.granularity ? end.plus(this.rules.granularity) : end;
    }
    yield* this.cutRange(lower, upper, upperIsEnd);
  }

  private *cutRange(from: PyDateTime, upper: PyDateTime, upperIsEnd: boolean): Generator<JsonObject> {
    for (const { start, end } of cutWindows(this.rules, from, upper, upperIsEnd)) {
      const window: JsonObject = {};
      setOwn(window, this.rules.startField, this.rules.values.text(start));
      setOwn(window, this.rules.endField, this.rules.values.text(end));
      yield window;
    }
  }
}

function readIntervals(rules: WindowRules, state: JsonObject, where: string): CoveredInterval[] {
  const slices = getOwn(state, 'slices') ?? [];
  if (!Array.isArray(slices)) throw invalidState(`${where}.slices`, 'a list of {start, end}');
  return slices.map((slice, index) => {
    const at = `${where}.slices[${index}]`;
    if (!isObject(slice)) throw invalidState(at, 'an object with start and end');
    const newest = getOwn(slice, 'most_recent_cursor_value') ?? null;
    return {
      start: readValue(rules, getOwn(slice, 'start') ?? null, `${at}.start`),
      end: readValue(rules, getOwn(slice, 'end') ?? null, `${at}.end`),
      ...(newest === null ? {} : { newest: readValue(rules, newest, `${at}.most_recent_cursor_value`) }),
    };
  });
}

function readValue(rules: WindowRules, value: JsonValue, where: string): PyDateTime {
  const parsed = rules.values.ofState(value);
  if (!parsed) throw invalidState(where, `a date in one of the formats ${rules.values.expected}`, value);
  return parsed;
}

/** The platform handed over a state that this cursor did not write and cannot read. */
export function invalidState(where: string, expected: string, found?: JsonValue): ConnectorError {
  const what = found === undefined || (typeof found === 'object' && found !== null) ? '' : `, found ${JSON.stringify(String(found))}`;
  return ConnectorError.config(
    'slices.invalid_state',
    `The state of the stream cannot be read: ${where} should be ${expected}${what}. Correct the state, or reset the stream to read it from the start.`,
  );
}
