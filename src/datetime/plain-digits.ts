/** What a text of digits says; of the rest of a date nothing. */
export interface PlainParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  microsecond: number;
  /** As it stands in the text. */
  offset: string | undefined;
}

const WIDTHS: Readonly<Record<string, [part: NumberPart, digits: number, least: number, most: number]>> = {
  Y: ['year', 4, 0, 9999],
  m: ['month', 2, 1, 12],
  d: ['day', 2, 1, 31],
  H: ['hour', 2, 0, 23],
  M: ['minute', 2, 0, 59],
  S: ['second', 2, 0, 59],
};
const BY_SIZE = Object.values(WIDTHS).map(([part]) => part);
/** Every month has it. */
const COMMON_DAY = 28;
const OFFSET = /^(?:Z|[+-]\d\d:?[0-5]\d)$/;
/** Other signs mean something in patterns, stand for others, or are written in two ways. */
const LITERAL = /^[-:T/._,Z]$/;

type NumberPart = Exclude<keyof PlainParts, 'offset' | 'microsecond'>;
type Piece = { literal: number } | { part: NumberPart; digits: number; least: number; most: number } | 'fraction' | 'offset';

/**
 * Reads texts in which every number of a format has all its digits, as most have, in a fraction of the time that a pattern takes. For such
 * texts both give the same. What it returns nothing for may still fit the format.
 */
export class PlainDigits {
  /** Whether texts that `read` takes have the order of their dates: from the year on, each number is a smaller part of a date, and there is nothing else. */
  private readonly hasOrder: boolean;

  private constructor(private readonly pieces: readonly Piece[]) {
    const parts = pieces.flatMap((piece) => (typeof piece === 'object' && 'part' in piece ? [piece.part] : []));
    this.hasOrder = parts.length > 2 && parts.every((part, index) => part === BY_SIZE[index]) && !pieces.some((piece) => typeof piece === 'string');
  }

  /** Undefined for a format that is more than numbers and signs. */
  static of(format: string): PlainDigits | undefined {
    const pieces: Piece[] = [];
    for (let at = 0; at < format.length; at++) {
      const char = format[at]!;
      const before = pieces.at(-1);
      if (before === 'offset') return undefined;
      if (char !== '%') {
        if (!LITERAL.test(char)) return undefined;
        pieces.push({ literal: char.charCodeAt(0) });
        continue;
      }
      const code = format[++at] ?? '';
      const width = Object.hasOwn(WIDTHS, code) ? WIDTHS[code] : undefined;
      if (code === 'f') pieces.push('fraction');
      else if (code === 'z') pieces.push('offset');
      else if (width && before !== 'fraction') pieces.push({ part: width[0], digits: width[1], least: width[2], most: width[3] });
      else return undefined;
    }
    return new PlainDigits(pieces);
  }

  read(text: string): PlainParts | undefined {
    const parts: PlainParts = { year: 1900, month: 1, day: 1, hour: 0, minute: 0, second: 0, microsecond: 0, offset: undefined };
    let at = 0;
    for (const piece of this.pieces) {
      if (piece === 'offset') {
        parts.offset = text.slice(at);
        return OFFSET.test(parts.offset) ? parts : undefined;
      }
      if (piece === 'fraction') {
        const start = at;
        let value = 0;
        for (let digit = digitAt(text, at); digit >= 0; digit = digitAt(text, ++at)) value = value * 10 + digit;
        if (at === start || at - start > 6) return undefined;
        parts.microsecond = value * 10 ** (6 - (at - start));
      } else if ('literal' in piece) {
        if (text.charCodeAt(at++) !== piece.literal) return undefined;
      } else {
        let value = 0;
        for (const end = at + piece.digits; at < end; at++) {
          const digit = digitAt(text, at);
          if (digit < 0) return undefined;
          value = value * 10 + digit;
        }
        if (value < piece.least || value > piece.most) return undefined;
        parts[piece.part] = value;
      }
    }
    return at === text.length ? parts : undefined;
  }

  /** Whether a text is for certain that of a date, and has the place of that date among other such texts. */
  isSortable(text: string): boolean {
    if (!this.hasOrder) return false;
    const parts = this.read(text);
    return parts !== undefined && parts.year > 0 && parts.day <= COMMON_DAY;
  }
}

/** -1 where there is none. */
function digitAt(text: string, at: number): number {
  const digit = text.charCodeAt(at) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : -1;
}
