import { SignJWT } from 'jose';
import { checkOrigin, checkToken, isLoopback } from '../../src/builder/access';

const secret = 'a secret for tokens that is long enough';
const key = new TextEncoder().encode(secret);
const token = (more: { alg?: string; key?: Uint8Array; expired?: boolean } = {}) =>
  new SignJWT({ sub: 'platform' })
    .setProtectedHeader({ alg: more.alg ?? 'HS256' })
    .setExpirationTime(more.expired ? 1 : '1h')
    .sign(more.key ?? key);

describe('the check of the address', () => {
  it.each(['127.0.0.1:8000', 'localhost:8000', 'localhost', '[::1]:8000', '127.0.0.2:1'])('a local server answers for %s', (host) => {
    expect(() => checkOrigin(host, undefined, true)).not.toThrow();
  });

  it.each([['evil.example'], ['127.0.0.1.evil.example:8000'], ['localhost.evil.example'], [''], [undefined], ['10.0.0.1:8000']])('and not for %s', (host) => {
    expect(() => checkOrigin(host, undefined, true)).toThrow(expect.objectContaining({ status: 403 }));
  });

  it('a server for others answers for any name', () => {
    expect(() => checkOrigin('manifest-server:8080', undefined, false)).not.toThrow();
  });

  it.each([true, false])('only its own pages may ask (local: %s)', (isLocal) => {
    expect(() => checkOrigin('localhost:8000', 'http://localhost:8000', isLocal)).not.toThrow();
    for (const origin of ['http://evil.example', 'http://localhost:9000', 'null']) {
      expect(() => checkOrigin('localhost:8000', origin, isLocal)).toThrow(expect.objectContaining({ status: 403 }));
    }
  });

  it('knows the addresses of this machine', () => {
    expect(['127.0.0.1', '127.1.2.3', 'localhost', '::1'].filter((host) => !isLoopback(host))).toEqual([]);
    expect(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example'].filter(isLoopback)).toEqual([]);
  });
});

describe('the check of the token', () => {
  it('is off without a secret', async () => {
    await checkToken(undefined, undefined);
    await checkToken(undefined, '');
  });

  it('lets a signed token in', async () => {
    await checkToken(`Bearer ${await token()}`, secret);
    await checkToken(`bearer ${await token()}`, secret);
  });

  it.each([undefined, '', 'Basic YTpi', 'Bearer ', 'Bearer a b'])('misses a token in %j', async (authorization) => {
    await expect(checkToken(authorization, secret)).rejects.toMatchObject({ status: 401, detail: 'Bearer token required', headers: { 'WWW-Authenticate': 'Bearer' } });
  });

  it.each([
    ['signed with another secret', () => token({ key: new TextEncoder().encode('another secret that is long enough') })],
    ['of another algorithm', () => token({ alg: 'HS512', key: new Uint8Array(64) })],
    ['that is too old', () => token({ expired: true })],
    ['that is none', () => Promise.resolve('abc')],
    ['without signature', () => Promise.resolve(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`)],
  ])('refuses a token %s', async (_name, make) => {
    await expect(checkToken(`Bearer ${await make()}`, secret)).rejects.toMatchObject({ status: 401, detail: 'Invalid token' });
  });
});
