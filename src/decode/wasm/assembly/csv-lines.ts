// CSV bytes → RECORD lines, 16 bytes at a time. AssemblyScript, compiled by scripts/build-wasm.mjs. The rules are those of
// ../../csv/csv-transcoder.ts and csv-line-builder.ts, which do the same where WebAssembly cannot; csv-wasm-transcoder.ts
// calls this and owns the memory: it lays the tables out, puts a piece of input in and takes finished lines out. With a
// plan for the rows, their members come without what stands around them, and each one has an entry in shared/row-table.ts.

import { hasMemberRoom } from './shared/row-members';
import { judgeRow } from './shared/row-steps';
import { beginEntry, copy, cut, dropEntry, DROPPED, endEntry, setNull, setValue, tableIsFull } from './shared/row-table';
export { memberPosition, membersEnd, membersFull } from './shared/row-members';
export { assembled, assemble, collect, dropped, entry, memberBytes, table, tableFull, units, usePlan } from './shared/row-table';

const LF: u32 = 0x0a;
const CR: u32 = 0x0d;
const SPACE: u32 = 0x20;
const QUOTE: u32 = 0x22;
const BACKSLASH: u32 = 0x5c;

// Where the scan stands between two bytes. csv-wasm-transcoder.ts knows these numbers.
const ROW_START: i32 = 0;
/** After a `\r` that ended a row: a `\n` belongs to it. */
const ROW_END_CR: i32 = 1;
const FIELD_START: i32 = 2;
const PLAIN: i32 = 3;
const QUOTED: i32 = 4;
const QUOTE_IN_QUOTED: i32 = 5;
/** After a `\r` inside of quotes. */
const QUOTED_CR: i32 = 6;

// What a plan does with a column: its cell stays, the caller looks at it, the row is cut before it.
const STAYS: u32 = 1;
const LOOKED_AT: u32 = 2;
const CUT_BEFORE: u32 = 4;

// Set once, before the first call. Every table may be read 32 bytes beyond its end.
export let delimiter: u32 = 0;
/** 256 when quotes have no meaning. */
export let quote: u32 = 0;
/** Rows of nothing but unquoted spaces and tabs are no rows. */
export let skipsBlankRows: bool = false;
export let columns: i32 = 0;
/** For each column, and what comes after the last one: the address and the length of `,"name":"`, what the plan does (below), the number of its value; four u32. */
export let keyTable: usize = 0;
/** Whether the rows have a plan. */
export let isPlanned: bool = false;
/** `,"name":["` for the cells beyond the last column. */
export let surplusKey: usize = 0;
export let surplusKeyLength: usize = 0;
/** What stands before and after the record's members: `head`; `}`, `tail` and a line break. */
export let head: usize = 0;
export let headLength: usize = 0;
export let tail: usize = 0;
export let tailLength: usize = 0;
/** The JSON escapes of the bytes below 32: 8 bytes each, the last one is the length. */
export let escapes: usize = 0;
/** Texts that mean null, escaped as in the output: address and length, two u32 each. */
export let nulls: i32 = 0;
export let nullTable: usize = 0;
/** 1 at the first bytes of those texts, by byte. */
export let nullStarts: usize = 0;
/** Whether the empty text is one of them. */
export let emptyIsNull: bool = false;
/** Where the lines begin; a row that starts at `full` or later waits for the next call. */
export let output: usize = 0;
export let full: usize = 0;

// What the caller reads, and resets where that is said.
export let state: i32 = ROW_START;
/** Where the next byte of output goes. The caller moves it back when it takes lines. */
export let position: usize = 0;
/** Complete lines since the caller set it to 0. */
export let lines: i32 = 0;
/** Rows that have begun. */
export let rows: f64 = 0;
/** Where in the input the last opening quote stood; the caller sets it to 0 before a call. */
export let openQuote: usize = 0;
export let shortRows: f64 = 0;
export let firstShortRow: f64 = 0;
export let longRows: f64 = 0;
export let firstLongRow: f64 = 0;

// The row and the field that are being written.
let column: i32 = 0;
let rowStart: usize = 0;
let fieldStart: usize = 0;
let keyStart: usize = 0;
let wasQuoted: bool = false;

