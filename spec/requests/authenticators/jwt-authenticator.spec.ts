import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { JsonObject } from '../../../src/protocol/json';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';

const NOW = Date.parse('2024-03-01T12:00:00Z') / 1000;
const request = { method: 'GET', url: 'https://api.example.com/items' };

const jwt = (more: JsonObject): JsonObject => ({ type: 'JwtAuthenticator', secret_key: '{{ config.key }}', algorithm: 'HS256', ...more });

async function signed(more: JsonObject, config: JsonObject = { key: 'abc' }, runtime = fakeRuntime()): Promise<string> {
  const { headers } = await buildComponent('Authenticator', jwt(more), { config, runtime }).credentials(request);
  return String(headers?.Authorization);
}

const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') => key.export({ type, format: 'pem' } as never).toString();
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;

describe('signatures verify', () => {
  test.each(['HS256', 'HS384', 'HS512'])('%s', async (algorithm) => {
    const { protectedHeader } = await jwtVerify(await signed({ algorithm }), Buffer.from('abc'), { currentDate: new Date(NOW * 1000) });
    expect(protectedHeader).toEqual({ typ: 'JWT', alg: algorithm });
  });

  test.each<[string, KeyObject]>([
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((algorithm): [string, KeyObject] => [algorithm, rsa]),
    ['ES256', ec('P-256')],
    ['ES256K', ec('secp256k1')],
    ['ES384', ec('P-384')],
    ['ES512', ec('P-521')],
    ['EdDSA', generateKeyPairSync('ed25519').privateKey],
  ])('%s', async (algorithm, key) => {
    const token = await signed({ algorithm }, { key: pem(key) });
    await expect(jwtVerify(token, createPublicKey(key), { currentDate: new Date(NOW * 1000) })).resolves.toMatchObject({ protectedHeader: { alg: algorithm } });
  });

  test.each<[string, string, JsonObject]>([
    ['PKCS 1', pem(rsa, 'pkcs1'), {}],
    ['line breaks written as \\n', pem(rsa).trim().replace(/\n/g, '\\n'), {}],
    ['encrypted', rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' }).toString(), { passphrase: '{{ config.pass }}' }],
  ])('a key as PEM, %s', async (_name, key, more) => {
    const token = await signed({ algorithm: 'RS256', ...more }, { key, pass: 'open' });
    await expect(jwtVerify(token, createPublicKey(rsa), { currentDate: new Date(NOW * 1000) })).resolves.toBeDefined();
  });

  test('a base64-encoded shared text', async () => {
    const token = await signed({ base64_encode_secret_key: true });
    await expect(jwtVerify(token, Buffer.from('YWJj'), { currentDate: new Date(NOW * 1000) })).resolves.toBeDefined();
  });

  test('a shared text of digits signs as it is', async () => {
    const token = await signed({}, { key: '0123.10' });
    await expect(jwtVerify(token, Buffer.from('0123.10'), { currentDate: new Date(NOW * 1000) })).resolves.toBeDefined();
  });
});

describe('content', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['times', {}, { typ: 'JWT', alg: 'HS256' }, { iat: NOW, exp: NOW + 1200, nbf: NOW }],
    ['another lifetime', { token_duration: 60 }, { typ: 'JWT', alg: 'HS256' }, { iat: NOW, exp: NOW + 60, nbf: NOW }],
    [
      'registered names as texts',
      { jwt_headers: { kid: '7', typ: 'X', cty: 'Y' }, jwt_payload: { iss: '123', sub: '1.10', aud: '5' } },
      { typ: 'X', alg: 'HS256', kid: '7', cty: 'Y' },
      { iss: '123', sub: '1.10', aud: '5', iat: NOW, exp: NOW + 1200, nbf: NOW },
    ],
    ['several audiences', { jwt_payload: { aud: "['a', 'b']" } }, { typ: 'JWT', alg: 'HS256' }, { aud: ['a', 'b'], iat: NOW, exp: NOW + 1200, nbf: NOW }],
    [
      'more fields, typed',
      { additional_jwt_headers: { x: '{{ config.key }}' }, additional_jwt_payload: { n: '5', deep: { k: '{{ config.key }}' } } },
      { typ: 'JWT', alg: 'HS256', x: 'abc' },
      { n: 5, deep: { k: 'abc' }, iat: NOW, exp: NOW + 1200, nbf: NOW },
    ],
  ])('%s', async (_name, more, header, claims) => {
    const token = await signed(more);
    expect(decodeProtectedHeader(token)).toEqual(header);
    expect(decodeJwt(token)).toEqual(claims);
  });

  test('json_loads reads a service account', async () => {
    const config = { account: JSON.stringify({ private_key: pem(rsa), client_email: 'me@example.com' }) };
    const token = await signed(
      { algorithm: 'RS256', secret_key: "{{ json_loads(config['account'])['private_key'] }}", jwt_payload: { iss: "{{ json_loads(config['account'])['client_email'] }}" } },
      config,
    );
    const { payload } = await jwtVerify(token, createPublicKey(rsa), { currentDate: new Date(NOW * 1000) });
    expect(payload.iss).toBe('me@example.com');
  });
});

describe('use', () => {
  test('a prefix and a place', async () => {
    expect(await signed({ header_prefix: 'Bearer' })).toMatch(/^Bearer ey/);
    const model = jwt({ request_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'jwt' } });
    const options = await buildComponent('Authenticator', model, { config: { key: 'abc' } }).credentials(request);
    expect(options).toEqual({ params: { jwt: expect.stringMatching(/^ey/) } });
  });

  test('a token serves for a minute at most, or a quarter of its life, and is masked', async () => {
    const runtime = fakeRuntime();
    const config = { key: 'abc' };
    const authenticator = buildComponent('Authenticator', jwt({ token_duration: 100 }), { config, runtime });
    const next = async () => String((await authenticator.credentials(request)).headers?.Authorization);
    const first = await next();
    runtime.clock.advance(24_000);
    expect(await next()).toBe(first);
    runtime.clock.advance(1_000);
    const second = await next();
    expect(decodeJwt(second).iat).toBe(NOW + 25);
    config.key = 'changed';
    expect(await next()).not.toBe(second);
    expect(runtime.secrets.mask(`${first} ${second}`)).toBe('**** ****');
  });
});

describe('what cannot be signed is a config_error that does not show the key', () => {
  test.each<[string, JsonObject, string, string]>([
    ['an empty text', {}, '', 'auth.bad_signing_key'],
    ['an asymmetric key for HS256', {}, '-----BEGIN PUBLIC KEY-----\nabc', 'auth.bad_signing_key'],
    ['a text for RS256', { algorithm: 'RS256' }, 'not-a-pem', 'auth.bad_signing_key'],
    ['a key of another kind', { algorithm: 'ES256' }, pem(rsa), 'auth.cannot_sign'],
    ['a wrong passphrase', { algorithm: 'RS256', passphrase: 'wrong' }, rsa.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' }).toString(), 'auth.bad_signing_key'],
    ['a reserved header', { additional_jwt_headers: { alg: 'none' } }, 'abc', 'auth.reserved_jwt_name'],
    ['a reserved claim', { additional_jwt_payload: { exp: 1 } }, 'abc', 'auth.reserved_jwt_name'],
  ])('%s', async (_name, more, key, code) => {
    const error = await signed(more, { key }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code, failureType: 'config_error' });
    if (key.length > 5) expect((error as Error).message).not.toContain(key);
  });
});
