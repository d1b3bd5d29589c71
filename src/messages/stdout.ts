import { writev } from 'node:fs';
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
  /**
   * Queues whole lines. Await the result before producing more: it resolves when the queue is short again. `written` is
   * called when the lines are with the operating system: their memory is not looked at any more.
   */
  write(lines: string | Uint8Array, written?: () => void): void | Promise<void>;
  /** Resolves when everything that was queued is with the operating system. */
  flush(): Promise<void>;
}

/** Above this many queued bytes, producers wait. */
const HIGH_WATER_BYTES = 1 << 20;
/** Below this, lines are copied together rather than handed over piece by piece. */
const SMALL_BYTES = 16 * 1024;
/** A pipe whose reader is slow answers EAGAIN when stdout was made non-blocking; pause before the next try. */
const AGAIN_PAUSE_MS = 5;

/**
 * Writes to a file descriptor with one write in flight. Not the stream of node's own: that would lose queued output at exit and
 * keep a slow reader's backlog in memory (decision 0003).
 */
export class DescriptorOutput implements LineOutput {
  private queue: Uint8Array[] = [];
  private written: (() => void)[] = [];
  private queuedBytes = 0;
  private writing: Promise<void> | undefined;
  private failure: Error | undefined;

  constructor(
    private readonly descriptor: number,
    private readonly clock: Clock,
    /** Told once, when writing becomes impossible: the run has nobody to work for. */
    private readonly onFailure: (error: Error) => void = () => undefined,
  ) {}

  write(lines: string | Uint8Array, written?: () => void): void | Promise<void> {
    if (this.failure) throw this.failure;
    const bytes = typeof lines === 'string' ? Buffer.from(lines, 'utf8') : lines;
    this.queue.push(bytes);
    if (written) this.written.push(written);
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

  /** Writes what is queued; what arrives meanwhile is for the next time. */
  private async drain(): Promise<void> {
    // Lets a burst of small messages share one system call.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const { queue, written } = this;
    this.queue = [];
    this.written = [];
    this.queuedBytes = 0;
    try {
      await this.writeWhole(withSmallOnesJoined(queue));
      for (const each of written) each();
    } catch (error) {
      const closed = ['EPIPE', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '');
      this.failure = closed ? new OutputClosedError() : (error as Error);
      this.queue = [];
      this.queuedBytes = 0;
      this.onFailure(this.failure);
    }
    this.writing = this.queue.length > 0 ? this.drain() : undefined;
  }

  private async writeWhole(blocks: Uint8Array[]): Promise<void> {
    let rest = blocks;
    while (rest.length > 0) {
      try {
        const written = await new Promise<number>((resolve, reject) => writev(this.descriptor, rest, null, (error, bytes) => (error ? reject(error) : resolve(bytes))));
        rest = after(rest, written);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        await this.clock.sleep(AGAIN_PAUSE_MS);
      }
    }
  }
}

function withSmallOnesJoined(blocks: Uint8Array[]): Uint8Array[] {
  const joined: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  const joinSmall = () => {
    if (small.length > 0) joined.push(small.length === 1 ? small[0]! : Buffer.concat(small));
    small = [];
  };
  for (const block of blocks) {
    if (block.byteLength < SMALL_BYTES) {
      small.push(block);
    } else {
      joinSmall();
      joined.push(block);
    }
  }
  joinSmall();
  return joined;
}

/** What is left of `blocks` after their first `bytes`. */
function after(blocks: Uint8Array[], bytes: number): Uint8Array[] {
  let skipped = 0;
  for (const [index, block] of blocks.entries()) {
    if (skipped + block.byteLength > bytes) return [block.subarray(bytes - skipped), ...blocks.slice(index + 1)];
    skipped += block.byteLength;
  }
  return [];
}
