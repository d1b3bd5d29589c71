// XML elements at a path → RECORD lines by xmltodict's convention, as ../../xml/xml-object-builder.ts makes objects. AssemblyScript,
// compiled by scripts/build-wasm.mjs; ../../xml/wasm-xml-items.ts calls it. An element is read into a tree in the tables
// below, and written when it is complete. What is rare or may be wrong (text in several pieces around children,
// instructions, deep nesting, any error) is left to the caller, who has a parser for it: it never fails itself.
// The input must hold no characters that XML forbids (`isPlain`), and be UTF-8.

const TAB: u32 = 0x09;
const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
const SPACE: u32 = 0x20;
const BANG: u32 = 0x21;
const QUOTE: u32 = 0x22;
const HASH: u32 = 0x23;
const AMPERSAND: u32 = 0x26;
const APOSTROPHE: u32 = 0x27;
const COMMA: u32 = 0x2c;
const MINUS: u32 = 0x2d;
const SLASH: u32 = 0x2f;
const COLON: u32 = 0x3a;
const SEMICOLON: u32 = 0x3b;
const LESS: u32 = 0x3c;
const EQUALS: u32 = 0x3d;
const GREATER: u32 = 0x3e;
const OPEN_BRACKET: u32 = 0x5b;
const BACKSLASH: u32 = 0x5c;
const CLOSE_BRACKET: u32 = 0x5d;
const UNDERSCORE: u32 = 0x5f;
const OPEN_BRACE: u32 = 0x7b;
const CLOSE_BRACE: u32 = 0x7d;
const COMMENT: u32 = 0x2d2d213c; // <!--
const CDATA: u64 = 0x41544144435b213c; // <![CDATA
const NULL: u32 = 0x6c6c756e; // null
const TEXT_NAME: u64 = 0x22747865742322; // "#text"

const DEEPEST: i32 = 64;
/** More bytes than a byte of XML can become: `<a b="">c</a>` becomes `"a":{"@b":"","#text":"c"},`. */
const GROWTH: usize = 6;

// An element in `nodeTable`: u32 each. Places are addresses; 0 is none.
const NODE_BYTES: usize = 48;
/** Its entry in `nameTable`. */
const NAME: usize = 0;
const TEXT: usize = 4;
const TEXT_END: usize = 8;
/** Children with different names, in the order of the first of each. */
const FIRST: usize = 12;
const LAST: usize = 16;
const NEXT: usize = 20;
/** The next sibling with the same name; the last one, kept in the first. */
const SAME: usize = 24;
const LAST_SAME: usize = 28;
/** What SEEN of its name was before. */
const OUTER: usize = 32;
const ATTRIBUTES: usize = 36;
const ATTRIBUTES_END: usize = 40;
const PARENT: usize = 44;

// An attribute in `attributeTable`: the entry of its name, start and end of its value.
const ATTRIBUTE_BYTES: usize = 12;

// A name in `nameTable`: its first 16 bytes, zeros after its end, then:
const NAME_BYTES: usize = 48;
/** Where its bytes are, and how many. */
const BYTES: usize = 16;
const LENGTH: usize = 20;
/** The first element of this name in the innermost open element that has one, or in one outside of it. */
const SEEN: usize = 24;
/** The name that followed it the last time. */
const FOLLOWER: usize = 28;
/** The number of the last element that has an attribute of this name: u64. */
const USED_BY: usize = 32;

// Set once, before the first call.
/** What stands before and after an object: `head`; `tail` with what ends a line. */
export let head: usize = 0;
export let headLength: usize = 0;
export let tail: usize = 0;
export let tailLength: usize = 0;
/** Whether null members of a record are written. */
export let keepsNulls: i32 = 0;
/** A line that would begin at `full` or later, or might end after `outputEnd`, waits until the caller has taken the others. */
export let full: usize = 0;
export let outputEnd: usize = 0;
/** Tables and their ends; `nameSlots` is a power of two of u32, all zeros. */
export let nodeTable: usize = 0;
export let nodeTableEnd: usize = 0;
export let attributeTable: usize = 0;
export let attributeTableEnd: usize = 0;
export let nameTable: usize = 0;
export let nameTableEnd: usize = 0;
export let nameSlots: usize = 0;
export let nameSlotCount: u32 = 0;
export let nameBytes: usize = 0;
export let nameBytesEnd: usize = 0;
/** As long as the input: texts that do not stand there as they are. */
export let scratch: usize = 0;

