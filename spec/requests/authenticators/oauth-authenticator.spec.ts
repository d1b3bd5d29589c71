import type { HttpExchange } from '../../../src/platform/events';
import type { JsonObject } from '../../../src/protocol/json';
import { buildComponent, fakeRuntime, type FakeRuntime } from '../../support/fake-runtime';
import { fakeHttp, form, type FakeAnswer } from './fake-http';

const ENDPOINT = 'https://auth.example.com/token';
const request = { method: 'GET', url: 'https://api.example.com/items' };

const oauth = (more: JsonObject = {}): JsonObject => ({
  type: 'OAuthAuthenticator',
  token_refresh_endpoint: ENDPOINT,
  client_id: '{{ config.id }}',
  client_secret: '{{ config.secret }}',
  refresh_token: '{{ config.refresh }}',
  ...more,
});
const CONFIG = { id: 'my-id', secret: 'my-secret', refresh: 'my-refresh' };

function setUp(model: JsonObject, config: JsonObject, ...answers: Parameters<typeof fakeHttp>[1][]) {
  const runtime = fakeRuntime();
  const calls = fakeHttp(runtime, ...answers);
  const build = (streamName = 's') => buildComponent('Authenticator', model, { config, runtime, streamName });
  return { runtime, calls, build, authenticator: build() };
}

const header = async (authenticator: { credentials(of: typeof request): Promise<{ headers?: JsonObject }> }) =>
  (await authenticator.credentials(request)).headers?.Authorization;

const token = (access_token: string, more: JsonObject = {}): FakeAnswer => ({ body: { access_token, expires_in: 60, ...more } });

