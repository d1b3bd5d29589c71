import type { LineBatch } from './decoder';

/** A batch goes out when it is this long; a row that is longer goes out alone. */
export const BATCH_BYTES = 256 * 1024;

/** As many as may be on their way to the output at once. */
const KEPT_BUFFERS = 12;

/**
 * Copies finished lines out of a place that is written to again. Memory that the receiver has released is used for later
 * batches: new memory for each of them costs more than the copy.
 */
export class LineBuffers {
  private readonly free: Buffer[] = [];

  /** `bytes`: what most batches are not longer than. */
  constructor(private readonly bytes: number) {}

  copy(lines: Uint8Array, count: number): LineBatch {
    if (lines.length > this.bytes) return { lines: Buffer.from(lines), count };
    const buffer = this.free.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
    buffer.set(lines);
    let isReleased = false;
    const release = () => {
      if (!isReleased && this.free.length < KEPT_BUFFERS) this.free.push(buffer);
      isReleased = true;
    };
    return { lines: buffer.subarray(0, lines.length), count, release };
  }
}
