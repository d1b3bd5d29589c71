import fc from 'fast-check';
import { DatetimeParser } from '../../src/datetime/datetime-format-parser';
import { PlainFormat } from '../../src/datetime/plain-format';

const FORMATS = ['%Y-%m-%d', '%Y-%m-%dT%H:%M:%SZ', '%Y%m%d', '%Y/%m/%dT%H:%M'];
const two = (number: number) => String(number).padStart(2, '0');
const date = fc.tuple(fc.constantFrom(0, 1, 1999, 2024, 9999), fc.nat(13), fc.nat(32), fc.nat(24), fc.nat(60), fc.nat(60));
const written = (format: string, [year, month, day, hour, minute, second]: number[]) =>
  format.replace('%Y', String(year).padStart(4, '0')).replace('%m', two(month!)).replace('%d', two(day!)).replace('%H', two(hour!)).replace('%M', two(minute!)).replace('%S', two(second!));
const damage = fc.constantFrom(...['', ' ', 'x', '0', 't', '１'].map((text) => (whole: string, at: number) => whole.slice(0, at % whole.length) + text + whole.slice(at % whole.length)));

function parsed(text: string, format: string) {
  try {
    return DatetimeParser.parse(text, format);
  } catch {
    return undefined;
  }
}

test.each(FORMATS)('%s: what is read is what the parser reads, and texts have the order of their dates', (format) => {
  const plain = PlainFormat.of(format)!;
  let read = 0;
  fc.assert(
    fc.property(date, date, damage, fc.nat(30), (first, second, change, at) => {
      const text = change(written(format, first), at);
      const value = plain.parse(text);
      expect(plain.has(text)).toBe(value !== undefined);
      if (!value) return;
      read++;
      expect(value).toEqual(parsed(text, format));
      const other = plain.parse(written(format, second));
      if (other) expect(Math.sign(value.compare(other))).toBe(text < written(format, second) ? -1 : text > written(format, second) ? 1 : 0);
    }),
    { numRuns: 1000 },
  );
  expect(read).toBeGreaterThan(20);
});

test.each(['%d-%m-%Y', '%Y-%d-%m', '%s', '%Y-%m', '%Y-%m-%dT%H:%M:%S%z', '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M:%S.%f', '%Y-%m-%d%%', '%y-%m-%d', '%Y-%m-%dT%H:%M:%S.000Z'])('%s is left to the parser', (format) => {
  expect(PlainFormat.of(format)).toBeUndefined();
});
