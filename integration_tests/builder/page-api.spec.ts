import type { TestEvent } from '../../src/builder/page-contract';
import type { JsonObject } from '../../src/protocol/json';
import type { ReportingApi } from '../reporting_api/reporting-api';
import { PageClient } from '../support/page-client';
import { startBuilder, type RunningBuilder } from '../support/start-builder';
import { SECRET, startTestedStream, type TestedParts } from '../support/tested-stream';

let builder: RunningBuilder;
let page: PageClient;
let api: ReportingApi | undefined;

beforeAll(async () => {
  builder = await startBuilder();
  page = await PageClient.open(builder);
});
afterAll(async () => {
  expect(await builder.stop()).toBe(143);
  expect(builder.told().trim().split('\n')).toHaveLength(2);
});
afterEach(async () => {
  await api?.close();
  api = undefined;
});

/** A manifest for an API that is started for it; its inputs are set. */
async function prepare(parts: TestedParts = {}): Promise<JsonObject> {
  const started = await startTestedStream(parts);
  api = started.api;
  await page.setInputs(started.config);
  return started.manifest;
}

const of = <T extends TestEvent['type']>(events: TestEvent[], type: T) => events.filter((event): event is Extract<TestEvent, { type: T }> => event.type === type);

describe('a test of the page', () => {
  test('tells everything as it comes', async () => {
    const id = await page.start(await prepare());
    const events = await page.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({ type: 'started', streamName: 'report', isAsync: true, canAbort: false, jobTimeoutSeconds: 900 });
    expect(of(events, 'exchange').map(({ n, title, phase, response: { status } }) => [n, title, phase, status])).toEqual([
      [1, 'Async Job -- Create', 'creation', 202],
      [2, 'Async Job -- Polling', 'polling', 200],
      [3, 'Async Job -- Polling', 'polling', 200],
      [4, "Stream 'report' request", 'download', 200],
    ]);
    expect(of(events, 'poll')).toMatchObject([
      { n: 1, raw: 'pending', status: 'running', nextPollMs: expect.any(Number), timeoutLeftMs: expect.any(Number) },
      { n: 2, raw: 'ready', status: 'completed', nextPollMs: null },
    ]);
    expect(of(events, 'download').at(-1)).toMatchObject({ rows: 3, bytes: 19 });
    expect(events.at(-1)).toMatchObject({ type: 'finished', outcome: 'ok', read: { slices: [{ pages: [{ records: { length: 3 } }] }] } });
    expect(JSON.stringify(events)).not.toContain(SECRET);
    expect(await page.run(id)).toMatchObject({ id, streamName: 'report', isRunning: false, read: { slices: { length: 1 } } });
    expect(await page.events(id, { after: events.length - 2 })).toEqual(events.slice(-2));
    expect(await page.events(id, { after: events.length })).toEqual([]);
  });

  test.each<[string, TestedParts, { phase: string; hint: object }]>([
    ['a file that is not JSON', { retriever: { download_decoder: { type: 'JsonDecoder' } } }, { phase: 'download', hint: { kind: 'response_format', found: 'csv', decoder: { type: 'CsvDecoder' } } }],
    [
      'a packed file',
      { job: { download: { file: { format: 'csv', compression: 'gzip', text: 'id,name\n1,a\n' } } } },
      { phase: 'download', hint: { kind: 'response_format', found: 'gzip', decoder: { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } } } },
    ],
    [
      'a page to log in',
      { faults: [{ on: 'POST /exports', do: { respond: { status: 200, body: '<!doctype html><html>Log in</html>', headers: { 'Content-Type': 'text/html' } } } }] },
      { phase: 'creation', hint: { kind: 'response_format', found: 'html', decoder: null } },
    ],
    [
      'a limit of the rate',
      { faults: [{ on: 'POST /exports', do: { respond: { status: 429, body: {}, headers: { 'Retry-After': '7' } } } }] },
      { phase: 'creation', hint: { kind: 'rate_limit', message: expect.stringContaining('after 7 s') } },
    ],
  ])('says what to change: %s', async (_name, parts, { phase, hint }) => {
    const events = await page.events(await page.start(await prepare(parts)));
    expect(of(events, 'exchange').filter((event) => event.hint)).toMatchObject([{ phase, hint: { ...hint, phase } }]);
    expect(events.at(-1)).toMatchObject({ type: 'finished', outcome: 'failed' });
  });

  test('ends at a status that no list has, and offers to add it', async () => {
    const events = await page.events(await page.start(await prepare({ job: { statuses: ['pending', 'odd'] } })));
    expect(of(events, 'hint')).toMatchObject([{ hint: { kind: 'unmapped_status', raw: 'odd' } }]);
    expect(of(events, 'poll').at(-1)).toMatchObject({ n: 2, raw: 'odd', status: null, nextPollMs: null });
    expect(of(events, 'job').at(-1)).toMatchObject({ phase: 'given_up', detail: 'unknown_status' });
    expect(of(events, 'exchange')).toHaveLength(3);
    expect(of(events, 'log').some(({ level, message }) => level === 'ERROR' && message.includes('"odd"'))).toBe(true);
  });

  test('shows all requests of a job that failed', async () => {
    const events = await page.events(await page.start(await prepare({ job: { statuses: ['pending', 'failed'] } })));
    expect(of(events, 'exchange').map(({ title }) => title)).toEqual(['Async Job -- Create', 'Async Job -- Polling', 'Async Job -- Polling']);
    expect(of(events, 'poll').at(-1)).toMatchObject({ raw: 'failed', status: 'failed' });
    expect(events.at(-1)).toMatchObject({ outcome: 'failed' });
  });

  test('takes what is no manifest as a failed test', async () => {
    const events = await page.events(await page.start('streams: ['));
    expect(events).toMatchObject([{ type: 'log', level: 'ERROR' }, { type: 'finished', outcome: 'failed', read: { logs: [{ level: 'ERROR' }] } }]);
  });

  test.each([
    ['sent', { retriever: 'abort' }],
    ['failed', { retriever: 'abort', fails: true }],
    ['none', {}],
  ])('ends when it is cancelled, and says of each job whether it was aborted: %s', async (abort, { retriever, fails }: { retriever?: string; fails?: boolean }) => {
    const manifest = await prepare({
      job: { statuses: ['pending'] },
      retriever: retriever ? { abort_requester: { type: 'HttpRequester', url: "{{ config['base_url'] }}/exports/{{ creation_response['id'] }}/cancel", http_method: 'POST' } } : {},
      faults: [
        { on: 'GET /exports/{id}', from: 2, do: { delay_ms: 10_000 } },
        ...(fails ? [{ on: 'POST /exports/{id}/cancel', do: { respond: { status: 500, body: {} } } }] : []),
      ],
    });
    const id = await page.start(manifest);
    const before = await page.events(id, { until: ({ type }) => type === 'poll' });
    expect((await page.fetch(`/api/tests/${id}/cancel`, { method: 'POST' })).status).toBe(202);
    const after = await page.events(id, { after: before.at(-1)!.seq });
    expect(of(after, 'cancelled')).toMatchObject([{ jobs: [{ slice: {}, abort }] }]);
    expect(after.at(-1)).toMatchObject({ type: 'finished', outcome: 'cancelled' });
    expect(of(after, 'exchange').map(({ kind }) => kind)).toEqual(retriever ? ['ASYNC_ABORT'] : []);
    expect(await page.run(id)).toMatchObject({ isRunning: false, read: { slices: [], auxiliary_requests: { length: retriever ? 3 : 2 } } });
  });

  test('goes on when nobody looks', async () => {
    const id = await page.start(await prepare());
    await page.events(id, { until: ({ seq }) => seq === 2 });
    expect((await page.events(id)).at(-1)).toMatchObject({ outcome: 'ok' });
  });

  test('gives bodies and commands of its requests, secrets only when asked', async () => {
    const id = await page.start(await prepare());
    await page.events(id);
    const body = await page.fetch(`/api/tests/${id}/exchanges/4/body?of=response`);
    expect(body.headers.get('content-disposition')).toContain('attachment');
    expect(await body.text()).toBe('id,name\n1,a\n2,b\n3,\n');
    const curl = await (await page.fetch(`/api/tests/${id}/exchanges/1/curl`)).text();
    expect(curl).toContain(`--request POST '${api!.url}/exports'`);
    expect(curl).toContain("--header 'Authorization: Bearer ****'");
    expect(await (await page.fetch(`/api/tests/${id}/exchanges/1/curl?secrets=true`)).text()).toContain(`'Authorization: Bearer ${SECRET}'`);
    expect((await page.fetch(`/api/tests/${id}/exchanges/9/curl`)).status).toBe(404);
    expect((await page.fetch('/api/tests/none')).status).toBe(404);
  });

  test('polls as often as the page wants', async () => {
    const events = await page.events(await page.start(await prepare(), { pollEverySeconds: 33 }));
    expect(of(events, 'poll')[0]).toMatchObject({ nextPollMs: 33_000 });
  });
});

