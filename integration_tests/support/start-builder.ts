import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve as resolvePath } from 'node:path';

export interface RunningBuilder {
  url: string;
  /** With the key. */
  pageUrl: string;
  /** What it told the terminal until now. */
  told(): string;
  post(name: string, body: unknown, options?: { headers?: Record<string, string>; signal?: AbortSignal }): Promise<{ status: number; body: any; text: string }>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** Sends SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

export interface BuilderOptions {
  /** Beside `builder --port 0 --no-open`. */
  args?: string[];
  env?: Record<string, string>;
  cwd?: string;
}

/** Starts `builder` of the built executable on a free port. */
export async function startBuilder({ args = [], env = {}, cwd }: BuilderOptions = {}): Promise<RunningBuilder> {
  const child = spawn(process.execPath, [resolvePath('dist/main.js'), 'builder', '--port', '0', '--no-open', ...args], {
    env: { PATH: process.env.PATH, SOURCE_TEST_FAST_WAITS: '1', ...env },
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  const pageUrl = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8');
      const address = /Open the Builder: (http:\S+)\n/.exec(told)?.[1];
      if (address) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The server ended: ${told}`)));
  });
  const url = new URL(pageUrl).origin;
  return {
    url,
    pageUrl,
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
