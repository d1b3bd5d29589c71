/** The right to one of a limited number of places. Giving it back twice does no harm. */
export interface Slot {
  release(): void;
}

interface Waiter {
  grant(slot: Slot): void;
}

/** A number of places, given out in the order in which they were asked for. */
export class FairSlots {
  private taken = 0;
  private readonly waiters = new Set<Waiter>();

  constructor(readonly limit: number) {}

  get inUse(): number {
    return this.taken;
  }

  /** Resolves when a place is free; rejects with the reason of `signal` when that is aborted first. */
  acquire(signal: AbortSignal): Promise<Slot> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.taken < this.limit && this.waiters.size === 0) return Promise.resolve(this.newSlot());
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.waiters.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        grant: (slot) => {
          signal.removeEventListener('abort', onAbort);
          resolve(slot);
        },
      };
      this.waiters.add(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
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
      this.waiters.delete(waiter);
      waiter.grant(this.newSlot());
    }
  }
}
