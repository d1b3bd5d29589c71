import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEvent } from '../../src/builder/page-contract';
import { runCli } from '../support/run-cli';
import { SECRET, startTestedStream, type TestedParts } from '../support/tested-stream';

describe('validate', () => {
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), 'validate-')), 'manifest.yaml');
    writeFileSync(path, text);
    return path;
  };
  const validate = (path: string) => runCli({ command: 'validate', args: [path] }, String);

  test('has nothing to say about the recipe', async () => {
    expect(await validate('docs/recipes/sendgrid-contacts.yaml')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/no errors, no warnings\.\n$/), stderr: '' });
  });

  test('prints a line for each finding', async () => {
    const path = file('version: 7.39.1\ntype: DeclarativeSource\ncheck: {type: CheckStream}\nnonsense: 1\nstreams:\n  - type: DeclarativeStream\n    name: a\n');
    const { exitCode, stdout } = await validate(path);
    expect(exitCode).toBe(1);
    expect(stdout.split('\n')).toEqual([expect.stringMatching(/^error: streams\[0\].*retriever/), expect.stringMatching(/^warning: .*nonsense/), `${path}: 1 error, 1 warning.`, '']);
  });

  test('tells of a file that is no manifest', async () => {
    expect(await validate(file('a: [1'))).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('neither YAML nor JSON') });
    expect(await validate('nowhere.yaml')).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('nowhere.yaml') });
  });
});

describe('validate --test', () => {
  async function validateTest(parts: TestedParts = {}, args: string[] = []) {
    const { api, manifest, config } = await startTestedStream(parts);
    try {
      const folder = mkdtempSync(join(tmpdir(), 'validate-'));
      writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
      const run = await runCli({ command: 'validate', args: [join(folder, 'manifest.json'), '--test', 'report', ...args], config }, String);
      expect(run.stdout + run.stderr).not.toContain(SECRET);
      return { ...run, requests: api.log().length };
    } finally {
      await api.close();
    }
  }

  test('shows the job as it goes', async () => {
    const { exitCode, stdout } = await validateTest();
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n').map((line) => line.replace(/^ *[\d.]+ s {2}/, ''));
    expect(lines.slice(lines.indexOf('Testing the stream "report" (asynchronous; a job may take 15 min)'))).toEqual([
      expect.stringContaining('Testing'),
      expect.stringMatching(/^Async Job -- Create: POST http:.*\/exports → 202/),
      expect.stringMatching(/^poll 1: "pending" → running; again in .* left$/),
      'poll 2: "ready" → completed',
      'the API has finished',
      '19 of 19 bytes, 0 rows',
      expect.stringMatching(/^Stream 'report' request: GET .* → 200/),
      '19 of 19 bytes, 3 rows',
      'read to the end',
      'Done: 3 records in 1 pages of 1 slices.',
      '',
    ]);
  });

  test('shows the requests when it fails, and what to change', async () => {
    const { exitCode, stdout } = await validateTest({ job: { statuses: ['pending', 'odd'] } });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/poll 2: "odd" → not in the status mapping/);
    expect(stdout).toMatch(/hint: The API says "odd"/);
    expect(stdout).toMatch(/Failed: 0 records[\s\S]*#1 Async Job -- Create[\s\S]*#3 Async Job -- Polling[\s\S]*"status":"odd"/);
  });

  test('prints events for machines', async () => {
    const { exitCode, stdout } = await validateTest({}, ['--json']);
    const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as TestEvent | { type: 'finding' });
    expect(exitCode).toBe(0);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['finding', 'started', 'job', 'exchange', 'poll', 'download', 'log', 'finished']));
    expect(events.at(-1)).toMatchObject({ type: 'finished', outcome: 'ok' });
  });

  test('asks nobody while the manifest is wrong', async () => {
    const { exitCode, requests } = await validateTest({ retriever: { status_mapping: { completed: ['x'], failed: ['x'], running: [], timeout: [] } } });
    expect({ exitCode, requests }).toEqual({ exitCode: 1, requests: 0 });
  });
});
