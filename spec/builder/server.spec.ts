import * as fc from 'fast-check';
import { OPERATIONS } from '../../src/builder/operations';
import { builderApp } from '../../src/builder/server';
import { FakeClock } from '../support/fake-clock';

const logged: string[] = [];
const app = (env: Record<string, string> = {}, host = '127.0.0.1') =>
  builderApp({ host, port: 0, version: '1.2.3', world: { clock: new FakeClock(), env, random: () => 0, signal: new AbortController().signal }, log: (line) => logged.push(line) });

async function ask(path: string, init: RequestInit = {}, server = app()) {
  const response = await server.request(`http://127.0.0.1${path}`, { ...init, headers: { host: '127.0.0.1', ...(init.headers as Record<string, string> | undefined) } });
  const text = await response.text();
  return { status: response.status, headers: Object.fromEntries(response.headers), body: text ? (JSON.parse(text) as unknown) : undefined };
}

const post = (body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }): RequestInit => ({ method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

const STREAM = {
  type: 'DeclarativeStream',
  name: 'a',
  retriever: { type: 'SimpleRetriever', requester: { type: 'HttpRequester', url: 'https://api.example.com' }, record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } } },
  schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', properties: { big: { const: 0 } } } },
};
const MANIFEST = { version: '7.39.1', type: 'DeclarativeSource', check: { type: 'CheckStream', stream_names: ['a'] }, streams: [STREAM] };

afterEach(() => {
  expect(logged.splice(0)).toEqual([]);
});

describe('the manifest server', () => {
  it('says that it works', async () => {
    expect(await ask('/health/')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await ask('/health')).toMatchObject({ status: 307, headers: { location: '/health/' } });
  });

  it.each([
    [{}, false],
    [{ AIRBYTE_ENABLE_UNSAFE_CODE: 'True' }, true],
    [{ AIRBYTE_ENABLE_UNSAFE_CODE: '1' }, false],
  ])('says whether it runs custom code (%j)', async (env, allowed) => {
    expect((await ask('/capabilities/', {}, app(env as Record<string, string>))).body).toEqual({ custom_code_execution: allowed });
  });

  it('answers what it does not have like the reference', async () => {
    expect(await ask('/nothing')).toMatchObject({ status: 404, body: { detail: 'Not Found' } });
    expect(await ask('/v1/manifest/resolve')).toMatchObject({ status: 405, body: { detail: 'Method Not Allowed' }, headers: { allow: 'POST' } });
  });

  it.each<[string, RequestInit, string]>([
    ['no body', { method: 'POST' }, 'missing body'],
    ['no JSON', post('{"manifest":'), 'json_invalid body.12'],
    ['another content type', post('{"manifest": {}}', { 'content-type': 'text/plain' }), 'model_attributes_type body'],
    ['a form', post('manifest=1', { 'content-type': 'application/x-www-form-urlencoded' }), 'model_attributes_type body'],
    ['a missing manifest', post({}), 'missing body.manifest'],
  ])('refuses %s', async (_name, init, problem) => {
    const { status, body } = await ask('/v1/manifest/resolve', init);
    const [{ type, loc }] = (body as { detail: { type: string; loc: unknown[] }[] }).detail as [{ type: string; loc: unknown[] }];
    expect({ status, problem: `${type} ${loc.join('.')}` }).toEqual({ status: 422, problem });
  });

  it('refuses what is too large, without reading it', async () => {
    const { status, body } = await ask('/v1/manifest/resolve', { ...post('{}'), headers: { 'content-type': 'application/json', 'content-length': String(33 * 1024 * 1024) } });
    expect({ status, body }).toEqual({ status: 413, body: { detail: expect.stringContaining('larger') } });
  });

  it('answers neither other hosts nor pages of other sites', async () => {
    expect(await ask('/health/', { headers: { host: 'evil.example' } })).toMatchObject({ status: 403 });
    expect(await ask('/v1/manifest/resolve', post({ manifest: MANIFEST }, { 'content-type': 'application/json', origin: 'http://evil.example' }))).toMatchObject({ status: 403 });
    expect(await ask('/health/', { headers: { host: 'manifest-server:8080' } }, app({}, '0.0.0.0'))).toMatchObject({ status: 200 });
  });

  it('resolves a manifest with every digit of its numbers', async () => {
    const text = JSON.stringify({ manifest: MANIFEST }).replace('"const":0', '"const":12345678901234567890');
    const response = await app().request('http://127.0.0.1/v1/manifest/resolve', { ...post(text), headers: { host: '127.0.0.1', 'content-type': 'application/json' } });
    expect(await response.text()).toContain('"const":12345678901234567890');
  });

  it('refuses a manifest with the place of the mistake', async () => {
    const wrong = { ...MANIFEST, streams: [{ ...STREAM, retriever: { ...STREAM.retriever, record_selector: undefined } }] };
    expect(await ask('/v1/manifest/resolve', post({ manifest: wrong }))).toMatchObject({
      status: 400,
      body: { detail: expect.stringMatching(/^Error resolving manifest: Invalid manifest: .*streams\[0\] \(a\)\.retriever.*record_selector/) },
    });
    for (const manifest of [{}, { streams: 1 }, { ...MANIFEST, definitions: { a: '#/definitions/a' } }]) {
      expect(await ask('/v1/manifest/resolve', post({ manifest }))).toMatchObject({ status: 400 });
    }
  });

  it('works on so many runs at once', async () => {
    const server = app();
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('/v1/manifest/discover', post({ manifest: MANIFEST, config: {} }), server)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(8);
    expect(statuses.filter((status) => status === 503)).toHaveLength(4);
    expect((await ask('/v1/manifest/discover', post({ manifest: MANIFEST, config: {} }), server)).status).toBe(200);
  });
});

/** The manifest with a random value somewhere in it. */
const damaged = fc.tuple(fc.nat(), fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('#/streams', '{{ config.x }}', '{{', {}, [], { type: 'SimpleRetriever' }, { $ref: '#/streams/0' }))).map(([at, value]) => {
  const manifest = structuredClone(MANIFEST) as unknown as Record<string, unknown>;
  const places: [Record<string, unknown>, string][] = [];
  const visit = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, child] of Object.entries(node)) {
      places.push([node as Record<string, unknown>, key]);
      visit(child);
    }
  };
  visit(manifest);
  const [node, key] = places[at % places.length]!;
  node[key] = value;
  return manifest;
});

it('never fails by itself, whatever it is sent', async () => {
  const server = app();
  await fc.assert(
    fc.asyncProperty(damaged, fc.constantFrom('resolve', 'discover', 'full_resolve'), fc.boolean(), async (manifest, name, flag) => {
      const flags = flag ? { __should_migrate: true, __should_normalize: true } : {};
      const { status, body } = await ask(`/v1/manifest/${name}`, post({ manifest: { ...manifest, ...flags }, config: {} }), server);
      expect([200, 400, 422]).toContain(status);
      expect(typeof body).toBe('object');
    }),
    { numRuns: 100 },
  );
});

describe('openapi.json', () => {
  it('describes every endpoint, and nothing else', async () => {
    const document = (await ask('/openapi.json')).body as { openapi: string; info: { version: string }; paths: Record<string, object>; components: { schemas: object } };
    expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
    expect(Object.keys(document.paths)).toEqual(Object.values(OPERATIONS).map(({ path }) => path));
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]!);
    expect(references.filter((name) => !(name in document.components.schemas))).toEqual([]);
  });
});