/** Where the next byte of output goes. The caller moves it back when it takes lines. */
export let position: usize = 0;
/** Complete lines since the caller set it to 0. */
export let lines: i32 = 0;
/** Why the last call ended: 1 when the output is full. */
export let isFull: i32 = 0;
/** 1 when the input may just end too early. */
export let needsMore: i32 = 0;

/** Of what `passLines` passed: line breaks, and characters after the last of them. */
export let passedLines: i32 = 0;
export let passedColumns: i32 = 0;

let inputEnd: usize = 0;
let itemName: usize = 0;
let nextName: usize = 0;
/** The name that was read last. */
let lastName: usize = 0;
let nextNameBytes: usize = 0;
let nextNode: usize = 0;
let nextAttribute: usize = 0;
let nextScratch: usize = 0;
let elements: u64 = 0;
/** Behind the name that `readName` has read. */
let nameEnd: usize = 0;

/** Ends the reading of an element at a place where it cannot go on. */
function refuse(at: usize): usize {
  // An entity or the mark of a section is not longer than this.
  if (at + 16 >= inputEnd) needsMore = 1;
  return 0;
}

// @ts-ignore: decorator
@inline
function isSpace(byte: u32): bool {
  return byte == SPACE || byte == LF || byte == TAB || byte == CR;
}

// @ts-ignore: decorator
@inline
function skipSpace(at: usize): usize {
  while (isSpace(load<u8>(at))) at++;
  return at;
}

/** Whether a name may begin with a character that begins so. */
// @ts-ignore: decorator
@inline
function startsName(byte: u32): bool {
  return (byte | 0x20) - 0x61 < 26 || byte == UNDERSCORE || byte == COLON || byte >= 0x80;
}

