/** So many of the last jobs say how long one takes. */
const REMEMBERED = 16;
/** As exact as anybody needs to know it: milliseconds, and the part of the time that the job takes. */
const EXACT_MS = 250;
const EXACT_SHARE = 0.01;
/** A job that ends sooner than any before it is seen after a fifth more time, or this much later. */
const EARLY_SHARE = 0.2;
const EARLY_MS = 5_000;
/** So often is a job asked about while it is as old as others were at their end. */
const POLLS_IN_RANGE = 4;

/** How long the last jobs of one stream took. Those of one report over windows of the same length tend to take equally long. */
export class JobDurations {
  private readonly recent: number[] = [];
  /** Longer than most, but not than all; milliseconds. */
  long = 0;
  private shortest = Number.POSITIVE_INFINITY;
  /** Between two polls of a job of that age. */
  private step = 0;

  /** Of so many jobs. */
  get count(): number {
    return this.recent.length;
  }

  /** A job was running at one age (0: never seen so) and finished at another; milliseconds. */
  learn(runningMs: number, finishedMs: number): void {
    // Found finished by the first poll: it may have been so for long, so that the next job shall be asked about a little sooner.
    this.recent.push(runningMs > 0 ? (runningMs + finishedMs) / 2 : finishedMs - exactness(finishedMs) * 0.75);
    if (this.recent.length > REMEMBERED) this.recent.shift();
    const sorted = [...this.recent].sort((a, b) => a - b);
    this.shortest = sorted[0]!;
    this.long = sorted[Math.floor(sorted.length * 0.9)]!;
    this.step = Math.max(exactness(this.shortest), (this.long - this.shortest) / POLLS_IN_RANGE);
  }

  /** Whether a job of this age may have ended, going by the others. */
  isRipe(ageMs: number): boolean {
    return ageMs >= this.shortest;
  }

  /** The age at which a job that was running at `ageMs` is worth a poll. */
  nextAge(ageMs: number): number {
    if (!this.isRipe(ageMs)) return this.shortest + exactness(this.shortest) / 2;
    return ageMs + Math.max(this.step, (ageMs - this.long) / 2);
  }

  /** The longest wait for a job that is not ripe yet: it may be a short one. */
  earlyWait(ageMs: number): number {
    return Math.max(EARLY_MS, ageMs * EARLY_SHARE);
  }
}

function exactness(durationMs: number): number {
  return Math.max(EXACT_MS, durationMs * EXACT_SHARE);
}
