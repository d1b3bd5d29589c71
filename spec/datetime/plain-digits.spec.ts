import fc from 'fast-check';
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
