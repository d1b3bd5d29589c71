// The rows of a plan (../../../row-plan.ts): where each row stands in the output, where it is cut, and where the values are
// that are looked at. row-steps.ts may judge a row at its end. The caller takes the values of rows for which that is not enough
// (`collect`), decides about them, and has the lines put together from what stays of the rows and the members that were made
// here and there (`assemble`).

/** What is known of a row: what its plan's steps say, or nothing. */
export const DONE: u32 = 0;
export const ASKED: u32 = 1;
/** Not in the table. */
export const DROPPED: u32 = 2;

const OPEN_BRACE: u8 = 0x7b;
const BACKSLASH: u8 = 0x5c;
/** In place of the start of a value: null. */
export const NULL: u32 = 0xffffffff;
const CUTS_AT: usize = 20;

// Set before the first row.
/** Where the table is, and where a row that begins there waits for the next call. */
export let table: usize = 0;
export let tableFull: usize = 0;

// About the plan in use, as its description has it: a u32 for each.
let plan: usize = 0;
/** The bytes of a row: its start, its end, its plan, what is known of it, the rows dropped before it, the cuts, two addresses for each value, and two for each member that is made here. */
let stride: usize = 0;
/** Where the values begin in a row. */
let valuesAt: usize = 0;
let values: i32 = 0;
/** For each part between two cuts, whether it stays, and how many made members follow it: two u32. */
let parts: i32 = 0;
let partTable: usize = 0;
/** Members that are made for a row, and for each its number among those that are made here, or NULL when the caller makes it; u32. */
let made: i32 = 0;
let madeTable: usize = 0;
/** Where the members that are made here begin in a row. */
let membersAt: usize = 0;
/** What row-steps.ts begins with. */
export let steps: usize = 0;
/** Whether the caller looks at rows that are done; for each value whether it does, u8. */
let wantsDone: u32 = 0;
let wantedValues: usize = 0;

/** Two addresses for each value of a row, where a program does not have its texts in the row itself. */
export let textTable: usize = 0;

// What the caller reads.
/** The end of the last complete row in the table; the caller sets it back to `table`. */
export let entry: usize = 0;
/** UTF-16 units of the values that were collected. */
export let units: u32 = 0;
/** Lines that were put together. */
export let assembled: i32 = 0;
/** Rows that were dropped; the caller sets it back to 0. */
export let dropped: u32 = 0;
/** Bytes of the members that were made here; the caller sets it back to 0. */
export let memberBytes: u32 = 0;

let nextCut: usize = 0;

/** Begins to work with the plan that is described at `at`: for the rows that come, or one in the table. */
// @ts-ignore: decorator
@inline
export function usePlan(at: usize): void {
  if (at != plan) changePlan(at);
}

function changePlan(at: usize): void {
  plan = at;
  stride = <usize>load<u32>(at);
  valuesAt = <usize>load<u32>(at, 4);
  values = load<i32>(at, 8);
  parts = load<i32>(at, 12);
  partTable = <usize>load<u32>(at, 16);
  made = load<i32>(at, 20);
  steps = <usize>load<u32>(at, 24);
  wantsDone = load<u32>(at, 28);
  wantedValues = <usize>load<u32>(at, 32);
  madeTable = <usize>load<u32>(at, 36);
  membersAt = <usize>load<u32>(at, 40);
}

// @ts-ignore: decorator
@inline
export function tableIsFull(): bool {
  return entry >= tableFull;
}

// @ts-ignore: decorator
@inline
export function beginEntry(start: usize): void {
  store<u32>(entry, <u32>start);
  store<u32>(entry, <u32>plan, 8);
  nextCut = entry + CUTS_AT;
}

// @ts-ignore: decorator
@inline
export function cut(at: usize): void {
  store<u32>(nextCut, <u32>at);
  nextCut += 4;
}

// @ts-ignore: decorator
@inline
export function setValue(index: u32, start: usize, end: usize): void {
  const at = entry + valuesAt + (<usize>index << 3);
  store<u32>(at, <u32>start);
  store<u32>(at, <u32>end, 4);
}

// @ts-ignore: decorator
@inline
export function setNull(index: u32): void {
  store<u32>(entry + valuesAt + (<usize>index << 3), NULL);
}

/** Where a value of the row that is being written stands as a text: its start, or NULL, and its end. */
// @ts-ignore: decorator
@inline
export function valuePlace(index: u32): usize {
  return (textTable == 0 ? entry + valuesAt : textTable) + (<usize>index << 3);
}

/** The same of a program whose values are JSON of any kind: without the quotes. */
// @ts-ignore: decorator
@inline
export function setText(index: u32, start: usize, end: usize): void {
  const at = textTable + (<usize>index << 3);
  store<u32>(at, <u32>start);
  store<u32>(at, <u32>end, 4);
}

/** Where a member stands that was made here. */
// @ts-ignore: decorator
@inline
export function setMember(index: u32, start: usize, end: usize): void {
  const at = entry + membersAt + (<usize>index << 3);
  store<u32>(at, <u32>start);
  store<u32>(at, <u32>end, 4);
  memberBytes += <u32>(end - start);
}

/** `verdict`: DONE or ASKED. */
// @ts-ignore: decorator
@inline
export function endEntry(end: usize, verdict: u32 = ASKED): void {
  store<u32>(entry, <u32>end, 4);
  store<u32>(entry, verdict, 12);
  store<u32>(entry, dropped, 16);
  entry += stride;
}

