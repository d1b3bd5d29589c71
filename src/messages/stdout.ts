import { write } from 'node:fs';
import type { Clock } from '../platform/clock';

/** The reader of our output is gone (EPIPE): nothing that we do can be seen any more. */
export class OutputClosedError extends Error {
  constructor() {
    super('The reader of the output closed it.');
    this.name = 'OutputClosedError';
  }
}

/** A place for finished lines, in order. */
export interface LineOutput {
  /** Queues whole lines. Await the result before producing more: it resolves when the queue is short again. */
  write(lines: string | Uint8Array): void | Promise<void>;
  /** Resolves when everything that was queued is with the operating system. */
  flush(): Promise<void>;
}

/** Above this many queued bytes, producers wait. */
const HIGH_WATER_BYTES = 1 << 20;
/** A pipe whose reader is slow answers EAGAIN when stdout was made non-blocking; pause before the next try. */
const AGAIN_PAUSE_MS = 5;

/**
 * Writes to a file descriptor with one write in flight. Not the stream of node's own: that would lose queued output at exit and
 * keep a slow reader's backlog in memory (decision 0003).
 */
export class DescriptorOutput implements LineOutput {
  private queue: Uint8Array[] = [];
  private queuedBytes = 0;
  private writing: Promise<void> | undefined;
  private failure: Error | undefined;

  constructor(
    private readonly descriptor: number,
    private readonly clock: Clock,
    /** Told once, when writing becomes impossible: the run has nobody to work for. */
    private readonly onFailure: (error: Error) => void = () => undefined,
  ) {}

  write(lines: string | Uint8Array): void | Promise<void> {
    if (this.failure) throw this.failure;
    const bytes = typeof lines === 'string' ? Buffer.from(lines, 'utf8') : lines;
    this.queue.push(bytes);
    this.queuedBytes += bytes.byteLength;
    this.writing ??= this.drain();
    return this.queuedBytes > HIGH_WATER_BYTES ? this.belowHighWater() : undefined;
  }

  async flush(): Promise<void> {
    while (this.writing) await this.writing;
    if (this.failure) throw this.failure;
  }

  private async belowHighWater(): Promise<void> {
    while (this.queuedBytes > HIGH_WATER_BYTES && this.writing) await this.writing;
    if (this.failure) throw this.failure;
  }

  /** Writes what is queued, as one block; what arrives meanwhile is the next block's. */
  private async drain(): Promise<void> {
    // Lets a burst of small messages share one system call.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const block = this.queue.length === 1 ? this.queue[0]! : Buffer.concat(this.queue);
    this.queue = [];
    this.queuedBytes = 0;
    try {
      await this.writeWhole(block);
    } catch (error) {
      const closed = ['EPIPE', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '');
      this.failure = closed ? new OutputClosedError() : (error as Error);
      this.queue = [];
      this.queuedBytes = 0;
      this.onFailure(this.failure);
    }
    this.writing = this.queue.length > 0 ? this.drain() : undefined;
  }

  private async writeWhole(block: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < block.byteLength) {
      try {
        offset += await new Promise<number>((resolve, reject) =>
          write(this.descriptor, block, offset, block.byteLength - offset, null, (error, written) => (error ? reject(error) : resolve(written))),
        );
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await this.clock.sleep(AGAIN_PAUSE_MS);
      }
    }
  }
}