describe('a preview', () => {
  test('sees the answers of a test', async () => {
    const manifest = await prepare();
    const testId = await page.start(manifest);
    await page.events(testId);
    const preview = (more: object) => page.json('POST', '/api/preview', { text: JSON.stringify(manifest), streamName: 'report', testId, ...more });
    expect(await preview({ place: 'polling', template: "{{ creation_response['id'] }}" })).toEqual({ value: 'export-1' });
    expect(await preview({ place: 'creation', template: "{{ creation_response['id'] }}" })).toEqual({ problem: expect.stringContaining('creation_response') });
    expect(await preview({ place: 'download', template: '{{ download_target }}' })).toEqual({ value: expect.stringContaining('/files/export-1/1') });
    expect(await preview({ place: 'creation', template: "{{ config['api_key'] }} {{ config['base_url'] }}" })).toEqual({ value: `**** ${api!.url}` });
    expect(await preview({ place: 'polling', path: ['status'] })).toEqual({ value: 'ready' });
    expect(await preview({ place: 'polling', path: ['nothing'] })).toEqual({ problem: expect.stringContaining('nothing at this path') });
    expect(await preview({ place: 'download', path: ['id'] })).toEqual({ value: ['1', '2', '3'] });
    expect(await preview({ place: 'other', template: '{{ 1 +' })).toEqual({ problem: expect.any(String) });
    expect(await preview({ place: 'polling', path: ['status'], testId: undefined })).toEqual({ problem: expect.stringContaining('Press Test') });
  });
});
