import { SignJWT } from 'jose';
import { openApiDocument } from '../../src/builder/openapi';
import type { AuxiliaryRequest, StreamRead } from '../../src/builder/stream-read';
import { compileSchema } from '../../src/manifest/validate';
import type { JsonObject } from '../../src/protocol/json';
import type { ReportingApi } from '../reporting_api/reporting-api';
import { runCli } from '../support/run-cli';
import { startBuilder, type RunningBuilder } from '../support/start-builder';
import { SECRET, startTestedStream, type TestedParts } from '../support/tested-stream';

let builder: RunningBuilder;
let api: ReportingApi | undefined;

beforeAll(async () => {
  builder = await startBuilder();
});
afterAll(async () => {
  expect(await builder.stop()).toBe(143);
  // Nothing went wrong that only the terminal was told.
  expect(builder.told().trim().split('\n')).toHaveLength(2);
});
afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function prepare(parts: TestedParts = {}): Promise<{ manifest: JsonObject; config: JsonObject; stream_name: string }> {
  const { manifest, config, ...started } = await startTestedStream(parts);
  api = started.api;
  return { manifest, config, stream_name: 'report' };
}

async function testRead(parts: TestedParts = {}, more: object = {}): Promise<StreamRead> {
  const { status, body, text } = await builder.post('test_read', { ...(await prepare(parts)), ...more });
  expect({ status, body: status === 200 ? '' : text }).toEqual({ status: 200, body: '' });
  expect(JSON.stringify({ ...body, latest_config_update: null })).not.toContain(SECRET);
  expect(fits('StreamReadResponse', body)).toBe('');
  return body as StreamRead;
}

/** What openapi.json says against an answer; empty when it fits. */
function fits(schema: string, body: JsonObject): string {
  const { components } = JSON.parse(JSON.stringify(openApiDocument('0'))) as { components: JsonObject };
  const violation = compileSchema({ components, $ref: `#/components/schemas/${schema}` }).check(body);
  return violation ? `${violation.path}: ${violation.message}` : '';
}

const summary = (requests: readonly AuxiliaryRequest[]) => requests.map(({ type, response }) => `${type} ${response.status}`);
const errors = ({ logs }: StreamRead) => logs.filter(({ level }) => level === 'ERROR').map(({ message }) => message).join('\n');
const routes = () => api!.log().map(({ method, path }) => `${method} ${path}`);

