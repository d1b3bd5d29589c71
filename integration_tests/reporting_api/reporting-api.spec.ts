import { join } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import type { ApiDescription, FilePlan, JobApi } from './api-description';
import { fetchRaw } from './fetch-raw';
import { loadDescription } from './load-description';
import { startReportingApi, type ReportingApi } from './reporting-api';

let api: ReportingApi;

afterEach(() => api.close());

const json = async (path: string, options: Parameters<typeof fetchRaw>[1] = {}) => {
  const answer = await fetchRaw(path.startsWith('http') ? path : api.url + path, options);
  return { status: answer.status, headers: answer.headers, body: JSON.parse(answer.bytes.toString() || 'null') };
};

const job = (more: Partial<JobApi> = {}): JobApi => ({
  name: 'job',
  create: { on: 'POST /jobs', status: 201, body: { id: '{id}', was: '{status}' } },
  poll: { on: 'GET /jobs/{id}', body: { status: '{status}', urls: '{urls}', n: '{poll}' } },
  ...more,
});

describe('jobs', () => {
  test('statuses follow the polls, and the last repeats', async () => {
    api = await startReportingApi({ jobs: [job({ statuses: ['queued', 'running', 'done'] })] });
    expect(await json('/jobs', { method: 'POST' })).toMatchObject({ status: 201, body: { id: 'job-1', was: 'queued' } });
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push((await json('/jobs/job-1')).body);
    expect(seen.map(({ status, n }) => [status, n])).toEqual([['queued', 1], ['running', 2], ['done', 3], ['done', 4]]);
  });

  test('each job can have its own statuses, of any type', async () => {
    api = await startReportingApi({ jobs: [job({ statuses: [['failed'], [true, 3, null]] })] });
    for (let i = 0; i < 3; i++) await fetchRaw(`${api.url}/jobs`, { method: 'POST' });
    expect((await json('/jobs/job-1')).body.status).toBe('failed');
    for (const id of ['job-2', 'job-3']) {
      const statuses = [];
      for (let i = 0; i < 3; i++) statuses.push((await json(`/jobs/${id}`)).body.status);
      expect(statuses).toEqual([true, 3, null]);
    }
  });

  test('a full queue refuses with 429 until a job is finished or cancelled', async () => {
    api = await startReportingApi({ jobs: [job({ max_running: 1, statuses: ['running', 'done'], cancel: { on: 'POST /jobs/{id}/cancel', body: {} } })] });
    const create = async () => (await fetchRaw(`${api.url}/jobs`, { method: 'POST' })).status;
    expect([await create(), await create()]).toEqual([201, 429]);
    await json('/jobs/job-1');
    await json('/jobs/job-1');
    expect([await create(), await create()]).toEqual([201, 429]);
    await json('/jobs/job-2/cancel', { method: 'POST' });
    expect(await create()).toBe(201);
  });

  test('a deleted or unknown job is 404', async () => {
    api = await startReportingApi({ jobs: [job({ delete: { on: 'DELETE /jobs/{id}', status: 204 } })] });
    await fetchRaw(`${api.url}/jobs`, { method: 'POST' });
    expect((await fetchRaw(`${api.url}/jobs/job-1`, { method: 'DELETE' })).status).toBe(204);
    expect([(await json('/jobs/job-1')).status, (await json('/jobs/job-9')).status]).toEqual([404, 404]);
  });

  test('links expire after so many uses; a poll signs new ones', async () => {
    api = await startReportingApi({ jobs: [job({ download: { on: 'GET /files/{id}/{part}', link_uses: 1, parts: 2, file: { text: 'part {part}' } } })] });
    await fetchRaw(`${api.url}/jobs`, { method: 'POST' });
    const first = (await json('/jobs/job-1')).body.urls as string[];
    expect(first).toHaveLength(2);
    const statuses = [];
    for (const url of [first[0], first[0], `${api.url}/files/job-1/1`, (await json('/jobs/job-1')).body.urls[1]]) statuses.push((await fetchRaw(url)).status);
    expect(statuses).toEqual([200, 403, 403, 200]);
  });

  test('files can show what the creation asked for', async () => {
    api = await startReportingApi({ jobs: [job({ download: { on: 'GET /files/{id}', file: { rows: { count: '{body.rows}', columns: ['id'], add: { day: '{body.day}' } } } } })] });
    await fetchRaw(`${api.url}/jobs`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"rows": 2, "day": "2024-01-05"}' });
    expect((await fetchRaw(`${api.url}/files/job-1`)).bytes.toString()).toBe('id,day\n1,2024-01-05\n2,2024-01-05\n');
  });
});

