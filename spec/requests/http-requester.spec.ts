import { ConnectorError } from '../../src/errors/connector-error';
import { InterpolatedString } from '../../src/manifest/interpolation/interpolated-string';
import type { BuildContext } from '../../src/manifest/build-context';
import type { HttpExchange } from '../../src/platform/events';
import { getOwn, type JsonObject } from '../../src/protocol/json';
import type { Authenticator } from '../../src/requests/authenticators/authenticator';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { httpClient } from '../../src/requests/http-client';
import { HttpRequester } from '../../src/requests/http-requester';
import { RequestTemplates } from '../../src/requests/request-templates';
import { RequestSignal, type RequestInput, type Requester } from '../../src/requests/requester';
import { StreamSlice } from '../../src/slices/stream-slice';
import { buildComponent, fakeContext, fakeRuntime, type FakeRuntime } from '../support/fake-runtime';
import { json, LoopbackServer, neverAnswer, resetConnection, text } from './loopback-server';

let server: LoopbackServer;
let runtime: FakeRuntime;

beforeEach(async () => {
  server = await new LoopbackServer().start();
  runtime = fakeRuntime();
});

afterEach(async () => {
  httpClient(runtime).close();
  await server.stop();
});

function requester(model: JsonObject = {}, more: Partial<BuildContext> = {}): Requester {
  return buildComponent('Requester', { type: 'HttpRequester', url: `${server.url}/x`, ...model }, { runtime, ...more });
}

function withErrorHandler(handler: JsonObject): Requester {
  return requester({ error_handler: { type: 'DefaultErrorHandler', ...handler } });
}

/** A requester with an authenticator that no manifest can write. */
function authenticated(authenticator: Authenticator, handler: JsonObject = {}): Requester {
  const ctx = fakeContext({ runtime });
  const scope = { config: {}, parameters: {}, clock: runtime.clock };
  const url = new InterpolatedString(`${server.url}/x`, scope);
  const templates = new RequestTemplates({ url, urlBase: undefined, path: undefined, parameters: undefined, headers: undefined, body: undefined, where: 'test' });
  const errorHandler = ctx.build('ErrorHandler', { type: 'DefaultErrorHandler', ...handler });
  return new HttpRequester({ method: 'GET', templates, authenticator, errorHandler, useCache: false, connectTimeoutMs: undefined, readTimeoutMs: undefined }, ctx);
}

const filter = (more: JsonObject): JsonObject => ({ type: 'HttpResponseFilter', ...more });

async function failure(promise: Promise<unknown>): Promise<ConnectorError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConnectorError)) throw new Error(`expected a ConnectorError, got ${String(error)}`);
  return error;
}

const seconds = () => runtime.clock.sleeps.map((ms) => ms / 1000);
const bodies = async (requests: Requester, input: RequestInput = {}) => (await requests.send(input)).body.json();

