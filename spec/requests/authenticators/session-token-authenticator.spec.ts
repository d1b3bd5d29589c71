import type { JsonObject } from '../../../src/protocol/json';
import type { Authenticator } from '../../../src/requests/authenticators/authenticator';
import { SessionTokenAuthenticator, SessionSlot, type Login } from '../../../src/requests/authenticators/session-token-authenticator';
import { HttpBody } from '../../../src/requests/response-body';
import type { HttpResponse } from '../../../src/requests/requester';
import { parseDuration } from '../../../src/datetime/duration';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';

const request = { method: 'GET', url: 'https://api.example.com/items' };

function setUp(more: Partial<Login> = {}, authentication: JsonObject = { type: 'Bearer' }, answers: unknown[] = []) {
  const runtime = fakeRuntime();
  let logins = 0;
  const answer = (): HttpResponse => {
    const body = answers[logins - 1] ?? { token: `session-${logins}` };
    return { status: 200, headers: {}, url: '', request: { method: 'POST', url: '', headers: {}, body: null }, body: HttpBody.of(Buffer.from(JSON.stringify(body)), undefined), ignored: false };
  };
  const login: Login = {
    requester: {
      name: 'login',
      send: async () => {
        logins++;
        await new Promise((resolve) => setImmediate(resolve));
        return answer();
      },
    },
    decoder: undefined,
    tokenPath: ['token'],
    lifetime: undefined,
    path: 'auth',
    ...more,
  };
  const slot = new SessionSlot();
  const build = () => new SessionTokenAuthenticator(slot, login, buildComponent('SessionTokenRequestAuthentication', authentication), runtime);
  return { runtime, build, authenticator: build(), logins: () => logins };
}

const header = async (authenticator: Authenticator) => (await authenticator.credentials(request)).headers?.Authorization;
const sentWith = (authorization: unknown) => ({ ...request, headers: { authorization: String(authorization) }, body: null });

test('one login serves all users for the lifetime of the token', async () => {
  const { build, logins, runtime } = setUp({ lifetime: parseDuration('PT1H') });
  expect(await Promise.all([header(build()), header(build())])).toEqual(['Bearer session-1', 'Bearer session-1']);
  runtime.clock.advance(3_600_000);
  expect(await header(build())).toBe('Bearer session-1');
  runtime.clock.advance(1);
  expect(await header(build())).toBe('Bearer session-2');
  expect(logins()).toBe(2);
});

test('a lifetime of months is one of the calendar', async () => {
  const { authenticator, runtime, logins } = setUp({ lifetime: parseDuration('P1M') });
  await header(authenticator);
  // From 1 March to 1 April.
  runtime.clock.advance(31 * 86_400_000);
  await header(authenticator);
  expect(logins()).toBe(1);
  runtime.clock.advance(1);
  await header(authenticator);
  expect(logins()).toBe(2);
});

describe('a token of unknown lifetime', () => {
  test('is used for a minute', async () => {
    const { authenticator, runtime, logins } = setUp();
    await header(authenticator);
    runtime.clock.advance(60_000);
    expect(await header(authenticator)).toBe('Bearer session-1');
    runtime.clock.advance(1);
    expect(await header(authenticator)).toBe('Bearer session-2');
    expect(logins()).toBe(2);
  });

  test('that used to work is replaced when the API answers 401, once a minute', async () => {
    const { authenticator, runtime } = setUp();
    const first = await header(authenticator);
    authenticator.observe(sentWith(first), 200);
    expect(authenticator.observe(sentWith(first), 401)).toEqual({ retryWithOtherToken: true });
    const second = await header(authenticator);
    expect(second).toBe('Bearer session-2');
    // Another call was under way with the old token.
    expect(authenticator.observe(sentWith(first), 401)).toEqual({ retryWithOtherToken: true });
    expect(await header(authenticator)).toBe(second);
    // A place where every token gets 401, while others work.
    authenticator.observe(sentWith(second), 200);
    expect(authenticator.observe(sentWith(second), 401)).toEqual({ retryWithOtherToken: false });
    runtime.clock.advance(60_000);
    expect(authenticator.observe(sentWith(second), 401)).toEqual({ retryWithOtherToken: true });
  });

  test('that never worked is not', async () => {
    const { authenticator } = setUp();
    expect(authenticator.observe(sentWith(await header(authenticator)), 401)).toEqual({ retryWithOtherToken: false });
  });

  test('says nothing about other answers', async () => {
    const { authenticator } = setUp();
    const first = await header(authenticator);
    for (const status of [200, 403, 404, 500]) expect(authenticator.observe(sentWith(first), status)).toBeUndefined();
  });
});

test('REFRESH_TOKEN_THEN_RETRY logs in again for the current token only', async () => {
  const { authenticator, logins } = setUp({ lifetime: parseDuration('PT1H') });
  const first = await header(authenticator);
  await authenticator.refresh(sentWith(first));
  await authenticator.refresh(sentWith(first));
  expect(await header(authenticator)).toBe('Bearer session-2');
  expect(logins()).toBe(2);
});

test.each<[string, JsonObject, object]>([
  ['bearer', { type: 'Bearer' }, { headers: { Authorization: 'Bearer session-1' } }],
  ['a header', { type: 'ApiKey', inject_into: { type: 'RequestOption', inject_into: 'header', field_name: 'X-Session' } }, { headers: { 'X-Session': 'session-1' } }],
  ['a parameter with words around', { type: 'ApiKey', inject_into: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 's' }, api_token: 'Token {{ session_token }}' }, { params: { s: 'Token session-1' } }],
])('the token goes out as %s', async (_name, authentication, expected) => {
  expect(await setUp({}, authentication).authenticator.credentials()).toEqual(expected);
});

test('is recognised in a URL that escapes it', async () => {
  const { authenticator, logins } = setUp({ lifetime: parseDuration('PT1H') }, { type: 'ApiKey', inject_into: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 's' }, api_token: 'Token {{ session_token }}' });
  await authenticator.credentials();
  await authenticator.refresh({ method: 'GET', url: `${request.url}?s=Token+session-1`, headers: {}, body: null });
  await authenticator.credentials();
  expect(logins()).toBe(2);
});

test('the token is masked', async () => {
  const { authenticator, runtime } = setUp();
  await header(authenticator);
  expect(runtime.secrets.mask('session-1')).toBe('****');
});

test.each<[string, unknown, readonly string[], string]>([
  ['nested and in lists', { data: [{ t: 'deep' }] }, ['data', '0', 't'], 'Bearer deep'],
  ['a number', { token: 12345 }, ['token'], 'Bearer 12345'],
])('path: %s', async (_name, answer, tokenPath, expected) => {
  expect(await header(setUp({ tokenPath }, { type: 'Bearer' }, [answer]).authenticator)).toBe(expected);
});

test.each([{ other: 'x' }, { token: null }, { token: { a: 1 } }, [], 'text'])('an answer without token is an error: %j', async (answer) => {
  await expect(header(setUp({}, { type: 'Bearer' }, [answer]).authenticator)).rejects.toMatchObject({ code: 'auth.no_session_token', failureType: 'system_error' });
});
