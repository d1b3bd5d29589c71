import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiDescription } from './reporting_api/api-description';
import { startReportingApi } from './reporting_api/reporting-api';
import { runCli } from './support/run-cli';
import { scenarioApi, scenarioInput, type Scenario } from './support/scenario';

/** Two streams; one has a name that is no file name. */
const scenario = {
  name: 'terminal',
  stream: { name: 'daily/report', primary_key: 'id' },
  streams: [
    {
      type: 'DeclarativeStream',
      name: 'lists',
      retriever: {
        type: 'SimpleRetriever',
        requester: { type: 'HttpRequester', url: "{{ config['base_url'] }}/lists" },
        record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['items'] } },
      },
      schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', properties: {} } },
    },
  ],
} as unknown as Scenario;

const asText = (line: string) => line;

describe('a person at a terminal', () => {
  const description = { ...scenarioApi(scenario), routes: [{ on: 'GET /lists', body: { items: [{ id: 7, none: null }] } }] } as ApiDescription;
  const api = startReportingApi(description);
  afterAll(async () => (await api).close());
  beforeEach(async () => (await api).reset());
  const folder = () => mkdtempSync(join(tmpdir(), 'terminal-'));
  const run = async (command: string, args: string[], more: { catalog?: unknown } = {}) => {
    const { manifest, config } = scenarioInput(scenario, (await api).url);
    return runCli({ command, manifest, ...(command === 'spec' ? {} : { config }), ...more, args }, asText);
  };
  const catalog = async () => scenarioInput(scenario, (await api).url).catalog;

  it('gets a file for each stream, the state, and nothing on stdout', async () => {
    const rows = join(folder(), 'rows/');
    const { exitCode, stdout, stderr } = await run('read', ['--output', rows], { catalog: await catalog() });
    expect([exitCode, stdout, stderr]).toEqual([0, '', '']);
    expect(readdirSync(rows).sort()).toEqual(['daily_report.jsonl', 'lists.jsonl', 'messages.jsonl', 'state.json']);
    expect(readFileSync(join(rows, 'daily_report.jsonl'), 'utf8')).toBe('{"id":"1","name":"a"}\n{"id":"2","name":"b"}\n{"id":"3","name":""}\n');
    expect(readFileSync(join(rows, 'lists.jsonl'), 'utf8')).toBe('{"id":7}\n');
    const messages = readFileSync(join(rows, 'messages.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { type: string });
    expect(new Set(messages.map(({ type }) => type))).toEqual(new Set(['LOG', 'STATE', 'TRACE']));
    expect(JSON.parse(readFileSync(join(rows, 'state.json'), 'utf8'))).toHaveLength(2);
  });

  it('is not robbed of a file: refuses, then goes on or begins anew when told to', async () => {
    const rows = `${folder()}/`;
    await run('read', ['--output', rows], { catalog: await catalog() });
    const report = join(rows, 'daily_report.jsonl');
    // A run that was killed in the middle of a row.
    writeFileSync(report, '{"id":"0"}\n{"id":"half', { flag: 'w' });

    const refused = await run('read', ['--output', rows], { catalog: await catalog() });
    expect([refused.exitCode, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toMatch(/state\.json is there already\..*--append.*--force/);
    await run('read', ['--output', rows, '--append'], { catalog: await catalog() });
    expect(readFileSync(report, 'utf8')).toBe('{"id":"0"}\n{"id":"1","name":"a"}\n{"id":"2","name":"b"}\n{"id":"3","name":""}\n');
    await run('read', ['--output', rows, '--force'], { catalog: await catalog() });
    expect(readFileSync(report, 'utf8').split('\n')).toHaveLength(4);
  });

  it('gets the messages in one file', async () => {
    const path = join(folder(), 'messages.jsonl');
    const { exitCode, stdout } = await run('read', ['--output', path], { catalog: await catalog() });
    expect([exitCode, stdout]).toEqual([0, '']);
    const types = readFileSync(path, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types.filter((type) => type === 'RECORD')).toHaveLength(4);
  });

  it('reads every stream of the catalog that discover wrote', async () => {
    const where = folder();
    const path = join(where, 'catalog.json');
    expect(await run('discover', ['--output', path])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
    const discovered = JSON.parse(readFileSync(path, 'utf8')) as { streams: { name: string }[] };
    expect(discovered.streams.map(({ name }) => name)).toEqual(['daily/report', 'lists']);
    expect(await run('discover', ['--output', path])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--force') });
    const { stdout } = await run('read', [], { catalog: discovered });
    expect(stdout.split('\n').filter((line) => line.startsWith('{"type":"RECORD"'))).toHaveLength(4);
  });

  it('is told of errors while the messages go to a file', async () => {
    const rows = join(folder(), 'rows/');
    const { manifest, config } = scenarioInput(scenario, (await api).url);
    const { exitCode, stderr } = await runCli({ command: 'read', manifest, config, catalog: { streams: [] }, args: ['--output', rows] });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^ERROR The configured catalog selects no stream/);
    expect(existsSync(join(rows, 'state.json'))).toBe(false);
  });

  it.each([
    ['spec', 'api_key (string, secret)'],
    ['check', 'The check succeeded.'],
    ['discover', 'daily/report: full_refresh; key id'],
  ])('reads what %s says', async (command, text) => {
    const { exitCode, stdout } = await run(command, ['--format', 'pretty']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(text);
    expect(stdout).not.toContain('{"type"');
  });

  it('reads rows, states and statuses, and progress when asked for it', async () => {
    const { stdout, stderr } = await run('read', ['--format', 'pretty', '--progress'], { catalog: await catalog() });
    expect(stdout).toContain('daily/report {"id":"1","name":"a"}\n');
    expect(stdout).toContain('lists: COMPLETE\n');
    expect(stderr).toMatch(/2 of 2 streams done, 4 rows, .* 1 done\n$/);
  });

  // What the README says of exit codes.
  it.each([
    [0, 'check', [], 'a check that FAILED is done, too'],
    [1, 'discover', ['--manifest-path', '/nowhere/manifest.yaml'], 'a TRACE ERROR says why'],
    [2, 'check', ['--no-such-option'], 'wrong usage'],
  ])('ends with %i: %s', async (code, command, args) => {
    const config = { base_url: 'http://127.0.0.1:1', api_key: 'x' };
    const manifest = args.length > 0 ? undefined : { ...scenarioInput(scenario, '').manifest, streams: [], check: { type: 'CheckStream', stream_names: ['none'] } };
    expect((await runCli({ command, manifest, config, args }, asText)).exitCode).toBe(code);
  });

  it('fails when the disk is full, and says so', async () => {
    const where = folder();
    const { manifest, config } = scenarioInput(scenario, (await api).url);
    for (const [name, value] of Object.entries({ manifest, config, catalog: await catalog() })) writeFileSync(join(where, `${name}.json`), JSON.stringify(value));
    const read = `"${process.execPath}" dist/main.js read --manifest-path "${where}/manifest.json" --config "${where}/config.json" --catalog "${where}/catalog.json"`;
    for (const command of [`${read} > /dev/full`, `${read} --output /dev/full --force`]) {
      (await api).reset();
      const { status, stderr } = await new Promise<{ status: unknown; stderr: string }>((resolve) => {
        execFile('bash', ['--norc', '-c', command], { env: { PATH: process.env.PATH, SOURCE_TEST_FAST_WAITS: '1' } }, (error, _stdout, text) => resolve({ status: error?.code ?? 0, stderr: text }));
      });
      expect([status, stderr]).toEqual([1, expect.stringContaining('ENOSPC')]);
    }
  });

  it.each(['bash', 'zsh', 'fish'])('completes in %s', async (shell) => {
    const { exitCode, stdout } = await runCli({ command: 'completion', args: [shell] }, asText);
    expect(exitCode).toBe(0);
    for (const word of ['discover', 'catalog', 'pretty']) expect(stdout).toContain(word);
  });
});
