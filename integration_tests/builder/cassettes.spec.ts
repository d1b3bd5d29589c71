import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session, TestEvent, TestRequest } from '../../src/builder/page-contract';
import type { JsonObject } from '../../src/protocol/json';
import type { ReportingApi } from '../reporting_api/reporting-api';
import { PageClient } from '../support/page-client';
import { startBuilder, type RunningBuilder } from '../support/start-builder';
import { SECRET, startTestedStream, type TestedParts } from '../support/tested-stream';

const SPEC = {
  type: 'Spec',
  connection_specification: { type: 'object', required: ['api_key', 'base_url'], properties: { api_key: { type: 'string', airbyte_secret: true }, base_url: { type: 'string' } } },
};

const folder = mkdtempSync(join(tmpdir(), 'cassettes-'));
let builder: RunningBuilder;
let page: PageClient;
let api: ReportingApi | undefined;

beforeAll(async () => {
  builder = await startBuilder({ cwd: folder });
  page = await PageClient.open(builder);
});
afterAll(async () => void (await builder.stop()));
afterEach(async () => api?.close());

async function prepare(parts: TestedParts): Promise<JsonObject> {
  const started = await startTestedStream({ ...parts, manifest: { spec: SPEC, ...parts.manifest } });
  api = started.api;
  await page.setInputs(started.config);
  return started.manifest;
}

async function run(manifest: JsonObject, mode: TestRequest['mode']): Promise<TestEvent[]> {
  return page.events(await page.start(manifest, { mode }));
}

/** Without times and what the API is not asked for. */
function essence(events: TestEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    if (event.type === 'exchange') return [[event.title, event.request, event.response.status, event.response.body]];
    if (event.type === 'poll') return [[event.n, event.raw, event.status]];
    return event.type === 'finished' ? [[event.outcome, event.read.slices.map(({ pages }) => pages.map(({ records }) => records)), event.read.inferred_schema]] : [];
  });
}

test.each<[string, TestedParts]>([
  ['a job', {}],
  ['signed links to a packed file', { job: { download: { link_uses: 3, file: { format: 'csv', compression: 'gzip', text: 'id,name\n1,a\n' } } }, retriever: { download_decoder: { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } } } }],
  ['three partitions', { retriever: { partition_router: { type: 'ListPartitionRouter', cursor_field: 'region', values: ['a', 'b', 'c'] } } }],
  ['a job that failed', { job: { statuses: ['pending', 'failed'] } }],
  ['no answer', { faults: [{ on: 'POST /exports', do: { reset: true } }] }],
  ['a file that breaks off', { faults: [{ on: 'GET /files/{id}/{part}', do: { cut: { after_bytes: 9 } } }] }],
])('a replay is like the test that was recorded: %s', async (_name, parts) => {
  const manifest = await prepare(parts);
  const live = await run(manifest, { kind: 'record', cassette: 'tape-1' });
  const file = join(folder, 'tape-1.cassette.json');
  expect(readFileSync(file, 'utf8')).not.toContain(SECRET);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await page.json<Session>('GET', '/api/session')).cassettes).toContain('tape-1');

  const asked = api!.log().length;
  await page.setInputs({ api_key: null, base_url: null });
  const sorted = (events: TestEvent[]) => essence(events).map((entry) => JSON.stringify(entry)).sort();
  expect(sorted(await run(manifest, { kind: 'replay', cassette: 'tape-1' }))).toEqual(sorted(live));
  expect(api!.log()).toHaveLength(asked);
});

test('a replay takes no time, and tells the time of the recording', async () => {
  const manifest = await prepare({ job: { statuses: [...Array<string>(40).fill('pending'), 'ready'] } });
  const live = await run(manifest, { kind: 'record', cassette: 'long' });
  const started = performance.now();
  const replayed = await run(manifest, { kind: 'replay', cassette: 'long' });
  expect(performance.now() - started).toBeLessThan(45_000);
  expect(live.at(-1)!.t).toBeGreaterThan(60_000);
  expect(replayed.at(-1)!.t).toBeGreaterThanOrEqual(60_000);
});

test('a replay with another manifest says what is not as it was recorded', async () => {
  const manifest = await prepare({});
  await run(manifest, { kind: 'record', cassette: 'old' });
  const text = JSON.stringify(manifest);
  const warned = (events: TestEvent[]) => events.flatMap((event) => (event.type === 'log' && event.level === 'WARN' ? [event.message] : [])).join('\n');
  const logged = (events: TestEvent[]) => events.flatMap((event) => (event.type === 'log' ? [event.message] : [])).join('\n');
  const changed = async (from: string, to: string) => {
    expect(text).toContain(from);
    return run(JSON.parse(text.replace(from, to)) as JsonObject, { kind: 'replay', cassette: 'old' });
  };
  const other = await changed('"creation_requester":{', '"creation_requester":{"request_parameters":{"x":"1"},');
  expect(warned(other)).toContain("the query was not there and is '?x=1' now");
  expect(other.at(-1)).toMatchObject({ outcome: 'ok' });
  const elsewhere = await changed('/exports"', '/reports"');
  expect(logged(elsewhere)).toMatch(/recording "old" has no answer to POST .*\/reports/);
  expect(elsewhere.at(-1)).toMatchObject({ outcome: 'failed' });
  expect((await changed('"running":["pending"]', '"running":["waiting"]')).at(-1)).toMatchObject({ outcome: 'failed' });
});

test.each([
  [404, { kind: 'replay', cassette: 'never' }],
  [422, { kind: 'replay', cassette: '../tape-1' }],
  [422, { kind: 'record', cassette: '.hidden' }],
  [422, { kind: 'record' }],
])('is refused with %d: %j', async (status, mode) => {
  const body = { text: '', streamName: 'a', limits: { records: 1, pages: 1, slices: 1 }, mode };
  expect((await page.fetch('/api/tests', { method: 'POST', body: JSON.stringify(body) })).status).toBe(status);
});