describe('a request', () => {
  it('sees slice, extra fields, page token and other variables', async () => {
    await requester({
      url: `${server.url}/{{ stream_slice['id'] }}/{{ creation_response['job'] }}`,
      request_parameters: { from: "{{ stream_interval['start'] }}", parent: '{{ parent_name }}', page: "{{ next_page_token['next_page_token'] }}", none: "{{ config['missing'] }}" },
    }).send({
      slice: new StreamSlice({ id: 7 }, { start: '2024-01-01' }, { parent_name: 'p' }),
      nextPageToken: { next_page_token: 3 },
      vars: { creation_response: { job: 'j1' } },
    });
    expect(server.seen[0]?.target).toBe('/7/j1?from=2024-01-01&parent=p&page=3');
  });

  it('takes the path of a RequestPath token instead of its own', async () => {
    const requests = requester({ url: undefined as never, url_base: `${server.url}/v1`, path: 'own' });
    await requests.send({});
    await requests.send({ path: `${server.url}/v2/next?cursor=9` });
    expect(server.seen.map((seen) => seen.target)).toEqual(['/v1/own', '/v2/next?cursor=9']);
  });

  it('keeps headers and parameters as they are written', async () => {
    await requester({ request_headers: { Version: '1.10', Day: '2023.10', Gone: "{{ config['missing'] }}" }, request_parameters: { v: '1.10' } }).send({});
    expect(server.seen[0]?.headers).toMatchObject({ version: '1.10', day: '2023.10' });
    expect(server.seen[0]?.headers.gone).toBeUndefined();
    expect(server.seen[0]?.target).toBe('/x?v=1.10');
  });

  it.each([
    [{ type: 'RequestBodyPlainText', value: '{"a": 1}' }, undefined, '{"a": 1}'],
    [{ type: 'RequestBodyPlainText', value: "{{ {'a': 1} }}" }, 'application/x-www-form-urlencoded', 'a=1'],
    [{ type: 'RequestBodyUrlEncodedForm', value: { a: 'b c', n: "{{ config['none'] }}" } }, 'application/x-www-form-urlencoded', 'a=b+c'],
    [{ type: 'RequestBodyJsonObject', value: { a: '5', b: { c: 'ü' } } }, 'application/json', '{"a": 5, "b": {"c": "\\u00fc"}}'],
    [{ type: 'RequestBodyJsonObject', value: {} }, undefined, ''],
    [{ type: 'RequestBodyGraphQL', value: { query: 'query { a }', variables: { n: '{{ 5 }}' } } }, 'application/json', '{"query": "query { a }", "variables": {"n": 5}}'],
  ])('has the body of %j', async (body, type, sent) => {
    await requester({ http_method: 'POST', request_body: body }).send({});
    expect(server.seen[0]).toMatchObject({ method: 'POST', body: sent });
    expect(server.seen[0]?.headers['content-type']).toBe(type);
  });

  it.each([
    [{ request_body_json: "{{ {'a': [1]} }}" }, '{"a": [1]}'],
    [{ request_body_json: '{"a": true}' }, '{"a": true}'],
    [{ request_body_data: 'plain {{ 1 + 1 }}' }, 'plain 2'],
    [{ request_body_data: { a: '1.10' } }, 'a=1.10'],
  ])('understands the older %j', async (model, sent) => {
    await requester({ http_method: 'POST', ...model }).send({});
    expect(server.seen[0]?.body).toBe(sent);
  });

  it('may be a GET with a body; other methods than GET, POST, PUT and PATCH have none', async () => {
    await requester({ request_body_json: { a: 1 } }).send({});
    await requester({ http_method: 'DELETE', request_body_json: { a: 1 } }).send({});
    expect(server.seen.map(({ method, body }) => [method, body])).toEqual([['GET', '{"a": 1}'], ['DELETE', '']]);
  });

  it('merges nested JSON bodies and equal values', async () => {
    await requester({ http_method: 'POST', request_body_json: { a: { b: 1 } } }).send({ options: { bodyJson: { a: { c: 2, b: 1 } } } });
    expect(server.seen[0]?.body).toBe('{"a": {"b": 1, "c": 2}}');
  });

  it.each([
    [{ request_parameters: { a: '1' } }, { params: { a: '1' } }, 'requests.option_collision'],
    [{ request_headers: { A: '1' } }, { headers: { A: '1' } }, 'requests.option_collision'],
    [{ request_body_json: { a: { b: 1 } } }, { bodyJson: { a: { b: 2 } } }, 'requests.option_collision'],
    [{ request_body_json: { a: 1 } }, { bodyData: { b: 1 } }, 'requests.two_bodies'],
    [{ request_body_data: 'text' }, { bodyData: { b: 1 } }, 'requests.two_bodies'],
    [{}, { params: { a: { b: 1 } } }, 'requests.invalid_parameter'],
    [{ request_headers: 'no object' }, {}, 'requests.invalid_headers'],
    [{ request_body_json: '[1]' }, {}, 'requests.invalid_body'],
  ])('%j with %j is refused', async (model, options, code) => {
    expect(await failure(requester({ http_method: 'POST', ...model }).send({ options: options as never }))).toMatchObject({ code, failureType: 'config_error' });
    expect(server.seen).toEqual([]);
  });

  it('refuses two kinds of body at build', () => {
    expect(() => requester({ request_body_json: { a: 1 }, request_body_data: { b: '1' } })).toThrow(/more than one of request_body/);
  });

  it('sends headers that no template knows', async () => {
    await requester({ request_headers: { Range: 'bytes=0-' } }).send({ headers: { range: 'bytes=5-' } });
    expect(server.seen[0]?.headers.range).toBe('bytes=5-');
  });

  it('leaves query properties among the parameters to the retriever', async () => {
    await requester({ request_parameters: { a: '1', fields: { type: 'QueryProperties', property_list: ['x'] } } }).send({ options: { params: { fields: 'x,y' } } });
    expect(server.seen[0]?.target).toBe('/x?a=1&fields=x%2Cy');
  });

  it('keeps cookies from one request to the next, each requester its own', async () => {
    server.on('/x', text('', 200, { 'set-cookie': 'sid=1' }));
    const requests = requester();
    await requests.send({});
    await requests.send({});
    await requester().send({});
    expect(server.seen.map((seen) => seen.headers.cookie)).toEqual([undefined, 'sid=1', undefined]);
  });

  it('is named by role and stream', () => {
    expect([requester().name, requester({}, { role: 'job creation' }).name]).toEqual(['test_stream', 'job creation - test_stream']);
  });
});