describe('the refresh request', () => {
  const sent = async (model: JsonObject, config: JsonObject = CONFIG) => {
    const { authenticator, calls } = setUp(model, config, token('t'));
    await authenticator.credentials(request);
    return calls[0];
  };

  test('is a form with grant type, client and refresh token', async () => {
    const call = await sent(oauth());
    expect(call).toMatchObject({ method: 'POST', url: ENDPOINT, headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    expect(form(call)).toEqual({ grant_type: 'refresh_token', client_id: 'my-id', client_secret: 'my-secret', refresh_token: 'my-refresh' });
  });

  test('uses the names that the API wants', async () => {
    const names = { grant_type_name: 'g', client_id_name: 'i', client_secret_name: 's', refresh_token_name: 'r' };
    expect(form(await sent(oauth(names)))).toEqual({ g: 'refresh_token', i: 'my-id', s: 'my-secret', r: 'my-refresh' });
  });

  test('client_credentials need no refresh token', async () => {
    const call = await sent({ ...oauth({ grant_type: 'client_credentials' }), refresh_token: null });
    expect(form(call)).toEqual({ grant_type: 'client_credentials', client_id: 'my-id', client_secret: 'my-secret' });
  });

  test('scopes repeat their field; more fields are added but win over nothing', async () => {
    const call = await sent(oauth({ scopes: ['a', 'b c'], refresh_request_body: { audience: '{{ config.id }}', pin: '{{ config.pin }}', client_id: 'other', absent: '{{ config.nothing }}' } }), { ...CONFIG, pin: '1.10' });
    expect(form(call)).toEqual({
      grant_type: 'refresh_token', client_id: 'my-id', client_secret: 'my-secret', refresh_token: 'my-refresh', scopes: ['a', 'b c'], audience: 'my-id', pin: '1.10',
    });
  });

  test('a client in the Authorization header is not sent twice', async () => {
    const call = await sent(oauth({ refresh_request_headers: { Authorization: 'Basic {{ config.id }}', 'Content-Type': 'application/json' } }));
    expect(call?.headers).toEqual({ Authorization: 'Basic my-id', 'Content-Type': 'application/json' });
    expect(form(call)).toEqual({ grant_type: 'refresh_token', refresh_token: 'my-refresh' });
  });

  test('as query parameters with an empty body', async () => {
    const call = await sent(oauth({ send_refresh_request_as_query_params: true, token_refresh_endpoint: `${ENDPOINT}?v=2` }));
    expect(call?.url).toBe(`${ENDPOINT}?v=2&grant_type=refresh_token&client_id=my-id&client_secret=my-secret&refresh_token=my-refresh`);
    expect(call?.body).toBe('');
    expect(call?.headers).toEqual({});
  });

  test('a numeric secret keeps its digits', async () => {
    expect(form(await sent(oauth(), { ...CONFIG, secret: '1.10', id: '0010' }))).toMatchObject({ client_secret: '1.10', client_id: '0010' });
  });
});

describe('the token', () => {
  test('is used until its lifetime is over, to the second', async () => {
    const { authenticator, calls, runtime } = setUp(oauth(), CONFIG, token('one'), token('two'));
    expect(await header(authenticator)).toBe('Bearer one');
    runtime.clock.advance(60_000);
    expect(await header(authenticator)).toBe('Bearer one');
    runtime.clock.advance(1);
    expect(await header(authenticator)).toBe('Bearer two');
    expect(calls).toHaveLength(2);
  });

  test('one renewal at a time serves all streams with the same credentials', async () => {
    const { build, calls } = setUp(oauth(), CONFIG, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return token(`t${calls.length}`);
    });
    const users = [build('a'), build('b'), build('a')];
    expect(await Promise.all(users.map(header))).toEqual(['Bearer t1', 'Bearer t1', 'Bearer t1']);
    expect(calls).toHaveLength(1);
  });

  test('other credentials have a token of their own', async () => {
    const runtime = fakeRuntime();
    const calls = fakeHttp(runtime, token('one'), token('two'));
    const config = { ...CONFIG, other: 'x' };
    const build = (model: JsonObject) => buildComponent('Authenticator', model, { config, runtime });
    expect(await header(build(oauth()))).toBe('Bearer one');
    expect(await header(build(oauth({ refresh_token: '{{ config.other }}' })))).toBe('Bearer two');
    expect(calls).toHaveLength(2);
  });

  test.each<[string, JsonObject, JsonObject, number]>([
    ['a number as text', {}, { expires_in: '90.7' }, 90_000],
    ['none: an hour', {}, { expires_in: null }, 3_600_000],
    ['another name, nested', { expires_in_name: 'ttl' }, { expires_in: null, data: { ttl: 30 } }, 30_000],
    ['a date', { token_expiry_date_format: '%Y-%m-%d %H:%M:%S' }, { expires_in: '2024-03-01 12:10:00' }, 600_000],
    ['a date in another form than announced', { token_expiry_date_format: '%Y-%m-%d' }, { expires_in: '2024-03-01T12:10:00+00:00' }, 600_000],
    ['seconds since 1970', { token_expiry_date_format: '%s' }, { expires_in: 1709295000 }, 600_000],
  ])('lifetime: %s', async (_name, model, answer, lives) => {
    const { authenticator, calls, runtime } = setUp(oauth(model), CONFIG, token('t', answer));
    await header(authenticator);
    runtime.clock.advance(lives);
    await header(authenticator);
    expect(calls).toHaveLength(1);
    runtime.clock.advance(1);
    await header(authenticator);
    expect(calls).toHaveLength(2);
  });

  test('a lifetime that is neither number nor date is an error, not an endless token', async () => {
    const { authenticator } = setUp(oauth(), CONFIG, token('t', { expires_in: 'soon' }));
    await expect(header(authenticator)).rejects.toMatchObject({ code: 'auth.bad_expiry', failureType: 'system_error' });
  });

  test('is found under its name, at most five levels deep', async () => {
    const nested = (levels: number): JsonObject => (levels === 0 ? { tok: 'deep' } : { x: [1, nested(levels - 2)] });
    expect(await header(setUp(oauth({ access_token_name: 'tok' }), CONFIG, { body: nested(4) }).authenticator)).toBe('Bearer deep');
    await expect(header(setUp(oauth({ access_token_name: 'tok' }), CONFIG, { body: nested(6) }).authenticator)).rejects.toMatchObject({ code: 'auth.no_access_token' });
  });

  test('a given token is used as long as it is valid, then renewed', async () => {
    const given = { access_token_value: '{{ config.access }}', token_expiry_date: '2024-03-01T12:01:00Z' };
    const { authenticator, runtime, calls } = setUp(oauth(given), { ...CONFIG, access: 'given' }, token('new'));
    expect(await header(authenticator)).toBe('Bearer given');
    runtime.clock.advance(60_001);
    expect(await header(authenticator)).toBe('Bearer new');
    expect(calls).toHaveLength(1);
  });

  test('without an endpoint the given token is the only one, and nothing can be refreshed', async () => {
    const { authenticator, calls } = setUp({ type: 'OAuthAuthenticator', access_token_value: '{{ config.a }}' }, { a: 'fixed' });
    expect(await header(authenticator)).toBe('Bearer fixed');
    expect(authenticator.refresh).toBeUndefined();
    expect(calls).toHaveLength(0);
  });

  test('a refresh token that the API replaces is replaced for the rest of the run', async () => {
    const { authenticator, runtime, calls } = setUp(oauth(), CONFIG, token('one', { refresh_token: 'next' }), token('two'), token('three'));
    await header(authenticator);
    runtime.clock.advance(61_000);
    await header(authenticator);
    runtime.clock.advance(61_000);
    await header(authenticator);
    expect(calls.map((call) => form(call).refresh_token)).toEqual(['my-refresh', 'next', 'next']);
  });
});

describe('REFRESH_TOKEN_THEN_RETRY', () => {
  const used = (authorization: string) => ({ method: 'GET', url: request.url, headers: { authorization }, body: null });

  test('gets a new token for the one that was refused', async () => {
    const { authenticator, calls } = setUp(oauth(), CONFIG, token('one'), token('two'));
    await header(authenticator);
    await authenticator.refresh?.(used('Bearer one'));
    expect(await header(authenticator)).toBe('Bearer two');
    expect(calls).toHaveLength(2);
  });

  test('does nothing when another caller replaced it already; two at once share one renewal', async () => {
    const { authenticator, calls } = setUp(oauth(), CONFIG, token('one'), token('two'), token('three'));
    await header(authenticator);
    await Promise.all([authenticator.refresh?.(used('Bearer one')), authenticator.refresh?.(used('Bearer one'))]);
    await authenticator.refresh?.(used('Bearer one'));
    expect(await header(authenticator)).toBe('Bearer two');
    expect(calls).toHaveLength(2);
  });
});

describe('refresh_token_updater', () => {
  const updater = (more: JsonObject = {}, config: JsonObject = {}) => ({
    model: { ...oauth({ refresh_token_updater: more }), refresh_token: null },
    config: { credentials: { client_id: 'cfg-id', client_secret: 'cfg-secret', refresh_token: 'r0', ...config } } as JsonObject,
  });

  test('writes the new tokens into the live config and tells the platform at once', async () => {
    const { model, config } = updater();
    const { authenticator, runtime, calls } = setUp(model, config, token('a1', { refresh_token: 'r1' }));
    expect(await header(authenticator)).toBe('Bearer a1');
    expect(form(calls[0])).toMatchObject({ client_id: 'cfg-id', client_secret: 'cfg-secret', refresh_token: 'r0' });
    const saved = { credentials: { client_id: 'cfg-id', client_secret: 'cfg-secret', refresh_token: 'r1', access_token: 'a1', token_expiry_date: '2024-03-01T12:01:00+00:00' } };
    expect(config).toEqual(saved);
    expect(runtime.configs).toEqual([saved]);
  });

  test('uses a saved access token until it expires, then the saved refresh token', async () => {
    const { model, config } = updater({}, { access_token: 'a0', token_expiry_date: '2024-03-01T12:00:30+00:00' });
    const { authenticator, runtime, calls } = setUp(model, config, token('a1', { refresh_token: 'r1' }), token('a2', { refresh_token: 'r2' }));
    expect(await header(authenticator)).toBe('Bearer a0');
    runtime.clock.advance(30_001);
    expect(await header(authenticator)).toBe('Bearer a1');
    runtime.clock.advance(60_001);
    expect(await header(authenticator)).toBe('Bearer a2');
    expect(calls.map((call) => form(call).refresh_token)).toEqual(['r0', 'r1']);
    expect(runtime.configs).toHaveLength(2);
  });

  test('all streams share the tokens: a single-use token is spent once', async () => {
    const { model, config } = updater();
    const { build, calls } = setUp(model, config, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return token('a1', { refresh_token: 'r1' });
    });
    expect(await Promise.all([header(build('a')), header(build('b'))])).toEqual(['Bearer a1', 'Bearer a1']);
    expect(calls).toHaveLength(1);
  });

  test('other paths and another name; objects on the way are made; no new refresh token keeps the old one', async () => {
    const { model } = updater({
      refresh_token_name: 'rt', access_token_config_path: ['oauth', 'deep', 'at'], refresh_token_config_path: ['rt'], token_expiry_date_config_path: ['until'],
    });
    const config: JsonObject = { rt: 'r0', id: 'i', secret: 's' };
    const { authenticator, calls } = setUp(model, config, token('a1'));
    await header(authenticator);
    expect(form(calls[0])).toMatchObject({ client_id: 'i', rt: 'r0' });
    expect(config).toEqual({ id: 'i', secret: 's', rt: 'r0', oauth: { deep: { at: 'a1' } }, until: '2024-03-01T12:01:00+00:00' });
  });

  test('an empty or unreadable expiry counts as expired', async () => {
    for (const token_expiry_date of ['', 'whenever']) {
      const { model, config } = updater({}, { access_token: 'a0', token_expiry_date });
      expect(await header(setUp(model, config, token('a1')).authenticator)).toBe('Bearer a1');
    }
  });

  test('a cancelled run still saves the token that the renewal under way has spent', async () => {
    const { model, config } = updater();
    let runtime: FakeRuntime | undefined;
    const set = setUp(model, config, async () => {
      runtime?.cancel();
      return token('a1', { refresh_token: 'r1' });
    });
    runtime = set.runtime;
    await header(set.authenticator);
    expect(runtime.configs).toMatchObject([{ credentials: { refresh_token: 'r1' } }]);
  });
});

