import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So much may come from the network before the memory of it is given back. */
const EVERY_BYTES = 4 << 20;

/** Hears how much was received. */
export interface ReceivedBytes {
  passed(bytes: number): void;
}

/**
 * Rows live for a moment only, but V8 would let them pile up to several times what is needed: a young generation that grows to
 * 48 MB, an old one that is not looked at before it has many times its first size, and chunks of the network, whose memory
 * it does not count on. Settings of the whole process: for the command line, not for a server.
 */
export class SmallHeap implements ReceivedBytes {
  private received = 0;
  private readonly collect: (options: { type: 'minor' }) => void;

  constructor() {
    setFlagsFromString('--semi-space-growth-factor=1');
    setFlagsFromString('--heap-growing-percent=100');
    setFlagsFromString('--expose-gc');
    this.collect = runInNewContext('gc') as SmallHeap['collect'];
  }

  passed(bytes: number): void {
    this.received += bytes;
    if (this.received < EVERY_BYTES) return;
    this.received = 0;
    this.collect({ type: 'minor' });
  }
}

declare module './runtime' {
  interface SharedServices {
    received: ReceivedBytes;
  }
}