let wideEnd: usize = 0;
/** The code point of the character beyond ASCII at `at`. Sets `wideEnd`. */
function wideCharacter(at: usize): u32 {
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
function startsWideName(code: u32): bool {
  return (
    isWithin(code, 0xc0, 0xd6) || isWithin(code, 0xd8, 0xf6) || isWithin(code, 0xf8, 0x2ff) || isWithin(code, 0x370, 0x37d) || isWithin(code, 0x37f, 0x1fff) ||
    isWithin(code, 0x200c, 0x200d) || isWithin(code, 0x2070, 0x218f) || isWithin(code, 0x2c00, 0x2fef) || isWithin(code, 0x3001, 0xd7ff) ||
    isWithin(code, 0xf900, 0xfdcf) || isWithin(code, 0xfdf0, 0xfffd) || isWithin(code, 0x10000, 0xeffff)
  );
}

/** NameChar, in the same way. */
function isInWideName(code: u32): bool {
  return startsWideName(code) || code == 0xb7 || isWithin(code, 0x300, 0x36f) || isWithin(code, 0x203f, 0x2040);
}

/** One bit for each of 16 bytes that no name in ASCII holds. */
// @ts-ignore: decorator
@inline
function afterName(block: v128): i32 {
  const letters = i8x16.lt_u(i8x16.sub(v128.or(block, i8x16.splat(0x20)), i8x16.splat(0x61)), i8x16.splat(26));
  const digitsAndColon = i8x16.lt_u(i8x16.sub(block, i8x16.splat(0x30)), i8x16.splat(11));
  const minusAndDot = i8x16.lt_u(i8x16.sub(block, i8x16.splat(0x2d)), i8x16.splat(2));
  const underscore = i8x16.eq(block, i8x16.splat(0x5f));
  return i8x16.bitmask(v128.or(v128.or(letters, digitsAndColon), v128.or(minusAndDot, underscore))) ^ 0xffff;
}

/** The block with zeros from `length` on. */
// @ts-ignore: decorator
@inline
function firstBytes(block: v128, length: usize): v128 {
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return v128.and(block, i8x16.lt_u(places, i8x16.splat(<i8>min<usize>(length, 16))));
}

/** The entry of the name at `at`; 0 when there is none, or no room for it. Sets `nameEnd`. */
// @ts-ignore: decorator
@inline
function readName(at: usize): usize {
  const guess = <usize>load<u32>(lastName, FOLLOWER);
  if (guess != 0) {
    const length = <usize>load<u32>(guess, LENGTH);
    const next = <u32>load<u8>(at + length);
    if (length <= 16 && (next == GREATER || next == SPACE || next == EQUALS) && !v128.any_true(v128.xor(firstBytes(v128.load(at), length), v128.load(guess)))) {
      nameEnd = at + length;
      lastName = guess;
      return guess;
    }
  }
  return readOtherName(at);
}

function readOtherName(at: usize): usize {
  const first = <u32>load<u8>(at);
  if (!startsName(first) || (first >= 0x80 && !startsWideName(wideCharacter(at)))) return refuse(at);
  let end = first < 0x80 ? at : wideEnd;
  while (true) {
    const mask = afterName(v128.load(end));
    if (mask == 0) {
      end += 16;
      continue;
    }
    end += <usize>ctz(mask);
    if (load<u8>(end) < 0x80 || !isInWideName(wideCharacter(end))) break;
    end = wideEnd;
  }
  if (end >= inputEnd) return refuse(end);
  nameEnd = end;
  const name = nameEntry(at, end - at);
  if (name == 0) return 0;
  store<u32>(lastName, <u32>name, FOLLOWER);
  lastName = name;
  return name;
}

function nameEntry(at: usize, length: usize): usize {
  const start = firstBytes(v128.load(at), length);
  let hash = (i64x2.extract_lane(start, 0) * 0x9e3779b97f4a7c15) ^ (i64x2.extract_lane(start, 1) * 0xc2b2ae3d27d4eb4f);
  for (let more: usize = 16; more < length; more++) hash = (hash ^ <i64>load<u8>(at + more)) * 0x100000001b3;
  let slot = <u32>((<u64>hash >> 32) ^ (<u64>hash >> 17)) & (nameSlotCount - 1);
  while (true) {
    const entry = <usize>load<u32>(nameSlots + (<usize>slot << 2));
    if (entry == 0) break;
    if (
      <usize>load<u32>(entry, LENGTH) == length && !v128.any_true(v128.xor(v128.load(entry), start)) &&
      (length <= 16 || memory.compare(<usize>load<u32>(entry, BYTES), at, length) == 0)
    ) return entry;
    slot = (slot + 1) & (nameSlotCount - 1);
  }
  if (nextName == nameTableEnd || nextNameBytes + length > nameBytesEnd) return 0;
  const entry = nextName;
  nextName += NAME_BYTES;
  memory.copy(nextNameBytes, at, length);
  v128.store(entry, start);
  store<u32>(entry, <u32>nextNameBytes, BYTES);
  store<u32>(entry, <u32>length, LENGTH);
  store<u32>(entry, 0, SEEN);
  store<u32>(entry, 0, FOLLOWER);
  store<u64>(entry, 0, USED_BY);
  nextNameBytes += length;
  store<u32>(nameSlots + (<usize>slot << 2), <u32>entry);
  return entry;
}

/** Called once the tables are set: the name of the items. */
export function setItemName(at: usize, length: usize): void {
  nextName = nameTable;
  nextNameBytes = nameBytes;
  itemName = lastName = nameEntry(at, length);
}

/** The code point of the reference at `at`, which begins with `&`; 0 when it is none that XML knows. Sets `referenceEnd`. */
let referenceEnd: usize = 0;
function readReference(at: usize): u32 {
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

function writeCharacter(to: usize, code: u32): usize {
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

/** The place of the first `quote`, `&`, `<`, line break, tab, or zero. */
// @ts-ignore: decorator
@inline
function findInValue(at: usize, quote: u32): usize {
  while (true) {
    const block = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(block, i8x16.splat(<i8>quote)), i8x16.eq(block, i8x16.splat(0x26))),
        v128.or(i8x16.eq(block, i8x16.splat(0x3c)), i8x16.lt_u(block, i8x16.splat(0x20))),
      ),
    );
    if (found != 0) return at + <usize>ctz(found);
    at += 16;
  }
}