describe('failures', () => {
  const failing = (answer: FakeAnswer, more: JsonObject = {}) => header(setUp(oauth(more), CONFIG, answer).authenticator);

  test('a rejected refresh token is a config_error with the stable part of what the provider says', async () => {
    const body = { error: 'invalid_grant', error_description: 'AADSTS50173: issued at 2024-02-01T08:00' };
    await expect(failing({ status: 400, body })).rejects.toMatchObject({
      code: 'auth.refresh_token_rejected',
      failureType: 'config_error',
      message: expect.stringMatching(/Log in again.*invalid_grant: AADSTS50173\.$/),
      internalMessage: expect.stringContaining('2024-02-01T08:00'),
    });
  });

  test('own rules for rejections', async () => {
    const rule = { refresh_token_error_status_codes: [422], refresh_token_error_key: 'code', refresh_token_error_values: ['gone'] };
    await expect(failing({ status: 422, body: { code: 'gone' } }, rule)).rejects.toMatchObject({ code: 'auth.refresh_token_rejected' });
    await expect(failing({ status: 422, body: { code: 'gone' } }, { refresh_token_updater: rule })).rejects.toMatchObject({ code: 'auth.refresh_token_rejected' });
    await expect(failing({ status: 422, body: { code: 'busy' } }, rule)).rejects.toMatchObject({ code: 'auth.refresh_failed', failureType: 'system_error' });
  });

  test.each<[string, FakeAnswer, string, string]>([
    ['a wrong client', { status: 401, body: { error: 'invalid_client' } }, 'auth.credentials_refused', 'config_error'],
    ['an address that does not exist', { status: 404, body: '<html>' }, 'auth.refresh_failed', 'system_error'],
    ['a body that is no JSON', { body: '<html>login</html>' }, 'auth.token_answer_not_json', 'system_error'],
    ['no token in the answer', { body: { token: 'x' } }, 'auth.no_access_token', 'system_error'],
  ])('%s', async (_name, answer, code, failureType) => {
    await expect(failing(answer)).rejects.toMatchObject({ code, failureType });
  });

  test('busy and broken servers are asked again, as late as they say', async () => {
    const { authenticator, runtime, calls } = setUp(oauth(), CONFIG, { status: 429, headers: { 'retry-after': '7' } }, { status: 503 }, new Error('connection reset'), token('t'));
    expect(await header(authenticator)).toBe('Bearer t');
    expect(calls).toHaveLength(4);
    // random() is 0.5: a quarter of the full pause is left out.
    expect(runtime.clock.sleeps).toEqual([7000, 1500, 3000]);
  });

  test('a dead server ends the waiting after five minutes', async () => {
    const { authenticator, runtime } = setUp(oauth(), CONFIG, { status: 500, body: 'down' });
    await expect(header(authenticator)).rejects.toMatchObject({ code: 'auth.unavailable', failureType: 'transient_error' });
    expect(runtime.clock.monotonic()).toBeLessThanOrEqual(300_000);
    expect(runtime.clock.monotonic()).toBeGreaterThan(200_000);
  });

  test('a wait longer than that is not begun', async () => {
    const { authenticator, runtime } = setUp(oauth(), CONFIG, { status: 429, headers: { 'retry-after': '3600' } });
    await expect(header(authenticator)).rejects.toMatchObject({ code: 'auth.unavailable' });
    expect(runtime.clock.sleeps).toEqual([]);
  });

  test('after a failure the next request tries again', async () => {
    const { authenticator } = setUp(oauth(), CONFIG, { status: 404 }, token('t'));
    await expect(header(authenticator)).rejects.toMatchObject({ code: 'auth.refresh_failed' });
    expect(await header(authenticator)).toBe('Bearer t');
  });

  test('cancelling ends the waiting', async () => {
    const { authenticator, runtime } = setUp(oauth(), CONFIG, { status: 503 });
    const pending = header(authenticator);
    runtime.cancel(new Error('stop now'));
    await expect(pending).rejects.toThrow('stop now');
  });
});

