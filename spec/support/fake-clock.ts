import type { Clock } from '../../src/platform/clock';

interface Sleeper {
  at: number;
  wake: () => void;
}

/** A clock whose time passes only when everybody sleeps: the earliest sleeper wakes, and it is that late. */
export class FakeClock implements Clock {
  /** Every pause that was asked for, in milliseconds. */
  readonly sleeps: number[] = [];
  private elapsed = 0;
  private readonly sleepers: Sleeper[] = [];

  constructor(private readonly start = Date.parse('2024-03-01T12:00:00Z')) {}

  now(): number {
    return this.start + this.elapsed;
  }

  monotonic(): number {
    return this.elapsed;
  }

  /** Lets time pass without a sleeper. */
  advance(ms: number): void {
    this.elapsed += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const index = this.sleepers.indexOf(sleeper);
        if (index >= 0) this.sleepers.splice(index, 1);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper: Sleeper = { at: this.elapsed + Math.max(0, ms), wake };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', onAbort);
      // A macrotask later, so that everything that can run without time has run.
      setImmediate(() => setImmediate(() => this.wakeEarliest()));
    });
  }

  /** Here everything may make time pass: a limit is what a spec waits for. */
  background(ms: number, signal?: AbortSignal): Promise<void> {
    return this.sleep(ms, signal);
  }

  private wakeEarliest(): void {
    if (this.sleepers.length === 0) return;
    const earliest = this.sleepers.reduce((a, b) => (b.at < a.at ? b : a));
    this.sleepers.splice(this.sleepers.indexOf(earliest), 1);
    this.elapsed = Math.max(this.elapsed, earliest.at);
    earliest.wake();
  }
}