describe('a test of an asynchronous stream', () => {
  test('shows records, the download, and the requests for the job', async () => {
    const read = await testRead();
    expect(errors(read)).toBe('');
    const [slice] = read.slices;
    expect(read.slices).toHaveLength(1);
    expect(slice).toMatchObject({ slice_descriptor: {}, state: [{ type: 'STREAM', stream: { stream_descriptor: { name: 'report' } }, sourceStats: { recordCount: 3 } }] });
    expect(slice!.pages).toHaveLength(1);
    expect(slice!.pages[0]).toMatchObject({
      records: [{ id: '1', name: 'a' }, { id: '2', name: 'b' }, { id: '3' }],
      request: { http_method: 'GET', url: expect.stringMatching(/\/files\/export-1\/1/), body: null },
      response: { status: 200, body: 'id,name\n1,a\n2,b\n3,\n' },
    });
    expect(summary(slice!.auxiliary_requests)).toEqual(['ASYNC_CREATE 202', 'ASYNC_POLL 200', 'ASYNC_POLL 200']);
    const [create] = slice!.auxiliary_requests;
    expect(create).toMatchObject({ title: 'Async Job -- Create', description: expect.stringContaining('Timeout after: 0:15:00'), request: { url: `${api!.url}/exports`, http_method: 'POST' } });
    expect(create!.request.headers).toMatchObject({ Authorization: 'Bearer ****' });
    expect(read).toMatchObject({
      test_read_limit_reached: false,
      auxiliary_requests: [],
      inferred_schema: { type: 'object', properties: { id: { type: 'string' }, name: { type: ['string', 'null'] } }, required: ['id'] },
      inferred_datetime_formats: {},
      latest_config_update: null,
    });
  });

  test('gives each partition its own requests', async () => {
    const read = await testRead({ retriever: { partition_router: { type: 'ListPartitionRouter', cursor_field: 'region', values: ['a', 'b', 'c'] } } });
    expect(read.slices.map(({ slice_descriptor: slice }) => slice)).toEqual([{ region: 'a' }, { region: 'b' }, { region: 'c' }]);
    for (const [index, { auxiliary_requests: requests, pages }] of read.slices.entries()) {
      expect(summary(requests)).toEqual(['ASYNC_CREATE 202', 'ASYNC_POLL 200', 'ASYNC_POLL 200']);
      expect(requests[1]!.request.url).toMatch(new RegExp(`/exports/export-${index + 1}$`));
      expect(pages[0]!.request!.url).toContain(`/files/export-${index + 1}/`);
    }
    expect(read.auxiliary_requests).toEqual([]);
  });

  test('shows the requests for a job that failed', async () => {
    const read = await testRead({ job: { statuses: ['pending', 'failed'] } });
    expect(read.slices).toEqual([]);
    expect(summary(read.auxiliary_requests)).toEqual(['ASYNC_CREATE 202', 'ASYNC_POLL 200', 'ASYNC_POLL 200']);
    expect(errors(read)).toContain('failed at the API with the status "failed"');
  });

  test('shows a refused creation, and does not repeat it', async () => {
    const read = await testRead({ faults: [{ on: 'POST /exports', do: { respond: { status: 401, body: { error: 'who are you' } } } }] });
    expect(summary(read.auxiliary_requests)).toEqual(['ASYNC_CREATE 401']);
    expect(read.auxiliary_requests[0]!.response.body).toContain('who are you');
    expect(errors(read)).toContain('401');
  });

  test.each([
    ['a creation that is limited', { on: 'POST /exports', do: { respond: { status: 429, body: {}, headers: { 'Retry-After': '60' } } } }, ['ASYNC_CREATE 429']],
    ['a failing poll', { on: 'GET /exports/{id}', do: { respond: { status: 500, body: {} } } }, ['ASYNC_CREATE 202', 'ASYNC_POLL 500']],
    ['a creation without answer', { on: 'POST /exports', do: { reset: true as const } }, ['ASYNC_CREATE 0']],
  ])('tells at once of %s', async (_name, fault, requests) => {
    const read = await testRead({ faults: [fault] });
    expect(summary(read.auxiliary_requests)).toEqual(requests);
    expect(errors(read)).not.toBe('');
  });

  test('ends at a status that the mapping does not list', async () => {
    const read = await testRead({ job: { statuses: ['pending', 'odd'] } });
    expect(summary(read.auxiliary_requests)).toEqual(['ASYNC_CREATE 202', 'ASYNC_POLL 200', 'ASYNC_POLL 200']);
    expect(errors(read)).toContain('"odd"');
  });

  test('shows the answer to a download that failed', async () => {
    const read = await testRead({ faults: [{ on: 'GET /files/{id}/{part}', do: { respond: { status: 404, body: 'gone' } } }] });
    expect(read.slices[0]!.pages).toMatchObject([{ records: [], response: { status: 404, body: expect.stringContaining('gone') } }]);
    expect(errors(read)).toContain('404');
  });

  test('stops at the record limit', async () => {
    const read = await testRead({}, { record_limit: 2 });
    expect(read.slices[0]!.pages[0]!.records).toHaveLength(2);
    expect(read.test_read_limit_reached).toBe(true);
  });

  test('orders no more jobs than there may be slices', async () => {
    const read = await testRead({ retriever: { partition_router: { type: 'ListPartitionRouter', cursor_field: 'region', values: ['a', 'b', 'c'] } } }, { slice_limit: 2 });
    expect(read.slices).toHaveLength(2);
    expect(read.test_read_limit_reached).toBe(true);
    expect(routes().filter((route) => route === 'POST /exports')).toHaveLength(2);
  });

  test('reads no more files than there may be pages', async () => {
    const read = await testRead({ job: { download: { parts: 3 } } }, { page_limit: 2 });
    expect(read.slices[0]!.pages).toHaveLength(2);
    expect(read.test_read_limit_reached).toBe(true);
    expect(routes().filter((route) => route.includes('/files/'))).toHaveLength(2);
  });

  test('masks signatures of links', async () => {
    const read = await testRead({ job: { download: { link_uses: 1 } } });
    expect(read.slices[0]!.pages[0]!.records).toHaveLength(3);
    expect(JSON.stringify(read)).toMatch(/sig(nature)?=\*\*\*\*/);
  });

  test('ends when the client goes away: the job is aborted, and nothing is polled any more', async () => {
    const request = await prepare({
      job: { statuses: ['pending'] },
      retriever: { abort_requester: { type: 'HttpRequester', url: "{{ config['base_url'] }}/exports/{{ creation_response['id'] }}/cancel", http_method: 'POST' } },
      faults: [{ on: 'GET /exports/{id}', from: 2, do: { delay_ms: 10_000 } }],
    });
    const client = new AbortController();
    const answer = builder.post('test_read', request, { signal: client.signal }).catch((error: Error) => error.name);
    await until(() => routes().filter((route) => route.startsWith('GET /exports')).length === 2);
    client.abort();
    expect(await answer).toBe('AbortError');
    await until(() => routes().includes('POST /exports/export-1/cancel'));
    const polls = routes().filter((route) => route.startsWith('GET /exports')).length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(routes().filter((route) => route.startsWith('GET /exports'))).toHaveLength(polls);
  });
});

