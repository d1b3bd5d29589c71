// Whether a text can be read by ../xml-records.ts, and how many lines and columns were.

const LF: u32 = 0x0a;
const CR: u32 = 0x0d;

/** Of what `passLines` passed: line breaks, and characters after the last of them. */
export let passedLines: i32 = 0;
export let passedColumns: i32 = 0;

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
