import { Socket } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { ConnectorError } from '../../src/errors/connector-error';
import { Cookies } from '../../src/requests/cookies';
import type { HttpCall } from '../../src/requests/http-call';
import { HttpClient } from '../../src/requests/http-client';
import { fakeRuntime, type FakeRuntime } from '../support/fake-runtime';
import { json, LoopbackServer, neverAnswer, resetConnection, text } from './loopback-server';

let server: LoopbackServer;
let other: LoopbackServer;
let runtime: FakeRuntime;
let client: HttpClient;

beforeEach(async () => {
  server = await new LoopbackServer().start();
  other = await new LoopbackServer().start();
  runtime = fakeRuntime();
  client = new HttpClient(runtime);
});

afterEach(async () => {
  client.close();
  await server.stop();
  await other.stop();
});

const get = (path: string, more: Partial<HttpCall> = {}) => client.call({ method: 'GET', url: server.url + path, ...more });

async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectorError)) throw new Error(`expected a ConnectorError, got ${String(error)}`);
  return error;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

describe('what is sent', () => {
  it('has the default headers of the reference, our name, and nothing of axios', async () => {
    await (await get('/')).body.json();
    expect(server.seen[0]).toMatchObject({ method: 'GET', target: '/', body: '' });
    expect(server.seen[0]?.headers).toEqual({
      host: `127.0.0.1:${server.port}`,
      'user-agent': expect.stringMatching(/^source-async-jobs\/\d+\.\d+\.\d+$/),
      'accept-encoding': 'gzip, deflate, br',
      accept: '*/*',
      connection: 'keep-alive',
    });
  });

  it.each([
    ['GET', null, undefined],
    ['GET', '{}', '2'],
    ['POST', null, '0'],
    ['POST', 'ü', '2'],
    ['DELETE', null, '0'],
  ])('%s with body %p has content-length %p and no invented content-type', async (method, body, length) => {
    await client.call({ method, url: server.url, body });
    expect(server.seen[0]?.headers['content-length']).toBe(length);
    expect(server.seen[0]?.headers['content-type']).toBeUndefined();
    expect(server.seen[0]?.body).toBe(body ?? '');
  });

  it('sends user info of the URL as basic authentication, and not in the URL', async () => {
    const answer = await client.call({ method: 'GET', url: server.url.replace('//', '//us%40er:p%20w@') });
    expect(server.seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('us@er:p w').toString('base64')}`);
    expect(answer.url).toBe(`${server.url}/`);
  });

  it.each([['a\nb'], ['a\0b']])('refuses the header value %j without showing it', async (value) => {
    const error = await failure(get('/', { headers: { 'X-Key': value } }));
    expect(error).toMatchObject({ code: 'http.invalid_header', failureType: 'config_error' });
    expect(error.message).toContain('X-Key');
    expect(error.message).not.toContain(JSON.stringify(value).slice(1, -1));
  });

  it('has every connection probed after a minute, kept or not', async () => {
    const probes = jest.spyOn(Socket.prototype, 'setKeepAlive');
    for (const more of [{}, {}, { ownConnection: true }]) await (await get('/', more)).body.json();
    await get('/', { ownConnection: true });
    const { calls, contexts } = probes.mock;
    probes.mockRestore();
    expect(new Set(contexts).size).toBe(3);
    // Another delay for one of them would be a system call for each request.
    expect(new Set(calls.map(String))).toEqual(new Set(['true,60000']));
  });

  it('is not shown to `repeat` when it cannot be sent at all', async () => {
    const repeat = jest.fn();
    await expect(get('/', { headers: { 'X-Key': 'a\nb' }, repeat })).rejects.toMatchObject({ code: 'http.invalid_header' });
    expect(repeat).not.toHaveBeenCalled();
  });

  it('reuses connections, also after bodies that nobody read', async () => {
    server.on('/unread', json({ some: 'body' }, 500));
    for (let n = 0; n < 3; n++) (await get('/unread')).body.discard();
    for (let n = 0; n < 3; n++) await (await get('/')).body.json();
    expect(server.connections).toBe(1);
  });
});

describe('bodies', () => {
  const plain = Buffer.from('a,b\n1,2\n'.repeat(50_000));

  it.each([
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['gzip', Buffer.concat([gzipSync(plain.subarray(0, 1000)), gzipSync(plain.subarray(1000))])],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['gzip, br', brotliCompressSync(gzipSync(plain))],
    ['gzip', plain],
    ['identity', plain],
  ])('undo the content-encoding %s', async (encoding, bytes) => {
    server.on('/data', text(bytes, 200, { 'content-encoding': encoding }));
    const answer = await get('/data');
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect((await collect(answer.body.stream())).equals(plain)).toBe(true);
  });

  it('say so when the encoding is truncated', async () => {
    server.on('/data', text(gzipSync(plain).subarray(0, 200), 200, { 'content-encoding': 'gzip' }));
    expect(await failure(collect((await get('/data')).body.stream()))).toMatchObject({ code: 'http.body_corrupt', failureType: 'transient_error' });
  });

  it.each([
    ['content-length', { 'content-length': '1000' }],
    ['chunks', {}],
  ])('that are cut (%s) give what came and then http.body_cut', async (_kind, headers) => {
    server.on('/cut', (response) => {
      response.writeHead(200, headers);
      response.write('hello');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    const got: Uint8Array[] = [];
    const error = await failure(
      (async () => {
        for await (const chunk of (await get('/cut')).body.stream()) got.push(chunk);
      })(),
    );
    expect(Buffer.concat(got).toString()).toBe('hello');
    expect(error).toMatchObject({ code: 'http.body_cut', recovery: 'resume_body', failureType: 'transient_error' });
  });

  it('that are cut while being peeked at give the same to the later reader', async () => {
    server.on('/cut', (response) => {
      response.write('hello');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    const { body } = await get('/cut');
    await failure(body.peek(1000));
    const got: Uint8Array[] = [];
    const error = await failure(
      (async () => {
        for await (const chunk of body.stream()) got.push(chunk);
      })(),
    );
    expect(Buffer.concat(got).toString()).toBe('hello');
    expect(error.code).toBe('http.body_cut');
  });

  it('that stall end with http.body_stalled, but a slow reader is no stall', async () => {
    server.on('/stall', (response) => void response.write('x'));
    expect(await failure(collect((await get('/stall', { readTimeoutMs: 250 })).body.stream()))).toMatchObject({ code: 'http.body_stalled', recovery: 'resume_body' });
    server.on('/ok', text('y'.repeat(300_000)));
    let bytes = 0;
    for await (const chunk of (await get('/ok', { readTimeoutMs: 250 })).body.stream()) {
      if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 400));
      bytes += chunk.length;
    }
    expect(bytes).toBe(300_000);
  });

  it('keep peeked bytes for the reader, and can be buffered repeatedly', async () => {
    server.on('/data', text(plain));
    const { body } = await get('/data');
    expect((await body.peek(10)).bytes.length).toBeGreaterThanOrEqual(10);
    expect((await collect(body.stream())).equals(plain)).toBe(true);
    server.on('/json', json({ a: 1 }));
    const again = (await get('/json')).body;
    expect([await again.json(), await again.text(), await again.json()]).toEqual([{ a: 1 }, '{"a":1}', { a: 1 }]);
  });

  it('refuse to grow beyond a limit', async () => {
    server.on('/data', text(plain));
    expect(await failure((await get('/data')).body.buffer(1000))).toMatchObject({ code: 'http.body_too_large' });
  });

  it.each([
    ['{"id": 12345678901234567890, "s": "12345678901234567890", "f": 1.12345678901234567}', { id: 12345678901234567890n, s: '12345678901234567890', f: 1.12345678901234567 }],
    ['[9007199254740993, -9007199254740993, 9007199254740991]', [9007199254740993n, -9007199254740993n, 9007199254740991]],
    ['not json', undefined],
    ['{"cut": ', undefined],
    ['', undefined],
    ['\ufeff{"a": 1}', { a: 1 }],
  ])('%p parses to %p', async (body, expected) => {
    server.on('/json', text(body));
    expect(await (await get('/json')).body.json()).toEqual(expected);
  });

  it('honour the charset of text', async () => {
    server.on('/latin', text(Buffer.from('caf\xe9', 'latin1'), 200, { 'content-type': 'text/plain; charset=ISO-8859-1' }));
    expect(await (await get('/latin')).body.text()).toBe('café');
  });
});

describe('transport errors', () => {
  it.each([
    ['a reset connection', resetConnection, {}, 'http.connection_failed'],
    ['no answer', neverAnswer, { readTimeoutMs: 40 }, 'http.timeout'],
    ['no answer within the time for the whole call', neverAnswer, { timeoutMs: 40 }, 'http.timeout'],
  ])('%s is transient', async (_what, answer, more, code) => {
    server.on('/x', answer);
    expect(await failure(get('/x?api_key=sesame', more))).toMatchObject({ code, failureType: 'transient_error', message: expect.stringContaining('api_key=****') as string });
  });

  it('a refused connection names the reason', async () => {
    const port = other.port;
    await other.stop();
    const error = await failure(client.call({ method: 'GET', url: `http://127.0.0.1:${port}/` }));
    expect(error.message).toContain('refused the connection');
    other = await new LoopbackServer().start();
  });

  it.each([['ftp://example.com/x'], ['example.com/x'], ['http://'], ['http://a b/'], ['http://127.0.0.1:99999/']])('%s is no URL to request', async (url) => {
    expect(await failure(client.call({ method: 'GET', url }))).toMatchObject({ code: 'http.invalid_url', failureType: 'config_error' });
  });

  it('the time for the whole call includes the body', async () => {
    server.on('/slow', (response) => void response.write('x'));
    expect(await failure((await get('/slow', { timeoutMs: 80 })).body.text().then(() => undefined))).toMatchObject({ code: 'http.timeout' });
  });

  it('abort ends a request that waits, and a body that is read', async () => {
    server.on('/hang', neverAnswer).on('/body', (response) => void response.write('x'));
    const stop = new AbortController();
    const waiting = get('/hang', { signal: stop.signal });
    const { body } = await get('/body', { signal: stop.signal });
    const reading = body.text();
    const reason = new Error('enough');
    setTimeout(() => stop.abort(reason), 20);
    await expect(waiting).rejects.toBe(reason);
    await expect(reading).rejects.toBe(reason);
  });

  it('are repeated as long as `repeat` names another call', async () => {
    server.on('/flaky', resetConnection, resetConnection, json({ ok: 1 }));
    const errors: string[] = [];
    const call: HttpCall = {
      method: 'POST',
      url: `${server.url}/flaky`,
      body: 'n=0',
      repeat: async (error) => {
        errors.push(error.code);
        return { ...call, body: `n=${errors.length}`, headers: { 'X-Try': String(errors.length) } };
      },
    };
    expect(await (await client.call(call)).body.json()).toEqual({ ok: 1 });
    expect(errors).toEqual(['http.connection_failed', 'http.connection_failed']);
    expect(server.seen.map(({ body, headers }) => [body, headers['x-try']])).toEqual([['n=0', undefined], ['n=1', '1'], ['n=2', '2']]);
  });

  it('that `repeat` throws come out', async () => {
    server.on('/flaky', resetConnection);
    const error = new Error('no more');
    await expect(get('/flaky', { repeat: () => Promise.reject(error) })).rejects.toBe(error);
  });

  it('of a kept connection that the server closed meanwhile are not the caller\'s business', async () => {
    await (await get('/')).body.json();
    server.on('/x', resetConnection, json({ ok: 1 }));
    expect(await (await get('/x')).body.json()).toEqual({ ok: 1 });
  });
});

