// The names of an object's members: whether they are different, and whether a description of them is known.

import { BACKSLASH, members, memberTable } from './json-scan';

const NAME_SLOTS: usize = 8192;

// Set once, before the first call.
/** NAME_SLOTS times 8 bytes of zeros. */
export let nameTable: usize = 0;
/** The addresses of the descriptions of known sequences of names, u32 each (see NAMES_AT), and their number. */
export let sequenceTable: usize = 0;
export let sequences: i32 = 0;

/** Tells the entries of one object in `nameTable` from those of earlier ones. */
let generation: u32 = 0;
/** The sequence that the record before had. */
let sequence: usize = 0;

/** Of a sequence, u32 each: the sum of its names, their number, what a row takes at most beyond the record's own text, its plan (0: none); then its names. */
export const NAMES_AT: usize = 16;
/** Of a name, and of what comes after the last one: its JSON and the length, the same of `,"new name":`, what the plan does, the number of its value; u32. */
export const NAME_BYTES: usize = 24;

/** Whether two members of the object may have the same name: then which one counts is the caller's question. */
export function hasDuplicates(): bool {
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
export function findSequence(): usize {
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

/** Forgets what it knows of the sequences, whose memory gets other ones. */
export function forgetSequences(): void {
  sequence = 0;
}