/** Reads the value of an attribute behind its quote into the attribute's entry; returns the place behind it, or 0. */
function readValue(attribute: usize, at: usize, quote: u32): usize {
  let start = at;
  at = findInValue(at, quote);
  if (load<u8>(at) == quote) {
    store<u32>(attribute, <u32>start, 4);
    store<u32>(attribute, <u32>at, 8);
    return at + 1;
  }
  let to = nextScratch;
  store<u32>(attribute, <u32>to, 4);
  while (true) {
    memory.copy(to, start, at - start);
    to += at - start;
    const byte = <u32>load<u8>(at);
    if (byte == quote) break;
    if (byte == AMPERSAND) {
      const code = readReference(at);
      if (code == 0) return refuse(at);
      to = writeCharacter(to, code);
      at = referenceEnd;
    } else if (byte == LF || byte == TAB || byte == CR) {
      store<u8>(to++, <u8>SPACE);
      at += byte == CR && load<u8>(at, 1) == LF ? 2 : 1;
    } else {
      return refuse(at);
    }
    start = at;
    at = findInValue(at, quote);
  }
  store<u32>(attribute, <u32>to, 8);
  nextScratch = to;
  return at + 1;
}

/** Reads what follows the name of a start tag; returns the place of its `>` or `/`, or 0. */
function readAttributes(node: usize, at: usize): usize {
  elements++;
  store<u32>(node, <u32>nextAttribute, ATTRIBUTES);
  while (true) {
    let byte = <u32>load<u8>(at);
    if (byte != GREATER && byte != SLASH) {
      if (!isSpace(byte)) return refuse(at);
      at = skipSpace(at);
      byte = <u32>load<u8>(at);
    }
    if (byte == GREATER || byte == SLASH) break;
    const name = readName(at);
    if (name == 0 || nextAttribute == attributeTableEnd) return 0;
    if (load<u64>(name, USED_BY) == elements) return 0;
    store<u64>(name, elements, USED_BY);
    at = skipSpace(nameEnd);
    if (load<u8>(at) != EQUALS) return refuse(at);
    at = skipSpace(at + 1);
    const quote = <u32>load<u8>(at);
    if (quote != QUOTE && quote != APOSTROPHE) return refuse(at);
    const attribute = nextAttribute;
    nextAttribute += ATTRIBUTE_BYTES;
    store<u32>(attribute, <u32>name);
    at = readValue(attribute, at + 1, quote);
    if (at == 0) return 0;
  }
  store<u32>(node, <u32>nextAttribute, ATTRIBUTES_END);
  return at;
}

/**
 * The place of the next `<`, `&`, carriage return or zero in a piece of text that begins at `start`; of the `>` of `]]>`,
 * which may not stand there.
 */
// @ts-ignore: decorator
@inline
function findInText(start: usize): usize {
  let at = start;
  while (true) {
    const block = v128.load(at);
    const found = i8x16.bitmask(
      v128.or(
        v128.or(i8x16.eq(v128.or(block, i8x16.splat(2)), i8x16.splat(0x3e)), i8x16.eq(block, i8x16.splat(0x26))),
        v128.or(i8x16.eq(block, i8x16.splat(0x0d)), i8x16.eq(block, i8x16.splat(0))),
      ),
    );
    if (found == 0) {
      at += 16;
      continue;
    }
    at += <usize>ctz(found);
    if (load<u8>(at) != GREATER || (at >= start + 2 && load<u16>(at - 2) == 0x5d5d)) return at;
    at++;
  }
}

