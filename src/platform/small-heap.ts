import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Runtime } from './runtime';

/** So much may come from the network before the memory of it is given back. */
const EVERY_BYTES = 2 << 20;

/** The V8 of Node 20 optimises code that a run of a few seconds does not use often enough to earn that back; later ones wait by themselves. */
const EAGER_V8 = '11.';

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
    if (process.versions.v8.startsWith(EAGER_V8)) setFlagsFromString('--interrupt-budget=300000');
    this.collect = runInNewContext('gc') as SmallHeap['collect'];
  }

  passed(bytes: number): void {
    this.received += bytes;
    if (this.received < EVERY_BYTES) return;
    this.received = 0;
    this.collect({ type: 'minor' });
  }
}

/** Who wants to hear of received bytes in this run. */
export function receivedBytes(runtime: Runtime): ReceivedBytes {
  return runtime.shared('received', () => ({ passed: () => undefined }));
}

declare module './runtime' {
  interface SharedServices {
    received: ReceivedBytes;
  }
}
