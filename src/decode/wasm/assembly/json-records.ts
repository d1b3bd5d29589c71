// JSON objects → RECORD lines: checks each object by the grammar of RFC 8259 and lets its bytes through, without null
// members and line breaks. AssemblyScript, compiled by scripts/build-wasm.mjs; ../../json/wasm-record-writer.ts calls it.
// What is not that simple (no object, no members, deep nesting, an error) is left to the caller, who parses it.
// Where records have plans, there is one for each sequence of names that comes: the members that stay are copied without what
// stands around the record, and each record has an entry in shared/row-table.ts.

import { hasMemberRoom } from './shared/row-members';
import { hasEscapes, judgeRow } from './shared/row-steps';
import { ASKED, beginEntry, copy, cut, dropEntry, DROPPED, endEntry, NULL, setNull, setText, setValue, tableIsFull, usePlan } from './shared/row-table';
export { memberPosition, membersEnd, membersFull } from './shared/row-members';
export { assembled, assemble, collect, dropped, entry, memberBytes, table, tableFull, textTable, units, usePlan } from './shared/row-table';

const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
const SPACE: u32 = 0x20;
const QUOTE: u32 = 0x22;
const COMMA: u32 = 0x2c;
const COLON: u32 = 0x3a;
const OPEN_BRACKET: u32 = 0x5b;
const BACKSLASH: u32 = 0x5c;
const CLOSE_BRACKET: u32 = 0x5d;
const OPEN_BRACE: u32 = 0x7b;
const CLOSE_BRACE: u32 = 0x7d;

const DEEPEST: i32 = 64;
const MOST_MEMBERS: usize = 4096;
const NAME_SLOTS: usize = 8192;

// Set once, before the first call.
/** What stands before and after an object: `head`; `tail` and a line break. */
export let head: usize = 0;
export let headLength: usize = 0;
export let tail: usize = 0;
export let tailLength: usize = 0;
/** A line that would begin at `full` or later, or end after `outputEnd`, waits until the caller has taken the others. */
export let full: usize = 0;
export let outputEnd: usize = 0;
/** Room for MOST_MEMBERS + 1 times 16 bytes, and for NAME_SLOTS times 8 bytes of zeros. */
export let memberTable: usize = 0;
export let nameTable: usize = 0;

/** Whether records have plans. */
export let isPlanned: bool = false;
/** The addresses of the descriptions of known sequences of names, u32 each (see NAMES_AT), and their number. */
export let sequenceTable: usize = 0;
export let sequences: i32 = 0;
/** Whether the caller wants to hear of other sequences. */
export let learns: bool = false;

/** Where the next byte of output goes. The caller moves it back when it takes lines. */
export let position: usize = 0;
/** Complete lines, or rows, since the caller set it to 0. */
export let lines: i32 = 0;
/** Why the last call ended: 1 when the output is full. */
export let isFull: i32 = 0;
/** 1 when the names of the record where it ended have no description yet; they are in `memberTable`. */
export let isUnknown: i32 = 0;
/** Line feeds that the last call of `readLines` passed. */
export let passedLines: i32 = 0;

// About the object that was read last.
/** For each member of its own: where it starts, where its name ends, where it ends, where its value starts; four u32. */
export let members: usize = 0;
let nullMembers: i32 = 0;
let hasBreaks: bool = false;
/** Tells the entries of one object in `nameTable` from those of earlier ones. */
let generation: u32 = 0;
/** The sequence that the record before had. */
let sequence: usize = 0;

// What a plan does with a member, as in csv-lines.ts.
const STAYS: u32 = 1;
const LOOKED_AT: u32 = 2;
const CUT_BEFORE: u32 = 4;
/** The steps of the plan take its value for a text or null. */
const TAKEN_FOR_TEXT: u32 = 8;

/** Of a sequence, u32 each: the sum of its names, their number, what a row takes at most beyond the record's own text, its plan (0: none); then its names. */
const NAMES_AT: usize = 16;
/** Of a name, and of what comes after the last one: its JSON and the length, the same of `,"new name":`, what the plan does, the number of its value; u32. */
const NAME_BYTES: usize = 24;