describe('repetitions', () => {
  it('wait 1, 2, 4, 8, 16 seconds and end with the last answer in the error', async () => {
    server.on('/x', json({ error: { message: 'overloaded' } }, 503));
    const error = await failure(requester().send({}));
    expect(seconds()).toEqual([1, 2, 4, 8, 16]);
    expect(error).toBeInstanceOf(HttpStatusError);
    expect(error).toMatchObject({ code: 'http.retries_exhausted', status: 503, failureType: 'transient_error', responseBody: '{"error":{"message":"overloaded"}}' });
    expect(error.message).toContain('overloaded');
    expect(runtime.logs.filter(({ message }) => message.includes('Retrying in 4 seconds'))).toHaveLength(1);
  });

  it('count all kinds of trouble together', async () => {
    server.on('/x', resetConnection, json({}, 500), json({}, 429), json({}, 418));
    const error = await failure(withErrorHandler({ max_retries: 3 }).send({}));
    expect(server.seen).toHaveLength(4);
    expect(error).toMatchObject({ code: 'http.retries_exhausted', status: 418, failureType: 'system_error' });
  });

  it('bring the answer of the last try', async () => {
    server.on('/x', json({}, 500, { connection: 'close' }), resetConnection, json({ ok: true }));
    expect(await bodies(requester())).toEqual({ ok: true });
    expect(seconds()).toEqual([1, 2]);
  });

  it('do not happen in a test read', async () => {
    runtime = fakeRuntime({ testRead: { maxRecords: 1, maxPagesPerSlice: 1, maxSlices: 1, maxStreams: 1 } });
    server.on('/x', json({}, 500));
    await failure(requester().send({}));
    expect(server.seen).toHaveLength(1);
  });

  it('of a refused connection end with a transient error', async () => {
    const requests = withErrorHandler({ max_retries: 1 });
    await server.stop();
    const error = await failure(requests.send({}));
    expect(error).toMatchObject({ code: 'http.retries_exhausted', failureType: 'transient_error' });
    expect(error).not.toBeInstanceOf(HttpStatusError);
    server = await new LoopbackServer().start();
  });

  it('read max_retries from the config', async () => {
    server.on('/x', json({}, 500));
    const requests = buildComponent(
      'Requester',
      { type: 'HttpRequester', url: `${server.url}/x`, error_handler: { type: 'DefaultErrorHandler', max_retries: "{{ config['retries'] }}" } },
      { runtime, config: { retries: 1 } },
    );
    await failure(requests.send({}));
    expect(server.seen).toHaveLength(2);
  });

  it('end after ten minutes, however many are left; waits for a rate limit do not count', async () => {
    server.on('/x', json({}, 500));
    await failure(withErrorHandler({ max_retries: 100, backoff_strategies: [{ type: 'ConstantBackoffStrategy', backoff_time_in_seconds: 250 }] }).send({}));
    expect(seconds()).toEqual([250, 250, 250]);
    server.on('/x', json({}, 429));
    await failure(withErrorHandler({ max_retries: 5, backoff_strategies: [{ type: 'ConstantBackoffStrategy', backoff_time_in_seconds: 250 }] }).send({}));
    expect(seconds().slice(3)).toEqual([250, 250, 250, 250, 250]);
  });

  it('hear the abort signal while they wait', async () => {
    server.on('/x', (response) => {
      json({}, 500)(response, server.seen[0] as never, 1);
      setImmediate(() => runtime.cancel(new Error('stop')));
    });
    await expect(requester({}).send({})).rejects.toThrow('stop');
  });

  it('hear an abort before the first byte', async () => {
    server.on('/x', neverAnswer);
    const stop = new AbortController();
    const sending = requester().send({ signal: stop.signal });
    setTimeout(() => stop.abort(new Error('stop')), 20);
    await expect(sending).rejects.toThrow('stop');
  });
});

