import { orAborted } from './or-aborted';

/** Hands finished things from many producers to one consumer, in the order in which they came. */
export class ReadyQueue<T> {
  private items: T[] = [];
  private ended = false;
  private change = newSignal();

  push(item: T): void {
    this.items.push(item);
    this.changed();
  }

  /** Nothing more will come. */
  end(): void {
    this.ended = true;
    this.changed();
  }

  /** The next thing, or undefined after the last one. */
  async next(signal: AbortSignal): Promise<T | undefined> {
    while (this.items.length === 0) {
      if (this.ended) return undefined;
      await orAborted(this.change.promise, signal);
    }
    const item = this.items.shift();
    this.changed();
    return item;
  }

  /** Resolves when fewer than `limit` things wait for the consumer. */
  async room(limit: number, signal: AbortSignal): Promise<void> {
    while (this.items.length >= limit) await orAborted(this.change.promise, signal);
  }

  /** Takes out what nobody will ask for. */
  drain(): T[] {
    const rest = this.items;
    this.items = [];
    return rest;
  }

  private changed(): void {
    const { resolve } = this.change;
    this.change = newSignal();
    resolve();
  }
}

function newSignal(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
