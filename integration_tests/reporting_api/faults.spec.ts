import { gunzipSync } from 'node:zlib';
import type { ApiDescription, FaultAction } from './api-description';
import { fetchRaw } from './fetch-raw';
import { startReportingApi, type ReportingApi } from './reporting-api';

const TEXT = 'abcdefghijklmnopqrstuvwxyz';
let api: ReportingApi;

afterEach(() => api.close());

/** A job whose file is the alphabet; the fault hits the first download. */
async function broken(action: FaultAction, more: Partial<ApiDescription['faults'] extends (infer F)[] | undefined ? F : never> = { calls: 1 }, compression: 'gzip' | 'none' = 'none'): Promise<string> {
  api = await startReportingApi({
    jobs: [
      {
        name: 'job',
        create: { on: 'POST /jobs', body: { id: '{id}' } },
        poll: { on: 'GET /jobs/{id}', body: { status: '{status}', url: '{url}' } },
        download: { on: 'GET /files/{id}', file: { text: TEXT, compression } },
      },
    ],
    faults: [{ on: 'GET /files/{id}', do: action, ...more }],
  });
  await fetchRaw(`${api.url}/jobs`, { method: 'POST' });
  return `${api.url}/files/job-1`;
}

test('without a fault the file arrives whole, with its length and ETag', async () => {
  const url = await broken({ reset: true }, { calls: 99 });
  const answer = await fetchRaw(url);
  expect(answer).toMatchObject({ status: 200, error: undefined });
  expect(answer.bytes.toString()).toBe(TEXT);
  expect(answer.headers['content-length']).toBe('26');
  expect(answer.headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
});

test('respond: another status with headers and body, on the scripted call only', async () => {
  const url = await broken({ respond: { status: 429, headers: { 'Retry-After': '7' }, body: { error: 'slow down' } } }, { calls: 2 });
  expect((await fetchRaw(url)).status).toBe(200);
  const second = await fetchRaw(url);
  expect(second).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
  expect(JSON.parse(second.bytes.toString())).toEqual({ error: 'slow down' });
  expect((await fetchRaw(url)).status).toBe(200);
});

test('respond: Retry-After as a date', async () => {
  const { headers } = await fetchRaw(await broken({ respond: { status: 503, retry_after_date: 60 } }));
  const ahead = Date.parse(String(headers['retry-after'])) - Date.now();
  expect(ahead).toBeGreaterThan(55_000);
  expect(ahead).toBeLessThanOrEqual(60_000);
});

test('respond: an HTML page with 200, and an empty body', async () => {
  const html = await fetchRaw(await broken({ respond: { body: '<html>login</html>' } }));
  expect(html).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
  await api.close();
  const empty = await fetchRaw(await broken({ respond: {} }));
  expect(empty).toMatchObject({ status: 200, error: undefined, headers: { 'content-length': '0' } });
});

test('reset: no answer at all', async () => {
  expect(await fetchRaw(await broken({ reset: true }))).toMatchObject({ status: undefined, error: 'ECONNRESET' });
});

test('stall: the first bytes arrive, then nothing, then the connection closes', async () => {
  const url = await broken({ stall: { after_bytes: 5, ms: 150 } }, {});
  const impatient = await fetchRaw(url, { timeoutMs: 50 });
  expect(impatient).toMatchObject({ status: 200, error: 'STALLED' });
  expect(impatient.bytes.toString()).toBe('abcde');
  const patient = await fetchRaw(url);
  expect(patient.error).toBe('ECONNRESET');
  expect(patient.bytes.toString()).toBe('abcde');
});

test('stall before the headers', async () => {
  const answer = await fetchRaw(await broken({ stall: { after_bytes: -1, ms: 5000 } }), { timeoutMs: 50 });
  expect(answer).toMatchObject({ status: undefined, error: 'STALLED' });
});

test.each([true, false])('cut after ten bytes (content-length sent: %s)', async (length) => {
  const answer = await fetchRaw(await broken({ cut: { after_bytes: 10, length } }));
  expect(answer.bytes.toString()).toBe('abcdefghij');
  expect(answer.error).toBe('ECONNRESET');
  expect(answer.headers['content-length']).toBe(length ? '26' : undefined);
});

test('truncate: a neat end too early; a truncated gzip cannot be unpacked', async () => {
  const answer = await fetchRaw(await broken({ truncate: { bytes: 20 } }, { calls: 1 }, 'gzip'));
  expect(answer).toMatchObject({ status: 200, error: undefined, headers: { 'content-length': '20' } });
  expect(() => gunzipSync(answer.bytes)).toThrow('unexpected end of file');
});

test('corrupt: one byte is changed; the checksum of a gzip tells', async () => {
  const url = await broken({ corrupt: { at: 15 } }, { calls: 1 }, 'gzip');
  const spoilt = (await fetchRaw(url)).bytes;
  const sound = (await fetchRaw(url)).bytes;
  expect(gunzipSync(sound).toString()).toBe(TEXT);
  expect(() => gunzipSync(spoilt)).toThrow();
  expect([...spoilt].filter((byte, index) => byte !== sound[index])).toHaveLength(1);
});

describe('resuming', () => {
  const range = { Range: 'bytes=10-' };

  test('Range gives the rest with 206; past the end 416; If-Range with another ETag the whole', async () => {
    const url = await broken({ reset: true }, { calls: 99 });
    const whole = await fetchRaw(url);
    const rest = await fetchRaw(url, { headers: { ...range, 'If-Range': String(whole.headers.etag) } });
    expect(rest).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 10-25/26', etag: whole.headers.etag } });
    expect(rest.bytes.toString()).toBe(TEXT.slice(10));
    expect((await fetchRaw(url, { headers: { Range: 'bytes=26-' } })).status).toBe(416);
    expect((await fetchRaw(url, { headers: { ...range, 'If-Range': '"other"' } })).status).toBe(200);
  });

  test('ignore_range answers with the whole file', async () => {
    const answer = await fetchRaw(await broken({ ignore_range: true }), { headers: range });
    expect(answer.status).toBe(200);
    expect(answer.bytes.toString()).toBe(TEXT);
  });

  test('etag: the rest comes with a wrong ETag', async () => {
    const answer = await fetchRaw(await broken({ etag: '"wrong"' }), { headers: range });
    expect(answer).toMatchObject({ status: 206, headers: { etag: '"wrong"' } });
  });

  test('change_file: other content and another ETag from then on', async () => {
    const url = await broken({ change_file: true }, { calls: 2 });
    const before = await fetchRaw(url);
    const after = await fetchRaw(url);
    expect(after.bytes.equals(before.bytes)).toBe(false);
    expect(after.headers.etag).not.toBe(before.headers.etag);
    expect((await fetchRaw(url)).headers.etag).toBe(after.headers.etag);
  });
});

test('drip: all bytes, but slowly', async () => {
  const url = await broken({ drip: { bytes: 5, every_ms: 20 } });
  const started = Date.now();
  const answer = await fetchRaw(url);
  expect(answer.bytes.toString()).toBe(TEXT);
  expect(Date.now() - started).toBeGreaterThanOrEqual(90);
});

test('delay_ms: late', async () => {
  const url = await broken({ delay_ms: 60 });
  const started = Date.now();
  await fetchRaw(url);
  expect(Date.now() - started).toBeGreaterThanOrEqual(55);
});

test('from, every and where choose the calls', async () => {
  const status = async (url: string) => (await fetchRaw(url)).status;
  let url = await broken({ respond: { status: 500 } }, { from: 2 });
  expect([await status(url), await status(url), await status(url)]).toEqual([200, 500, 500]);
  await api.close();
  url = await broken({ respond: { status: 500 } }, { every: 2 });
  expect([await status(url), await status(url), await status(url), await status(url)]).toEqual([200, 500, 200, 500]);
  await api.close();
  url = await broken({ respond: { status: 500 } }, { where: { id: 'job-2' } });
  await fetchRaw(`${api.url}/jobs`, { method: 'POST' });
  expect([await status(url), await status(`${api.url}/files/job-2`)]).toEqual([200, 500]);
});

test('a fault on a route that does not exist is an error', async () => {
  api = await startReportingApi({});
  await expect(startReportingApi({ faults: [{ on: 'GET /nowhere', do: { reset: true } }] })).rejects.toThrow('GET /nowhere');
});
