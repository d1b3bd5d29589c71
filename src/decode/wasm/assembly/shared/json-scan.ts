// JSON objects, checked by the grammar of RFC 8259: where their members are. Input must be followed by 16 zeros.

import { hasEscapes } from './row-steps';

export const LF: u32 = 0x0a;
export const CR: u32 = 0x0d;
export const SPACE: u32 = 0x20;
export const QUOTE: u32 = 0x22;
export const COMMA: u32 = 0x2c;
export const COLON: u32 = 0x3a;
export const OPEN_BRACKET: u32 = 0x5b;
export const BACKSLASH: u32 = 0x5c;
export const CLOSE_BRACKET: u32 = 0x5d;
export const OPEN_BRACE: u32 = 0x7b;
export const CLOSE_BRACE: u32 = 0x7d;

const DEEPEST: i32 = 64;
const MOST_MEMBERS: usize = 4096;

/** Set once, before the first call: room for MOST_MEMBERS + 1 times 16 bytes. */
export let memberTable: usize = 0;

// About the object that was read last.
/** For each member of its own: where it starts, where its name ends, where it ends, where its value starts; four u32. */
export let members: usize = 0;
export let nullMembers: i32 = 0;
/** Whether there are line breaks between its tokens. */
export let hasBreaks: bool = false;

/** The first place from `at` on that is not white space. */
// @ts-ignore: decorator
@inline
export function skipSpace(at: usize): usize {
  while (true) {
    const byte = <u32>load<u8>(at);
    if (byte > SPACE) return at;
    if (byte == LF || byte == CR) hasBreaks = true;
    else if (byte != SPACE && byte != 0x09) return at;
    at++;
  }
}

// @ts-ignore: decorator
@inline
function isHex(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 6;
}

/** The place after the string whose first character stands at `at`; 0 when it is none. */
// @ts-ignore: decorator
@inline
function skipString(at: usize): usize {
  while (true) {
    const block = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x5c))), i8x16.lt_u(block, i8x16.splat(0x20))),
    );
    if (found == 0) {
      at += 16;
      continue;
    }
    at += <usize>ctz(found);
    const byte = <u32>load<u8>(at);
    if (byte == QUOTE) return at + 1;
    if (byte != BACKSLASH) return 0;
    const escaped = <u32>load<u8>(at, 1);
    if (escaped == 0x75) {
      if (!isHex(load<u8>(at, 2)) || !isHex(load<u8>(at, 3)) || !isHex(load<u8>(at, 4)) || !isHex(load<u8>(at, 5))) return 0;
      at += 6;
    } else if (
      escaped == QUOTE || escaped == BACKSLASH || escaped == 0x2f || escaped == 0x62 || escaped == 0x66 || escaped == 0x6e || escaped == 0x72 || escaped == 0x74
    ) {
      at += 2;
    } else {
      return 0;
    }
  }
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

function skipDigits(at: usize): usize {
  while (isDigit(load<u8>(at))) at++;
  return at;
}

/** The place after the number at `at`; 0 when there is none. */
function skipNumber(at: usize): usize {
  if (load<u8>(at) == 0x2d) at++;
  if (!isDigit(load<u8>(at))) return 0;
  at = load<u8>(at) == 0x30 ? at + 1 : skipDigits(at);
  if (load<u8>(at) == 0x2e) {
    if (!isDigit(load<u8>(at, 1))) return 0;
    at = skipDigits(at + 1);
  }
  if ((<u32>load<u8>(at) | 0x20) == 0x65) {
    at++;
    const sign = <u32>load<u8>(at);
    if (sign == 0x2b || sign == 0x2d) at++;
    if (!isDigit(load<u8>(at))) return 0;
    at = skipDigits(at);
  }
  return at;
}

