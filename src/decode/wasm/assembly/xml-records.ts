// XML elements at a path → RECORD lines by xmltodict's convention, as ../../xml/xml-object-builder.ts makes objects. AssemblyScript,
// compiled by scripts/build-wasm.mjs; ../../xml/wasm-xml-reader.ts calls it. An element is read into a tree
// (shared/xml-output.ts), and written when it is complete. What is rare or may be wrong (text in several pieces around children,
// instructions, deep nesting, any error) is left to the caller, who has a parser for it: it never fails itself.
// The input must hold no characters that XML forbids (`isPlain`), and be UTF-8.

import { firstBytes, isSpace, readReference, referenceEnd, skipSpace, startsName, wideSpace, writeCharacter } from './shared/xml-characters';
import { beginInput, inputEnd, refuse } from './shared/xml-input';
import { BYTES, itemName, LENGTH, nameEnd, readName, SEEN, USED_BY } from './shared/xml-names';
import { ATTRIBUTE_BYTES, ATTRIBUTES, ATTRIBUTES_END, FIRST, hasMembers, LAST, LAST_SAME, NAME, NEXT, NODE_BYTES, OUTER, PARENT, SAME, TEXT, TEXT_END, writeMembers } from './shared/xml-output';
export { needsMore } from './shared/xml-input';
export { nameTable, nameTableEnd, nameSlots, nameSlotCount, nameBytes, nameBytesEnd, setItemName } from './shared/xml-names';
export { isPlain, passedColumns, passedLines, passLines } from './shared/xml-places';

const TAB: u32 = 0x09;
const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
const SPACE: u32 = 0x20;
const QUOTE: u32 = 0x22;
const AMPERSAND: u32 = 0x26;
const APOSTROPHE: u32 = 0x27;
const SLASH: u32 = 0x2f;
const LESS: u32 = 0x3c;
const EQUALS: u32 = 0x3d;
const GREATER: u32 = 0x3e;
const OPEN_BRACKET: u32 = 0x5b;
const COMMENT: u32 = 0x2d2d213c; // <!--
const CDATA: u64 = 0x41544144435b213c; // <![CDATA

const DEEPEST: i32 = 64;
/** More bytes than a byte of XML can become: `<a b="">c</a>` becomes `"a":{"@b":"","#text":"c"},`. */
const GROWTH: usize = 6;

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
/** Tables and their ends. */
export let nodeTable: usize = 0;
export let nodeTableEnd: usize = 0;
export let attributeTable: usize = 0;
export let attributeTableEnd: usize = 0;
/** As long as the input: texts that do not stand there as they are. */
export let scratch: usize = 0;

/** Where the next byte of output goes. The caller moves it back when it takes lines. */
export let position: usize = 0;
/** Complete lines since the caller set it to 0. */
export let lines: i32 = 0;
/** Why the last call ended: 1 when the output is full. */
export let isFull: i32 = 0;

let nextNode: usize = 0;
let nextAttribute: usize = 0;
let nextScratch: usize = 0;
let elements: u64 = 0;

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

/**
 * Reads items from `from`, in the content of the element around them, to `end`, after which 32 zeros must stand. Returns the
 * place behind the last of them, or behind a comment: what follows is left to the caller.
 */
export function readItems(from: usize, end: usize, output: usize): usize {
  isFull = 0;
  beginInput(end);
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
