/** Whether one name may have been meant as the other: one or two letters more, less, other, or swapped; two only in longer names. */
export function isTypo(a: string, b: string): boolean {
  const limit = Math.min(a.length, b.length) < 6 ? 1 : 2;
  return a !== b && Math.abs(a.length - b.length) <= limit && distance(a, b) <= limit;
}

/** The sentence, with a blank before it, that names the one of `known` that may have been meant; empty when none is alike. */
export function suggestion(name: string, known: Iterable<string>): string {
  for (const each of known) if (isTypo(name, each)) return ` Did you mean "${each}"?`;
  return '';
}

/** How many letters to add, drop or change, or pairs of neighbours to swap. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwapped) next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}
