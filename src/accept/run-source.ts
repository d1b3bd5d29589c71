import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ConnectorError, errorText } from '../errors/connector-error';
import type { Clock } from '../platform/clock';

export interface SourceProcess {
  /** Words of a shell; the arguments of the protocol are appended. */
  command: string;
  env: Readonly<Record<string, string | undefined>>;
  /** A command that takes longer is ended. */
  timeoutMs: number;
  clock: Clock;
  signal: AbortSignal;
}

export interface SourceExit {
  /** Undefined when a signal ended it. */
  exitCode: number | undefined;
  /** Why the process was ended from here. */
  timedOut: boolean;
  seconds: number;
}

/** Time to end after SIGTERM. */
const GRACE_MS = 15_000;

/**
 * Runs a source once. Lines go out as they come; a slow `onLine` slows the source down.
 * @throws ConnectorError `accept.not_started`
 */
export async function runSource(source: SourceProcess, args: readonly string[], onLine: (line: string, from: 'stdout' | 'stderr') => void): Promise<SourceExit> {
  const { clock, signal } = source;
  const started = clock.monotonic();
  // A group of its own, so that what the shell has started ends with it.
  const child = spawn('/bin/sh', ['-c', `${source.command} "$@"`, 'sh', ...args], { env: source.env as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const over = new AbortController();
  let timedOut = false;
  const end = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // It has ended by itself.
    }
  };
  const stop = async () => {
    end('SIGTERM');
    await clock.background(GRACE_MS, over.signal);
    end('SIGKILL');
  };
  void clock
    .background(source.timeoutMs, AbortSignal.any([over.signal, signal]))
    .then(() => {
      timedOut = true;
      return stop();
    })
    .catch(() => (signal.aborted && !over.signal.aborted ? stop().catch(() => undefined) : undefined));
  const exit = new Promise<number | undefined>((resolve, reject) => {
    child.once('error', (error) => reject(ConnectorError.config('accept.not_started', `The command cannot be started: ${errorText(error)}`)));
    child.once('close', (code) => resolve(code ?? undefined));
  });
  const drain = async (from: 'stdout' | 'stderr') => {
    for await (const line of createInterface({ input: child[from], crlfDelay: Infinity })) onLine(line, from);
  };
  try {
    const [exitCode] = await Promise.all([exit, drain('stdout'), drain('stderr')]);
    signal.throwIfAborted();
    return { exitCode, timedOut, seconds: (clock.monotonic() - started) / 1000 };
  } finally {
    over.abort();
    end('SIGKILL');
  }
}
