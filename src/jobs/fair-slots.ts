/** The right to one of a limited number of places. Giving it back twice does no harm. */
export interface Slot {
  release(): void;
}

interface Waiter {
  signal: AbortSignal;
  grant(slot: Slot): void;
  refuse(reason: unknown): void;
}

/** A number of places, given out in the order in which they were asked for. */
export class FairSlots {
  private taken = 0;
  private readonly waiters = new Set<Waiter>();
  /** One listener for all that wait with a signal: with one for each, a thousand of them would take their time at every change. */
  private readonly watches = new Map<AbortSignal, { waiters: number; onAbort(): void }>();

  constructor(readonly limit: number) {}

  get inUse(): number {
    return this.taken;
  }

  /** Resolves when a place is free; rejects with the reason of `signal` when that is aborted first. */
  acquire(signal: AbortSignal): Promise<Slot> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.taken < this.limit && this.waiters.size === 0) return Promise.resolve(this.newSlot());
    this.watch(signal);
    return new Promise((grant, refuse) => this.waiters.add({ signal, grant, refuse }));
  }

  /** Does `work` with a place, and gives it back however that ends. */
  async with<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const slot = await this.acquire(signal);
    try {
      return await work();
    } finally {
      slot.release();
    }
  }

  private newSlot(): Slot {
    this.taken += 1;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.taken -= 1;
        this.serveNext();
      },
    };
  }

  private serveNext(): void {
    for (const waiter of this.waiters) {
      if (this.taken >= this.limit) return;
      this.leave(waiter);
      waiter.grant(this.newSlot());
    }
  }

  private watch(signal: AbortSignal): void {
    const known = this.watches.get(signal);
    if (known) {
      known.waiters += 1;
      return;
    }
    const onAbort = () => {
      for (const waiter of this.waiters) {
        if (waiter.signal !== signal) continue;
        this.leave(waiter);
        waiter.refuse(signal.reason);
      }
    };
    this.watches.set(signal, { waiters: 1, onAbort });
    signal.addEventListener('abort', onAbort);
  }

  private leave(waiter: Waiter): void {
    this.waiters.delete(waiter);
    const watch = this.watches.get(waiter.signal)!;
    if ((watch.waiters -= 1) > 0) return;
    this.watches.delete(waiter.signal);
    waiter.signal.removeEventListener('abort', watch.onAbort);
  }
}
