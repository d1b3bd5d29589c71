import type { JsonObject } from '../../../src/protocol/json';
import type { HttpCall } from '../../../src/requests/http-call';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';
import { fakeHttp, type FakeAnswer } from './fake-http';

const request = { method: 'GET', url: 'https://api.example.com/items' };
/** The clock of the specs starts here. */
const NOW = Date.parse('2024-03-01T12:00:00Z') / 1000;

const model = (more: JsonObject = {}): JsonObject => ({
  type: 'RateLimitedMultipleTokenAuthenticator',
  tokens: '{{ config.tokens }}',
  quota_status_source: { type: 'QuotaStatusSource', url: 'https://api.example.com/limits', request_headers: { Accept: 'v{{ config.v }}' } },
  quotas: [
    { type: 'TokenQuota', name: 'graph', remaining_path: ['graph', 'left'], reset_path: ['graph', 'at'], matchers: [{ url_path_pattern: '/graphql$' }] },
    { type: 'TokenQuota', name: 'rest', remaining_path: ['rest', 'left'], reset_path: ['rest', 'at'], remaining_header: 'X-Left', reset_header: 'X-At', exhaustion_status_codes: [429] },
  ],
  budget_min_reserve: 0,
  budget_reserve_fraction: 0,
  ...more,
});

const limits = (left: number, at: number | string = NOW + 600, graph = 100): FakeAnswer => ({ body: { rest: { left, at }, graph: { left: graph, at } } });

function setUp(more: JsonObject, answers: (FakeAnswer | Error | ((call: HttpCall) => FakeAnswer))[], config: JsonObject = { tokens: 'token-a, token-b,,', v: 3 }) {
  const runtime = fakeRuntime();
  const calls = fakeHttp(runtime, ...answers);
  const build = (streamName = 's') => buildComponent('Authenticator', model(more), { config, runtime, streamName });
  const authenticator = build();
  const next = async (url = request.url, of = authenticator) => String((await of.credentials({ ...request, url })).headers?.Authorization);
  return { runtime, calls, build, authenticator, next };
}

const sentWith = (authorization: string) => ({ ...request, headers: { authorization }, body: null });

test('asks for the quota of each token once, and counts down', async () => {
  const { calls, next } = setUp({}, [limits(2), limits(1)]);
  expect([await next(), await next(), await next()]).toEqual(['Bearer token-a', 'Bearer token-a', 'Bearer token-b']);
  expect(calls).toMatchObject([
    { method: 'GET', url: 'https://api.example.com/limits', headers: { Accept: 'v3', Authorization: 'Bearer token-a' } },
    { headers: { Authorization: 'Bearer token-b' } },
  ]);
  expect(calls).toHaveLength(2);
});

test('each request takes from the quota that it fits', async () => {
  const { next } = setUp({ tokens: ['{{ config.one }}'] }, [limits(100, NOW + 600, 0)], { one: 'token-a' });
  expect(await next()).toBe('Bearer token-a');
  const waiting = next('https://api.example.com/graphql');
  await expect(Promise.race([waiting, new Promise((resolve) => setImmediate(() => resolve('waits')))])).resolves.toBe('waits');
  waiting.catch(() => undefined);
});

test('all streams share the counts', async () => {
  const { build, calls, next } = setUp({}, [limits(2), limits(1)]);
  const users = [build('a'), build('b'), build('c')];
  const sent = await Promise.all(users.map((each) => next(request.url, each)));
  expect(sent.sort()).toEqual(['Bearer token-a', 'Bearer token-a', 'Bearer token-b']);
  expect(calls).toHaveLength(2);
});

test('all spent: waits for the first reset, says so, asks again', async () => {
  const { runtime, next, calls } = setUp({}, [limits(0, NOW + 100), limits(0, NOW + 900), limits(5, NOW + 4000), limits(0, NOW + 900)]);
  expect(await next()).toBe('Bearer token-a');
  expect(runtime.clock.sleeps).toEqual([60_000, 40_000]);
  expect(runtime.rateLimits).toEqual([{ stream: 's', quotaResetMs: (NOW + 100) * 1000 }]);
  expect(runtime.logs.filter(({ message }) => message.includes('Going on in'))).toHaveLength(2);
  expect(calls).toHaveLength(4);
});

test('a reset time in the past is waited for five seconds each time, not in a tight loop, and not for ever', async () => {
  const { runtime, next } = setUp({ max_wait_time: 'PT1M' }, [limits(0, NOW - 50)]);
  await expect(next()).rejects.toMatchObject({ code: 'auth.all_tokens_spent', failureType: 'transient_error' });
  expect(runtime.clock.sleeps).toEqual(Array.from({ length: 12 }, () => 5000));
});

test('a reset beyond max_wait_time is not waited for', async () => {
  const { runtime, next } = setUp({ max_wait_time: "PT{{ config.get('m', 10) }}M" }, [limits(0, '2024-03-01T12:10:00Z')]);
  await expect(next()).rejects.toMatchObject({ code: 'auth.all_tokens_spent', retryAfterMs: 600_000 });
  expect(runtime.clock.sleeps).toEqual([]);
});