describe('rate limits', () => {
  it.each([
    ['seconds', '7', 429, [7, 7]],
    ['less than the default', '1', 429, [1, 2]],
    ['a date', 'Fri, 01 Mar 2024 12:00:30 GMT', 429, [30, 2]],
    ['seconds', '7', 503, [7, 7]],
    ['seconds', '7', 500, [1, 2]],
    ['nonsense', 'soon', 429, [1, 2]],
  ])('Retry-After in %s (%s) at %d', async (_form, value, status, waits) => {
    server.on('/x', json({}, status, { 'retry-after': value }), json({}, status, { 'retry-after': value }), json({ ok: 1 }));
    await requester().send({});
    expect(seconds()).toEqual(waits);
  });

  it('are reported with the time at which it goes on', async () => {
    server.on('/x', json({}, 429, { 'retry-after': '7' }), json({}));
    const start = runtime.clock.now();
    await requester().send({});
    expect(runtime.rateLimits).toEqual([{ stream: 'test_stream', quotaResetMs: start + 7000 }]);
  });

  it('longer than an hour are an error that names the time', async () => {
    server.on('/x', json({}, 429, { 'retry-after': '7200' }));
    const error = await failure(requester().send({}));
    expect(error).toMatchObject({ code: 'http.wait_too_long', failureType: 'transient_error', recovery: 'wait_for_capacity', retryAfterMs: 7_200_000 });
    expect(error.message).toContain('2024-03-01T14:00:00');
    expect(seconds()).toEqual([]);
  });

  it('that stay ask for capacity', async () => {
    server.on('/x', json({ message: 'too many' }, 429, { 'retry-after': '3' }));
    const error = await failure(withErrorHandler({ max_retries: 1 }).send({}));
    expect(error).toMatchObject({ code: 'http.rate_limited', status: 429, recovery: 'wait_for_capacity', failureType: 'transient_error', retryAfterMs: 3000 });
    expect(error.message).toMatch(/^API rate limit exceeded/);
  });

  it('are answered by another credential when there is one', async () => {
    server.on('/x', json({}, 429, { 'retry-after': '7200' }), json({ ok: 1 }));
    const tokens = ['a', 'b'];
    const authenticator: Authenticator = {
      credentials: async () => ({ headers: { 'X-Token': tokens[0] as string } }),
      observe: (_request, status) => {
        if (status !== 429) return undefined;
        tokens.shift();
        return { retryWithOtherToken: true };
      },
    };
    await authenticated(authenticator).send({});
    expect(server.seen.map((seen) => seen.headers['x-token'])).toEqual(['a', 'b']);
    expect(seconds()).toEqual([0.1]);
  });
});

describe('a session that the API ended', () => {
  const session = (): Authenticator => {
    let logins = 0;
    return {
      credentials: async () => ({ headers: { 'X-Session': `s${logins}` } }),
      observe: (_request, status) => {
        if (status !== 401) return undefined;
        logins += 1;
        return { retryWithOtherToken: true };
      },
    };
  };

  it('is renewed once', async () => {
    server.on('/x', json({}, 401), json({ ok: 1 }));
    await authenticated(session()).send({});
    expect(server.seen.map((seen) => seen.headers['x-session'])).toEqual(['s0', 's1']);
  });

  it('is refused when the renewed one is, too', async () => {
    server.on('/x', json({}, 401));
    expect(await failure(authenticated(session()).send({}))).toMatchObject({ code: 'http.status_401', failureType: 'config_error' });
    expect(server.seen).toHaveLength(2);
  });
});

