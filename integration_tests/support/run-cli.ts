import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CliRun {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Each line of stdout, parsed. */
  messages: any[]; // eslint-disable-line @typescript-eslint/no-explicit-any
  stdout: string;
  stderr: string;
}

export interface CliInput {
  command: string;
  manifest?: unknown;
  config?: unknown;
  catalog?: unknown;
  state?: unknown;
  args?: string[];
  env?: Record<string, string>;
  /** Called with the process, e.g. to send a signal. */
  onStart?: (child: ReturnType<typeof spawn>) => void;
  /** Called with each message as it arrives, e.g. to kill the process after it. */
  onMessage?: (message: any, child: ReturnType<typeof spawn>) => void; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** A run that takes longer hangs. */
const LONGEST_RUN_MS = 60_000;

/** Runs the built executable the way a platform does: files for everything, stdout and stderr apart. */
export function runCli(input: CliInput, parse: (line: string) => unknown = parseLine): Promise<CliRun> {
  const folder = mkdtempSync(join(tmpdir(), 'cli-'));
  const args = ['dist/main.js', input.command, ...(input.args ?? [])];
  for (const [flag, value] of Object.entries({ 'manifest-path': input.manifest, config: input.config, catalog: input.catalog, state: input.state })) {
    if (value === undefined) continue;
    const path = join(folder, `${flag}.json`);
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
    args.push(`--${flag}`, path);
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      env: { PATH: process.env.PATH, SOURCE_TEST_FAST_WAITS: '1', ...input.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_RUN_MS);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out.push(chunk);
      if (!input.onMessage) return;
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line) input.onMessage(parseLine(Buffer.from(line, 'latin1').toString('utf8')), child);
    });
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      clearTimeout(timer);
      let stdout = Buffer.concat(out).toString('utf8');
      // A killed process may leave half a line; its reader drops that.
      if (signal === 'SIGKILL') stdout = stdout.slice(0, stdout.lastIndexOf('\n') + 1);
      const lines = stdout.split('\n').filter(Boolean);
      resolve({ exitCode, signal, stdout, stderr: Buffer.concat(err).toString('utf8'), messages: lines.map(parse) });
    });
    input.onStart?.(child);
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error(`A line of stdout is no JSON: ${line.slice(0, 300)}`);
  }
}