test('few calls left: requests are spread', async () => {
  const { runtime, next } = setUp({ budget_min_reserve: 50 }, [limits(20, NOW + 100), limits(21, NOW + 100)]);
  await next();
  // 40 calls left over 100 seconds.
  expect(runtime.clock.sleeps).toEqual([2500]);
});

test('cancelling ends the wait', async () => {
  const { runtime, next } = setUp({}, [limits(0)]);
  const pending = next();
  setImmediate(() => runtime.cancel(new Error('stop now')));
  await expect(pending).rejects.toThrow('stop now');
});

describe('answers', () => {
  test('a spent token is left at once, and the request repeated with another', async () => {
    const { authenticator, next } = setUp({}, [limits(50)]);
    const first = await next();
    expect(authenticator.observe?.(sentWith(first), 429, {})).toEqual({ retryWithOtherToken: true });
    const second = await next();
    expect([first, second]).toEqual(['Bearer token-a', 'Bearer token-b']);
    expect(authenticator.observe?.(sentWith(second), 429, {})).toEqual({ retryWithOtherToken: false });
  });

  test('headers correct the count; 403 with nothing left counts as refused', async () => {
    const { authenticator, next } = setUp({}, [limits(50)]);
    const first = await next();
    expect(authenticator.observe?.(sentWith(first), 200, { 'x-left': '1', 'x-at': String(NOW + 600) })).toBeUndefined();
    expect([await next(), await next()]).toEqual(['Bearer token-a', 'Bearer token-b']);
    expect(authenticator.observe?.(sentWith(first), 403, { 'x-left': '0' })).toEqual({ retryWithOtherToken: true });
    expect(authenticator.observe?.(sentWith(first), 404, { 'x-left': '0' })).toBeUndefined();
  });

  test('of requests with foreign credentials are ignored', async () => {
    const { authenticator, next } = setUp({}, [limits(50)]);
    await next();
    expect(authenticator.observe?.(sentWith('Basic x'), 429, {})).toBeUndefined();
    expect(await next()).toBe('Bearer token-a');
  });
});

describe('the quota status', () => {
  const unavailable = (codes: number[]): JsonObject => ({ quota_status_source: { type: 'QuotaStatusSource', url: 'https://api.example.com/limits', unavailable_status_codes: codes } });

  test('a status that means "no counting": tokens take turns', async () => {
    const { next, runtime, calls } = setUp(unavailable([404, 503]), [{ status: 404 }, { status: 503 }]);
    expect([await next(), await next(), await next()]).toEqual(['Bearer token-a', 'Bearer token-b', 'Bearer token-a']);
    expect(calls).toHaveLength(2);
    expect(runtime.logs.filter(({ message }) => message.includes('keeps no count for 2 of 2'))).toHaveLength(1);
  });

  test.each<[string, FakeAnswer, string, string]>([
    ['a token that is not valid', { status: 401 }, 'auth.quota_status_refused', 'config_error'],
    ['an unexpected status', { status: 404 }, 'auth.quota_status_refused', 'system_error'],
    ['a wrong path', { body: { other: 1 } }, 'auth.bad_quota_status', 'system_error'],
    ['a count that is none', limits('many' as never), 'auth.bad_quota_status', 'system_error'],
  ])('%s', async (_name, answer, code, failureType) => {
    await expect(setUp({}, [answer]).next()).rejects.toMatchObject({ code, failureType });
  });

  test('a busy server is asked again', async () => {
    const { next, calls } = setUp({ tokens: ['token-a'] }, [{ status: 503 }, limits(5)]);
    expect(await next()).toBe('Bearer token-a');
    expect(calls).toHaveLength(2);
  });
});

test.each<[string, JsonObject, JsonObject, string]>([
  ['another header and prefix', { header: 'X-Token', auth_method: 'token' }, { 'X-Token': 'token token-a' }, 'token-a;token-b'],
  ['no prefix', { auth_method: '', token_delimiter: ',' }, { Authorization: 'token-a' }, 'token-a,token-b'],
])('%s', async (_name, more, headers, tokens) => {
  const { authenticator } = setUp({ token_delimiter: ';', ...more }, [limits(5)], { tokens, v: 1 });
  expect(await authenticator.credentials(request)).toEqual({ headers });
});

test('tokens keep their digits and are masked', async () => {
  const { next, runtime } = setUp({}, [limits(5)], { tokens: '123456.10', v: 1 });
  expect(await next()).toBe('Bearer 123456.10');
  expect(runtime.secrets.mask('123456.10')).toBe('****');
});

test.each<[string, JsonObject, JsonObject, string]>([
  ['no tokens', {}, { tokens: ' , ' }, 'auth.no_tokens'],
  ['a wait of months', { max_wait_time: 'P1M' }, { tokens: 'token-a' }, 'auth.bad_max_wait_time'],
])('%s: a config_error', async (_name, more, config, code) => {
  await expect(setUp(more, [limits(5)], config).next()).rejects.toMatchObject({ code, failureType: 'config_error' });
});
