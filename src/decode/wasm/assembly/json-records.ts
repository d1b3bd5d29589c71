// JSON objects → RECORD lines: checks each object by the grammar of RFC 8259 and lets its bytes through, without null
// members and line breaks. AssemblyScript, compiled by scripts/build-wasm.mjs; ../../json/wasm-record-writer.ts calls it.
// What is not that simple (no object, no members, deep nesting, an error) is left to the caller, who parses it.
// Where records have plans, there is one for each sequence of names that comes: the members that stay are copied without what
// stands around the record, and each record has an entry in shared/row-table.ts.

import { findSequence, forgetSequences, hasDuplicates, NAME_BYTES, NAMES_AT } from './shared/json-names';
import { CLOSE_BRACE, COMMA, copyJson, CR, hasBreaks, isNull, isPlainText, LF, members, memberTable, nullMembers, OPEN_BRACE, skipObject, skipSpace, skipSpaceBehind, SPACE } from './shared/json-scan';
import { hasMemberRoom } from './shared/row-members';
import { judgeRow } from './shared/row-steps';
import { ASKED, beginEntry, copy, cut, dropEntry, DROPPED, endEntry, NULL, setNull, setText, setValue, tableIsFull, usePlan } from './shared/row-table';
export { namesSum, nameTable, sequences, sequenceTable } from './shared/json-names';
export { members, memberTable } from './shared/json-scan';
export { memberPosition, membersEnd, membersFull } from './shared/row-members';
export { assembled, assemble, collect, dropped, entry, memberBytes, table, tableFull, textTable, units, usePlan } from './shared/row-table';

// Set once, before the first call.
/** What stands before and after an object: `head`; `tail` and a line break. */
export let head: usize = 0;
export let headLength: usize = 0;
export let tail: usize = 0;
export let tailLength: usize = 0;
/** A line that would begin at `full` or later, or end after `outputEnd`, waits until the caller has taken the others. */
export let full: usize = 0;
export let outputEnd: usize = 0;
/** Whether records have plans. */
export let isPlanned: bool = false;
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

// What a plan does with a member, as in csv-lines.ts.
const STAYS: u32 = 1;
const LOOKED_AT: u32 = 2;
const CUT_BEFORE: u32 = 4;
/** The steps of the plan take its value for a text or null. */
const TAKEN_FOR_TEXT: u32 = 8;

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
  forgetSequences();
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
    const at = skipSpaceBehind(objectEnd);
    if (load<u8>(at) != COMMA || at >= end) return start;
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
  if (skipSpaceBehind(objectEnd) != end) return false;
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
