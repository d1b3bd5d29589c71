import fc from 'fast-check';
import { DatetimeParser } from '../../src/datetime/datetime-format-parser';
import { PlainDigits } from '../../src/datetime/plain-digits';
import { StrptimeFormat } from '../../src/datetime/strptime';
import { isConnectorError } from '../../src/errors/connector-error';

const FORMATS = ['%Y-%m-%d', '%Y%m%d', '%Y-%m-%dT%H:%M:%SZ', '%Y-%m-%dT%H:%M:%S.%fZ', '%Y-%m-%dT%H:%M:%S%z', '%Y-%m-%dT%H:%M:%S.%f%z', '%d/%m/%Y', '%H:%M', '%Y%m%dT%H%M%S', '%f.%S', '%Y'];

/** By the pattern: a blank is none of the signs that are read without one. */
function outcome(format: string, text: string): string {
  try {
    const { isNaive, offsetSeconds, zoneName, ...date } = new StrptimeFormat(format).parse(text);
    return JSON.stringify([date, isNaive, offsetSeconds, zoneName]);
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    return error.code;
  }
}

test('dates of digits are what the pattern makes of them', () => {
  let plain = 0;
  const digits = (length: number) => fc.oneof({ weight: 6, arbitrary: fc.nat(10 ** length - 1).map((each) => String(each).padStart(length, '0')) }, { weight: 1, arbitrary: fc.constantFrom('', '1', '00', '29', '31', '61', ' 1', 'x', '1234567') });
  const small = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 23 }).map((each) => String(each).padStart(2, '0')) }, { weight: 1, arbitrary: digits(2) });
  const values = fc.record({ Y: digits(4), m: small, d: small, H: small, M: small, S: small, f: digits(6), z: fc.constantFrom('Z', '+00:00', '-0730', '+02', '+25:00', 'z', '+01:61', '+01:00:01') });
  fc.assert(
    fc.property(fc.constantFrom(...FORMATS), values, fc.constantFrom('', '', '', '', '0', 'Z', 'x'), (format, parts, more) => {
      const text = format.replace(/%(.)/g, (_, code: keyof typeof parts) => parts[code]) + more;
      if (PlainDigits.of(format)!.read(text)) plain++;
      expect(outcome(format, text)).toBe(outcome(`${format} `, `${text} `));
    }),
    { numRuns: 3000 },
  );
  expect(plain).toBeGreaterThan(400);
});

test.each(['%Y-%m-%d ', '%b %d', '%y', '%I:%M', '%f%S', '%z%Y', '%Y-%j', '%%Y', '%c'])('%s needs a pattern', (format) => {
  expect(PlainDigits.of(format)).toBeUndefined();
});

describe('texts that have the order of their dates', () => {
  const ORDERED = ['%Y-%m-%d', '%Y-%m-%dT%H:%M:%SZ', '%Y%m%d', '%Y/%m/%dT%H:%M'];
  const two = (number: number) => String(number).padStart(2, '0');
  const date = fc.tuple(fc.constantFrom(0, 1, 1999, 2024, 9999), fc.nat(13), fc.nat(32), fc.nat(24), fc.nat(60), fc.nat(60));
  const written = (format: string, [year, month, day, hour, minute, second]: number[]) =>
    format.replace('%Y', String(year).padStart(4, '0')).replace('%m', two(month!)).replace('%d', two(day!)).replace('%H', two(hour!)).replace('%M', two(minute!)).replace('%S', two(second!));
  const damage = fc.constantFrom(...['', ' ', 'x', '0', 't', '１'].map((text) => (whole: string, at: number) => whole.slice(0, at % whole.length) + text + whole.slice(at % whole.length)));

  test.each(ORDERED)('%s', (format) => {
    const digits = PlainDigits.of(format)!;
    let sortable = 0;
    fc.assert(
      fc.property(date, date, damage, fc.nat(30), (first, second, change, at) => {
        const text = change(written(format, first), at);
        if (!digits.isSortable(text)) return;
        sortable++;
        // It does not throw: the text is that of a date.
        const value = DatetimeParser.parse(text, format);
        const other = written(format, second);
        if (digits.isSortable(other)) expect(Math.sign(value.compare(DatetimeParser.parse(other, format)))).toBe(text < other ? -1 : text > other ? 1 : 0);
      }),
      { numRuns: 1000 },
    );
    expect(sortable).toBeGreaterThan(20);
  });

  test('only those that are written in full, and are dates in any month', () => {
    const digits = PlainDigits.of('%Y-%m-%d')!;
    const texts = ['2024-02-28', '2024-02-29', '0000-01-01', '2024-2-28', '2024-13-01', '2024-02-28 ', ' 2024-02-28'];
    expect(texts.map((text) => digits.isSortable(text))).toEqual([true, false, false, false, false, false, false]);
  });

  test.each(['%d-%m-%Y', '%Y-%d-%m', '%s', '%Y-%m', '%Y-%m-%dT%H:%M:%S%z', '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M:%S.%f', '%Y-%m-%d%%', '%y-%m-%d', '%Y-%m-%dT%H:%M:%S.000Z'])('not those of %s', (format) => {
    const text = DatetimeParser.format(DatetimeParser.parse('2024-02-03T04:05:06', '%Y-%m-%dT%H:%M:%S'), format);
    expect(PlainDigits.of(format)?.isSortable(text) ?? false).toBe(false);
  });
});