describe('a test of a synchronous stream', () => {
  const retriever = (path: string, more: object = {}) => ({
    type: 'SimpleRetriever',
    requester: { type: 'HttpRequester', url: `{{ config['base_url'] }}${path}`, http_method: 'GET' },
    record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['rows'] } },
    ...more,
  });
  const parts = (path: string, stream: object = {}, more: object = {}): TestedParts => ({
    stream: { retriever: retriever(path, more), ...stream },
    api: {
      oauth: { path: '/token', client_id: 'client-1', client_secret: 'very-secret', refresh_token: 'first-refresh', expires_in: 3600, single_use: true },
      routes: [
        { on: 'GET /days', body: { rows: [{ id: '{query.from}', day: '{query.from}' }] } },
        { on: 'GET /parents', body: { rows: [{ id: 'p1' }, { id: 'p2' }] } },
        { on: 'GET /parents/{id}/children', body: { rows: [{ id: '{id}-child' }] } },
        { on: 'GET /private', auth: { oauth: true }, body: { rows: [{ id: 'x' }] } },
        { on: 'GET /pages', rows: { count: 25, columns: ['id'] }, page: { style: 'offset', size: 10 }, body: { rows: '{rows}' } },
      ],
    },
  });

  test('gives each page its records, up to the page limit', async () => {
    const paginator = {
      type: 'DefaultPaginator',
      pagination_strategy: { type: 'OffsetIncrement', page_size: 10 },
      page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'offset' },
    };
    const read = await testRead(parts('/pages', {}, { paginator }), { page_limit: 2 });
    const pages = read.slices[0]!.pages;
    expect(pages.map(({ records, request }) => [records.length, new URL(request!.url).search, (records[0] as JsonObject).id])).toEqual([[10, '', 1], [10, '?offset=10', 11]]);
    expect(read.test_read_limit_reached).toBe(true);
  });

  test('gives each slice the state after it, and goes on from a state', async () => {
    const cursor = {
      type: 'DatetimeBasedCursor',
      cursor_field: 'day',
      datetime_format: '%Y-%m-%d',
      start_datetime: '2024-01-01',
      end_datetime: '2024-01-04',
      step: 'P1D',
      cursor_granularity: 'P1D',
      start_time_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'from' },
    };
    const daily = parts('/days', { incremental_sync: cursor });
    const states = ({ slices }: StreamRead) => slices.map(({ slice_descriptor: slice, state }) => [slice.start_time, state[0]!.stream.stream_state.day]);
    const whole = await testRead(daily);
    expect(states(whole)).toEqual([['2024-01-01', '2024-01-01'], ['2024-01-02', '2024-01-02'], ['2024-01-03', '2024-01-03']]);
    expect(whole.inferred_schema).toMatchObject({ required: ['id', 'day'] });
    expect(whole.inferred_datetime_formats).toEqual({ id: '%Y-%m-%d', day: '%Y-%m-%d' });
    await api!.close();
    const rest = await testRead(daily, { state: [{ type: 'STREAM', stream: { stream_descriptor: { name: 'report' }, stream_state: { day: '2024-01-03' } } }] });
    expect(states(rest)).toEqual([['2024-01-03', '2024-01-03']]);
  });

  test('shows the requests for parents apart', async () => {
    const parent = { type: 'DeclarativeStream', name: 'parents', primary_key: 'id', retriever: retriever('/parents') };
    const router = { type: 'SubstreamPartitionRouter', parent_stream_configs: [{ type: 'ParentStreamConfig', parent_key: 'id', partition_field: 'parent', stream: parent }] };
    const read = await testRead(parts("/parents/{{ stream_slice['parent'] }}/children", {}, { partition_router: router }));
    expect(read.slices.map(({ pages }) => pages[0]!.records)).toEqual([[{ id: 'p1-child' }], [{ id: 'p2-child' }]]);
    expect(read.auxiliary_requests).toMatchObject([{ title: "Parent stream: Stream 'parents' request", type: 'PARENT_STREAM' }]);
  });

  test('shows the login without its secrets, and the config that is to be kept', async () => {
    const authenticator = {
      type: 'OAuthAuthenticator',
      token_refresh_endpoint: "{{ config['base_url'] }}/token",
      client_id: "{{ config['client_id'] }}",
      client_secret: "{{ config['client_secret'] }}",
      refresh_token: "{{ config['refresh_token'] }}",
      grant_type: 'refresh_token',
      refresh_token_updater: { refresh_token_config_path: ['refresh_token'], access_token_config_path: ['access_token'], token_expiry_date_config_path: ['expires'] },
    };
    const oauth = parts('/private');
    (oauth.stream as { retriever: { requester: JsonObject } }).retriever.requester.authenticator = authenticator;
    const read = await testRead({ ...oauth, config: { client_id: 'client-1', client_secret: 'very-secret', refresh_token: 'first-refresh' } });
    expect(read.slices[0]!.pages[0]!.records).toEqual([{ id: 'x' }]);
    expect(read.auxiliary_requests).toMatchObject([{ title: 'Refresh token', type: 'AUTH', response: { status: 200 } }]);
    expect(JSON.stringify(read.auxiliary_requests)).not.toMatch(/very-secret|first-refresh/);
    expect(read.latest_config_update).toMatchObject({ client_secret: 'very-secret', refresh_token: expect.not.stringMatching('^first-refresh$'), access_token: expect.any(String) });
  });
});