/** The first place from `at` on that is not white space. */
// @ts-ignore: decorator
@inline
function skipSpace(at: usize): usize {
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
function skipObject(at: usize): usize {
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
function isNull(member: usize): bool {
  return load<u8>(<usize>load<u32>(member, 12)) == 0x6e;
}

/** Whether two members of the object may have the same name: then which one counts is the caller's question. */
function hasDuplicates(): bool {
  generation++;
  for (let index: usize = 0; index < members; index++) {
    const member = memberTable + (index << 4);
    const start = <usize>load<u32>(member);
    const length = <usize>load<u32>(member, 4) - start;
    let hash: u32 = 0;
    for (let at: usize = 0; at < length; at++) {
      const byte = <u32>load<u8>(start + at);
      if (byte == BACKSLASH) return true;
      hash = (hash ^ byte) * 0x01000193;
    }
    let slot = <usize>(hash ^ (hash >> 15)) & (NAME_SLOTS - 1);
    while (load<u32>(nameTable + (slot << 3)) == generation) {
      const other = memberTable + (<usize>load<u32>(nameTable + (slot << 3), 4) << 4);
      const otherStart = <usize>load<u32>(other);
      if (<usize>load<u32>(other, 4) - otherStart == length && memory.compare(otherStart, start, length) == 0) return true;
      slot = (slot + 1) & (NAME_SLOTS - 1);
    }
    store<u32>(nameTable + (slot << 3), generation);
    store<u32>(nameTable + (slot << 3), <u32>index, 4);
  }
  return false;
}

/** Copies JSON text, without the white space between tokens when the object has line breaks. */
function copyJson(to: usize, from: usize, end: usize): usize {
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

function copyWithoutNulls(to: usize): usize {
  const start = to;
  for (let index: usize = 0; index < members; index++) {
    const member = memberTable + (index << 4);
    if (isNull(member)) continue;
    store<u8>(to++, COMMA);
    to = copyJson(to, <usize>load<u32>(member), <usize>load<u32>(member, 8));
  }
  if (to == start) to++;
  store<u8>(start, OPEN_BRACE);
  store<u8>(to, CLOSE_BRACE);
  return to + 1;
}

/** Writes the line of the object that was read last. False when there is no room; then `isFull` says whether there will be. */
function writeLine(from: usize, end: usize, whenFull: bool): bool {
  const start = position;
  if (start + headLength + (end - from) + tailLength > outputEnd) {
    isFull = whenFull ? 1 : 0;
    return false;
  }
  memory.copy(start, head, headLength);
  let to = start + headLength;
  to = nullMembers > 0 ? copyWithoutNulls(to) : copyJson(to, from, end);
  memory.copy(to, tail, tailLength);
  position = to + tailLength;
  lines++;
  return true;
}

// @ts-ignore: decorator
@inline
function isSame(a: usize, b: usize, length: usize): bool {
  for (; length > 16; a += 16, b += 16, length -= 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false;
  }
  const mask: u32 = (1 << <u32>length) - 1;
  return (i8x16.bitmask(i8x16.ne(v128.load(a), v128.load(b))) & mask) == 0;
}

function hasNamesOf(known: usize): bool {
  if (<usize>load<u32>(known, 4) != members) return false;
  let name = known + NAMES_AT;
  for (let member = memberTable, last = memberTable + (members << 4); member < last; member += 16, name += NAME_BYTES) {
    const start = <usize>load<u32>(member);
    const length = <usize>load<u32>(member, 4) - start;
    if (<usize>load<u32>(name, 4) != length || !isSame(start, <usize>load<u32>(name), length)) return false;
  }
  return true;
}

/** A sum of the names of the object that was read last. */
export function namesSum(): u32 {
  let sum: u32 = 0;
  for (let member = memberTable, last = memberTable + (members << 4); member < last; member += 16) {
    for (let at = <usize>load<u32>(member), end = <usize>load<u32>(member, 4); at < end; at++) sum = (sum ^ <u32>load<u8>(at)) * 0x01000193;
  }
  return sum;
}

/** Finds the sequence of the names of the object that was read last; 0 when it is not known. */
function findSequence(): usize {
  if (sequence != 0 && hasNamesOf(sequence)) return sequence;
  const sum = namesSum();
  for (let index = 0; index < sequences; index++) {
    const known = <usize>load<u32>(sequenceTable + (<usize>index << 2));
    if (load<u32>(known) == sum && hasNamesOf(known)) {
      sequence = known;
      return known;
    }
  }
  return 0;
}

/** Whether the value is a text that is written without escapes. */
function isPlainText(member: usize): bool {
  const start = <usize>load<u32>(member, 12);
  return load<u8>(start) == QUOTE && !hasEscapes(start, <usize>load<u32>(member, 8));
}

/** Makes the object that was read last, of `length` bytes, a row of the table. False when it is left to the caller. */
function writeRow(length: usize, whenFull: bool): bool {
  const known = findSequence();
  if (known == 0) {
    isUnknown = learns ? 1 : 0;
    return false;
  }
  const plan = <usize>load<u32>(known, 12);
  if (plan == 0) return false;
  if (position + length + <usize>load<u32>(known, 8) > outputEnd) {
    isFull = whenFull ? 1 : 0;
    return false;
  }
  usePlan(plan);
  beginEntry(position);
  let to = position;
  let areTexts = true;
  let name = known + NAMES_AT;
  for (let member = memberTable, last = memberTable + (members << 4); member < last; member += 16, name += NAME_BYTES) {
    const use = load<u32>(name, 16);
    if (use & CUT_BEFORE) cut(to);
    const isGone = isNull(member);
    if (isGone && use & LOOKED_AT) {
      setNull(load<u32>(name, 20));
      setText(load<u32>(name, 20), NULL, 0);
    }
    if (use & TAKEN_FOR_TEXT && !isGone && areTexts) areTexts = isPlainText(member);
    if (isGone || !(use & (STAYS | LOOKED_AT))) continue;
    const keyLength = <usize>load<u32>(name, 12);
    copy(to, <usize>load<u32>(name, 8), keyLength);
    to += keyLength;
    const start = to;
    const valueStart = <usize>load<u32>(member, 12);
    const valueEnd = <usize>load<u32>(member, 8);
    if (hasBreaks) {
      to = copyJson(to, valueStart, valueEnd);
    } else {
      copy(to, valueStart, valueEnd - valueStart);
      to += valueEnd - valueStart;
    }
    if (use & LOOKED_AT) {
      setValue(load<u32>(name, 20), start, to);
      setText(load<u32>(name, 20), start + 1, to - 1);
    }
  }
  if (load<u32>(name, 16) & CUT_BEFORE) cut(to);
  lines++;
  const verdict = areTexts ? judgeRow() : ASKED;
  if (verdict == DROPPED) {
    dropEntry();
    return true;
  }
  endEntry(to, verdict);
  position = to;
  return true;
}

// @ts-ignore: decorator
@inline
function outputIsFull(): bool {
  return position >= full || (isPlanned && (tableIsFull() || !hasMemberRoom()));
}

/** Forgets what it knows of the sequences, whose memory gets other ones. */
export function reset(): void {
  sequence = 0;
  usePlan(0);
}

/**
 * JSON Lines from `from` to `end`, after which 16 zeros must stand, and as many bytes again. Returns the start of the first line that is left to
 * the caller: because the output is full, because its end is not there, or because it is not simple.
 */
export function readLines(from: usize, end: usize, output: usize): usize {
  isFull = 0;
  isUnknown = 0;
  passedLines = 0;
  let start = from;
  while (true) {
    let at = start;
    while (load<u8>(at) == SPACE || load<u8>(at) == 0x09 || load<u8>(at) == CR) at++;
    const byte = <u32>load<u8>(at);
    if (byte == OPEN_BRACE) {
      if (outputIsFull()) {
        isFull = 1;
        return start;
      }
      const object = at;
      const objectEnd = skipObject(at);
      // An object with a line break is two damaged lines.
      if (objectEnd == 0 || objectEnd > end || hasBreaks || (nullMembers > 0 && !isPlanned && hasDuplicates())) return start;
      at = objectEnd;
      while (load<u8>(at) == SPACE || load<u8>(at) == 0x09 || load<u8>(at) == CR) at++;
      if (load<u8>(at) != LF || at >= end) return start;
      if (!(isPlanned ? writeRow(objectEnd - object, position > output) : writeLine(object, objectEnd, position > output))) return start;
    } else if (byte != LF || at >= end) {
      return start;
    }
    start = at + 1;
    passedLines++;
  }
}

/**
 * Elements of an array from `from`, where one begins, to `end`, after which 16 zeros must stand. Returns the start of the
 * first element that is left to the caller; every element before it was followed by a comma.
 */
export function readItems(from: usize, end: usize, output: usize): usize {
  isFull = 0;
  isUnknown = 0;
  let start = from;
  while (true) {
    const object = skipSpace(start);
    if (load<u8>(object) != OPEN_BRACE) return start;
    if (outputIsFull()) {
      isFull = 1;
      return start;
    }
    const objectEnd = skipObject(object);
    if (objectEnd == 0 || objectEnd > end) return start;
    const breaksInside = hasBreaks;
    const at = skipSpace(objectEnd);
    if (load<u8>(at) != COMMA || at >= end) return start;
    hasBreaks = breaksInside;
    if (nullMembers > 0 && !isPlanned && hasDuplicates()) return start;
    if (!(isPlanned ? writeRow(objectEnd - object, position > output) : writeLine(object, objectEnd, position > output))) return start;
    start = at + 1;
  }
}

/** One record with a plan, and nothing but white space around it, from `from` to `end`, after which 16 zeros must stand. False when it was not read. */
export function readRecord(from: usize, end: usize, output: usize): bool {
  isFull = 0;
  isUnknown = 0;
  const object = skipSpace(from);
  if (load<u8>(object) != OPEN_BRACE) return false;
  if (outputIsFull()) {
    isFull = 1;
    return false;
  }
  const objectEnd = skipObject(object);
  if (objectEnd == 0) return false;
  const breaksInside = hasBreaks;
  if (skipSpace(objectEnd) != end) return false;
  hasBreaks = breaksInside;
  return writeRow(objectEnd - object, position > output);
}

/** Where `readItems` would leave the elements to the caller, if there was always room. */
export function skipItems(from: usize, end: usize): usize {
  let start = from;
  while (true) {
    const object = skipSpace(start);
    if (load<u8>(object) != OPEN_BRACE) return start;
    const objectEnd = skipObject(object);
    if (objectEnd == 0 || objectEnd > end) return start;
    const at = skipSpace(objectEnd);
    if (load<u8>(at) != COMMA || at >= end) return start;
    start = at + 1;
  }
}
