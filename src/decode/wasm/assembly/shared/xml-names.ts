// The names that ../xml-records.ts has met.

import { afterName, firstBytes, isInWideName, startsName, startsWideName, wideCharacter, wideEnd } from './xml-characters';
import { inputEnd, refuse } from './xml-input';

const SPACE: u32 = 0x20;
const EQUALS: u32 = 0x3d;
const GREATER: u32 = 0x3e;

// A name in `nameTable`: its first 16 bytes, zeros after its end, then:
const NAME_BYTES: usize = 48;
/** Where its bytes are, and how many. */
export const BYTES: usize = 16;
export const LENGTH: usize = 20;
/** The first element of this name in the innermost open element that has one, or in one outside of it. */
export const SEEN: usize = 24;
/** The name that followed it the last time. */
const FOLLOWER: usize = 28;
/** The number of the last element that has an attribute of this name: u64. */
export const USED_BY: usize = 32;

// Set once, before the first call: the tables and their ends; `nameSlots` is a power of two of u32, all zeros.
export let nameTable: usize = 0;
export let nameTableEnd: usize = 0;
export let nameSlots: usize = 0;
export let nameSlotCount: u32 = 0;
export let nameBytes: usize = 0;
export let nameBytesEnd: usize = 0;

export let itemName: usize = 0;
let nextName: usize = 0;
let nextNameBytes: usize = 0;
/** The name that was read last. */
let lastName: usize = 0;
/** Behind the name that `readName` has read. */
export let nameEnd: usize = 0;

/** The entry of the name at `at`; 0 when there is none, or no room for it. Sets `nameEnd`. */
// @ts-ignore: decorator
@inline
export function readName(at: usize): usize {
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