describe('redirects', () => {
  const to = (target: string, status = 302) => text('', status, { location: target });

  it.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
  ])('%d turns a %s into a %s', async (status, method, expected) => {
    server.on('/a', to('/b?x=1', status));
    const answer = await client.call({ method, url: `${server.url}/a`, body: 'data', headers: { 'Content-Type': 'text/x' } });
    expect(server.seen[1]).toMatchObject({ method: expected, target: '/b?x=1', body: expected === 'POST' ? 'data' : '' });
    expect(answer.url).toBe(`${server.url}/b?x=1`);
  });

  it('leave a HEAD a HEAD', async () => {
    server.on('/a', to('/b', 302));
    await client.call({ method: 'HEAD', url: `${server.url}/a` });
    expect(server.seen.map(({ method, target }) => `${method} ${target}`)).toEqual(['HEAD /a', 'HEAD /b']);
  });

  it('keep credentials on the same host and drop all of them on another', async () => {
    runtime.secrets.add('hidden-in-config');
    const headers = { Authorization: 'Bearer t', 'X-Api-Key': 'k', 'X-Custom': 'hidden-in-config', Cookie: 'c=1', 'X-Plain': 'p' };
    server.on('/same', to('/here')).on('/away', to(`${other.url}/there`));
    await client.call({ method: 'GET', url: `${server.url}/same`, headers, credentials: ['x-api-key'] });
    await client.call({ method: 'GET', url: `${server.url}/away`, headers, credentials: ['x-api-key'] });
    expect(server.seen[1]?.headers).toMatchObject({ authorization: 'Bearer t', 'x-api-key': 'k', 'x-custom': 'hidden-in-config', cookie: 'c=1', 'x-plain': 'p' });
    const names = Object.keys(other.seen[0]?.headers ?? {});
    expect(names).toContain('x-plain');
    expect(names.filter((name) => /authorization|cookie|key|custom/.test(name))).toEqual([]);
  });

  it('end after thirty hops', async () => {
    server.on('/loop', to('/loop'));
    expect(await failure(get('/loop'))).toMatchObject({ code: 'http.too_many_redirects', failureType: 'system_error' });
    expect(server.seen).toHaveLength(31);
  });

  it('carry cookies along', async () => {
    server.on('/login', text('', 302, { location: '/home', 'set-cookie': 'sid=42; Path=/' }));
    const cookies = new Cookies();
    await get('/login', { cookies });
    await get('/later', { cookies });
    await get('/own', { cookies, headers: { Cookie: 'mine=1' } });
    expect(server.seen.slice(1).map((request) => request.headers.cookie)).toEqual(['sid=42', 'sid=42', 'mine=1']);
  });
});