/** The length of the character at `at` when it is white space beyond ASCII, as String.prototype.trim has it. */
function wideSpace(at: usize): usize {
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

/** Gives the element a piece of its text, without white space around it. False when it has another one. */
function setText(node: usize, start: usize, end: usize): bool {
  while (start < end) {
    const byte = load<u8>(start);
    const length = byte <= SPACE ? 1 : byte < 0x80 ? 0 : wideSpace(start);
    if (length == 0) break;
    start += length;
  }
  while (start < end) {
    const byte = load<u8>(end - 1);
    let length: usize = byte <= SPACE ? 1 : 0;
    if (byte >= 0x80) {
      if (end - start >= 2 && wideSpace(end - 2) == 2) length = 2;
      else if (end - start >= 3 && wideSpace(end - 3) == 3) length = 3;
    }
    if (length == 0) break;
    end -= length;
  }
  if (start >= end) return true;
  if (load<u32>(node, TEXT) != 0) return false;
  store<u32>(node, <u32>start, TEXT);
  store<u32>(node, <u32>end, TEXT_END);
  return true;
}

/** The place behind the comment whose `<!--` stands at `at`, or 0. */
function skipComment(at: usize): usize {
  at += 4;
  while (load<u16>(at) != 0x2d2d) {
    if (load<u8>(at) == 0) return refuse(at);
    at++;
  }
  return load<u8>(at, 2) == GREATER ? at + 3 : refuse(at);
}

/** Copies the text of the CDATA section at `at` to `nextScratch`; returns the place behind it, or 0. */
function readCdata(at: usize): usize {
  if (load<u64>(at) != CDATA || load<u8>(at, 8) != OPEN_BRACKET) return refuse(at);
  at += 9;
  let to = nextScratch;
  while ((load<u32>(at) & 0xffffff) != 0x3e5d5d) {
    let byte = <u32>load<u8>(at);
    if (byte == 0) return refuse(at);
    if (byte == CR) {
      if (load<u8>(at, 1) == LF) at++;
      byte = LF;
    }
    store<u8>(to++, <u8>byte);
    at++;
  }
  nextScratch = to;
  return at + 3;
}

/** Whether a start or end tag stands at `at`. */
// @ts-ignore: decorator
@inline
function isTag(at: usize): bool {
  const byte = <u32>load<u8>(at, 1);
  return load<u8>(at) == LESS && (byte == SLASH || startsName(byte));
}

/** Reads text, up to the next start or end tag, whose place it returns, or 0. */
function readText(node: usize, at: usize): usize {
  at = skipSpace(at);
  if (isTag(at)) return at;
  let start = at;
  at = findInText(at);
  if (isTag(at)) return setText(node, start, at) ? at : 0;
  const text = nextScratch;
  while (true) {
    memory.copy(nextScratch, start, at - start);
    nextScratch += at - start;
    const byte = <u32>load<u8>(at);
    if (byte == AMPERSAND) {
      const code = readReference(at);
      if (code == 0) return refuse(at);
      nextScratch = writeCharacter(nextScratch, code);
      at = referenceEnd;
    } else if (byte == CR) {
      store<u8>(nextScratch++, <u8>LF);
      at += load<u8>(at, 1) == LF ? 2 : 1;
    } else if (byte == LESS) {
      if (isTag(at)) break;
      at = load<u32>(at) == COMMENT ? skipComment(at) : readCdata(at);
      if (at == 0) return 0;
    } else {
      return refuse(at);
    }
    start = at;
    at = findInText(at);
  }
  return setText(node, text, nextScratch) ? at : 0;
}

/** Puts an element among the children of `parent`: behind the others of its name, or as the first of them. */
// @ts-ignore: decorator
@inline
function addChild(parent: usize, node: usize, name: usize): void {
  const seen = <usize>load<u32>(name, SEEN);
  if (seen != 0 && <usize>load<u32>(seen, PARENT) == parent) {
    store<u32>(<usize>load<u32>(seen, LAST_SAME), <u32>node, SAME);
    store<u32>(seen, <u32>node, LAST_SAME);
    return;
  }
  store<u32>(node, <u32>seen, OUTER);
  store<u32>(node, <u32>node, LAST_SAME);
  store<u32>(name, <u32>node, SEEN);
  const last = <usize>load<u32>(parent, LAST);
  if (last != 0) store<u32>(last, <u32>node, NEXT);
  else store<u32>(parent, <u32>node, FIRST);
  store<u32>(parent, <u32>node, LAST);
}

/** Reads the end tag behind `</`; returns the place behind it, or 0. */
// @ts-ignore: decorator
@inline
function readEndTag(node: usize, at: usize): usize {
  const name = <usize>load<u32>(node, NAME);
  const length = <usize>load<u32>(name, LENGTH);
  if (at + length >= inputEnd) return refuse(at + length);
  if (v128.any_true(v128.xor(firstBytes(v128.load(at), length), v128.load(name)))) return 0;
  if (length > 16 && memory.compare(<usize>load<u32>(name, BYTES), at, length) != 0) return 0;
  at += length;
  if (load<u8>(at) != GREATER) {
    at = skipSpace(at);
    if (load<u8>(at) != GREATER) return refuse(at);
  }
  for (let child = <usize>load<u32>(node, FIRST); child != 0; child = <usize>load<u32>(child, NEXT)) {
    store<u32>(<usize>load<u32>(child, NAME), load<u32>(child, OUTER), SEEN);
  }
  return at + 1;
}

/** Reads the item whose `<` stands at `at` into the tables; returns the place behind it, or 0. */
function readItem(at: usize): usize {
  nextNode = nodeTable;
  nextAttribute = attributeTable;
  nextScratch = scratch;
  let open: usize = 0;
  let depth = 0;
  while (true) {
    const name = readName(at + 1);
    if (name == 0 || nextNode == nodeTableEnd || depth == DEEPEST || (open == 0 && name != itemName)) return 0;
    const node = nextNode;
    nextNode += NODE_BYTES;
    v128.store(node, i64x2.splat(0));
    v128.store(node, i64x2.splat(0), 16);
    v128.store(node, i64x2.splat(0), 32);
    store<u32>(node, <u32>name, NAME);
    store<u32>(node, <u32>open, PARENT);
    if (open != 0) addChild(open, node, name);
    at = readAttributes(node, nameEnd);
    if (at == 0) return 0;
    if (load<u8>(at) == SLASH) {
      if (load<u8>(at, 1) != GREATER) return refuse(at);
      at += 2;
      if (open == 0) return at;
    } else {
      at++;
      open = node;
      depth++;
    }
    while (true) {
      at = readText(open, at);
      if (at == 0) return 0;
      if (load<u8>(at, 1) != SLASH) break;
      at = readEndTag(open, at + 2);
      if (at == 0) return 0;
      open = <usize>load<u32>(open, PARENT);
      if (open == 0) return at;
      depth--;
    }
  }
}

/** Forgets the elements of an item that was not read to its end. */
function forget(): void {
  for (let node = nodeTable; node < nextNode; node += NODE_BYTES) store<u32>(<usize>load<u32>(node, NAME), 0, SEEN);
}

// @ts-ignore: decorator
@inline
function writeText(to: usize, at: usize, end: usize): usize {
  store<u8>(to++, <u8>QUOTE);
  while (true) {
    const block = v128.load(at);
    v128.store(to, block);
    const found = i8x16.bitmask(
      v128.or(v128.or(i8x16.eq(block, i8x16.splat(0x22)), i8x16.eq(block, i8x16.splat(0x5c))), i8x16.lt_u(block, i8x16.splat(0x20))),
    );
    const length = found == 0 ? 16 : <usize>ctz(found);
    if (at + length >= end) break;
    at += length;
    to += length;
    if (length == 16) continue;
    const byte = <u32>load<u8>(at++);
    store<u8>(to, <u8>BACKSLASH);
    store<u8>(to, <u8>(byte == LF ? 0x6e : byte == TAB ? 0x74 : byte == CR ? 0x72 : byte), 1);
    to += 2;
  }
  to += end - at;
  store<u8>(to, <u8>QUOTE);
  return to + 1;
}

/** Writes the name behind its quote, and what follows it. */
// @ts-ignore: decorator
@inline
function writeName(to: usize, name: usize): usize {
  const length = <usize>load<u32>(name, LENGTH);
  v128.store(to, v128.load(name));
  if (length > 16) memory.copy(to, <usize>load<u32>(name, BYTES), length);
  store<u16>(to + length, 0x3a22);
  return to + length + 2;
}

// @ts-ignore: decorator
@inline
function hasMembers(node: usize): bool {
  return load<u32>(node, FIRST) != 0 || load<u32>(node, ATTRIBUTES) != load<u32>(node, ATTRIBUTES_END);
}

function writeValue(to: usize, node: usize): usize {
  if (hasMembers(node)) return writeMembers(to, node, true);
  const text = <usize>load<u32>(node, TEXT);
  if (text != 0) return writeText(to, text, <usize>load<u32>(node, TEXT_END));
  store<u32>(to, NULL);
  return to + 4;
}

function writeMembers(to: usize, node: usize, withNulls: bool): usize {
  const start = to;
  for (let attribute = <usize>load<u32>(node, ATTRIBUTES), end = <usize>load<u32>(node, ATTRIBUTES_END); attribute < end; attribute += ATTRIBUTE_BYTES) {
    store<u32>(to, 0x40222c); // ,"@
    to = writeName(to + 3, <usize>load<u32>(attribute));
    to = writeText(to, <usize>load<u32>(attribute, 4), <usize>load<u32>(attribute, 8));
  }
  for (let child = <usize>load<u32>(node, FIRST); child != 0; child = <usize>load<u32>(child, NEXT)) {
    let same = <usize>load<u32>(child, SAME);
    if (!withNulls && same == 0 && load<u32>(child, TEXT) == 0 && !hasMembers(child)) continue;
    store<u16>(to, 0x222c);
    to = writeName(to + 2, <usize>load<u32>(child, NAME));
    if (same == 0) {
      to = writeValue(to, child);
      continue;
    }
    store<u8>(to, <u8>OPEN_BRACKET);
    to = writeValue(to + 1, child);
    for (; same != 0; same = <usize>load<u32>(same, SAME)) {
      store<u8>(to, <u8>COMMA);
      to = writeValue(to + 1, same);
    }
    store<u8>(to++, <u8>CLOSE_BRACKET);
  }
  const text = <usize>load<u32>(node, TEXT);
  if (text != 0) {
    store<u8>(to, <u8>COMMA);
    store<u64>(to, TEXT_NAME, 1);
    store<u8>(to, <u8>COLON, 8);
    to = writeText(to + 9, text, <usize>load<u32>(node, TEXT_END));
  }
  // The comma before the first member is the place of the brace; without members it comes alone.
  if (to == start) to++;
  store<u8>(start, <u8>OPEN_BRACE);
  store<u8>(to, <u8>CLOSE_BRACE);
  return to + 1;
}

/**
 * Reads items from `from`, in the content of the element around them, to `end`, after which 32 zeros must stand. Returns the
 * place behind the last of them, or behind a comment: what follows is left to the caller.
 */
export function readItems(from: usize, end: usize, output: usize): usize {
  isFull = 0;
  needsMore = 0;
  inputEnd = end;
  let start = from;
  while (true) {
    const item = skipSpace(start);
    if (load<u8>(item) != LESS) {
      refuse(item);
      return start;
    }
    if (load<u32>(item) == COMMENT) {
      const after = skipComment(item);
      if (after == 0) return start;
      start = after;
      continue;
    }
    if (position >= full) {
      isFull = 1;
      return start;
    }
    const itemEnd = readItem(item);
    if (itemEnd == 0) {
      forget();
      return start;
    }
    // Texts and nulls are no records.
    if (!hasMembers(nodeTable)) return start;
    if (position + headLength + (itemEnd - item) * GROWTH + tailLength > outputEnd) {
      isFull = position > output ? 1 : 0;
      return start;
    }
    memory.copy(position, head, headLength);
    const to = writeMembers(position + headLength, nodeTable, keepsNulls != 0);
    memory.copy(to, tail, tailLength);
    position = to + tailLength;
    lines++;
    start = itemEnd;
  }
}

/** Whether XML allows every character up to `end`; zeros must follow. */
export function isPlain(from: usize, end: usize): bool {
  for (let at = from; at < end; at += 16) {
    const block = v128.load(at);
    const controls = v128.andnot(
      i8x16.lt_u(block, i8x16.splat(0x20)),
      v128.or(v128.or(i8x16.eq(block, i8x16.splat(0x09)), i8x16.eq(block, i8x16.splat(0x0a))), i8x16.eq(block, i8x16.splat(0x0d))),
    );
    let found = i8x16.bitmask(v128.or(controls, i8x16.eq(block, i8x16.splat(-17))));
    while (found != 0) {
      const place = at + <usize>ctz(found);
      if (place >= end) break;
      // U+FFFE and U+FFFF.
      if (load<u8>(place) != 0xef || (load<u8>(place, 1) == 0xbf && load<u8>(place, 2) >= 0xbe)) return false;
      found &= found - 1;
    }
  }
  return true;
}

/** Counts what lies between two places where neither a line break nor a character is cut. */
export function passLines(from: usize, end: usize): void {
  passedLines = 0;
  let lineStart = from;
  for (let at = from; at < end; at += 16) {
    const block = v128.load(at);
    let found = i8x16.bitmask(v128.or(i8x16.eq(block, i8x16.splat(0x0a)), i8x16.eq(block, i8x16.splat(0x0d))));
    while (found != 0) {
      const place = at + <usize>ctz(found);
      if (place >= end) break;
      found &= found - 1;
      if (load<u8>(place) == CR && load<u8>(place, 1) == LF) continue;
      passedLines++;
      lineStart = place + 1;
    }
  }
  let characters = end - lineStart;
  for (let at = lineStart; at < end; at += 16) {
    const continuations = i8x16.bitmask(i8x16.lt_s(v128.load(at), i8x16.splat(-64)));
    characters -= popcnt(end - at < 16 ? continuations & ((1 << (end - at)) - 1) : continuations);
  }
  passedColumns = <i32>characters;
}
