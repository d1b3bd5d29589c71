// Where the input of ../xml-records.ts ends.

/** 1 when the input may just end too early. */
export let needsMore: i32 = 0;

export let inputEnd: usize = 0;

/** Ends the reading of an element at a place where it cannot go on. */
export function refuse(at: usize): usize {
  // An entity or the mark of a section is not longer than this.
  if (at + 16 >= inputEnd) needsMore = 1;
  return 0;
}

/** The input of the next calls ends here. */
export function beginInput(end: usize): void {
  needsMore = 0;
  inputEnd = end;
}
