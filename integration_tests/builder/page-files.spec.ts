import { existsSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileEvent, InputsStatus, ManifestFile, Session } from '../../src/builder/page-contract';
import { PageClient } from '../support/page-client';
import { startBuilder, type RunningBuilder } from '../support/start-builder';

const SPEC = `spec:
  type: Spec
  connection_specification:
    properties:
      api_key: {type: string, airbyte_secret: true}
      region: {type: string}
      credentials:
        oneOf:
          - properties: {kind: {const: a}, token: {type: string, airbyte_secret: true}}
`;

let builder: RunningBuilder | undefined;
let page: PageClient;

async function open(args: string[], cwd: string): Promise<PageClient> {
  builder = await startBuilder({ args, cwd });
  page = await PageClient.open(builder);
  return page;
}
const newFolder = () => mkdtempSync(join(tmpdir(), 'builder-files-'));
const put = (body: object) => page.fetch('/api/manifest', { method: 'PUT', body: JSON.stringify(body) });

afterEach(async () => {
  await builder?.stop();
  builder = undefined;
});

describe('the manifest file', () => {
  test('is saved only over the version that was edited', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'real.yaml'), '# kept\na: 1\n', { mode: 0o640 });
    symlinkSync('real.yaml', join(folder, 'm.yaml'));
    await open(['m.yaml'], folder);
    const first = await page.json<ManifestFile>('GET', '/api/manifest');
    expect(first).toMatchObject({ text: '# kept\na: 1\n', file: 'm.yaml', version: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const saved = await page.json<ManifestFile>('PUT', '/api/manifest', { text: 'a: 2\n', version: first.version });
    expect(readFileSync(join(folder, 'real.yaml'), 'utf8')).toBe('a: 2\n');
    expect(statSync(join(folder, 'real.yaml')).mode & 0o777).toBe(0o640);
    expect((await put({ text: 'a: 3\n', version: first.version })).status).toBe(412);
    expect((await put({ text: 'a: 3\n', version: null })).status).toBe(412);
    expect(await page.json('GET', '/api/manifest')).toEqual({ ...saved, text: 'a: 2\n' });
  });

  test('may be new', async () => {
    const folder = newFolder();
    await open([], folder);
    expect(await page.json('GET', '/api/session')).toMatchObject({ manifestFile: null, example: null, cassettes: [] } satisfies Partial<Session>);
    expect(await page.json('GET', '/api/manifest')).toEqual({ text: '', version: null, file: null });
    for (const file of ['../x.yaml', '/tmp/x.yaml', '.x.yaml', 'x.sh', undefined]) expect((await put({ text: 'a: 1', version: null, file })).status).toBe(422);
    expect(await page.json('PUT', '/api/manifest', { text: 'a: 1', version: null, file: 'new.yaml' })).toMatchObject({ file: 'new.yaml' });
    expect(readFileSync(join(folder, 'new.yaml'), 'utf8')).toBe('a: 1');
    expect(await page.json('GET', '/api/session')).toMatchObject({ manifestFile: 'new.yaml' });
  });

  test('is watched', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'm.yaml'), 'a: 1\n');
    await open(['m.yaml'], folder);
    const response = await page.fetch('/api/events');
    const lines = response.body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
    await lines.next();
    const told = lines.next();
    // The first change may come before the watch knows what was there.
    let wasTold = false;
    void told.then(() => (wasTold = true));
    for (let count = 0; !wasTold; count += 1) {
      writeFileSync(join(folder, 'm.yaml'), `a: ${'x'.repeat(count + 2)}\n`);
      await Promise.race([told, new Promise((resolve) => setTimeout(resolve, 1500))]);
    }
    const event = JSON.parse(/data: (.*)/.exec(String((await told).value))![1]!) as FileEvent;
    expect(event).toEqual({ type: 'changed', version: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });
});

