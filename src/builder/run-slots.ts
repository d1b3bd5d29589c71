import { Refusal } from './refusal';

/** The runs of the server: so many at once, each with a signal of its own, and known until they have cleaned up. */
export class RunSlots {
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly limit: number) {}

  /**
   * @param signals of which each ends the run
   * @throws Refusal 503 when all slots are taken; what `work` throws
   */
  async run<T>(signals: readonly AbortSignal[], work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.throwIfFull();
    const abort = new AbortController();
    // Not AbortSignal.any: what it makes stays with the signal of the process for as long as that lives.
    const links = signals.map((signal) => ({ signal, onAbort: () => abort.abort(signal.reason) }));
    for (const { signal, onAbort } of links) {
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    }
    const run = work(abort.signal);
    this.running.add(run);
    try {
      return await run;
    } finally {
      this.running.delete(run);
      for (const { signal, onAbort } of links) signal.removeEventListener('abort', onAbort);
    }
  }

  /** @throws Refusal 503 when all slots are taken */
  throwIfFull(): void {
    if (this.running.size >= this.limit) throw new Refusal(503, `The server works on ${this.limit} requests already. Try again in a moment.`, { 'Retry-After': '5' });
  }

  /** Resolves when no run is left. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }
}