describe('other requests', () => {
  test('a config that does not fit is told in the logs', async () => {
    const read = await testRead({ manifest: { spec: { type: 'Spec', connection_specification: { type: 'object', required: ['account'], properties: { account: { type: 'string' } } } } }, config: { api_key: 'x' } });
    expect(read).toMatchObject({ slices: [], logs: [{ level: 'ERROR', message: "Config validation error: 'account' is a required property" }] });
  });

  test('a manifest that is wrong is refused with its place', async () => {
    const request = await prepare({ retriever: { status_mapping: null } });
    const { status, body } = await builder.post('test_read', request);
    expect({ status, body }).toEqual({ status: 400, body: { detail: expect.stringMatching(/^Invalid manifest: .*streams\[0\] \(report\)\.retriever.*status_mapping/) } });
  });

  test('check orders one job and answers', async () => {
    const { body } = await builder.post('check', await prepare());
    expect(body).toEqual({ success: true, message: null });
    expect(fits('CheckResponse', body)).toBe('');
    expect(routes().filter((route) => route === 'POST /exports')).toHaveLength(1);
  });

  test('check says what is wrong without the secret', async () => {
    const { body, text } = await builder.post('check', await prepare({ faults: [{ on: 'POST /exports', do: { respond: { status: 403, body: { error: SECRET } } } }] }));
    expect(body).toMatchObject({ success: false, message: expect.stringContaining('403') });
    expect(text).not.toContain(SECRET);
  });

  test('discover names the streams', async () => {
    const { body } = await builder.post('discover', await prepare());
    expect(body.catalog.streams).toMatchObject([{ name: 'report', namespace: null, source_defined_primary_key: [['id']], supported_sync_modes: ['full_refresh'] }]);
    expect(fits('DiscoverResponse', body)).toBe('');
  });

  test('custom components need permission', async () => {
    const { status, body } = await builder.post('test_read', { ...(await prepare()), custom_components_code: 'export const x = 1' });
    expect({ status, body }).toEqual({ status: 400, body: { detail: expect.stringContaining('AIRBYTE_ENABLE_UNSAFE_CODE') } });
  });

  test('a manifest cannot read files of the server', async () => {
    const request = await prepare({ stream: { schema_loader: { type: 'JsonFileSchemaLoader', file_path: './package.json' } } });
    const { text } = await builder.post('discover', request);
    expect(text).not.toContain('source-async-jobs');
  });

  test('many runs side by side do not mix', async () => {
    const request = await prepare();
    const answers = await Promise.all([1, 2, 3, 4].map((limit) => builder.post('test_read', { ...request, record_limit: limit })));
    expect(answers.map(({ body }) => body.slices[0].pages[0].records.length)).toEqual([1, 2, 3, 3]);
  });
});

