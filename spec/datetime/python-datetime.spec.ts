import fc from 'fast-check';
import { isoCalendar } from '../../src/datetime/calendar';
import { DatetimeParser } from '../../src/datetime/datetime-format-parser';
import { CalendarDuration, parseDuration, PyTimedelta } from '../../src/datetime/duration';
import { PyDate, PyDateTime } from '../../src/datetime/python-datetime';
import { zoneOffsetSeconds } from '../../src/datetime/time-zone';

const moment = fc.date({ min: new Date('1000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });

describe('PyDateTime', () => {
  test('knows its fields, and its instant through the offset', () => {
    const date = PyDateTime.of(2024, 2, 29, 23, 30, 15, 123456, -5 * 3600);
    expect(date.isoformat()).toBe('2024-02-29T23:30:15.123456-05:00');
    expect(date.toOffset(0).isoformat()).toBe('2024-03-01T04:30:15.123456+00:00');
    expect(date.withOffset(undefined).isoformat(' ')).toBe('2024-02-29 23:30:15.123456');
    expect(date.epochMicros()).toBe(1709267415123456n);
    expect(date.timestamp()).toBe(1709267415.123456);
    expect(date.weekday()).toBe(3);
    expect(date.dayOfYear()).toBe(60);
  });

  test('compares by instant, down to microseconds', () => {
    const early = PyDateTime.of(2024, 1, 1, 0, 0, 0, 1, 0);
    const late = PyDateTime.of(2024, 1, 1, 2, 0, 0, 2, 7200);
    expect([early.compare(late), late.compare(early), early.compare(early)]).toEqual([-1, 1, 0]);
    expect(late.since(early).micros).toBe(1n);
  });

  test.each([
    [2023, 2, 29], [2024, 0, 1], [2024, 13, 1], [0, 1, 1], [10000, 1, 1],
  ])('%d-%d-%d does not exist', (year, month, day) => {
    expect(() => PyDateTime.of(year, month, day)).toThrow(expect.objectContaining({ code: 'datetime.out_of_range' }));
  });

  test('cannot leave the years 1 to 9999', () => {
    expect(() => PyDateTime.of(9999, 12, 31).plus(PyTimedelta.of({ days: 1 }))).toThrow(expect.objectContaining({ code: 'datetime.out_of_range' }));
    expect(() => PyDateTime.of(1, 1, 31).minus(new CalendarDuration(0, 1))).toThrow(expect.objectContaining({ code: 'datetime.out_of_range' }));
  });

  test('months keep the day where they can', () => {
    const end = PyDateTime.of(2024, 1, 31, 12, 0, 0, 0, 0);
    expect(end.plus(new CalendarDuration(0, 1)).isoformat()).toBe('2024-02-29T12:00:00+00:00');
    expect(end.minus(new CalendarDuration(1, 2)).isoformat()).toBe('2022-11-30T12:00:00+00:00');
  });

  test('adding a duration keeps naive dates naive', () => {
    expect(PyDateTime.of(2024, 1, 1).plus(PyTimedelta.of({ hours: 1 })).isNaive).toBe(true);
  });

  test('a text in a format can be read again', () => {
    const formats = ['%Y-%m-%dT%H:%M:%S.%fZ', '%Y-%m-%dT%H:%M:%S.%f%z', '%d %B %Y %I:%M:%S %p.%f', '%Y %j %H%M%S%f', '%G-W%V-%u %H:%M:%S.%f', '%ms', '%epoch_microseconds', '%Y-%m-%dT%H:%M:%S.%_msZ'];
    fc.assert(
      fc.property(moment, fc.constantFrom(...formats), (date, format) => {
        const value = PyDateTime.fromEpochMs(date.getTime());
        expect(DatetimeParser.parse(DatetimeParser.format(value, format), format).epochMs()).toBe(date.getTime());
      }),
    );
  });

  test('fields agree with the platform', () => {
    fc.assert(
      fc.property(moment, (date) => {
        expect(`${PyDateTime.fromEpochMs(date.getTime()).withOffset(undefined).strftime('%Y-%m-%dT%H:%M:%S.%f').slice(0, -3)}Z`).toBe(date.toISOString());
      }),
    );
  });
});

describe('PyTimedelta', () => {
  test.each([
    [{ days: 1, hours: 2 }, '1 day, 2:00:00', [1, 7200, 0]],
    [{ seconds: -1 }, '-1 day, 23:59:59', [-1, 86399, 0]],
    [{ microseconds: 5 }, '0:00:00.000005', [0, 0, 5]],
    [{ weeks: 2.5 }, '17 days, 12:00:00', [17, 43200, 0]],
    [{ days: -400 }, '-400 days, 0:00:00', [-400, 0, 0]],
  ])('%j', (parts, text, [days, seconds, microseconds]) => {
    expect(PyTimedelta.of(parts)).toMatchObject({ days, seconds, microseconds });
    expect(String(PyTimedelta.of(parts))).toBe(text);
  });

  test('rounds halves to the even microsecond', () => {
    expect([0.5, 1.5, 2.5, -0.5].map((microseconds) => PyTimedelta.of({ microseconds }).micros)).toEqual([0n, 2n, 2n, 0n]);
    expect(PyTimedelta.of({ microseconds: 5 }).dividedBy(2).micros).toBe(2n);
    expect(PyTimedelta.of({ microseconds: 7 }).dividedBy(-2).micros).toBe(-4n);
  });

  test('is bounded', () => {
    expect(() => PyTimedelta.of({ days: 1e12 })).toThrow(expect.objectContaining({ code: 'datetime.out_of_range' }));
    expect(() => PyTimedelta.of({ days: Infinity })).toThrow(expect.objectContaining({ code: 'datetime.out_of_range' }));
  });
});

test('a duration with calendar units prints like isodate', () => {
  expect(String(parseDuration('P1Y2M3DT4H'))).toBe('1 years, 2 months, 3 days, 4:00:00');
  expect(() => PyDateTime.of(2024, 1, 1).plus(parseDuration('P0.5M'))).toThrow(expect.objectContaining({ code: 'datetime.invalid_duration' }));
});

test('ISO weeks belong to the year of their Thursday', () => {
  expect([isoCalendar(2021, 1, 3), isoCalendar(2020, 12, 31), isoCalendar(2024, 12, 30)]).toEqual([[2020, 53, 7], [2020, 53, 4], [2025, 1, 1]]);
});

test('dates move by whole days', () => {
  expect(new PyDate(2024, 3, 1).minus(PyTimedelta.of({ hours: 30 })).isoformat()).toBe('2024-02-29');
  expect(new PyDate(2024, 1, 31).plus(new CalendarDuration(0, 1)).isoformat()).toBe('2024-02-29');
});

test('zones know their offset at an instant', () => {
  const summer = Date.parse('2024-07-01T00:00:00Z');
  expect([zoneOffsetSeconds('Europe/Berlin', summer), zoneOffsetSeconds('Asia/Kolkata', summer), zoneOffsetSeconds('UTC', summer)]).toEqual([7200, 19800, 0]);
  expect(() => zoneOffsetSeconds('Mars/Base', summer)).toThrow(expect.objectContaining({ code: 'datetime.unknown_zone' }));
});
