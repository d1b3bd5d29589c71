import type { Clock } from '../platform/clock';
import type { AsyncJob } from './async-job';

/** Timers are that exact. */
const EXACT_MS = 1;

interface Waiter {
  dueAt: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/** Jobs that wait until they are asked about: one timer and one listener for all of them, and none when nobody waits. */
export class PollQueue {
  /** In the order in which they began to wait. */
  private readonly waiters = new Map<AsyncJob, Waiter>();
  private timer: { at: number; stop: AbortController } | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {}

  /** Resolves at `dueAt`, monotonic milliseconds; rejects with the reason of the signal when that is aborted first. */
  wait(job: AsyncJob, dueAt: number): Promise<void> {
    if (this.signal.aborted) return Promise.reject(this.signal.reason);
    if (this.waiters.size === 0) this.signal.addEventListener('abort', this.onAbort);
    const waiting = new Promise<void>((resolve, reject) => this.waiters.set(job, { dueAt, resolve, reject }));
    this.setTimer(dueAt);
    return waiting;
  }

  /** Who waits, and until when; longest first. */
  *waiting(): Generator<[AsyncJob, number]> {
    for (const [job, { dueAt }] of this.waiters) yield [job, dueAt];
  }

  /** A job that waits is due sooner. */
  hurry(job: AsyncJob, dueAt: number): void {
    const waiter = this.waiters.get(job);
    if (!waiter || waiter.dueAt <= dueAt) return;
    waiter.dueAt = dueAt;
    if (dueAt > this.clock.monotonic()) return this.setTimer(dueAt);
    this.waiters.delete(job);
    waiter.resolve();
    if (this.waiters.size === 0) this.rest();
  }

  private setTimer(at: number): void {
    if (this.timer && this.timer.at <= at) return;
    this.timer?.stop.abort();
    const timer = { at, stop: new AbortController() };
    this.timer = timer;
    this.clock.sleep(Math.max(0, at - this.clock.monotonic()), timer.stop.signal).then(
      () => this.timer === timer && this.wakeDue(),
      () => undefined,
    );
  }

  private wakeDue(): void {
    this.timer = undefined;
    const now = this.clock.monotonic() + EXACT_MS;
    let next = Number.POSITIVE_INFINITY;
    for (const [job, waiter] of this.waiters) {
      if (waiter.dueAt > now) {
        next = Math.min(next, waiter.dueAt);
        continue;
      }
      this.waiters.delete(job);
      waiter.resolve();
    }
    if (this.waiters.size > 0) this.setTimer(next);
    else this.rest();
  }

  private rest(): void {
    this.timer?.stop.abort();
    this.timer = undefined;
    this.signal.removeEventListener('abort', this.onAbort);
  }

  private readonly onAbort = (): void => {
    const left = [...this.waiters.values()];
    this.waiters.clear();
    this.rest();
    for (const waiter of left) waiter.reject(this.signal.reason);
  };
}