describe('the inputs', () => {
  test('give no secret back, and are kept only on request', async () => {
    const folder = newFolder();
    const kept = join(folder, '.m.inputs.json');
    writeFileSync(join(folder, 'm.yaml'), SPEC);
    await open(['m.yaml'], folder);
    const values = { api_key: 'very-secret-1', region: 'eu', unknown: 'very-secret-2', credentials: { kind: 'a', token: 'very-secret-3' } };
    const status = await page.json<InputsStatus>('PUT', '/api/inputs', { values, keep: false });
    expect(status).toEqual({ values: { region: 'eu', credentials: { kind: 'a' } }, secretsSet: ['api_key', 'unknown', 'credentials.token'], keptIn: null });
    expect(existsSync(kept)).toBe(false);
    expect(await page.json('PUT', '/api/inputs', { values: { unknown: null, credentials: { kind: 'b' } }, keep: true })).toMatchObject({ keptIn: '.m.inputs.json', secretsSet: ['api_key', 'credentials.token'] });
    expect(statSync(kept).mode & 0o777).toBe(0o600);
    await builder!.stop();

    await open(['m.yaml'], folder);
    expect(await page.json('GET', '/api/inputs')).toEqual({ values: { region: 'eu', credentials: { kind: 'b' } }, secretsSet: ['api_key', 'credentials.token'], keptIn: '.m.inputs.json' });
    await page.json('PUT', '/api/inputs', { values: {}, keep: false });
    expect(existsSync(kept)).toBe(false);
  });

  test('may come from a file', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'm.yaml'), SPEC);
    writeFileSync(join(folder, 'c.json'), '{"region": "us"}');
    await open(['m.yaml', '--config', 'c.json'], folder);
    expect(await page.json('GET', '/api/inputs')).toEqual({ values: { region: 'us' }, secretsSet: [], keptIn: null });
  });
});

describe('the page', () => {
  test('is for who has the key', async () => {
    await open([], newFolder());
    const { url, pageUrl } = builder!;
    expect((await fetch(`${url}/`)).status).toBe(401);
    expect((await fetch(`${url}/?token=wrong`)).status).toBe(401);
    for (const path of ['/api/session', '/api/manifest', '/api/inputs', '/api/tests/x', '/api/nothing']) expect((await fetch(`${url}${path}`)).status).toBe(401);
    expect((await page.fetch('/api/session', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    const entered = await fetch(pageUrl, { redirect: 'manual' });
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
    expect(entered.headers.get('set-cookie')).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const index = await page.fetch('/');
    expect(index.status).toBe(200);
    expect(Object.fromEntries(index.headers)).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringMatching(/default-src 'self';.*frame-ancestors 'none'/),
    });
    const html = await index.text();
    const nonce = /'nonce-([^']+)'/.exec(index.headers.get('content-security-policy')!)![1]!;
    expect(html).toContain(nonce);
    expect(html).not.toContain('__CSP_NONCE__');
    const script = /src="\.?\/?([^"]+\.js)"/.exec(html)![1]!;
    const asset = await page.fetch(`/${script}`);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-type')).toContain('javascript');
    expect((await page.fetch('/..%2fmain.js')).status).toBe(404);
  });

  test('has the definitions of all components, and the names for templates', async () => {
    await open([], newFolder());
    const { components, interpolation } = await page.json<{ components: Record<string, { properties: object }>; interpolation: Record<string, { name: string }[]> }>('GET', '/api/definitions');
    expect(components.AsyncRetriever).toMatchObject({ properties: { status_mapping: expect.anything() } });
    expect(interpolation.variables!.map(({ name }) => name)).toEqual(expect.arrayContaining(['config', 'creation_response', 'download_target']));
    expect(interpolation.macros!.map(({ name }) => name)).toContain('now_utc');
    expect(interpolation.filters!.map(({ name }) => name)).toContain('hash');
  });

  test('is told what is wrong with what it sends', async () => {
    await open([], newFolder());
    for (const [method, path, body] of [['POST', '/api/lint', {}], ['POST', '/api/tests', { text: '', streamName: 'a', limits: { records: 0 }, mode: {} }], ['PUT', '/api/inputs', { values: 1 }], ['PUT', '/api/manifest', []]] as const) {
      expect((await page.fetch(path, { method, body: JSON.stringify(body) })).status).toBe(422);
    }
    expect((await page.fetch('/api/lint', { method: 'POST', body: '{"text": "a: 1"}', headers: { 'Content-Type': 'text/plain' } })).status).toBe(422);
  });
});
