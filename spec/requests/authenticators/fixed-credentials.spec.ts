import type { JsonObject } from '../../../src/protocol/json';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';

const request = { method: 'GET', url: 'https://api.example.com/items' };

const credentials = (model: JsonObject, config: JsonObject = {}, runtime = fakeRuntime()) =>
  buildComponent('Authenticator', model, { config, runtime }).credentials(request);

const bearer = (api_token: string): JsonObject => ({ type: 'BearerAuthenticator', api_token });
const basic = (username: string, password?: string): JsonObject => ({ type: 'BasicHttpAuthenticator', username, ...(password === undefined ? {} : { password }) });

test('NoAuth adds nothing', async () => {
  expect(await credentials({ type: 'NoAuth' })).toEqual({});
});

describe('BearerAuthenticator', () => {
  test('sends the token of the config', async () => {
    expect(await credentials(bearer("{{ config['key'] }}"), { key: 'abc' })).toEqual({ headers: { Authorization: 'Bearer abc' } });
  });

  test('follows a config that changes while the sync runs', async () => {
    const config = { key: 'old' };
    const authenticator = buildComponent('Authenticator', bearer("{{ config['key'] }}"), { config });
    config.key = 'new';
    expect(await authenticator.credentials(request)).toEqual({ headers: { Authorization: 'Bearer new' } });
  });

  // The reference retypes them: 1.1, 16, 1000, x.
  test.each(['1.10', '0x10', '1_000', "'x'", 'True', 'None', '[1]', '007'])('sends a token that looks like %s as it is', async (key) => {
    expect(await credentials(bearer("{{ config['key'] }}"), { key })).toEqual({ headers: { Authorization: `Bearer ${key}` } });
  });

  test('a number in the config is sent as its text', async () => {
    expect(await credentials(bearer("{{ config['key'] }}"), { key: 12345 })).toEqual({ headers: { Authorization: 'Bearer 12345' } });
  });

  test('the filter `string` leaves no quotes behind', async () => {
    expect(await credentials(bearer("{{ config['key'] | string }}"), { key: 12345 })).toEqual({ headers: { Authorization: 'Bearer 12345' } });
  });

  test('the token is masked from then on, unless it is too short to hide', async () => {
    const runtime = fakeRuntime();
    await credentials(bearer('{{ config.a }}'), { a: 'long-token' }, runtime);
    await credentials(bearer('{{ config.a }}'), { a: '12' }, runtime);
    expect(runtime.secrets.mask('long-token at 12:00')).toBe('**** at 12:00');
  });
});

describe('BasicHttpAuthenticator', () => {
  test.each([
    ['user and password', basic('{{ config.u }}', '{{ config.p }}'), 'Aladdin:open sesame'],
    ['no password', basic('{{ config.u }}'), 'Aladdin:'],
    ['a numeric password', basic('u', '{{ config.n }}'), 'u:1.10'],
    ['letters beyond ASCII as UTF-8', basic('ž', '馬'), 'ž:馬'],
    ['a missing field as an empty text', basic('{{ config.missing }}', 'p'), ':p'],
  ])('%s', async (_name, model, pair) => {
    const config = { u: 'Aladdin', p: 'open sesame', n: '1.10' };
    const expected = Buffer.from(pair).toString('base64');
    expect(await credentials(model, config)).toEqual({ headers: { Authorization: `Basic ${expected}` } });
  });

  test('the encoded pair is masked', async () => {
    const runtime = fakeRuntime();
    await credentials(basic('Aladdin', 'open sesame'), {}, runtime);
    expect(runtime.secrets.mask('Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==')).toBe('Basic ****');
  });
});

describe('ApiKeyAuthenticator', () => {
  const key = (more: JsonObject): JsonObject => ({ type: 'ApiKeyAuthenticator', api_token: 'Token {{ config.k }}', ...more });
  const into = (inject_into: string, more: JsonObject): JsonObject => key({ inject_into: { type: 'RequestOption', inject_into, ...more } });

  test.each([
    ['the deprecated header', key({ header: '{{ config.h }}' }), { headers: { 'X-Key': 'Token abc' } }],
    ['a header', into('header', { field_name: 'X-Key' }), { headers: { 'X-Key': 'Token abc' } }],
    ['a parameter', into('request_parameter', { field_name: 'key' }), { params: { key: 'Token abc' } }],
    ['a form field', into('body_data', { field_name: 'key' }), { bodyData: { key: 'Token abc' } }],
    ['a JSON body', into('body_json', { field_path: ['auth', 'key'] }), { bodyJson: { auth: { key: 'Token abc' } } }],
  ])('in %s', async (_name, model, expected) => {
    expect(await credentials(model, { k: 'abc', h: 'X-Key' })).toEqual(expected);
  });

  test.each([
    ['two places', key({ header: 'a', inject_into: { type: 'RequestOption', inject_into: 'header', field_name: 'b' } }), 'auth.two_places'],
    ['no place', key({}), 'auth.no_place'],
  ])('%s: a config_error when it is built', (_name, model, code) => {
    expect(() => buildComponent('Authenticator', model)).toThrow(expect.objectContaining({ code, failureType: 'config_error' }));
  });
});