describe('response filters', () => {
  it.each([
    ['a status', { http_codes: [409] }, json({}, 409)],
    ['a message', { error_message_contains: 'not ready' }, json({ errors: [{ detail: 'file not ready' }] }, 400)],
    ['a text', { error_message_contains: 'not ready' }, text('not ready', 400)],
    ['a condition', { predicate: "{{ response['state'] == 'busy' }}" }, json({ state: 'busy' })],
    ['a header in any case', { predicate: "{{ headers['X-State'] == 'busy' }}" }, json({}, 200, { 'x-state': 'busy' })],
    ['an address without its query', { predicate: "{{ request_url.endswith('/x') }}" }, json({})],
  ])('recognise answers by %s', async (_what, by, answer) => {
    server.on('/x', answer);
    const error = await failure(withErrorHandler({ response_filters: [filter({ ...by, action: 'FAIL', failure_type: 'config_error', error_message: 'told: {{ headers["content-type"] or "none" }}' })] }).send({}));
    expect(error).toMatchObject({ failureType: 'config_error' });
    expect(error.message).toMatch(/^told: /);
  });

  it.each([
    ['a predicate', filter({ predicate: "{{ response['error'] == 'x' }}", action: 'FAIL' })],
    ['a message', filter({ error_message_contains: 'no such text', action: 'FAIL' })],
  ])('leave a streamed download whole (%s)', async (_what, response_filter) => {
    const rows = 'id,name\n'.concat('1,abc\n'.repeat(200_000));
    server.on('/x', text(rows, 200, { 'content-type': 'text/csv' }));
    const { body } = await withErrorHandler({ response_filters: [response_filter] }).send({});
    let bytes = 0;
    for await (const chunk of body.stream()) bytes += chunk.length;
    expect(bytes).toBe(rows.length);
  });

  it('without an action have no effect, and the first that matches decides', async () => {
    server.on('/x', json({}, 404));
    const response = await withErrorHandler({
      response_filters: [filter({ http_codes: [404] }), filter({ http_codes: [404], action: 'IGNORE' }), filter({ http_codes: [404], action: 'FAIL' })],
    }).send({});
    expect(response).toMatchObject({ status: 404, ignored: true });
    expect(runtime.logs).toContainEqual({ level: 'INFO', message: `Ignoring response for 'GET' request to '${server.url}/x' with response code '404'` });
  });

  it('can make an error a success', async () => {
    server.on('/x', json({ a: 1 }, 404));
    const response = await withErrorHandler({ response_filters: [filter({ http_codes: [404], action: 'SUCCESS' })] }).send({});
    expect([response.ignored, await response.body.json()]).toEqual([false, { a: 1 }]);
  });

  it.each(['RESET_PAGINATION', 'REDUCE_PAGE_SIZE', 'SPLIT_REQUEST_WINDOW'] as const)('pass %s on to the retriever', async (action) => {
    server.on('/x', json({}, 400));
    const error = await withErrorHandler({ response_filters: [filter({ http_codes: [400], action })] })
      .send({})
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RequestSignal);
    expect((error as RequestSignal).action).toBe(action);
  });

  it('of a composite handler: the first handler that knows the answer decides', async () => {
    const handler = (...filters: JsonObject[]): JsonObject => ({ type: 'DefaultErrorHandler', response_filters: filters });
    const composite = (...handlers: JsonObject[]) => requester({ error_handler: { type: 'CompositeErrorHandler', error_handlers: handlers } });
    server.on('/x', json({ error: 'limit' }, 200));
    const failing = composite(handler(filter({ predicate: "{{ 'error' in response }}", action: 'FAIL', error_message: 'first' })), handler());
    expect((await failure(failing.send({}))).message).toBe('first');
    server.on('/x', json({}, 500));
    const ignoring = composite(handler(filter({ http_codes: [403], action: 'FAIL' })), handler(filter({ http_codes: [500], action: 'IGNORE' })));
    expect((await ignoring.send({})).ignored).toBe(true);
  });

  it('of a composite handler wait as their own handler says', async () => {
    server.on('/x', json({}, 500), json({}, 503), json({}, 502), json({}));
    const constant = (seconds: number): JsonObject[] => [{ type: 'ConstantBackoffStrategy', backoff_time_in_seconds: seconds }];
    await requester({
      error_handler: {
        type: 'CompositeErrorHandler',
        error_handlers: [
          { type: 'DefaultErrorHandler', response_filters: [filter({ http_codes: [500], action: 'RETRY' })], backoff_strategies: constant(10) },
          { type: 'DefaultErrorHandler', response_filters: [filter({ http_codes: [503], action: 'RETRY' })], backoff_strategies: constant(20) },
        ],
      },
    }).send({});
    expect(seconds()).toEqual([10, 20, 10]);
  });
});

