import type { Clock } from '../platform/clock';

/** Pause between two STATEs: at least this, and 50 ms a partition, so that states cost about 2 kB a second. */
const SHORTEST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 600_000;
const PAUSE_MS_A_PARTITION = 50;

/** When the STATE of a stream with many partitions is worth its size. */
export class StatePace {
  private lastAtMs: number | undefined;

  constructor(private readonly clock: Clock) {}

  /** True when a STATE that lists so many partitions is due; it then counts as sent. */
  isDue(partitions: number): boolean {
    const pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, partitions * PAUSE_MS_A_PARTITION));
    const now = this.clock.monotonic();
    if (this.lastAtMs !== undefined && now - this.lastAtMs < pause) return false;
    this.lastAtMs = now;
    return true;
  }
}
