// What can be told of a row from its bytes: tests and members, one after the other. Each leads to the next one, to the end of
// the row's work, or to its being dropped (../../row-steps.ts lays them out). Values stand as JSON texts without quotes. What bytes do
// not tell for certain is ASKED: then the caller works on the row.

import { makeCast, makeMember, makeNumber, memberPosition } from './row-members';
import { evaluate } from './row-numbers';
import { ASKED, DONE, DROPPED, NULL, setMember, steps, valuePlace } from './row-table';

const BACKSLASH: u8 = 0x5c;

// What a step does; ../../row-steps.ts knows these numbers.
const EQUALS: u32 = 1;
const IS_ONE_OF: u32 = 2;
const IS_NULL: u32 = 3;
const IS_FILLED: u32 = 4;
const IS_BELOW: u32 = 5;
const IS_AT_MOST: u32 = 6;
const CONTAINS: u32 = 7;
const STARTS_WITH: u32 = 8;
const ENDS_WITH: u32 = 9;
const EQUALS_VALUE: u32 = 10;
const NUMBERS_ARE_EQUAL: u32 = 11;
const NUMBER_IS_BELOW: u32 = 12;
const NUMBER_IS_AT_MOST: u32 = 13;
const HAS_MEMBER: u32 = 14;
const MAKES_MEMBER: u32 = 15;
const MAKES_NUMBER: u32 = 16;
const CASTS: u32 = 17;

/** In place of the next step; 0 drops the row. */
const TO_DONE: usize = 1;

/** What a test says besides 0 and 1. */
const UNKNOWN: u32 = 2;

/**
 * DONE, ASKED or DROPPED: the row whose values were set last. A step is six u32: what it does, the number of the value, the
 * address and the length of its text (or of its table of texts, and their number; of numbers the code of both), the steps after yes and no. Of a
 * member: what it does, its number, the address and the length of its bytes (or of its parts, and their number), the next step,
 * its typing, or the type that it is cast to.
 */
export function judgeRow(): u32 {
  let step = steps;
  while (step > TO_DONE) {
    const answer = load<u32>(step) < HAS_MEMBER ? test(step) : addMember(step);
    if (answer == UNKNOWN) return ASKED;
    step = <usize>(answer ? load<u32>(step, 16) : load<u32>(step, 20));
  }
  return step == TO_DONE ? DONE : DROPPED;
}

function addMember(step: usize): u32 {
  const text = <usize>load<u32>(step, 8);
  const length = <usize>load<u32>(step, 12);
  if (load<u32>(step) == HAS_MEMBER) {
    setMember(load<u32>(step, 4), text, text + length);
    return 1;
  }
  const begin = memberPosition;
  const typing = load<u32>(step, 20);
  let isMade: bool;
  switch (load<u32>(step)) {
    case MAKES_NUMBER:
      isMade = makeNumber(text, typing);
      break;
    case CASTS:
      isMade = makeCast(text, typing);
      break;
    default:
      isMade = makeMember(text, <i32>length, typing);
  }
  if (!isMade) return UNKNOWN;
  setMember(load<u32>(step, 4), begin, memberPosition);
  return 1;
}