test('tokens are masked, in the exchange that the Builder sees as well', async () => {
  const { authenticator, runtime } = setUp(oauth(), CONFIG, token('access-1', { refresh_token: 'refresh-1' }));
  const seen: string[] = [];
  runtime.events.on((event) => seen.push(runtime.secrets.mask(JSON.stringify(event))));
  await header(authenticator);
  expect(seen).toHaveLength(1);
  expect(JSON.parse(seen[0] as string) as HttpExchange).toMatchObject({ type: 'http', title: 'Refresh token', exchangeType: 'AUTH', request: { method: 'POST', url: ENDPOINT }, response: { status: 200 } });
  for (const secret of ['access-1', 'refresh-1', 'my-secret', 'my-refresh']) expect(seen[0]).not.toContain(secret);
});

describe('what cannot work is refused when it is built', () => {
  test.each<[string, JsonObject]>([
    ['no client', { ...oauth(), client_secret: null }],
    ['no refresh token', { ...oauth(), refresh_token: null }],
    ['neither endpoint nor token', { ...oauth(), token_refresh_endpoint: null }],
    ['a profile assertion without one', oauth({ use_profile_assertion: true })],
    ['two rules for rejections', oauth({ refresh_token_error_key: 'a', refresh_token_updater: { refresh_token_error_key: 'b' } })],
  ])('%s', (_name, model) => {
    expect(() => buildComponent('Authenticator', model, { config: CONFIG })).toThrow(expect.objectContaining({ failureType: 'config_error' }));
  });

  test('a token_expiry_date that is no date', async () => {
    const { authenticator } = setUp(oauth({ access_token_value: 'x', token_expiry_date: 'tomorrow' }), CONFIG, token('t'));
    await expect(header(authenticator)).rejects.toMatchObject({ code: 'auth.invalid_oauth' });
  });
});

test('a profile assertion logs in with a signed token and nothing else', async () => {
  const model = oauth({
    use_profile_assertion: true,
    profile_assertion: { type: 'JwtAuthenticator', secret_key: '{{ config.secret }}', algorithm: 'HS256', header_prefix: 'Bearer', jwt_payload: { iss: 'me' } },
  });
  const { authenticator, calls } = setUp({ ...model, client_id: null, client_secret: null, refresh_token: null }, CONFIG, token('t'));
  expect(await header(authenticator)).toBe('Bearer t');
  const { assertion, ...rest } = form(calls[0]);
  expect(rest).toEqual({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' });
  expect(JSON.parse(Buffer.from(String(assertion).split('.')[1] as string, 'base64url').toString())).toMatchObject({ iss: 'me', iat: 1709294400, exp: 1709295600 });
});