/** The place after the object whose brace stands at `at`; 0 when there is no complete object with members. */
export function skipObject(at: usize): usize {
  let depth = 1;
  /** One bit for each open level, the innermost is the lowest: 1 for objects. */
  let kinds: u64 = 1;
  let expectsName = true;
  members = 0;
  nullMembers = 0;
  hasBreaks = false;
  let member = memberTable;
  at = skipSpace(at + 1);

  while (true) {
    if (expectsName) {
      if (load<u8>(at) != QUOTE) return 0;
      const start = at;
      at = skipString(at + 1);
      if (at == 0) return 0;
      if (depth == 1) {
        if (members == MOST_MEMBERS) return 0;
        store<u32>(member, <u32>start);
        store<u32>(member, <u32>at, 4);
      }
      if (load<u8>(at) != COLON) {
        at = skipSpace(at);
        if (load<u8>(at) != COLON) return 0;
      }
      at = skipSpace(at + 1);
      if (depth == 1) store<u32>(member, <u32>at, 12);
    }

    const byte = <u32>load<u8>(at);
    if (byte == QUOTE) {
      at = skipString(at + 1);
      if (at == 0) return 0;
    } else if (byte == OPEN_BRACE || byte == OPEN_BRACKET) {
      if (depth == DEEPEST) return 0;
      const isObject = byte == OPEN_BRACE;
      at = skipSpace(at + 1);
      if (<u32>load<u8>(at) != byte + 2) {
        depth++;
        kinds = (kinds << 1) | <u64>isObject;
        expectsName = isObject;
        continue;
      }
      at++;
    } else if (byte == 0x6e) {
      if (load<u32>(at) != 0x6c6c756e) return 0;
      at += 4;
      if (depth == 1) nullMembers++;
    } else if (byte == 0x74) {
      if (load<u32>(at) != 0x65757274) return 0;
      at += 4;
    } else if (byte == 0x66) {
      if (load<u32>(at, 1) != 0x65736c61) return 0;
      at += 5;
    } else {
      at = skipNumber(at);
      if (at == 0) return 0;
    }

    // After a value.
    while (true) {
      if (depth == 1) {
        store<u32>(member, <u32>at, 8);
        members++;
        member += 16;
      }
      at = skipSpace(at);
      const next = <u32>load<u8>(at);
      if (next == COMMA) {
        at = skipSpace(at + 1);
        expectsName = (kinds & 1) == 1;
        break;
      }
      if (next != (kinds & 1 ? CLOSE_BRACE : CLOSE_BRACKET)) return 0;
      at++;
      depth--;
      kinds >>= 1;
      if (depth == 0) return at;
    }
  }
}

// @ts-ignore: decorator
@inline
export function isNull(member: usize): bool {
  return load<u8>(<usize>load<u32>(member, 12)) == 0x6e;
}

/** Whether the value is a text that is written without escapes. */
export function isPlainText(member: usize): bool {
  const start = <usize>load<u32>(member, 12);
  return load<u8>(start) == QUOTE && !hasEscapes(start, <usize>load<u32>(member, 8));
}

/** The place after the white space behind the object, which is not one inside of it. */
export function skipSpaceBehind(at: usize): usize {
  const breaksInside = hasBreaks;
  at = skipSpace(at);
  hasBreaks = breaksInside;
  return at;
}

/** Copies JSON text, without the white space between tokens when the object has line breaks. */
export function copyJson(to: usize, from: usize, end: usize): usize {
  if (!hasBreaks) {
    memory.copy(to, from, end - from);
    return to + (end - from);
  }
  let inString = false;
  for (let at = from; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (inString) {
      if (byte == BACKSLASH) {
        store<u8>(to++, BACKSLASH);
        at++;
        store<u8>(to++, load<u8>(at));
        continue;
      }
      if (byte == QUOTE) inString = false;
    } else {
      if (byte <= SPACE) continue;
      if (byte == QUOTE) inString = true;
    }
    store<u8>(to++, <u8>byte);
  }
  return to;
}
