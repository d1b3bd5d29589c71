import { roundHalfEven } from '../../datetime/duration';

/** Python's `repr` of a float: shortest digits that read back the same, `1.0`, `1e+16`, `1e-05`, `inf`, `nan`. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = value.toExponential().split('e') as [string, string];
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  if (!Number.isInteger(value)) return String(value);
  return `${Object.is(value, -0) ? '-0' : String(value)}.0`;
}

/** Rounds to `digits` places after the point, ties of the exact value to even, as Python's `round` of a float. */
export function roundFloat(value: number, digits: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  if (digits < 0) {
    const unit = 10 ** -digits;
    if (!Number.isFinite(unit)) return 0 * value;
    return roundHalfEven(value / unit) * unit;
  }
  // Beyond these bounds the value has no digits to round.
  if (digits > 100 || Math.abs(value) >= 1e21) return value;
  const rounded = Number(value.toFixed(digits));
  // A tie is a whole number of halves of the last place, and so of these binary digits: nearly no value is.
  if (!Number.isInteger(value * 2 ** (digits + 1))) return rounded;
  const exact = value.toFixed(100);
  const beyond = exact.slice(exact.indexOf('.') + 1 + digits);
  if (!/^50*$/.test(beyond) || 100 - digits < 1) return rounded;
  // An exact tie: toFixed goes away from zero.
  const lastDigit = Number(value.toFixed(digits).replace('.', '').slice(-1));
  if (lastDigit % 2 === 0) return rounded;
  const unit = 10 ** -digits;
  return Number((rounded - Math.sign(value) * unit).toFixed(digits));
}
