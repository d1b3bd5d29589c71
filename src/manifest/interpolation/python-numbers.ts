import { toFloat, toInt, type PyFloat } from './python-values';

/** What most numbers look like. */
const SMALL_INTEGER = /^\d{1,15}$/;
const SMALL_DECIMAL = /^\d{1,15}(?:\.\d{1,15})?$/;

const PREFIXES: Readonly<Record<string, number>> = { '0b': 2, '0o': 8, '0x': 16 };

/** Python's `int(text, base)`; undefined where it raises a ValueError. */
export function parseInteger(text: string, base = 10): number | bigint | undefined {
  if (base === 10 && SMALL_INTEGER.test(text)) return Number(text);
  const match = /^\s*([-+]?)(0[bBoOxX])?(_?[0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)\s*$/.exec(text);
  if (!match || base < 0 || base === 1 || base > 36) return undefined;
  let [, sign, prefix, digits] = match as unknown as [string, string, string | undefined, string];
  if (digits.startsWith('_') && !prefix) return undefined;
  let radix = base;
  const prefixed = prefix === undefined ? undefined : PREFIXES[prefix.toLowerCase()];
  if (prefix !== undefined && (base === 0 || base === prefixed)) radix = prefixed as number;
  else if (prefix !== undefined) digits = prefix + digits;
  else if (base === 0) {
    if (/^0[0_]*[1-9]/.test(digits)) return undefined;
    radix = 10;
  }
  digits = digits.replaceAll('_', '');
  if (radix === 10) {
    if (!/^\d+$/.test(digits) || digits.length > 4300) return undefined;
    return signed(digits.length < 16 ? Number(digits) : toInt(BigInt(digits)), sign);
  }
  let value = 0n;
  for (const char of digits) {
    const digit = parseInt(char, 36);
    if (!(digit < radix)) return undefined;
    value = value * BigInt(radix) + BigInt(digit);
  }
  return signed(toInt(value), sign);
}

function signed(value: number | bigint, sign: string): number | bigint {
  return sign === '-' && value !== 0 ? -value : value;
}

/** Python's `float(text)`; undefined where it raises a ValueError. */
export function parseFloatText(text: string): number | PyFloat | undefined {
  if (SMALL_DECIMAL.test(text)) return toFloat(Number(text));
  const trimmed = text.trim();
  if (/^[-+]?(?:\d+(?:_\d+)*\.?|(?:\d+(?:_\d+)*)?\.\d+(?:_\d+)*)(?:[eE][-+]?\d+(?:_\d+)*)?$/.test(trimmed)) return toFloat(Number(trimmed.replaceAll('_', '')));
  const word = /^([-+]?)(inf|infinity|nan)$/i.exec(trimmed);
  if (!word) return undefined;
  if ((word[2] as string).toLowerCase() === 'nan') return NaN;
  return word[1] === '-' ? -Infinity : Infinity;
}
