/** Proleptic Gregorian calendar arithmetic on day numbers; day 0 is 1970-01-01. */

export const MIN_YEAR = 1;
export const MAX_YEAR = 9999;

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 ? (isLeapYear(year) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** 1 for January the 1st. */
export function dayOfYear(year: number, month: number, day: number): number {
  return (DAYS_BEFORE_MONTH[month - 1] as number) + day + (month > 2 && isLeapYear(year) ? 1 : 0);
}

export function dayNumber(year: number, month: number, day: number): number {
  const before = year - 1;
  const yearStart = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return yearStart + dayOfYear(year, month, day) - 719163;
}

/** 0 for Monday, as in Python. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The year and month that lie `months` away; the day is cut to the length of that month. */
export function shiftMonths(year: number, month: number, day: number, months: number): [number, number, number] {
  const index = year * 12 + (month - 1) + months;
  const newYear = Math.floor(index / 12);
  const newMonth = (index % 12 + 12) % 12 + 1;
  return [newYear, newMonth, Math.min(day, daysInMonth(newYear, newMonth))];
}

/** ISO 8601 week date: year, week, weekday (1 = Monday). */
export function isoCalendar(year: number, month: number, day: number): [number, number, number] {
  const today = dayNumber(year, month, day);
  const weekday = weekdayOf(today) + 1;
  for (const isoYear of [year + 1, year, year - 1]) {
    const start = isoYearStart(isoYear);
    if (today >= start) return [isoYear, Math.floor((today - start) / 7) + 1, weekday];
  }
  throw new Error('unreachable: every day belongs to an ISO year');
}

/** The day number of the Monday of week 1, the week with January the 4th. */
export function isoYearStart(isoYear: number): number {
  const fourth = dayNumber(isoYear, 1, 4);
  return fourth - weekdayOf(fourth);
}

/** Week of the year whose weeks start on Sunday (`%U`) or Monday (`%W`); days before the first one are in week 0. */
export function weekOfYear(year: number, month: number, day: number, firstDay: 'sunday' | 'monday'): number {
  const weekday = weekdayOf(dayNumber(year, month, day));
  const sinceFirst = firstDay === 'monday' ? weekday : (weekday + 1) % 7;
  return Math.floor((dayOfYear(year, month, day) - 1 + 7 - sinceFirst) / 7);
}
