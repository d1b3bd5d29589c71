import { ConnectorError } from '../errors/connector-error';
import { dayNumber, isLeapYear, isoYearStart } from './calendar';
import { PyTimedelta } from './duration';
import { PyDate, PyDateTime } from './python-datetime';

const DATE = /^(\d{4})(?:-(\d\d)-(\d\d)|-(\d\d)$|(\d\d)(\d\d)(?!\d)|-?(\d{3})(?!\d)|(-?)W(\d\d)(?:\8(\d)|$)|$)/;
const TIME = /^(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?|(\d\d)(?:(\d\d)(?:[.,](\d+))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

function unparsable(text: string): ConnectorError {
  return ConnectorError.system(
    'datetime.unparsable',
    `${JSON.stringify(text.slice(0, 100))} is not an ISO 8601 date. Write for example 2024-01-31 or 2024-01-31T12:00:00Z.`,
  );
}

/**
 * Reads an ISO 8601 date with or without a time (the reference: `dateutil.isoparse`): calendar dates (also `2024` and
 * `2024-05`), week dates, day-of-year dates, basic and extended form, any one character between date and time, a comma
 * or a dot before the fraction, 24:00, offsets. Naive without an offset. Digits beyond microseconds are cut.
 * @throws ConnectorError `datetime.unparsable` or `datetime.out_of_range`
 */
export function parseIso(text: string): PyDateTime {
  const date = DATE.exec(text);
  if (!date) throw unparsable(text);
  const [year, month, day] = readDate(date, text);
  const rest = text.slice(date[0].length);
  if (rest === '') return PyDateTime.of(year, month, day);

  const time = TIME.exec(rest.slice(1));
  if (!time) throw unparsable(text);
  const [, hourText, minute, second, fraction, basicMinute, basicSecond, basicFraction, zone] = time;
  const hour = Number(hourText);
  const micros = Number((fraction ?? basicFraction ?? '').slice(0, 6).padEnd(6, '0'));
  const parts = [Number(minute ?? basicMinute ?? 0), Number(second ?? basicSecond ?? 0), micros] as const;
  const offset = zone === undefined ? undefined : readOffset(zone, text);
  if (hour !== 24) return PyDateTime.of(year, month, day, hour, ...parts, offset);
  if (parts.some((part) => part !== 0)) throw unparsable(text);
  return PyDateTime.of(year, month, day, 0, 0, 0, 0, offset).plus(PyTimedelta.of({ days: 1 }));
}

/** `parseIso`, but a naive date counts as UTC and the result is in UTC (the reference: macro `str_to_datetime`). */
export function parseIsoUtc(text: string): PyDateTime {
  return parseIso(text).toOffset(0);
}

function readDate(match: RegExpExecArray, text: string): [number, number, number] {
  const [, yearText, month, day, monthOnly, basicMonth, basicDay, ordinal, , week, weekday] = match;
  const year = Number(yearText);
  if (week !== undefined) {
    const [weekNumber, dayNumberInWeek] = [Number(week), Number(weekday ?? 1)];
    if (weekNumber < 1 || weekNumber > 53 || dayNumberInWeek < 1 || dayNumberInWeek > 7 || year < 1) throw unparsable(text);
    return dateFields(isoYearStart(year) + (weekNumber - 1) * 7 + dayNumberInWeek - 1);
  }
  if (ordinal !== undefined) {
    if (Number(ordinal) < 1 || Number(ordinal) > (isLeapYear(year) ? 366 : 365) || year < 1) throw unparsable(text);
    return dateFields(dayNumber(year, 1, 1) + Number(ordinal) - 1);
  }
  return [year, Number(month ?? monthOnly ?? basicMonth ?? 1), Number(day ?? basicDay ?? 1)];
}

function dateFields(day: number): [number, number, number] {
  const date = PyDate.fromDayNumber(day);
  return [date.year, date.month, date.day];
}

function readOffset(zone: string, text: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || 0);
  if (hours > 23 || minutes > 59) throw unparsable(text);
  return (zone[0] === '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}
