import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AddressGuard, isPublicAddress } from '../../src/requests/address-guard';
import { HttpClient } from '../../src/requests/http-client';
import { proxyFor } from '../../src/requests/proxy-settings';
import { fakeRuntime } from '../support/fake-runtime';
import { json, LoopbackServer } from './loopback-server';

// An optional part of the proxy packages (Kerberos) that jest cannot load.
jest.mock('proxy-agent-negotiate', () => ({}), { virtual: true });

describe('proxyFor', () => {
  const env = { HTTP_PROXY: 'http://p:1', https_proxy: 'http://s:2', NO_PROXY: 'localhost, .internal.example,10.0.0.0/8 other.example:8443,*.wild.example,[::1]' };
  it.each([
    ['http://api.example/x', 'http://p:1'],
    ['https://api.example/x', 'http://s:2'],
    ['http://localhost:8080/', undefined],
    ['http://notlocalhost/', 'http://p:1'],
    ['https://a.internal.example/', undefined],
    ['https://internal.example/', undefined],
    ['http://10.1.2.3/', undefined],
    ['http://11.1.2.3/', 'http://p:1'],
    ['https://other.example:8443/', undefined],
    ['https://other.example/', 'http://s:2'],
    ['https://x.wild.example/', undefined],
    ['http://[::1]:80/', undefined],
  ])('%s: %p', (url, proxy) => expect(proxyFor(new URL(url), env)).toBe(proxy));

  it.each([
    [{}, undefined],
    [{ ALL_PROXY: 'p:3' }, 'http://p:3'],
    [{ http_proxy: 'http://low', HTTP_PROXY: 'http://up' }, 'http://low'],
    [{ HTTP_PROXY: 'http://p', NO_PROXY: '*' }, undefined],
  ])('%j: %p', (settings, proxy) => expect(proxyFor(new URL('http://h/'), settings)).toBe(proxy));
});

describe('through a proxy', () => {
  let proxy: Server;
  const seen: string[] = [];

  beforeEach(async () => {
    seen.length = 0;
    proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim());
      response.end('{"via":"proxy"}');
    });
    proxy.on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('http goes as an absolute address, https by CONNECT', async () => {
    const address = `http://us:pw@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const client = new HttpClient(fakeRuntime({ env: { HTTP_PROXY: address, HTTPS_PROXY: address } }));
    expect(await (await client.call({ method: 'GET', url: 'http://api.example/x?a=1' })).body.json()).toEqual({ via: 'proxy' });
    await expect(client.call({ method: 'GET', url: 'https://api.example/y' })).rejects.toMatchObject({ code: 'http.proxy_refused', failureType: 'transient_error' });
    expect(seen).toEqual([`GET http://api.example/x?a=1 Basic ${Buffer.from('us:pw').toString('base64')}`, 'CONNECT api.example:443']);
    client.close();
  });

  it('a proxy of another kind is a config_error that does not show its password', async () => {
    const client = new HttpClient(fakeRuntime({ env: { HTTP_PROXY: 'socks5://us:pw@h:1' } }));
    const error = await client.call({ method: 'GET', url: 'http://api.example/' }).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'http.unsupported_proxy', failureType: 'config_error' });
    expect((error as Error).message).not.toContain('pw');
  });
});

it('an unreadable certificate bundle is a config_error', async () => {
  const client = new HttpClient(fakeRuntime({ env: { REQUESTS_CA_BUNDLE: '/no/such/file.pem' } }));
  await expect(client.call({ method: 'GET', url: 'https://127.0.0.1:9/' })).rejects.toMatchObject({ code: 'http.unreadable_certificates' });
});

describe('on shared infrastructure', () => {
  it.each(['8.8.8.8', '2600::1', '64:ff9b::808:808'])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '::1', '::', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '::ffff:7f00:1', '64:ff9b::a00:1', 'ff02::1', '2002:7f00:1::', '2002:a00:1::1', '2001:0:7f00:1::', '::7f00:1', '::ffff:0:127.0.0.1', 'fec0::1', 'host'])(
    '%s is not public',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );

  const client = new HttpClient(fakeRuntime({ env: { DEPLOYMENT_MODE: 'cloud' } }));

  it.each([
    ['http://api.example/', 'http.insecure_protocol'],
    ['https://127.0.0.1/', 'http.private_address'],
    ['https://[::1]/', 'http.private_address'],
    ['https://2130706433/', 'http.private_address'],
    ['https://0x7f.1/', 'http.private_address'],
    ['https://localhost:1/', 'http.private_address'],
  ])('%s is refused', async (url, code) => {
    await expect(client.call({ method: 'GET', url })).rejects.toMatchObject({ code, failureType: 'config_error' });
  });

  it('a name that leads to a private address is refused when it is connected', async () => {
    const guard = new AddressGuard((_name, _options, callback) => callback(null, [{ address: '8.8.8.8', family: 4 }, { address: '10.0.0.1', family: 4 }]));
    await expect(guard.checkResolved(new URL('https://rebound.example/'))).rejects.toMatchObject({ code: 'http.private_address' });
    const open = new AddressGuard((_name, _options, callback) => callback(null, '8.8.8.8', 4));
    await expect(open.checkResolved(new URL('https://fine.example/'))).resolves.toBeUndefined();
  });

  it('elsewhere nothing is refused', async () => {
    const server = await new LoopbackServer().start();
    server.on('/', json({ ok: 1 }));
    const free = new HttpClient(fakeRuntime());
    expect((await free.call({ method: 'GET', url: server.url })).status).toBe(200);
    free.close();
    await server.stop();
  });
});