/** The next row takes the place of this one. */
// @ts-ignore: decorator
@inline
export function dropEntry(): void {
  dropped++;
}

/** Copies whole blocks of 32 bytes: both sides have room for them. */
// @ts-ignore: decorator
@inline
export function copy(to: usize, from: usize, length: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to + 16, v128.load(from + 16));
  for (let at: usize = 32; at < length; at += 32) {
    v128.store(to + at, v128.load(from + at));
    v128.store(to + at + 16, v128.load(from + at + 16));
  }
}

function hexDigit(byte: u32): u32 {
  return byte <= 0x39 ? byte - 0x30 : byte - 0x57;
}

/** The byte that an escape of ../csv-lines.ts stands for; `at` is behind the backslash. */
function unescaped(at: usize): u8 {
  const byte = load<u8>(at);
  if (byte == 0x6e) return 0x0a;
  if (byte == 0x72) return 0x0d;
  if (byte == 0x74) return 0x09;
  if (byte == 0x62) return 0x08;
  if (byte == 0x66) return 0x0c;
  if (byte == 0x75) return <u8>((hexDigit(load<u8>(at, 3)) << 4) | hexDigit(load<u8>(at, 4)));
  return byte;
}

/** Copies a value, and counts its units. */
function collectValue(from: usize, end: usize, to: usize, unescapes: bool): usize {
  const backslashes = i8x16.splat(BACKSLASH);
  const continuations = i8x16.splat(-64);
  const longLeads = i8x16.splat(-16);
  let at = from;
  while (at < end) {
    const block = v128.load(at);
    const length = min<usize>(end - at, 16);
    const mask: u32 = (1 << <u32>length) - 1;
    let whole = length;
    const escapes = unescapes ? i8x16.bitmask(i8x16.eq(block, backslashes)) & mask : 0;
    if (escapes != 0) whole = <usize>ctz(escapes);
    const wholeMask: u32 = (1 << <u32>whole) - 1;
    v128.store(to, block);
    units += <u32>whole - popcnt(i8x16.bitmask(i8x16.lt_s(block, continuations)) & wholeMask) + popcnt(i8x16.bitmask(i8x16.ge_u(block, longLeads)) & wholeMask);
    at += whole;
    to += whole;
    if (escapes != 0) {
      store<u8>(to++, unescaped(at + 1));
      units++;
      at += load<u8>(at, 1) == 0x75 ? 6 : 2;
    }
  }
  return to;
}

/**
 * Copies the values that the caller looks at to `to`, one after the other, and returns the end. Their places in the table become places
 * in that text, in UTF-16 units. `unescapes`: the rows hold JSON texts without quotes.
 */
export function collect(to: usize, unescapes: bool): usize {
  units = 0;
  for (let row = table; row < entry; row += stride) {
    usePlan(<usize>load<u32>(row, 8));
    const isDone = load<u32>(row, 12) == DONE;
    if (isDone && !wantsDone) continue;
    for (let value = 0, at = row + valuesAt; value < values; value++, at += 8) {
      const start = load<u32>(at);
      if (start == NULL || (isDone && !load<u8>(wantedValues + value))) continue;
      store<u32>(at, units);
      to = collectValue(<usize>start, <usize>load<u32>(at, 4), to, unescapes);
      store<u32>(at, units, 4);
    }
  }
  return to;
}

/**
 * Puts the lines together at `to` and returns their end. `decisions`: for each row that the caller looked at the lengths of its
 * made members, i32; the first one is -1 where the row is dropped. `texts`: the made members, `,"name":value`. `tail` begins with the brace.
 */
export function assemble(to: usize, decisions: usize, texts: usize, head: usize, headLength: usize, tail: usize, tailLength: usize): usize {
  assembled = 0;
  for (let row = table; row < entry; row += stride) {
    usePlan(<usize>load<u32>(row, 8));
    let lengths = decisions;
    const isDone = load<u32>(row, 12) == DONE;
    if (!isDone || wantsDone) {
      decisions += <usize>max(made, 1) << 2;
      if (load<i32>(lengths) < 0) continue;
    }
    copy(to, head, headLength);
    const start = to + headLength;
    to = start;
    let from = <usize>load<u32>(row);
    let cuts = row + CUTS_AT;
    let maker = madeTable;
    for (let part = 0; part < parts; part++) {
      const end = <usize>(part == parts - 1 ? load<u32>(row, 4) : load<u32>(cuts));
      cuts += 4;
      if (load<u32>(partTable + (<usize>part << 3))) {
        copy(to, from, end - from);
        to += end - from;
      }
      from = end;
      for (let left = load<u32>(partTable + (<usize>part << 3), 4); left > 0; left--) {
        const member = load<u32>(maker);
        if (isDone && member != NULL) {
          const place = row + membersAt + (<usize>member << 3);
          const begin = <usize>load<u32>(place);
          const length = <usize>load<u32>(place, 4) - begin;
          copy(to, begin, length);
          to += length;
        } else {
          const length = <usize>load<u32>(lengths);
          copy(to, texts, length);
          texts += length;
          to += length;
        }
        maker += 4;
        lengths += 4;
      }
    }
    // The comma before the first member is the place of the brace; without members it comes alone.
    if (to == start) to++;
    store<u8>(start, OPEN_BRACE);
    copy(to, tail, tailLength);
    to += tailLength;
    assembled++;
  }
  return to;
}
