import { PyTimedelta } from '../datetime/duration';
import type { PyDateTime } from '../datetime/python-datetime';
import type { Duration } from './window-rules';

/** Intervals merge over this distance when the cursor has no granularity. */
export const DEFAULT_GAP = PyTimedelta.of({ milliseconds: 1 });

/** A stretch of time whose records were all read. */
export interface CoveredInterval {
  start: PyDateTime;
  end: PyDateTime;
  /** The greatest cursor value among the records that were read. */
  newest?: PyDateTime;
  /** The end itself is still to be read: a sync begins with the value where the last one stopped. */
  isOpen?: boolean;
}

/** The intervals in order, with those that touch (next start at most `gap` after the end, none after an open one) made one. */
export function mergeIntervals(intervals: readonly CoveredInterval[], gap: Duration): CoveredInterval[] {
  const sorted = [...intervals].sort((a, b) => a.start.compare(b.start) || a.end.compare(b.end));
  const merged: CoveredInterval[] = [];
  for (const interval of sorted) {
    const last = merged.at(-1);
    if (last && (last.isOpen ? last.end : last.end.plus(gap)).compare(interval.start) >= 0) {
      const order = interval.end.compare(last.end);
      if (order >= 0) last.isOpen = interval.isOpen && (order > 0 || last.isOpen);
      if (order > 0) last.end = interval.end;
      if (interval.newest && (!last.newest || last.newest.compare(interval.newest) <= 0)) last.newest = interval.newest;
    } else {
      merged.push({ ...interval });
    }
  }
  return merged;
}
