import { setTimeout as delay } from 'node:timers/promises';

/** The only source of time in the program. Specs inject `FakeClock` (spec/support). */
export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that never go back; for durations and deadlines. */
  monotonic(): number;
  /** Resolves after `ms` milliseconds; rejects with the reason of `signal` when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** The same for what only watches over others (limits, heartbeats): no clock makes time pass because of it. */
  background(ms: number, signal?: AbortSignal): Promise<void>;
}

/** setTimeout fires at once beyond 2^31-1 ms, so longer sleeps are taken in pieces. */
const LONGEST_TIMER_MS = 2_000_000_000;

export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    let left = Math.max(0, ms);
    do {
      const piece = Math.min(left, LONGEST_TIMER_MS);
      try {
        await delay(piece, undefined, { signal });
      } catch (error) {
        throw signal?.aborted ? signal.reason : error;
      }
      left -= piece;
    } while (left > 0);
  }

  background(ms: number, signal?: AbortSignal): Promise<void> {
    return this.sleep(ms, signal);
  }
}

interface Sleeper {
  wakeAt: number;
  wake: () => void;
}

/**
 * For tests of the built program (`SOURCE_TEST_FAST_WAITS=1`) and for replays: a pause takes about a millisecond, and
 * `monotonic()` moves on as if it had been slept. Sleepers wake in the order of their wake-up times, so a long pause
 * of one job does not eat the deadline of another. The wall clock is left alone: it is visible in what is sent.
 */
export class FastWaitClock extends SystemClock {
  private offset = 0;
  private readonly sleepers: Sleeper[] = [];
  private ticking = false;

  override monotonic(): number {
    return performance.now() + this.offset;
  }

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const at = this.sleepers.indexOf(sleeper);
        if (at >= 0) this.sleepers.splice(at, 1);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        wakeAt: this.monotonic() + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.sleepers.push(sleeper);
      this.tick();
    });
  }

  override background(ms: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(ms, signal);
  }

  /** Time passes without anybody sleeping. */
  protected skip(ms: number): void {
    this.offset += Math.max(0, ms);
  }

  private tick(): void {
    if (this.ticking || this.sleepers.length === 0) return;
    this.ticking = true;
    setTimeout(() => {
      this.ticking = false;
      const earliest = this.sleepers.reduce<Sleeper | undefined>((a, b) => (a && a.wakeAt <= b.wakeAt ? a : b), undefined);
      if (earliest) {
        this.sleepers.splice(this.sleepers.indexOf(earliest), 1);
        this.offset += Math.max(0, earliest.wakeAt - this.monotonic());
        earliest.wake();
      }
      this.tick();
    }, 1);
  }
}

/** The clock of a program with this environment. */
export function clockOf(env: Readonly<Record<string, string | undefined>>): Clock {
  return env.SOURCE_TEST_FAST_WAITS === '1' ? new FastWaitClock() : new SystemClock();
}
