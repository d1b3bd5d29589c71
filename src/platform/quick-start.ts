import { statSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';

/** Smaller ones are read before V8 optimizes anything. */
const LARGE_BYTES = 32 * 1024;

/**
 * V8 optimizes on other threads what is called often. For a large manifest that takes more CPU than reading it (80 of 190 ms for 5,500
 * lines), and the code is not used again. Settings of the whole process: for the command line, not for a server.
 */
export class QuickStart {
  /** @param files that the manifest may be in; undefined when none of them is large */
  static of(...files: (string | undefined)[]): QuickStart | undefined {
    return files.some(isLarge) ? new QuickStart() : undefined;
  }

  constructor() {
    setFlagsFromString('--no-opt');
  }

  /** The manifest is read: what is called often from now on is worth it. */
  end(): void {
    setFlagsFromString('--opt');
  }
}

function isLarge(file: string | undefined): boolean {
  try {
    return file !== undefined && statSync(file).size >= LARGE_BYTES;
  } catch {
    // Whoever reads it says what is wrong.
    return false;
  }
}
