// The elements that ../xml-records.ts has read, and how they are written as JSON.

import { BYTES, LENGTH } from './xml-names';

const TAB: u32 = 0x09;
const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
const QUOTE: u32 = 0x22;
const COMMA: u32 = 0x2c;
const COLON: u32 = 0x3a;
const OPEN_BRACKET: u32 = 0x5b;
const BACKSLASH: u32 = 0x5c;
const CLOSE_BRACKET: u32 = 0x5d;
const OPEN_BRACE: u32 = 0x7b;
const CLOSE_BRACE: u32 = 0x7d;
const NULL: u32 = 0x6c6c756e; // null
const TEXT_NAME: u64 = 0x22747865742322; // "#text"

// An element in `nodeTable`: u32 each. Places are addresses; 0 is none.
export const NODE_BYTES: usize = 48;
/** Its entry in `nameTable`. */
export const NAME: usize = 0;
export const TEXT: usize = 4;
export const TEXT_END: usize = 8;
/** Children with different names, in the order of the first of each. */
export const FIRST: usize = 12;
export const LAST: usize = 16;
export const NEXT: usize = 20;
/** The next sibling with the same name; the last one, kept in the first. */
export const SAME: usize = 24;
export const LAST_SAME: usize = 28;
/** What SEEN of its name was before. */
export const OUTER: usize = 32;
export const ATTRIBUTES: usize = 36;
export const ATTRIBUTES_END: usize = 40;
export const PARENT: usize = 44;

// An attribute in `attributeTable`: the entry of its name, start and end of its value.
export const ATTRIBUTE_BYTES: usize = 12;

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
export function hasMembers(node: usize): bool {
  return load<u32>(node, FIRST) != 0 || load<u32>(node, ATTRIBUTES) != load<u32>(node, ATTRIBUTES_END);
}

function writeValue(to: usize, node: usize): usize {
  if (hasMembers(node)) return writeMembers(to, node, true);
  const text = <usize>load<u32>(node, TEXT);
  if (text != 0) return writeText(to, text, <usize>load<u32>(node, TEXT_END));
  store<u32>(to, NULL);
  return to + 4;
}

export function writeMembers(to: usize, node: usize, withNulls: bool): usize {
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
