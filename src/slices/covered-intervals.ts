import type { PyDateTime } from '../datetime/python-datetime';
import type { Duration } from './window-rules';

/** A stretch of time whose records were all read. */
export interface CoveredInterval {
  start: PyDateTime;
  end: PyDateTime;
  /** The greatest cursor value among the records that were read. */
  newest?: PyDateTime;
}

/** The intervals in order, with those that touch (next start at most `gap` after the end) made one. */
export function mergeIntervals(intervals: readonly CoveredInterval[], gap: Duration): CoveredInterval[] {
  const sorted = [...intervals].sort((a, b) => a.start.compare(b.start) || a.end.compare(b.end));
  const merged: CoveredInterval[] = [];
  for (const interval of sorted) {
    const last = merged.at(-1);
    if (last && last.end.plus(gap).compare(interval.start) >= 0) {
      if (interval.end.compare(last.end) > 0) last.end = interval.end;
      if (interval.newest && (!last.newest || last.newest.compare(interval.newest) <= 0)) last.newest = interval.newest;
    } else {
      merged.push({ ...interval });
    }
  }
  return merged;
}