describe('statuses without a filter', () => {
  it.each([
    [400, 'system_error'],
    [401, 'config_error'],
    [403, 'config_error'],
    [404, 'system_error'],
    [405, 'system_error'],
    [416, 'system_error'],
  ])('%d fails at once as a %s', async (status, failureType) => {
    server.on('/x', json({ message: 'the reason' }, status));
    const error = await failure(requester().send({}));
    expect(error).toMatchObject({ code: `http.status_${status}`, status, failureType });
    expect(error.message).toMatch(new RegExp(`^HTTP Status Code: ${status}\\. Error: .*The API says: the reason$`));
    expect(server.seen).toHaveLength(1);
  });

  it('below 400 succeed', async () => {
    server.on('/x', text('', 304));
    expect((await requester().send({})).status).toBe(304);
  });

  it('do not leak secrets', async () => {
    runtime.secrets.add('s3cret');
    server.on('/x', json({ message: 'bad token s3cret' }, 401));
    const error = (await failure(requester({ request_parameters: { sig: 's3cret' }, http_method: 'POST', request_body_data: 's3cret' }).send({}))) as HttpStatusError;
    expect([error.message, error.internalMessage, error.responseBody, ...runtime.logs.map(({ message }) => message)].join('\n')).not.toContain('s3cret');
  });

  it('an address that cannot be one fails at once', async () => {
    const missing = await failure(requester({ url: "{{ config['missing'] }}", path: 'items' }).send({}));
    expect(missing).toMatchObject({ code: 'http.invalid_url', failureType: 'config_error', message: expect.stringContaining('neither url nor url_base gives an address') });
  });
});

describe('credentials', () => {
  it('are asked for once a try', async () => {
    let asked = 0;
    server.on('/x', json({}, 500, { connection: 'close' }), resetConnection, json({}));
    await authenticated({ credentials: async () => ({ headers: { Authorization: `Bearer ${++asked}` } }) }).send({});
    expect(server.seen.map((seen) => seen.headers.authorization)).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 3']);
  });

  it('may go into parameters and bodies, and may not collide', async () => {
    const credentials = async () => ({ params: { key: 't k' }, bodyJson: { auth: { token: 1 } } });
    await authenticated({ credentials }).send({ options: { bodyJson: { a: 1 } } });
    expect(server.seen[0]).toMatchObject({ target: '/x?key=t+k', body: '{"a": 1, "auth": {"token": 1}}' });
    expect(await failure(authenticated({ credentials }).send({ options: { params: { key: 1 } } }))).toMatchObject({ code: 'requests.option_collision' });
  });

  const refreshing = { response_filters: [filter({ http_codes: [401], action: 'REFRESH_TOKEN_THEN_RETRY' })] };

  it('are refreshed once when the error handler says so', async () => {
    let token = 'old';
    server.on('/x', json({}, 401), json({ ok: 1 }));
    const requests = authenticated({ credentials: async () => ({ headers: { Authorization: token } }), refresh: async () => void (token = 'new') }, refreshing);
    expect(await bodies(requests)).toEqual({ ok: 1 });
    expect(server.seen.map((seen) => seen.headers.authorization)).toEqual(['old', 'new']);
  });

  it.each([
    ['a refreshed token that is rejected is a config_error', async () => {}, 'http.refreshed_token_rejected', 'config_error'],
    ['a failed refresh is transient', () => Promise.reject(new Error('no net')), 'http.token_refresh_failed', 'transient_error'],
    ['a refused refresh ends it', () => Promise.reject(ConnectorError.config('auth.unavailable', 'refused')), 'auth.unavailable', 'config_error'],
  ])('%s', async (_what, refresh, code, failureType) => {
    server.on('/x', json({}, 401));
    expect(await failure(authenticated({ credentials: async () => ({}), refresh }, refreshing).send({}))).toMatchObject({ code, failureType });
  });

  it('that cannot be refreshed are used again', async () => {
    server.on('/x', json({}, 401), json({}));
    await authenticated({ credentials: async () => ({}) }, refreshing).send({});
    expect(runtime.logs.some(({ level }) => level === 'WARN')).toBe(true);
  });
});