describe('files', () => {
  const fileOf = async (file: FilePlan, parts = 1, part = 1) => {
    api = await startReportingApi({ jobs: [job({ download: { on: 'GET /files/{id}/{part}', parts, file } })] });
    await fetchRaw(`${api.url}/jobs`, { method: 'POST' });
    return fetchRaw(`${api.url}/files/job-1/${part}`);
  };
  const rows = { count: 3, columns: ['id', 'name'] };

  test.each<[string, FilePlan, string]>([
    ['csv', { rows }, 'id,name\n1,Name 1\n2,Name 2\n3,Name 3\n'],
    ['csv with another delimiter', { rows: { count: 1, columns: ['id', 'name'] }, delimiter: ';' }, 'id;name\n1;Name 1\n'],
    ['json', { format: 'json', rows: { count: 1, columns: ['id', 'name'] } }, '[{"id":1,"name":"Name 1"}]'],
    ['jsonl', { format: 'jsonl', rows: { count: 2, columns: ['id'] } }, '{"id":1}\n{"id":2}\n'],
    ['xml', { format: 'xml', rows: { count: 1, columns: ['id'] } }, '<?xml version="1.0" encoding="UTF-8"?>\n<rows><row><id>1</id></row></rows>'],
    ['text', { text: 'as it is' }, 'as it is'],
    ['no rows', { rows: { count: 0, columns: ['id'] } }, 'id\n'],
  ])('%s', async (_name, file, expected) => {
    expect((await fileOf(file)).bytes.toString()).toBe(expected);
  });

  test('awkward cells are quoted', async () => {
    const text = (await fileOf({ rows: { count: 3, columns: ['name'], awkward: true } })).bytes.toString();
    expect(text).toBe('name\n"comma, inside"\n"quote "" inside"\n"line\nbreak"\n');
  });

  test('parts share the rows', async () => {
    expect((await fileOf({ rows }, 2, 1)).bytes.toString()).toBe('id,name\n1,Name 1\n');
    await api.close();
    expect((await fileOf({ rows }, 2, 2)).bytes.toString()).toBe('id,name\n2,Name 2\n3,Name 3\n');
  });

  test('gzip as file and as transport, both at once', async () => {
    const answer = await fileOf({ text: 'hello', compression: 'gzip', transport: 'gzip' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/gzip', 'content-encoding': 'gzip' });
    expect(gunzipSync(gunzipSync(answer.bytes)).toString()).toBe('hello');
  });

  test('zip: local header, data and directory', async () => {
    const { bytes } = await fileOf({ text: 'hello', compression: 'zip' });
    const nameLength = bytes.readUInt16LE(26);
    expect(bytes.subarray(30, 30 + nameLength).toString()).toBe('part-1.text');
    expect(inflateRawSync(bytes.subarray(30 + nameLength, 30 + nameLength + bytes.readUInt32LE(18))).toString()).toBe('hello');
    expect(bytes.readUInt32LE(bytes.length - 22)).toBe(0x06054b50);
  });

  test('latin1 and byte order marks', async () => {
    expect((await fileOf({ text: 'é', encoding: 'latin1' })).bytes).toEqual(Buffer.from([0xe9]));
    await api.close();
    expect((await fileOf({ text: 'a', bom: true })).bytes).toEqual(Buffer.from([0xef, 0xbb, 0xbf, 0x61]));
  });
});

describe('pages', () => {
  const paged = (page: NonNullable<ApiDescription['routes']>[number]['page']): ApiDescription => ({
    routes: [{ on: 'GET /items', rows: { count: 25, columns: ['id'] }, page, body: { items: '{rows}', next: '{next}', more: '{has_more}' } }],
  });
  const ids = (body: { items: { id: number }[] }) => [body.items[0]?.id, body.items.length];

  test.each([
    ['offset', 'offset', [0, 10, 20]],
    ['page', 'page', [1, 2, 3]],
  ] as const)('%s', async (style, param, positions) => {
    api = await startReportingApi(paged({ style }));
    const pages = [];
    for (const position of positions) pages.push((await json(`/items?${param}=${position}`)).body);
    expect(pages.map(ids)).toEqual([[1, 10], [11, 10], [21, 5]]);
    expect(pages.map(({ next }) => next)).toEqual([...positions.slice(1), null]);
  });

  test('cursor: an opaque token until there is none', async () => {
    api = await startReportingApi(paged({ style: 'cursor', size: 20 }));
    const first = (await json('/items')).body;
    const second = (await json(`/items?cursor=${first.next}`)).body;
    expect([ids(first), ids(second), second.next, second.more]).toEqual([[1, 20], [21, 5], null, false]);
  });

  test('link: a Link header', async () => {
    api = await startReportingApi(paged({ style: 'link' }));
    const { headers } = await json('/items?limit=15&x=y');
    const next = /^<(.*)>; rel="next"$/.exec(String(headers.link))?.[1] as string;
    const second = await json(next);
    expect(ids(second.body)).toEqual([16, 10]);
    expect(new URL(next).searchParams.get('x')).toBe('y');
    expect(second.headers.link).toBeUndefined();
  });

  test('too large a page is refused', async () => {
    api = await startReportingApi(paged({ style: 'offset', max_size: 10 }));
    expect((await json('/items?limit=11')).status).toBe(400);
  });
});

describe('credentials', () => {
  test.each<[string, ApiDescription['auth'], Record<string, string>, string]>([
    ['bearer', { bearer: 'k' }, { Authorization: 'Bearer k' }, ''],
    ['basic', { basic: { username: 'u', password: 'p' } }, { Authorization: 'Basic dTpw' }, ''],
    ['api key in a header', { api_key: { value: 'k', header: 'X-Key' } }, { 'x-key': 'k' }, ''],
    ['api key in the query', { api_key: { value: 'k', query: 'key' } }, {}, '?key=k'],
    ['one of several', [{ bearer: 'other' }, { bearer: 'k' }], { Authorization: 'Bearer k' }, ''],
  ])('%s', async (_name, auth, headers, query) => {
    api = await startReportingApi({ auth, routes: [{ on: 'GET /me', body: {} }] });
    expect((await json(`/me${query}`, { headers })).status).toBe(200);
    expect((await json('/me')).status).toBe(401);
    expect((await json('/me?key=x', { headers: { Authorization: 'Bearer x', 'x-key': 'x' } })).status).toBe(401);
  });

  test('oauth: single-use refresh tokens, and tokens that end', async () => {
    api = await startReportingApi({
      auth: { oauth: true },
      oauth: { path: '/token', client_id: 'a', client_secret: 'b', refresh_token: 'r', expires_in: 100, single_use: true },
      routes: [{ on: 'GET /me', body: {} }],
    });
    const refresh = (token: string, secret = 'b') =>
      json('/token', { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: `grant_type=refresh_token&client_id=a&client_secret=${secret}&refresh_token=${token}` });
    expect(await refresh('r', 'wrong')).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    const first = await refresh('r');
    expect(first.body).toMatchObject({ access_token: 'access-1', refresh_token: 'refresh-1', expires_in: 100 });
    expect(await refresh('r')).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const me = async (token: string) => (await json('/me', { headers: { Authorization: `Bearer ${token}` } })).status;
    expect([await me('access-1'), await me('access-9')]).toEqual([200, 401]);
  });
});

test('the log shows every request in order, and reset forgets', async () => {
  api = await startReportingApi({ jobs: [job()] });
  await fetchRaw(`${api.url}/jobs?a=1&a=2`, { method: 'POST', headers: { 'X-One': '1' }, body: 'x=y' });
  await fetchRaw(`${api.url}/nowhere`);
  const { body: log } = await json('/__log');
  expect(log).toEqual(api.log());
  expect(log).toMatchObject([
    { n: 1, method: 'POST', path: '/jobs', query: { a: ['1', '2'] }, headers: { 'x-one': '1' }, body: 'x=y', route: 'POST /jobs', call: 1, status: 201 },
    { n: 2, path: '/nowhere', route: null, status: 404 },
  ]);
  expect((await json('/__reset', { method: 'POST' })).status).toBe(200);
  expect(api.log()).toEqual([]);
  expect((await json('/jobs', { method: 'POST' })).body.id).toBe('job-1');
});

test('sendgrid.yaml: created, twice pending, ready with two gzip files', async () => {
  api = await startReportingApi(loadDescription(join(__dirname, 'sendgrid.yaml')));
  const headers = { Authorization: 'Bearer SG.test-key' };
  const path = '/v3/marketing/contacts/exports';
  expect((await json(path, { method: 'POST' })).status).toBe(401);
  const { status, body } = await json(path, { method: 'POST', headers });
  expect(status).toBe(202);
  const polls = [];
  for (let i = 0; i < 3; i++) polls.push((await json(`${path}/${body.id}`, { headers })).body);
  expect(polls.map((poll) => poll.status)).toEqual(['pending', 'pending', 'ready']);
  const files = await Promise.all((polls[2].urls as string[]).map(async (url) => gunzipSync((await fetchRaw(url)).bytes).toString()));
  expect(files.map((text) => text.trim().split('\n').length - 1)).toEqual([125, 125]);
  expect(files[0]?.split('\n')[0]).toBe('CONTACT_ID,EMAIL,FIRST_NAME,LAST_NAME,CREATED_AT');
});
