import { PyTimedelta } from '../datetime/duration';
import type { PyDateTime } from '../datetime/python-datetime';
import { ConnectorError } from '../errors/connector-error';
import { getOwn, type JsonObject } from '../protocol/json';

/** Moves window boundaries to the boundaries of days, weeks or months. */
export interface Clamping {
  /** The first boundary at or after the value. */
  ceil(value: PyDateTime): PyDateTime;
  /** The last boundary at or before the value. */
  floor(value: PyDateTime): PyDateTime;
  /** What lies between the last unit of a period and the next period, when the cursor has no granularity. */
  readonly unit: PyTimedelta;
}

const WEEKDAYS = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];
const DAY = PyTimedelta.of({ days: 1 });
const SECOND = PyTimedelta.of({ seconds: 1 });

/** @throws ConnectorError `slices.invalid_clamping` (config_error) */
export function createClamping(target: string, details: JsonObject | undefined): Clamping {
  switch (target) {
    case 'DAY':
      return {
        ceil: (value) => (isMidnight(value) ? value : midnight(value).plus(DAY)),
        floor: midnight,
        unit: SECOND,
      };
    case 'WEEK': {
      const name = details ? getOwn(details, 'weekday') : undefined;
      const weekday = WEEKDAYS.indexOf(String(name));
      if (weekday < 0) {
        throw invalid(`target WEEK needs target_details.weekday, one of ${WEEKDAYS.join(', ')}, but it is ${JSON.stringify(name) ?? 'missing'}`);
      }
      return {
        ceil: (value) => midnight(value).plus(days((7 + weekday - value.weekday()) % 7)),
        floor: (value) => midnight(value).minus(days((7 + value.weekday() - weekday) % 7)),
        unit: DAY,
      };
    }
    case 'MONTH':
      return {
        // As in the reference, the first of a month is its own boundary whatever the time of the day is.
        ceil: (value) => (value.day === 1 ? midnight(value) : nextMonth(midnight(value))),
        floor: (value) => midnight(value).replace({ day: 1 }),
        unit: DAY,
      };
    default:
      throw invalid(`the target ${JSON.stringify(target)} is none of DAY, WEEK, MONTH`);
  }
}

function days(count: number): PyTimedelta {
  return PyTimedelta.of({ days: count });
}

function midnight(value: PyDateTime): PyDateTime {
  return value.replace({ hour: 0, minute: 0, second: 0, microsecond: 0 });
}

function isMidnight(value: PyDateTime): boolean {
  return value.hour === 0 && value.minute === 0 && value.second === 0 && value.microsecond === 0;
}

function nextMonth(value: PyDateTime): PyDateTime {
  return value.month === 12
    ? value.replace({ year: value.year + 1, month: 1, day: 1 })
    : value.replace({ month: value.month + 1, day: 1 });
}

function invalid(what: string): ConnectorError {
  return ConnectorError.config('slices.invalid_clamping', `The clamping of the DatetimeBasedCursor is not usable: ${what}. Correct the manifest.`);
}
