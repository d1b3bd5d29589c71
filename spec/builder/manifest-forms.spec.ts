import { jobTimeoutText } from '../../src/builder/job-timeout';
import { migrateManifest } from '../../src/builder/migrate-manifest';
import { normalizeManifest } from '../../src/builder/normalize-manifest';
import { resolveManifest } from '../../src/manifest/load-manifest';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { FakeClock } from '../support/fake-clock';

const requester = (more: JsonObject = {}): JsonObject => ({ type: 'HttpRequester', url: 'https://api.example.com', ...more });
const stream = (name: string, more: JsonObject = {}): JsonObject => ({ type: 'DeclarativeStream', name, retriever: { type: 'SimpleRetriever', requester: requester(more) } });
const manifest = (...streams: JsonObject[]): JsonObject => ({ type: 'DeclarativeSource', version: '1.0.0', streams });
const requesterOf = (result: JsonObject, index = 0) => ((result.streams as JsonObject[])[index]!.retriever as JsonObject).requester as JsonObject;

describe('a migrated manifest', () => {
  const migrated = (more: JsonObject) => {
    const result = migrateManifest(manifest({ ...stream('a'), retriever: { requester: { type: 'HttpRequester', ...more } } }), 0);
    const { type: _type, ...rest } = requesterOf(result);
    return { requester: rest, applied: ((result.metadata as JsonObject | undefined)?.applied_migrations ?? []) as JsonObject[] };
  };

  it.each<[string, JsonObject, JsonObject]>([
    ['url_base and path', { url_base: 'https://a.example', path: '/b' }, { url: 'https://a.example/b' }],
    ['a slash on both sides', { url_base: 'https://a.example/', path: '//b/c' }, { url: 'https://a.example/b/c' }],
    ['an empty path', { url_base: 'https://a.example/', path: '' }, { url: 'https://a.example/' }],
    ['a path that is an address', { url_base: 'https://a.example', path: 'https://b.example/c' }, { url: 'https://b.example/c' }],
    ['a JSON body', { url: 'u', request_body_json: { a: 1 } }, { url: 'u', request_body: { type: 'RequestBodyJsonObject', value: { a: 1 } } }],
    ['a GraphQL body', { url: 'u', request_body_json: { query: '{ a }' } }, { url: 'u', request_body: { type: 'RequestBodyGraphQL', value: { query: '{ a }' } } }],
    ['a form', { url: 'u', request_body_data: { a: 1 } }, { url: 'u', request_body: { type: 'RequestBodyUrlEncodedForm', value: { a: 1 } } }],
    ['a JSON body as text', { url: 'u', request_body_json: '{"a": 1}' }, { url: 'u', request_body_json: '{"a": 1}' }],
    ['nothing old', { url: 'u', request_body: { type: 'RequestBodyPlainText', value: 'x' } }, { url: 'u', request_body: { type: 'RequestBodyPlainText', value: 'x' } }],
  ])('has today’s properties for %s', (_name, old, current) => {
    expect(migrated(old).requester).toEqual(current);
  });

  it('says what was done, and from where', () => {
    expect(migrated({ url_base: 'u', path: 'p' }).applied).toEqual([
      { from_version: '1.0.0', to_version: '*', migration: 'HttpRequesterUrlBaseToUrl', migrated_at: '1970-01-01T00:00:00.000Z' },
      { from_version: '1.0.0', to_version: '*', migration: 'HttpRequesterPathToUrl', migrated_at: '1970-01-01T00:00:00.000Z' },
    ]);
    expect(migrated({ url: 'u' }).applied).toEqual([]);
  });

  it('leaves templates of streams alone, and its source as it was', () => {
    const source: JsonObject = { ...manifest(), dynamic_streams: [{ type: 'DynamicDeclarativeStream', stream_template: stream('x', { url_base: 'u' }) }] };
    const before = structuredClone(source);
    expect(migrateManifest(source, 0)).toEqual(before);
    expect(source).toEqual(before);
  });
});

describe('a normalized manifest', () => {
  const auth = { type: 'BearerAuthenticator', api_token: 't' };

  it('has what two requesters share in one place', () => {
    const result = normalizeManifest(manifest(stream('a', { authenticator: auth }), stream('b', { authenticator: auth })));
    expect(result.definitions).toEqual({ linked: { HttpRequester: { authenticator: auth } } });
    for (const index of [0, 1]) expect(requesterOf(result, index).authenticator).toEqual({ $ref: '#/definitions/linked/HttpRequester/authenticator' });
  });

  it('keeps apart what differs, and drops what nothing refers to', () => {
    const source: JsonObject = { ...manifest(stream('a', { authenticator: auth }), stream('b', { authenticator: { ...auth, api_token: 'u' } })), definitions: { x: {} }, schemas: { y: {} } };
    const result = normalizeManifest(source);
    expect(result).not.toHaveProperty('definitions');
    expect(result).not.toHaveProperty('schemas');
    expect(requesterOf(result).authenticator).toEqual(auth);
  });

  it('gives a name to the most frequent value only', () => {
    const headers = (value: string) => ({ request_headers: { h: value } });
    const result = normalizeManifest(manifest(...['1', '1', '2', '2', '2'].map((value, index) => stream(`s${index}`, headers(value)))));
    expect(result.definitions).toEqual({ linked: { HttpRequester: { request_headers: { h: '2' } } } });
    expect(requesterOf(result, 0).request_headers).toEqual({ h: '1' });
  });

  it('refers to the stream that a parent is', () => {
    const parent = stream('parent');
    const child = stream('child');
    (child.retriever as JsonObject).partition_router = { type: 'SubstreamPartitionRouter', parent_stream_configs: [{ type: 'ParentStreamConfig', stream: parent }] };
    const result = normalizeManifest(manifest(parent, child));
    const router = ((result.streams as JsonObject[])[1]!.retriever as JsonObject).partition_router as JsonObject;
    expect(router.parent_stream_configs).toEqual([{ type: 'ParentStreamConfig', stream: { $ref: '#/streams/0' } }]);
  });

  it('resolves to what it was made of', () => {
    const parent = stream('parent', { authenticator: auth, url_base: 'https://x.example' });
    const child = stream('child', { authenticator: auth, url_base: 'https://x.example' });
    (child.retriever as JsonObject).partition_router = [{ type: 'SubstreamPartitionRouter', parent_stream_configs: [{ type: 'ParentStreamConfig', stream: structuredClone(parent) }] }];
    const source = manifest(parent, child);
    const { definitions: _definitions, ...again } = resolveManifest(normalizeManifest(source));
    expect(again as JsonValue).toEqual(resolveManifest(source));
  });
});

describe('the time a job may take', () => {
  const of = (timeout: JsonValue | undefined, config: JsonObject = {}) =>
    jobTimeoutText({ retriever: { type: 'AsyncRetriever', ...(timeout === undefined ? {} : { polling_job_timeout: timeout }) } }, config, new FakeClock());

  it.each<[JsonValue | undefined, string]>([
    [undefined, '0:15:00'],
    [90, '1:30:00'],
    ["{{ config['minutes'] }}", '0:07:00'],
    ["{{ config['none'] }}", '0:15:00'],
    [1440, '1 day, 0:00:00'],
    [3000, '2 days, 2:00:00'],
  ])('%j is shown as %s', (timeout, expected) => {
    expect(of(timeout, { minutes: 7 })).toBe(expected);
  });

  it('is nothing for a stream without jobs', () => {
    expect(jobTimeoutText(stream('a'), {}, new FakeClock())).toBeUndefined();
    expect(jobTimeoutText(undefined, {}, new FakeClock())).toBeUndefined();
  });
});
