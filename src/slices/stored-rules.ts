import { parseDuration, PyTimedelta } from '../datetime/duration';
import { parseIso } from '../datetime/iso-parser';
import type { PyDateTime } from '../datetime/python-datetime';
import { getOwn, isObject, type JsonObject } from '../protocol/json';
import { createClamping } from './clamping';
import { DatetimeValues } from './datetime-values';
import type { Duration, StoredRules, WindowRules } from './window-rules';

/** @throws ConnectorError when a duration, the start or the clamping is not readable */
export function windowRules(stored: StoredRules, end: () => PyDateTime): WindowRules {
  const granularity = duration(stored.granularity);
  const clamping = stored.clamping && createClamping(stored.clamping.target, stored.clamping.target_details ?? undefined);
  return {
    cursorField: stored.cursor_field,
    startField: stored.start_field,
    endField: stored.end_field,
    values: new DatetimeValues(stored.datetime_format, stored.cursor_datetime_formats),
    start: parseIso(stored.start),
    end: clamping ? () => clamping.floor(end()).minus(granularity ?? clamping.unit) : end,
    step: duration(stored.step),
    granularity,
    lookback: duration(stored.lookback),
    clamp: clamping ? (value) => clamping.ceil(value) : (value) => value,
    isCompareStrictly: stored.is_compare_strictly,
    stored,
  };
}

/** A duration of zero counts as none. */
function duration(text: string | null): Duration | undefined {
  if (text === null) return undefined;
  const value = parseDuration(text);
  return signOf(value) === 0 ? undefined : value;
}

/** Whether a duration leads forwards (1), backwards (-1) or nowhere. */
export function signOf(duration: Duration): number {
  const months = duration instanceof PyTimedelta ? 0 : duration.totalMonths;
  const rest = duration instanceof PyTimedelta ? duration : duration.rest;
  return Math.sign(months) || rest.compare(PyTimedelta.ZERO);
}

/** The rules of a run that goes on with what an earlier attempt has `noted`: those of that attempt, should the start depend on the moment. */
export function rulesOfAttempt(current: WindowRules, noted: JsonObject | undefined): WindowRules {
  const stored = noted && getOwn(noted, 'rules');
  return isStoredRules(stored) ? { ...windowRules(stored, current.end), end: current.end } : current;
}

/** Whether this can be the rules of a state that somebody hands over. */
export function isStoredRules(value: unknown): value is StoredRules & JsonObject {
  if (!isObject(value)) return false;
  const texts = ['cursor_field', 'start_field', 'end_field', 'datetime_format', 'start'];
  const optional = ['step', 'granularity', 'lookback'];
  return (
    texts.every((key) => typeof value[key] === 'string') &&
    optional.every((key) => value[key] === null || typeof value[key] === 'string') &&
    Array.isArray(value.cursor_datetime_formats) &&
    (value.clamping === null || isObject(value.clamping))
  );
}
