import { isObject, type JsonObject } from '../../../../src/protocol/json';
import { ManifestDocument } from '../../../../src/builder/page/document';
import { joinedUrl } from '../../../../src/builder/page/streams/joined-url';
import { newStream, switchedStream } from '../../../../src/builder/page/streams/new-stream';
import { addStream, copyStream, deleteStream, nameProblem, renameStream } from '../../../../src/builder/page/streams/stream-edits';

const empty = ManifestDocument.parse('');
const named = (...names: string[]) => names.reduce((manifest, name) => addStream(manifest, newStream('sync', name)), empty);
const namesOf = (manifest: ManifestDocument) => (manifest.model.streams as { name: string }[]).map(({ name }) => name);

describe('streams', () => {
  it('are added to nothing with all that a manifest needs', () => {
    const manifest = addStream(empty, newStream('async', 'contacts'));
    expect(manifest.model).toMatchObject({
      version: expect.any(String),
      type: 'DeclarativeSource',
      check: { type: 'CheckStream', stream_names: ['contacts'] },
      streams: [{ type: 'DeclarativeStream', name: 'contacts', retriever: { type: 'AsyncRetriever', creation_requester: { http_method: 'POST' }, polling_requester: { http_method: 'GET' } } }],
    });
    expect(ManifestDocument.parse(manifest.text).model).toEqual(manifest.model);
  });

  it('keep what a manifest has', () => {
    const manifest = addStream(ManifestDocument.parse('# mine\nversion: 6.0.0\ncheck: {type: CheckStream, stream_names: [other]}\n'), newStream('sync', 'a'));
    expect(manifest.text).toContain('# mine\nversion: 6.0.0\n');
    expect(manifest.model.check).toEqual({ type: 'CheckStream', stream_names: ['other'] });
  });

  it('need a name that is their own', () => {
    const manifest = named('a', 'b');
    expect(nameProblem(manifest, ' ')).not.toBeNull();
    expect(nameProblem(manifest, 'b ')).not.toBeNull();
    expect(nameProblem(manifest, 'b', 1)).toBeNull();
    expect(nameProblem(manifest, 'c')).toBeNull();
  });

  it('are renamed with the check that names them', () => {
    const manifest = renameStream(named('a', 'b'), 0, 'first');
    expect([namesOf(manifest), manifest.getAt(['check', 'stream_names'])]).toEqual([['first', 'b'], ['first']]);
    const parameter = renameStream(ManifestDocument.parse('streams:\n  - $parameters: {name: a}\n'), 0, 'b');
    expect(parameter.text).toBe('streams:\n  - $parameters: {name: b}\n');
  });

  it('are copied with their references', () => {
    const manifest = copyStream(ManifestDocument.parse("streams:\n  - {name: a, retriever: {$ref: '#/definitions/r'}}\n"), 0, 'a 2');
    expect(manifest.model.streams).toEqual([
      { name: 'a', retriever: { $ref: '#/definitions/r' } },
      { name: 'a 2', retriever: { $ref: '#/definitions/r' } },
    ]);
  });

  it('go with the references to them, and later ones are renumbered', () => {
    const parent = (index: number) => ({ parent_stream_configs: [{ stream: { $ref: `#/streams/${index}` } }, { stream: `#/streams/${index}/retriever` }] });
    const before = named('a', 'b', 'c').setAt(['streams', 2, 'retriever', 'partition_router'], parent(1)).setAt(['streams', 0, 'retriever', 'partition_router'], parent(2));
    const withoutFirst = deleteStream(before, 0);
    expect(namesOf(withoutFirst)).toEqual(['b', 'c']);
    expect(withoutFirst.getAt(['streams', 1, 'retriever', 'partition_router'])).toEqual(parent(0));
    expect(withoutFirst.getAt(['check', 'stream_names'])).toEqual(['b']);
    const withoutSecond = deleteStream(before, 1);
    expect(withoutSecond.getAt(['streams', 0, 'retriever', 'partition_router'])).toEqual(parent(1));
    expect(withoutSecond.getAt(['streams', 1, 'retriever', 'partition_router'])).toEqual({ parent_stream_configs: [{}, {}] });
    expect(deleteStream(named('a'), 0).model).toMatchObject({ streams: [], check: { stream_names: [] } });
  });
});

describe('another request type', () => {
  it('keeps the name and the address, and nothing else', () => {
    const stream: JsonObject = { ...newStream('sync', 'a'), primary_key: ['id'] };
    (stream.retriever as any).requester.url = 'https://api/a'; // eslint-disable-line @typescript-eslint/no-explicit-any
    const switched = switchedStream(stream, 'async');
    expect(switched).toEqual({ ...newStream('async', 'a'), retriever: { ...(newStream('async', 'a').retriever as object), creation_requester: { type: 'HttpRequester', url: 'https://api/a', http_method: 'POST' } } });
    expect(switchedStream(switched, 'sync').retriever).toMatchObject({ type: 'SimpleRetriever', requester: { url: 'https://api/a', http_method: 'GET' } });
  });

  it('keeps an address in two parts', () => {
    const { retriever } = switchedStream({ name: 'a', retriever: { requester: { type: 'HttpRequester', url_base: 'https://api', path: '/a' } } }, 'async');
    expect(isObject(retriever) && retriever.creation_requester).toEqual({ type: 'HttpRequester', http_method: 'POST', url_base: 'https://api', path: '/a' });
  });
});

describe('one URL of two parts', () => {
  it.each([
    ['https://api/v3', 'a', 'https://api/v3/a'],
    ['https://api/v3/', '/a', 'https://api/v3/a'],
    ['https://api/v3', undefined, 'https://api/v3'],
    [undefined, '/a', '/a'],
  ])('%s and %s', (base, path, url) => expect(joinedUrl(base, path)).toBe(url));
});
