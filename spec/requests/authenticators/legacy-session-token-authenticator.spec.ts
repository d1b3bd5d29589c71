import type { JsonObject } from '../../../src/protocol/json';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';
import { fakeHttp } from './fake-http';

const request = { method: 'GET', url: 'https://meta.example.com/api/dataset' };
const model: JsonObject = {
  type: 'LegacySessionTokenAuthenticator',
  header: 'X-Metabase-Session',
  login_url: 'session',
  validate_session_url: 'user/current',
  session_token_response_key: 'id',
  session_token: '{{ config.token }}',
  username: '{{ config.user }}',
  password: '{{ config.password }}',
};
const LOGIN = { user: 'u', password: '1.10' };

function setUp(config: JsonObject, answers: Parameters<typeof fakeHttp>[1][], urlBase: string | undefined = '{{ config.base }}/api/') {
  const runtime = fakeRuntime();
  const calls = fakeHttp(runtime, ...answers);
  const build = () => buildComponent('Authenticator', model, { config: { base: 'https://meta.example.com', ...config }, runtime, urlBase });
  return { runtime, calls, authenticator: build() };
}

test('logs in below the base of the requester, once a day', async () => {
  const { authenticator, calls, runtime } = setUp(LOGIN, [{ body: { id: 'session-1' } }, { body: { id: 'session-2' } }]);
  expect(await authenticator.credentials(request)).toEqual({ headers: { 'X-Metabase-Session': 'session-1' } });
  expect(calls[0]).toMatchObject({ method: 'POST', url: 'https://meta.example.com/api/session', headers: { 'Content-Type': 'application/json' } });
  expect(JSON.parse(String(calls[0]?.body))).toEqual({ username: 'u', password: '1.10' });
  runtime.clock.advance(86_400_000);
  await authenticator.credentials(request);
  expect(calls).toHaveLength(1);
  runtime.clock.advance(1);
  expect(await authenticator.credentials(request)).toEqual({ headers: { 'X-Metabase-Session': 'session-2' } });
  expect(runtime.secrets.mask('session-1')).toBe('****');
});

test('below the host when the base is unknown', async () => {
  const runtime = fakeRuntime();
  const calls = fakeHttp(runtime, { body: { id: 'session-1' } });
  await buildComponent('Authenticator', model, { config: LOGIN, runtime }).credentials(request);
  expect(calls[0]?.url).toBe('https://meta.example.com/session');
});

test('a given token is used when the API says that it is valid', async () => {
  const { authenticator, calls } = setUp({ token: 'given-1', ...LOGIN }, [{ status: 200 }]);
  expect(await authenticator.credentials(request)).toEqual({ headers: { 'X-Metabase-Session': 'given-1' } });
  await authenticator.credentials(request);
  expect(calls).toMatchObject([{ method: 'GET', url: 'https://meta.example.com/api/user/current', headers: { 'X-Metabase-Session': 'given-1' } }]);
});

test('an ended token is replaced by a login', async () => {
  const { authenticator, calls } = setUp({ token: 'given-1', ...LOGIN }, [{ status: 401 }, { body: { id: 'session-1' } }]);
  expect(await authenticator.credentials(request)).toEqual({ headers: { 'X-Metabase-Session': 'session-1' } });
  expect(calls.map(({ method }) => method)).toEqual(['GET', 'POST']);
});

test('REFRESH_TOKEN_THEN_RETRY logs in again', async () => {
  const { authenticator } = setUp(LOGIN, [{ body: { id: 'session-1' } }, { body: { id: 'session-2' } }]);
  await authenticator.credentials(request);
  const used = { ...request, headers: { 'x-metabase-session': 'session-1' }, body: null };
  await authenticator.refresh?.(used);
  await authenticator.refresh?.(used);
  expect(await authenticator.credentials(request)).toEqual({ headers: { 'X-Metabase-Session': 'session-2' } });
});

test.each<[string, JsonObject, Parameters<typeof fakeHttp>[1][], string, string]>([
  ['an ended token and nothing to log in with', { token: 'given-1' }, [{ status: 401 }], 'auth.no_login', 'config_error'],
  ['a wrong password', LOGIN, [{ status: 401 }], 'auth.login_refused', 'config_error'],
  ['a wrong path', LOGIN, [{ status: 404 }], 'auth.login_refused', 'system_error'],
  ['an answer without token', LOGIN, [{ body: { other: 1 } }], 'auth.no_session_token', 'system_error'],
  ['a test that fails otherwise', { token: 'given-1', ...LOGIN }, [{ status: 404 }], 'auth.login_refused', 'system_error'],
])('%s', async (_name, config, answers, code, failureType) => {
  await expect(setUp(config, answers).authenticator.credentials(request)).rejects.toMatchObject({ code, failureType });
});

test('knows the base from the requester that it belongs to', async () => {
  const runtime = fakeRuntime();
  const calls = fakeHttp(runtime, { body: { id: 'session-1' } }, { body: {} });
  const requester: JsonObject = { type: 'HttpRequester', url_base: 'https://meta.example.com/api', path: 'dataset', authenticator: model };
  await buildComponent('Requester', requester, { config: LOGIN, runtime }).send({});
  expect(calls.map(({ url }) => url)).toEqual(['https://meta.example.com/api/session', 'https://meta.example.com/api/dataset']);
});