describe('the cache', () => {
  it('sends equal GETs once, also at the same time and from other requesters', async () => {
    server.on('/x', json({ n: 1 }), json({ n: 2 }));
    const [one, two] = [requester({ use_cache: true }), requester({ use_cache: true }, { streamName: 'other' })];
    expect(await Promise.all([bodies(one), bodies(two), bodies(one)])).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }]);
    expect(await bodies(one)).toEqual({ n: 1 });
    expect(server.seen).toHaveLength(1);
  });

  it('does not keep an answer that has to be asked for again, whatever its status', async () => {
    server.on('/x', json({ busy: true }), json({ n: 1 }), json({ n: 2 }));
    const filter = { type: 'HttpResponseFilter', action: 'RETRY', predicate: "{{ response.get('busy') }}" };
    const requests = requester({ use_cache: true, error_handler: { type: 'DefaultErrorHandler', response_filters: [filter] } });
    expect([await bodies(requests), await bodies(requests)]).toEqual([{ n: 1 }, { n: 1 }]);
    expect(server.seen).toHaveLength(2);
  });

  it('tells requests apart by URL, headers and method, and keeps only successes', async () => {
    const cached = (more: JsonObject) => requester({ use_cache: true, ...more }).send({});
    await cached({});
    await cached({ request_parameters: { a: '1' } });
    await cached({ request_headers: { A: '1' } });
    await cached({ http_method: 'POST' });
    await cached({ http_method: 'POST' });
    server.on('/x', json({}, 500), json({ ok: 1 }));
    await cached({ request_parameters: { b: '1' } });
    expect(server.seen).toHaveLength(7);
  });

  it.each([
    ['job polling', undefined],
    [undefined, { maxRecords: 1, maxPagesPerSlice: 1, maxSlices: 1, maxStreams: 1 }],
  ])('is off for role %p and test read %p', async (role, testRead) => {
    runtime = fakeRuntime({ testRead });
    const requests = requester({ use_cache: true }, { role });
    await requests.send({});
    await requests.send({});
    expect(server.seen).toHaveLength(2);
  });
});

describe('exchange events', () => {
  const listen = () => {
    const events: HttpExchange[] = [];
    runtime.events.on((event) => void (event.type === 'http' && events.push(event)));
    return events;
  };

  it('show each try with bodies, and leave the body to its reader', async () => {
    const events = listen();
    server.on('/x', json({ e: 1 }, 500), json({ ok: 1 }));
    const slice = new StreamSlice({ id: 1 });
    expect(await bodies(requester({ http_method: 'POST', request_body_json: { a: 1 } }), { slice })).toEqual({ ok: 1 });
    expect(events).toMatchObject([
      { title: '', exchangeType: 'HTTP', streamName: 'test_stream', slice: { id: 1 }, request: { method: 'POST', url: `${server.url}/x`, body: '{"a": 1}' }, response: { status: 500, body: '{"e":1}' } },
      { response: { status: 200, body: '{"ok":1}' }, error: undefined },
    ]);
  });

  it.each([
    ['job creation', 'Async Job -- Create', 'ASYNC_CREATE'],
    ['job polling', 'Async Job -- Polling', 'ASYNC_POLL'],
    ['job abort', 'Async Job -- Abort', 'ASYNC_ABORT'],
    ['job delete', 'Async Job -- Delete', 'ASYNC_DELETE'],
    ['job download', '', 'HTTP'],
    ['login', 'Login request', 'AUTH'],
  ])('of a %s are called %p', async (role, title, exchangeType) => {
    const events = listen();
    await requester({}, { role }).send({});
    expect(events).toMatchObject([{ title, exchangeType }]);
  });

  it('tell of connections that failed', async () => {
    const events = listen();
    server.on('/x', resetConnection);
    await failure(withErrorHandler({ max_retries: 0 }).send({}));
    expect(events).toMatchObject([{ response: undefined, error: expect.stringContaining('reset') as string }]);
  });
});

it('headers of an answer are found in any case, and never on a prototype', async () => {
  const { headers } = await requester().send({});
  expect(getOwn(headers, 'content-type')).toBe('application/json');
});
