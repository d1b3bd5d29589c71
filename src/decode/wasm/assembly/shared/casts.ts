// Cells as the types of a schema, by the rules of records/schema/cast-value.ts, where the bytes say enough.

import { copy } from './row-table';

// ../../row-steps.ts knows these numbers.
export const TO_TEXT: u32 = 1;
export const TO_INTEGER: u32 = 2;
export const TO_NUMBER: u32 = 3;
export const TO_BOOLEAN: u32 = 4;

const QUOTE: u8 = 0x22;
const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
/** Longer integers are left to the caller, who knows how long they may be. */
const MOST_DIGITS: usize = 1000;
/** A double holds every number of so many decimal digits, and gives them back. */
const MOST_EXACT_DIGITS: usize = 15;

/** Writes the JSON of a cell; returns the end, or 0 when that is more than to copy. There must be room for the cell and two quotes. */
export function writeCast(to: usize, start: usize, end: usize, type: u32): usize {
  switch (type) {
    case TO_TEXT:
      store<u8>(to, QUOTE);
      copy(to + 1, start, end - start);
      to += end - start + 1;
      store<u8>(to, QUOTE);
      return to + 1;
    case TO_BOOLEAN:
      return writeBoolean(to, start, end);
    default:
      return writeNumber(to, start, end, type == TO_INTEGER);
  }
}

/** `-12.50` is written as `-12.5`: without anything that JSON does not allow or JavaScript would not write. */
function writeNumber(to: usize, start: usize, end: usize, isInteger: bool): usize {
  if (start == end) return 0;
  const isNegative = load<u8>(start) == MINUS;
  const first = isNegative ? start + 1 : start;
  let at = first;
  while (at < end && load<u8>(at) - ZERO < 10) at++;
  const whole = at - first;
  if (whole == 0 || whole > MOST_DIGITS || (whole > 1 && load<u8>(first) == ZERO)) return 0;
  const isZero = load<u8>(first) == ZERO;
  if (at == end) {
    if (isNegative && isZero) return 0;
    copy(to, start, end - start);
    return to + (end - start);
  }
  if (isInteger || load<u8>(at) != POINT) return 0;
  const point = at++;
  while (at < end && load<u8>(at) - ZERO < 10) at++;
  const fraction = at - point - 1;
  // JavaScript writes what is smaller with an exponent.
  if (at < end || fraction == 0 || whole + fraction > MOST_EXACT_DIGITS || (isZero && fraction > 6)) return 0;
  while (load<u8>(at - 1) == ZERO) at--;
  if (at - 1 == point) {
    if (isNegative && isZero) return 0;
    at--;
  }
  copy(to, start, at - start);
  return to + (at - start);
}

/** The words that are true and false, in any case. */
function writeBoolean(to: usize, start: usize, end: usize): usize {
  if (start == end || end - start > 5) return 0;
  let word: u64 = 0;
  for (let at = end; at > start; ) {
    const byte = <u64>load<u8>(--at);
    word = (word << 8) | (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);
  }
  switch (word) {
    case 0x79: // y
    case 0x736579: // yes
    case 0x74: // t
    case 0x65757274: // true
    case 0x6e6f: // on
    case 0x31: // 1
      store<u32>(to, 0x65757274);
      return to + 4;
    case 0x6e: // n
    case 0x6f6e: // no
    case 0x66: // f
    case 0x65736c6166: // false
    case 0x66666f: // off
    case 0x30: // 0
      store<u64>(to, 0x65736c6166);
      return to + 5;
    default:
      return 0;
  }
}
