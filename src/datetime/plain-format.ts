import { PyDateTime } from './python-datetime';

/** The codes in their order, and of each the least and the greatest number that every month has. */
const CODES: readonly (readonly [code: string, digits: number, least: number, greatest: number])[] = [
  ['Y', 4, 1, 9999], ['m', 2, 1, 12], ['d', 2, 1, 28], ['H', 2, 0, 23], ['M', 2, 0, 59], ['S', 2, 0, 59],
];
const ZERO = 0x30;

interface NumberPlace {
  at: number;
  digits: number;
  least: number;
  greatest: number;
}

/**
 * A format such as `%Y-%m-%dT%H:%M:%SZ`, whose texts have the order of their dates. Reads those that are written in full, and are no later
 * than the 28th of their month; what else the format may allow is left to `DatetimeParser`.
 */
export class PlainFormat {
  private readonly numbers: NumberPlace[] = [];
  private readonly signs: { at: number; char: number }[] = [];
  private length = 0;

  private constructor() {}

  /** Undefined when the format is none of these. */
  static of(format: string): PlainFormat | undefined {
    const plain = new PlainFormat();
    for (let at = 0; at < format.length; at++) {
      const [code, digits, least, greatest] = CODES[plain.numbers.length] ?? [];
      if (format[at] !== '%') {
        if (!'-T:/.Z'.includes(format[at]!)) return undefined;
        plain.signs.push({ at: plain.length++, char: format.charCodeAt(at) });
      } else if (format[++at] === code && digits !== undefined) {
        plain.numbers.push({ at: plain.length, digits, least: least!, greatest: greatest! });
        plain.length += digits;
      } else {
        return undefined;
      }
    }
    return plain.numbers.length >= 3 ? plain : undefined;
  }

  /** Whether `parse` reads the text. */
  has(text: string): boolean {
    return text.length === this.length && this.signs.every(({ at, char }) => text.charCodeAt(at) === char) && this.numbers.every((place) => numberAt(text, place) >= 0);
  }

  /** In UTC; undefined when that is for `DatetimeParser`. */
  parse(text: string): PyDateTime | undefined {
    if (!this.has(text)) return undefined;
    const [year, month, day, hour = 0, minute = 0, second = 0] = this.numbers.map((place) => numberAt(text, place));
    return PyDateTime.of(year!, month!, day!, hour, minute, second, 0, 0);
  }
}

/** -1 when it is none, or out of bounds. */
function numberAt(text: string, { at, digits, least, greatest }: NumberPlace): number {
  let number = 0;
  for (let place = at; place < at + digits; place++) {
    const digit = text.charCodeAt(place) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number >= least && number <= greatest ? number : -1;
}
