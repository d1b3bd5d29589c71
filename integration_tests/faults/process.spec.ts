import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReportingApi, type ReportingApi } from '../reporting_api/reporting-api';
import { apiOf, EVERY_ROW, faultCases, inputOf } from './fault-matrix';

/** The API of the matrix without any fault. */
const NONE = { ...faultCases()[0]!, fault: { name: 'none', expected: {} } };
const SLOW_PIECE = 8_192;

interface Run {
  exit: number | null;
  output: string;
  /** Until the reader left. */
  api: ReportingApi;
}

/** Faults of the machine: they need a process of its own. `shell` starts it, e.g. with limits; `read` takes its stdout. */
async function runProcess(shell: string, args: string[], read: (child: ReturnType<typeof spawn>, take: (chunk: Buffer) => void) => void): Promise<Run> {
  const api = await startReportingApi(apiOf(NONE));
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const { manifest, config, catalog } = inputOf(NONE, api.url);
  for (const [name, value] of Object.entries({ manifest, config, catalog })) writeFileSync(join(folder, `${name}.json`), JSON.stringify(value));
  const given = ['read', '--manifest-path', `${folder}/manifest.json`, '--config', `${folder}/config.json`, '--catalog', `${folder}/catalog.json`, ...args];
  try {
    const child = spawn('bash', ['-c', `${shell} exec "$@"`, 'bash', process.execPath, 'dist/main.js', ...given], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env.PATH, SOURCE_TEST_FAST_WAITS: '1' },
    });
    let output = '';
    read(child, (chunk) => void (output += chunk.toString('latin1')));
    const exit = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { exit, output, api };
  } finally {
    await api.close();
    rmSync(folder, { recursive: true });
  }
}

const all = (child: ReturnType<typeof spawn>, take: (chunk: Buffer) => void) => child.stdout!.on('data', take);

function idsIn(output: string): string[] {
  const messages = output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return messages.filter(({ type }) => type === 'RECORD').map(({ record }) => record.data.id).sort();
}

it('a slow reader of stdout gets every row', async () => {
  const { exit, output } = await runProcess('', [], (child, take) => {
    // Nothing is read before the pipe is full; then a little at a time.
    child.stdout!.on('readable', () => setImmediate(() => {
      for (let piece = child.stdout!.read(SLOW_PIECE) as Buffer | null; piece; piece = child.stdout!.read() as Buffer | null) take(piece);
    }));
  });
  expect({ exit, ids: idsIn(output) }).toEqual({ exit: 0, ids: EVERY_ROW });
});

it('a closed stdout ends the run', async () => {
  const { exit, api } = await runProcess('', [], (child, take) => {
    child.stdout!.once('data', (chunk: Buffer) => {
      take(chunk);
      child.stdout!.destroy();
    });
  });
  expect(exit).toBe(1);
  // The reader left with the first message.
  expect(api.log().filter(({ route }) => route === 'GET /files/{id}')).toEqual([]);
});

describe('a disk that is full', () => {
  // No file may hold a byte: what a full disk says to a writer.
  const FULL = "trap '' XFSZ; ulimit -f 0;";
  const folder = mkdtempSync(join(tmpdir(), 'faults-journal-'));
  const journal = join(folder, 'states.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('costs the journal, not the run', async () => {
    const { exit, output } = await runProcess(FULL, ['--journal', journal], all);
    const warnings = output.split('\n').filter((line) => line.includes('"WARN"') && line.includes('journal'));
    expect({ exit, ids: idsIn(output), warnings: warnings.length, left: existsSync(`${journal}.lock`) }).toEqual({ exit: 0, ids: EVERY_ROW, warnings: 1, left: false });
  });
});
