// Members that are made of a row's cells and fixed texts, `,"name":` and JSON, one after the other in a place of their own.
// What Python would read as a literal is not put in quotes where that is easy to say, else the caller makes the member.

import { writeCast } from './casts';
import { writeFraction, writeInteger } from './decimals';
import { evaluate } from './row-numbers';
import { copy, NULL, valuePlace } from './row-table';

const QUOTE: u8 = 0x22;
const APOSTROPHE: u32 = 0x27;
const OPEN_PARENTHESIS: u32 = 0x28;
const BACKSLASH: u32 = 0x5c;
const MINUS: u32 = 0x2d;
const PLUS: u32 = 0x2b;
const POINT: u32 = 0x2e;
const ZERO: u32 = 0x30;

// What `typing` of a member is made of; ../../row-steps.ts knows these numbers.
const TYPES_INTEGERS: u32 = 1;
const TYPES_DECIMALS: u32 = 2;
const NULL_IS_TEXT: u32 = 4;

/** What a text is to Python's `literal_eval`: surely none, a number that JSON writes in the same way, or perhaps one. */
const TEXT: u32 = 0;
const INTEGER: u32 = 1;
const DECIMAL: u32 = 2;
const UNSURE: u32 = 3;

/** One bit for each letter that a literal may begin with: b f n r s t u. */
const LITERAL_LETTERS: u32 = (1 << 1) | (1 << 5) | (1 << 13) | (1 << 17) | (1 << 18) | (1 << 19) | (1 << 20);
/** The letters that may follow the digits of a number: b e j o x. */
const NUMBER_LETTERS: u32 = (1 << 1) | (1 << 4) | (1 << 9) | (1 << 14) | (1 << 23);
/** More digits than a double holds for certain. */
const TOO_MANY_DIGITS: usize = 16;

/** Where the next member goes; the caller sets it back to where they begin. None goes beyond `membersEnd`. */
export let memberPosition: usize = 0;
export let membersEnd: usize = 0;

/** Where a row that begins there waits for the next call. */
export let membersFull: usize = 0;

// @ts-ignore: decorator
@inline
export function hasMemberRoom(): bool {
  return memberPosition <= membersFull;
}

/**
 * Makes a member of `count` parts: an address and a length, or NULL and the number of a value. The first one is `,"name":`.
 * Returns whether it could; it stands before `memberPosition` then.
 */
export function makeMember(parts: usize, count: i32, typing: u32): bool {
  const begin = memberPosition;
  let to = begin;
  let text: usize = 0;
  for (let part = 0; part < count; part++, parts += 8) {
    let from = <usize>load<u32>(parts);
    let length = <usize>load<u32>(parts, 4);
    if (<u32>from == NULL) {
      const place = valuePlace(<u32>length);
      from = <usize>load<u32>(place);
      // Alone, null is no member.
      if (<u32>from == NULL) return count == 2 && !(typing & NULL_IS_TEXT);
      length = <usize>load<u32>(place, 4) - from;
    }
    if (to + length + 2 > membersEnd) return false;
    copy(to, from, length);
    to += length;
    if (part == 0) {
      store<u8>(to++, QUOTE);
      text = to;
    }
  }
  const kind = literalKind(text, to);
  if (kind == UNSURE) return false;
  if ((kind == INTEGER && typing & TYPES_INTEGERS) || (kind == DECIMAL && typing & TYPES_DECIMALS)) {
    // Numbers are short: one step to the left over the quote.
    copy(text - 1, text, to - text);
    to--;
  } else {
    store<u8>(to++, QUOTE);
  }
  memberPosition = to;
  return true;
}

/** What a member needs at most beside its name when it is a number. */
const NUMBER_BYTES: usize = 64;

/** Makes a member of a number. `parts`: the address and the length of `,"name":`, the number's code, whether it is a whole number. */
export function makeNumber(parts: usize, typing: u32): bool {
  const length = <usize>load<u32>(parts, 4);
  if (memberPosition + length + NUMBER_BYTES > membersEnd) return false;
  const value = evaluate(<usize>load<u32>(parts, 8));
  if (value != value) return false;
  copy(memberPosition, <usize>load<u32>(parts), length);
  let to = memberPosition + length;
  const isWhole = load<u32>(parts, 12) != 0;
  const isTyped = (typing & (isWhole ? TYPES_INTEGERS : TYPES_DECIMALS)) != 0;
  if (!isTyped) store<u8>(to++, QUOTE);
  if (floor(value) == value) {
    // A float is written with a point where it stays a text.
    if (!(abs(value) < 9007199254740992) || !(isWhole || isTyped)) return false;
    to = writeInteger(to, value);
  } else {
    to = writeFraction(to, value);
    if (to == 0) return false;
  }
  if (!isTyped) store<u8>(to++, QUOTE);
  memberPosition = to;
  return true;
}