function test(step: usize): u32 {
  const kind = load<u32>(step);
  if (kind >= NUMBERS_ARE_EQUAL) return compareNumbers(kind, <usize>load<u32>(step, 4), <usize>load<u32>(step, 8));
  const place = valuePlace(load<u32>(step, 4));
  const start = <usize>load<u32>(place);
  const end = <usize>load<u32>(place, 4);
  const isNull = <u32>start == NULL;
  const text = <usize>load<u32>(step, 8);
  const length = <usize>load<u32>(step, 12);
  switch (kind) {
    case EQUALS:
      return u32(!isNull && end - start == length && areSame(start, text, length));
    case IS_ONE_OF:
      return u32(!isNull && isOneOf(start, end, text, length));
    case IS_NULL:
      return u32(isNull);
    case IS_FILLED:
      return u32(!isNull && end > start);
    case EQUALS_VALUE:
      return equalsValue(start, end, valuePlace(<u32>text));
  }
  // The others fail for null in ways of their own.
  if (isNull) return UNKNOWN;
  switch (kind) {
    case IS_BELOW:
      return isBefore(start, end, text, length, false);
    case IS_AT_MOST:
      return isBefore(start, end, text, length, true);
    case CONTAINS:
      return contains(start, end, text, length);
    case STARTS_WITH:
      // The text has no escapes, so that what begins like it has none there either.
      return u32(end - start >= length && areSame(start, text, length));
    case ENDS_WITH:
      if (end - start < length || !areSame(end - length, text, length)) return 0;
      return hasEscapes(start, end) ? UNKNOWN : 1;
  }
  return UNKNOWN;
}

/** `left` and `right`: code of row-numbers.ts. */
function compareNumbers(kind: u32, left: usize, right: usize): u32 {
  const a = evaluate(left);
  const b = evaluate(right);
  if (a != a || b != b) return UNKNOWN;
  return u32(kind == NUMBERS_ARE_EQUAL ? a == b : kind == NUMBER_IS_BELOW ? a < b : a <= b);
}

/** Both may be read 16 bytes beyond their ends. */
function areSame(a: usize, b: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 16 <= length; at += 16) {
    if (i8x16.bitmask(i8x16.eq(v128.load(a + at), v128.load(b + at))) != 0xffff) return false;
  }
  const rest = (1 << <u32>(length - at)) - 1;
  return (i8x16.bitmask(i8x16.eq(v128.load(a + at), v128.load(b + at))) & rest) == rest;
}

function isOneOf(start: usize, end: usize, texts: usize, count: usize): bool {
  for (let entry = texts, last = texts + (count << 3); entry < last; entry += 8) {
    const length = <usize>load<u32>(entry, 4);
    if (end - start == length && areSame(start, <usize>load<u32>(entry), length)) return true;
  }
  return false;
}

function equalsValue(start: usize, end: usize, other: usize): u32 {
  const otherStart = <usize>load<u32>(other);
  if (<u32>start == NULL || <u32>otherStart == NULL) return u32(start == otherStart);
  const length = <usize>load<u32>(other, 4) - otherStart;
  return u32(end - start == length && areSame(start, otherStart, length));
}

/** Bytes of UTF-8 have the order of their code points. `text` has no escapes. */
function isBefore(start: usize, end: usize, text: usize, length: usize, orSame: bool): u32 {
  const own = end - start;
  const common = min(own, length);
  for (let at: usize = 0; at < common; at++) {
    const byte = load<u8>(start + at);
    const other = load<u8>(text + at);
    if (byte == other) continue;
    return byte == BACKSLASH ? UNKNOWN : u32(byte < other);
  }
  return u32(own < length || (own == length && orSame));
}

export function hasEscapes(start: usize, end: usize): bool {
  const backslashes = i8x16.splat(BACKSLASH);
  for (let at = start; at < end; at += 16) {
    const left = end - at;
    const mask: u32 = left >= 16 ? 0xffff : (1 << <u32>left) - 1;
    if (i8x16.bitmask(i8x16.eq(v128.load(at), backslashes)) & mask) return true;
  }
  return false;
}

function contains(start: usize, end: usize, text: usize, length: usize): u32 {
  if (hasEscapes(start, end)) return UNKNOWN;
  if (length == 0) return 1;
  if (end - start < length) return 0;
  const first = i8x16.splat(<i8>load<u8>(text));
  const last = end - length;
  for (let block = start; block <= last; block += 16) {
    let found: u32 = i8x16.bitmask(i8x16.eq(v128.load(block), first));
    while (found != 0) {
      const at = block + <usize>ctz(found);
      if (at > last) return 0;
      if (areSame(at, text, length)) return 1;
      found &= found - 1;
    }
  }
  return 0;
}
