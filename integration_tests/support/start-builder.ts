import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunningBuilder {
  url: string;
  /** What it told the terminal until now. */
  told(): string;
  post(name: string, body: unknown, options?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<{ status: number; body: any; text: string }>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** Sends SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

/** Starts `builder` of the built executable on a free port. */
export async function startBuilder(env: Record<string, string> = {}): Promise<RunningBuilder> {
  const child = spawn(process.execPath, ['dist/main.js', 'builder', '--port', '0'], {
    env: { PATH: process.env.PATH, SOURCE_TEST_FAST_WAITS: '1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8');
      const address = /listens on (http:\S+)/.exec(told)?.[1];
      if (address) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The server ended: ${told}`)));
  });
  return {
    url,
    told: () => told,
    async post(name, body, { headers, signal } = {}) {
      const response = await fetch(`${url}/v1/manifest/${name}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        signal,
      });
      const text = await response.text();
      return { status: response.status, body: JSON.parse(text), text };
    },
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}
