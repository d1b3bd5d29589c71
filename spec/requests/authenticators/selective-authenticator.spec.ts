import type { JsonObject } from '../../../src/protocol/json';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';
import { fakeHttp } from './fake-http';

const request = { method: 'GET', url: 'https://api.example.com/items' };
const model: JsonObject = {
  type: 'SelectiveAuthenticator',
  authenticator_selection_path: ['auth', 'type'],
  authenticators: {
    token: { type: 'BearerAuthenticator', api_token: '{{ config.auth.token }}' },
    // Cannot be built: no client, no endpoint.
    oauth: { type: 'OAuthAuthenticator' },
    client: { type: 'OAuthAuthenticator', grant_type: 'client_credentials', client_id: 'a', client_secret: 'b', token_refresh_endpoint: 'https://x.example.com/t' },
    True: { type: 'NoAuth' },
  },
};
const build = (config: JsonObject, runtime = fakeRuntime()) => buildComponent('Authenticator', model, { config, runtime });

test('uses the branch that the config names; the others are not even built', async () => {
  expect(await build({ auth: { type: 'token', token: 't' } }).credentials(request)).toEqual({ headers: { Authorization: 'Bearer t' } });
  expect(await build({ auth: { type: true } }).credentials(request)).toEqual({});
});

test('can refresh what the branch can refresh', async () => {
  expect(build({ auth: { type: 'token' } }).refresh).toBeUndefined();
  const runtime = fakeRuntime();
  const calls = fakeHttp(runtime, { body: { access_token: 'one' } }, { body: { access_token: 'two' } });
  const authenticator = build({ auth: { type: 'client' } }, runtime);
  await authenticator.credentials(request);
  await authenticator.refresh?.({ ...request, headers: { authorization: 'Bearer one' }, body: null });
  expect(await authenticator.credentials(request)).toEqual({ headers: { Authorization: 'Bearer two' } });
  expect(calls).toHaveLength(2);
});

test.each<[string, JsonObject, string]>([
  ['no choice', {}, 'auth.no_selection'],
  ['an unknown choice', { auth: { type: 'magic' } }, 'auth.unknown_selection'],
  ['a name that every object has', { auth: { type: 'constructor' } }, 'auth.unknown_selection'],
])('%s is a config_error that names the choices', async (_name, config, code) => {
  const tried = async () => build(config).credentials(request);
  await expect(tried()).rejects.toMatchObject({ code, failureType: 'config_error', message: expect.stringContaining('token, oauth, client, True') });
});
