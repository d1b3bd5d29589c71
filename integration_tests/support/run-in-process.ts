import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../src/connector/run-command';
import { FastWaitClock, type Clock } from '../../src/platform/clock';

export interface ReadInput {
  manifest: unknown;
  config: unknown;
  catalog: unknown;
  env?: Record<string, string>;
  clock?: Clock;
  signal?: AbortSignal;
  /** Takes stdout, piece by piece. */
  take(lines: string): void;
}

/** `read` in this process, behind its command line: a fraction of the time that a process of its own takes. True when it did its work (exit code 0, else 1). */
export async function readInProcess({ manifest, config, catalog, env = {}, clock = new FastWaitClock(), signal = new AbortController().signal, take }: ReadInput): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'read-'));
  const written = (name: string, value: unknown) => {
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(value));
    return path;
  };
  try {
    return await runCommand(
      { command: 'read', manifestPath: written('manifest', manifest), config: written('config', config), catalog: written('catalog', catalog), debug: false },
      { clock, env, random: () => 0.5, signal, output: { write: (lines) => take(typeof lines === 'string' ? lines : Buffer.from(lines).toString('utf8')), flush: async () => undefined } },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