/** Makes a member of a cell by its type. `parts`: the address and the length of `,"name":`, the number of the value, whether null is no member. */
export function makeCast(parts: usize, type: u32): bool {
  const place = valuePlace(load<u32>(parts, 8));
  const start = <usize>load<u32>(place);
  if (<u32>start == NULL) return load<u32>(parts, 12) != 0;
  const end = <usize>load<u32>(place, 4);
  const length = <usize>load<u32>(parts, 4);
  if (memberPosition + length + (end - start) + NUMBER_BYTES > membersEnd) return false;
  copy(memberPosition, <usize>load<u32>(parts), length);
  const to = writeCast(memberPosition + length, start, end, type);
  if (to == 0) return false;
  memberPosition = to;
  return true;
}

/** Says what manifest/interpolation/literal-eval.ts would, of a text as JSON writes it, or that it is not sure. */
function literalKind(start: usize, end: usize): u32 {
  if (start == end) return TEXT;
  const first = <u32>load<u8>(start);
  const letter = (first | 0x20) - 0x61;
  if (letter < 26) return (LITERAL_LETTERS >> letter) & 1 ? wordKind(start, end, first) : TEXT;
  if (first - ZERO < 10 || first == MINUS || first == PLUS) return numberKind(start, end, first);
  // Blanks (also as escapes), quotes, brackets, points and comments may begin a literal.
  const mayBegin = first <= 0x20 || first == APOSTROPHE || first == OPEN_PARENTHESIS || first == 0x23 || first == POINT || first == 0x5b || first == BACKSLASH || first == 0x7b;
  return mayBegin ? UNSURE : TEXT;
}

/** Of a text that begins with one of the letters of True, False, None, set() and of the prefixes of quotes. */
function wordKind(start: usize, end: usize, first: u32): u32 {
  if (first == 0x54 || first == 0x46 || first == 0x4e) {
    if (end - start < 4) return TEXT;
    const four = load<u32>(start);
    return four == 0x65757254 || four == 0x736c6146 || four == 0x656e6f4e ? UNSURE : TEXT;
  }
  for (let at = start + 1, last = min(end, start + 4); at < last; at++) {
    const byte = <u32>load<u8>(at);
    if (byte == APOSTROPHE || byte == BACKSLASH || byte == OPEN_PARENTHESIS) return UNSURE;
  }
  return TEXT;
}

// @ts-ignore: decorator
@inline
function skipDigits(at: usize, end: usize): usize {
  while (at < end && <u32>load<u8>(at) - ZERO < 10) at++;
  return at;
}

function numberKind(start: usize, end: usize, first: u32): u32 {
  const digits = first - ZERO < 10 ? start : start + 1;
  const point = skipDigits(digits, end);
  const whole = point - digits;
  if (whole == 0) return UNSURE;
  const startsWithZero = load<u8>(digits) == ZERO;
  if (point == end) {
    if (whole >= TOO_MANY_DIGITS || first == PLUS) return UNSURE;
    if (!startsWithZero) return INTEGER;
    if (whole == 1) return first == MINUS ? UNSURE : INTEGER;
    for (let at = digits; at < end; at++) if (load<u8>(at) != ZERO) return TEXT;
    return UNSURE;
  }
  const next = <u32>load<u8>(point);
  const letter = (next | 0x20) - 0x61;
  if (letter < 26) return (NUMBER_LETTERS >> letter) & 1 ? UNSURE : TEXT;
  const after = skipDigits(point + 1, end);
  const fraction = after - point - 1;
  if (next == MINUS) return fraction > 0 ? TEXT : UNSURE;
  if (next != POINT) return isNoOperator(next) ? UNSURE : TEXT;
  if (fraction == 0) return UNSURE;
  if (after < end) return <u32>load<u8>(after) == POINT ? TEXT : UNSURE;
  if (whole + fraction >= TOO_MANY_DIGITS || first == PLUS || load<u8>(end - 1) == ZERO) return UNSURE;
  if (!startsWithZero) return DECIMAL;
  // JavaScript writes what is smaller with an exponent.
  return whole == 1 && fraction <= 6 ? DECIMAL : UNSURE;
}

/** Whether a number may go on with this byte, which is no letter and no digit: those that it may not are `: / ; @ ! ? & = % $ | ~ ^ < >`. */
function isNoOperator(byte: u32): bool {
  switch (byte) {
    case 0x3a:
    case 0x2f:
    case 0x3b:
    case 0x40:
    case 0x21:
    case 0x3f:
    case 0x26:
    case 0x3d:
    case 0x25:
    case 0x24:
    case 0x7c:
    case 0x7e:
    case 0x5e:
    case 0x3c:
    case 0x3e:
      return false;
    default:
      return true;
  }
}
