import { parseAnyDatetime } from '../../src/datetime/any-datetime-parser';
import { DatetimeParser } from '../../src/datetime/datetime-format-parser';
import { parseDuration } from '../../src/datetime/duration';
import { parseIso } from '../../src/datetime/iso-parser';
import { PyDateTime } from '../../src/datetime/python-datetime';
import { strptime } from '../../src/datetime/strptime';
import anyDatetimes from './any-datetime-cases.json';
import durations from './duration-cases.json';
import formatted from './format-parser-cases.json';
import isoDates from './iso-cases.json';
import printed from './strftime-cases.json';
import parsed from './strptime-cases.json';

/** The text of the date, or null when it is refused. */
function attempt(read: () => PyDateTime): string | null {
  try {
    return read().isoformat();
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^datetime\./) });
    return null;
  }
}

describe('as in the reference', () => {
  test.each(printed.rows)('strftime $format of $date', ({ date, format, text }) => {
    expect(parseIso(date).strftime(format)).toBe(text);
  });

  test.each(parsed.rows)('strptime $format of $text', ({ text, format, date }) => {
    expect(attempt(() => strptime(text, format))).toBe(date);
  });

  test.each(isoDates.rows)('ISO 8601 $text', ({ text, date }) => {
    expect(attempt(() => parseIso(text))).toBe(date);
  });

  test.each(formatted.rows)('datetime_format $format of $text', ({ text, format, date }) => {
    expect(attempt(() => DatetimeParser.parse(text, format))).toBe(date);
  });

  test.each(anyDatetimes.rows.filter(({ text }) => !text.startsWith('Tue')))('any date: $text', ({ text, date }) => {
    expect(attempt(() => parseAnyDatetime(text))).toBe(date);
  });

  test.each(durations.rows)('duration $text', ({ text, ...expected }) => {
    const start = PyDateTime.of(2024, 1, 31, 12, 0, 0, 0, 0);
    if (expected.printed === null) {
      expect(() => parseDuration(text)).toThrow(expect.objectContaining({ code: 'datetime.invalid_duration', failureType: 'config_error' }));
      return;
    }
    const duration = parseDuration(text);
    expect({ printed: String(duration), plus: attempt(() => start.plus(duration)), minus: attempt(() => start.minus(duration)) }).toEqual(expected);
  });
});

describe('better than the reference', () => {
  // A colon makes the reference look for a date with two hyphens or slashes.
  test.each([
    ['Tue, 14 Mar 2023 15:09:26 GMT', '2023-03-14T15:09:26+00:00'],
    ['Tue, 14 Mar 2023 15:09:26 +0100', '2023-03-14T15:09:26+01:00'],
    ['14 Mar 2023 15:09:26 EST', '2023-03-14T15:09:26-05:00'],
    ['March 14, 2023 3:09 PM', '2023-03-14T15:09:00+00:00'],
    ['20230314T150926Z', '2023-03-14T15:09:26+00:00'],
  ])('%s', (text, date) => {
    expect(parseAnyDatetime(text).isoformat()).toBe(date);
  });

  test('milliseconds and microseconds since the epoch are exact', () => {
    for (const text of ['1704067200001', '1704067201003', '1999999999999', '-1', '253402300799999']) {
      expect(DatetimeParser.format(DatetimeParser.parse(text, '%ms'), '%ms')).toBe(text);
    }
    for (const text of ['1704067200000001', '253402300799999999', '-1']) {
      expect(DatetimeParser.format(DatetimeParser.parse(text, '%epoch_microseconds'), '%epoch_microseconds')).toBe(text);
    }
  });

  test('years before 1000 have four digits and can be read again', () => {
    expect(PyDateTime.of(1, 1, 1).strftime('%Y-%m-%d')).toBe('0001-01-01');
  });
});
