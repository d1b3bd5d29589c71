import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';

/** Whether a file descriptor is a terminal. `node:tty` brings sockets along, 2 ms of a small command: it is asked about devices only. */
export function isTerminal(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && isatty(descriptor);
  } catch {
    // It is closed.
    return false;
  }
}