test('with a secret, only signed requests are heard', async () => {
  const secret = 'signature secret of the test, long enough';
  const guarded = await startBuilder({ env: { AB_JWT_SIGNATURE_SECRET: secret } });
  try {
    expect((await fetch(`${guarded.url}/health/`)).status).toBe(200);
    expect(await guarded.post('resolve', 'not even JSON')).toMatchObject({ status: 401, body: { detail: 'Bearer token required' } });
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret));
    expect(await guarded.post('resolve', {}, { headers: { Authorization: `Bearer ${token}` } })).toMatchObject({ status: 422 });
  } finally {
    await guarded.stop();
  }
});

test('a signal ends the server after its runs have aborted their jobs', async () => {
  const server = await startBuilder();
  const request = await prepare({
    job: { statuses: ['pending'] },
    retriever: { abort_requester: { type: 'HttpRequester', url: "{{ config['base_url'] }}/exports/{{ creation_response['id'] }}/cancel", http_method: 'POST' } },
    faults: [{ on: 'GET /exports/{id}', from: 2, do: { delay_ms: 10_000 } }],
  });
  const answer = server.post('test_read', request);
  await until(() => routes().filter((route) => route.startsWith('GET /exports')).length === 2);
  const [exitCode, { status, body }] = await Promise.all([server.stop(), answer]);
  expect({ exitCode, status, body }).toEqual({ exitCode: 143, status: 503, body: { detail: 'The server ends.' } });
  expect(routes()).toContain('POST /exports/export-1/cancel');
});

test('a port that is taken is told', async () => {
  const { hostname, port } = new URL(builder.url);
  const { exitCode, stderr } = await runCli({ command: 'builder', args: ['--host', hostname, '--port', port] });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`cannot listen on port ${port}`);
});

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}
