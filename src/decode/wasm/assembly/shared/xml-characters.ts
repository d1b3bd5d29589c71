// What the characters of XML are (../xml-records.ts): white space, names, references.

const TAB: u32 = 0x09;
const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
const SPACE: u32 = 0x20;
const QUOTE: u32 = 0x22;
const HASH: u32 = 0x23;
const AMPERSAND: u32 = 0x26;
const APOSTROPHE: u32 = 0x27;
const COLON: u32 = 0x3a;
const SEMICOLON: u32 = 0x3b;
const LESS: u32 = 0x3c;
const GREATER: u32 = 0x3e;
const UNDERSCORE: u32 = 0x5f;

// @ts-ignore: decorator
@inline
export function isSpace(byte: u32): bool {
  return byte == SPACE || byte == LF || byte == TAB || byte == CR;
}

// @ts-ignore: decorator
@inline
export function skipSpace(at: usize): usize {
  while (isSpace(load<u8>(at))) at++;
  return at;
}

/** Whether a name may begin with a character that begins so. */
// @ts-ignore: decorator
@inline
export function startsName(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26 || byte == UNDERSCORE || byte == COLON || byte >= 0x80;
}

export let wideEnd: usize = 0;

/** The code point of the character beyond ASCII at `at`. Sets `wideEnd`. */
export function wideCharacter(at: usize): u32 {
  const first = <u32>load<u8>(at);
  const second = <u32>load<u8>(at, 1) & 0x3f;
  wideEnd = at + 2;
  if (first < 0xe0) return ((first & 0x1f) << 6) | second;
  const third = <u32>load<u8>(at, 2) & 0x3f;
  wideEnd = at + 3;
  if (first < 0xf0) return ((first & 0xf) << 12) | (second << 6) | third;
  wideEnd = at + 4;
  return ((first & 7) << 18) | (second << 12) | (third << 6) | (<u32>load<u8>(at, 3) & 0x3f);
}

// @ts-ignore: decorator
@inline
function isWithin(code: u32, first: u32, last: u32): bool {
  return code - first <= last - first;
}

/** NameStartChar of XML 1.0, fifth edition, beyond ASCII. */
export function startsWideName(code: u32): bool {
  return (
    isWithin(code, 0xc0, 0xd6) || isWithin(code, 0xd8, 0xf6) || isWithin(code, 0xf8, 0x2ff) || isWithin(code, 0x370, 0x37d) || isWithin(code, 0x37f, 0x1fff) ||
    isWithin(code, 0x200c, 0x200d) || isWithin(code, 0x2070, 0x218f) || isWithin(code, 0x2c00, 0x2fef) || isWithin(code, 0x3001, 0xd7ff) ||
    isWithin(code, 0xf900, 0xfdcf) || isWithin(code, 0xfdf0, 0xfffd) || isWithin(code, 0x10000, 0xeffff)
  );
}

/** NameChar, in the same way. */
export function isInWideName(code: u32): bool {
  return startsWideName(code) || code == 0xb7 || isWithin(code, 0x300, 0x36f) || isWithin(code, 0x203f, 0x2040);
}

/** One bit for each of 16 bytes that no name in ASCII holds. */
// @ts-ignore: decorator
@inline
export function afterName(block: v128): i32 {
  const letters = i8x16.lt_u(i8x16.sub(v128.or(block, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(26));
  const digitsAndColon = i8x16.lt_u(i8x16.sub(block, i8x16.splat(0x30)), i8x16.splat(11));
  const minusAndDot = i8x16.lt_u(i8x16.sub(block, i8x16.splat(0x2d)), i8x16.splat(2));
  const underscore = i8x16.eq(block, i8x16.splat(0x5f));
  return i8x16.bitmask(v128.or(v128.or(letters, digitsAndColon), v128.or(minusAndDot, underscore))) ^ 0xffff;
}

/** The block with zeros from `length` on. */
// @ts-ignore: decorator
@inline
export function firstBytes(block: v128, length: usize): v128 {
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return v128.and(block, i8x16.lt_u(places, i8x16.splat(<i8>min<usize>(length, 16))));
}

/** The code point of the reference at `at`, which begins with `&`; 0 when it is none that XML knows. Sets `referenceEnd`. */
export let referenceEnd: usize = 0;

export function readReference(at: usize): u32 {
  if (load<u8>(at, 1) == HASH) return readNumber(at + 2);
  const four = load<u32>(at, 1);
  referenceEnd = at + 4;
  if ((four & 0xffffff) == 0x3b746c) return LESS;
  if ((four & 0xffffff) == 0x3b7467) return GREATER;
  referenceEnd = at + 5;
  if (four == 0x3b706d61) return AMPERSAND;
  if (load<u8>(at, 5) != SEMICOLON) return 0;
  referenceEnd = at + 6;
  return four == 0x746f7571 ? QUOTE : four == 0x736f7061 ? APOSTROPHE : 0;
}

function readNumber(at: usize): u32 {
  const isHex = load<u8>(at) == 0x78;
  if (isHex) at++;
  let code: u32 = 0;
  const start = at;
  while (at < start + 7) {
    const byte = <u32>load<u8>(at);
    if (byte - 0x30 < 10) code = code * (isHex ? 16 : 10) + byte - 0x30;
    else if (isHex && (byte | 0x20) - 0x61 < 6) code = code * 16 + (byte | 0x20) - 0x57;
    else break;
    at++;
  }
  if (at == start || load<u8>(at) != SEMICOLON) return 0;
  referenceEnd = at + 1;
  if (code < SPACE) return code == TAB || code == LF || code == CR ? code : 0;
  return code < 0xd800 || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff) ? code : 0;
}

export function writeCharacter(to: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(to, <u8>code);
    return to + 1;
  }
  if (code < 0x800) {
    store<u8>(to, <u8>(0xc0 | (code >> 6)));
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 1);
    return to + 2;
  }
  if (code < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (code >> 12)));
    store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | (code & 0x3f)), 2);
    return to + 3;
  }
  store<u8>(to, <u8>(0xf0 | (code >> 18)));
  store<u8>(to, <u8>(0x80 | ((code >> 12) & 0x3f)), 1);
  store<u8>(to, <u8>(0x80 | ((code >> 6) & 0x3f)), 2);
  store<u8>(to, <u8>(0x80 | (code & 0x3f)), 3);
  return to + 4;
}

/** The length of the character at `at` when it is white space beyond ASCII, as String.prototype.trim has it. */
export function wideSpace(at: usize): usize {
  const first = <u32>load<u8>(at);
  const second = <u32>load<u8>(at, 1);
  if (first == 0xc2) return second == 0xa0 ? 2 : 0;
  const third = <u32>load<u8>(at, 2);
  if (first == 0xe2) {
    if (second == 0x80) return third <= 0x8a || third == 0xa8 || third == 0xa9 || third == 0xaf ? 3 : 0;
    return second == 0x81 && third == 0x9f ? 3 : 0;
  }
  return (first == 0xe3 && second == 0x80 && third == 0x80) || (first == 0xe1 && second == 0x9a && third == 0x80) || (first == 0xef && second == 0xbb && third == 0xbf) ? 3 : 0;
}