/** Writes a byte that may not stand in a JSON text as it is; returns the position after it. */
// @ts-ignore: decorator
@inline
function escape(to: usize, byte: u32): usize {
  if (byte < SPACE) {
    const entry = escapes + (<usize>byte << 3);
    store<u64>(to, load<u64>(entry));
    return to + <usize>load<u8>(entry, 7);
  }
  if (byte == QUOTE || byte == BACKSLASH) {
    store<u16>(to, <u16>((byte << 8) | BACKSLASH));
    return to + 2;
  }
  store<u8>(to, <u8>byte);
  return to + 1;
}

function isNull(start: usize, end: usize): bool {
  const length = end - start;
  if (length == 0) return emptyIsNull;
  if (!load<u8>(nullStarts + <usize>load<u8>(start))) return false;
  for (let entry = nullTable, last = nullTable + (<usize>nulls << 3); entry < last; entry += 8) {
    if (<usize>load<u32>(entry, 4) == length && memory.compare(start, <usize>load<u32>(entry), length) == 0) return true;
  }
  return false;
}

/** Whether the text is nothing but spaces and tabs (`\t` by now). */
function isBlank(start: usize, end: usize): bool {
  if (start == end) return false;
  let at = start;
  while (at < end) {
    if (load<u8>(at) == SPACE) at++;
    else if (load<u16>(at) == 0x745c) at += 2;
    else return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline
function keyEntry(index: i32): usize {
  return keyTable + (<usize>index << 4);
}

/** The key of a cell beyond the last column, or what stands between two of them. */
function beginSurplus(to: usize): usize {
  if (column == columns) {
    if (load<u32>(keyEntry(column), 8) & CUT_BEFORE) cut(to);
    if (longRows == 0) firstLongRow = rows;
    longRows++;
    copy(to, surplusKey, surplusKeyLength);
    return to + surplusKeyLength;
  }
  store<u16>(to, 0x222c);
  return to + 2;
}

// @ts-ignore: decorator
@inline
function beginField(to: usize): usize {
  keyStart = to;
  if (column < columns) {
    const key = keyEntry(column);
    const length = <usize>load<u32>(key, 4);
    if (load<u32>(key, 8) & CUT_BEFORE) cut(to);
    copy(to, <usize>load<u32>(key), length);
    to += length;
  } else {
    to = beginSurplus(to);
  }
  fieldStart = to;
  wasQuoted = false;
  return to;
}

function endPlannedField(to: usize): usize {
  let isGone = false;
  if (column < columns) {
    const key = keyEntry(column);
    const use = load<u32>(key, 8);
    isGone = (nulls > 0 && isNull(fieldStart, to)) || !(use & (STAYS | LOOKED_AT));
    if (use & LOOKED_AT) {
      if (isGone) setNull(load<u32>(key, 12));
      else setValue(load<u32>(key, 12), fieldStart, to);
    }
  }
  column++;
  if (isGone) return keyStart;
  store<u8>(to, QUOTE);
  return to + 1;
}

/** The columns that a row has no cells for. */
function passMissing(to: usize): void {
  for (let missing = column; missing <= columns; missing++) {
    const key = keyEntry(missing);
    const use = load<u32>(key, 8);
    if (use & CUT_BEFORE) cut(to);
    if (use & LOOKED_AT) setNull(load<u32>(key, 12));
  }
}

// @ts-ignore: decorator
@inline
function endField(to: usize): usize {
  if (isPlanned) return endPlannedField(to);
  if (nulls > 0 && column < columns && isNull(fieldStart, to)) {
    column++;
    return keyStart;
  }
  column++;
  store<u8>(to, QUOTE);
  return to + 1;
}

/** Ends the last cell and the row. */
function endRow(to: usize): usize {
  if (skipsBlankRows && column == 0 && !wasQuoted && isBlank(fieldStart, to)) {
    rows--;
    return rowStart;
  }
  to = endField(to);
  if (isPlanned) passMissing(to);
  const membersStart = rowStart + headLength;
  if (column > columns) {
    store<u8>(to++, 0x5d);
  } else if (column < columns) {
    if (shortRows == 0) firstShortRow = rows;
    shortRows++;
  }
  if (isPlanned) {
    const verdict = judgeRow();
    if (verdict == DROPPED) {
      dropEntry();
      return rowStart;
    }
    endEntry(to, verdict);
    return to;
  }
  // The comma before the first member is the place of the brace; without members it comes alone.
  if (to == membersStart) to++;
  store<u8>(membersStart, 0x7b);
  copy(to, tail, tailLength);
  lines++;
  return to + tailLength;
}

/**
 * Reads the input from `from` to `end`, after which 16 line feeds must stand. Returns where it stopped: at `end`, or
 * before a row when the output is full. Writes at most six bytes for each byte of input, plus what a row costs at most
 * (head, tail, all keys), beyond the larger of `full` and `position`.
 */
export function transcode(from: usize, end: usize): usize {
  const delimiterByte = delimiter;
  const quoteByte = quote;
  const delimiters = i8x16.splat(<i8>delimiterByte);
  const quotes = i8x16.splat(<i8>(quoteByte < 256 ? quoteByte : QUOTE));
  const doubleQuotes = i8x16.splat(<i8>QUOTE);
  const backslashes = i8x16.splat(<i8>BACKSLASH);
  const spaces = i8x16.splat(<i8>SPACE);
  let at = from;
  let to = position;
  let now = state;

  while (true) {
    if (now <= ROW_END_CR) {
      if (at >= end) break;
      const byte = <u32>load<u8>(at);
      if (byte == LF || (byte == CR && now == ROW_START)) {
        at++;
        now = ROW_START;
        continue;
      }
      now = ROW_START;
      if (byte == CR) continue;
      if (to >= full || (isPlanned && (tableIsFull() || !hasMemberRoom()))) break;
      rowStart = to;
      if (isPlanned) {
        beginEntry(to);
      } else {
        copy(to, head, headLength);
        to += headLength;
      }
      rows++;
      column = 0;
      now = FIELD_START;
    }

    if (now == FIELD_START) {
      if (at >= end) break;
      to = beginField(to);
      now = PLAIN;
      if (<u32>load<u8>(at) == quoteByte) {
        wasQuoted = true;
        openQuote = at;
        at++;
        now = QUOTED;
      }
    }

    if (now == PLAIN) {
      let found: u32;
      while (true) {
        const block = v128.load(at);
        v128.store(to, block);
        found = i8x16.bitmask(
          v128.or(v128.or(i8x16.eq(block, delimiters), i8x16.lt_u(block, spaces)), v128.or(i8x16.eq(block, backslashes), i8x16.eq(block, doubleQuotes))),
        );
        if (found != 0) break;
        at += 16;
        to += 16;
      }
      const run = <usize>ctz(found);
      at += run;
      to += run;
      const byte = <u32>load<u8>(at);
      if (byte == delimiterByte) {
        // The delimiter may be a byte that the end of the input does not stop.
        at++;
        to = endField(to);
        now = FIELD_START;
      } else if (byte == LF || byte == CR) {
        if (at >= end) break;
        at++;
        to = endRow(to);
        now = byte == CR ? ROW_END_CR : ROW_START;
      } else {
        at++;
        to = escape(to, byte);
      }
      continue;
    }

    if (now == QUOTED) {
      let found: u32;
      while (true) {
        const block = v128.load(at);
        v128.store(to, block);
        found = i8x16.bitmask(
          v128.or(v128.or(i8x16.eq(block, quotes), i8x16.lt_u(block, spaces)), v128.or(i8x16.eq(block, backslashes), i8x16.eq(block, doubleQuotes))),
        );
        if (found != 0) break;
        at += 16;
        to += 16;
      }
      const run = <usize>ctz(found);
      at += run;
      to += run;
      const byte = <u32>load<u8>(at);
      if (byte == quoteByte) {
        at++;
        now = QUOTE_IN_QUOTED;
      } else if (byte == LF) {
        if (at >= end) break;
        at++;
        to = escape(to, LF);
        continue;
      } else {
        at++;
        if (byte == CR) {
          to = escape(to, LF);
          now = QUOTED_CR;
        } else {
          to = escape(to, byte);
          continue;
        }
      }
    }

    if (at >= end) break;
    if (now == QUOTE_IN_QUOTED) {
      if (<u32>load<u8>(at) == quoteByte) {
        to = escape(to, quoteByte);
        at++;
        now = QUOTED;
      } else {
        // Text after the closing quote belongs to the field.
        now = PLAIN;
      }
    } else {
      if (<u32>load<u8>(at) == LF) at++;
      now = QUOTED;
    }
  }

  state = now;
  position = to;
  return at;
}

/** Ends the row that no line break ended. */
export function finish(): void {
  if (state <= ROW_END_CR) return;
  if (state == FIELD_START) position = beginField(position);
  position = endRow(position);
  state = ROW_START;
}
