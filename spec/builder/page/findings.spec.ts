import type { JsonObject } from '../../../src/protocol/json';
import { countText, findingsWithin, tabOf } from '../../../src/builder/page/findings';
import { missingValues } from '../../../src/builder/page/missing-values';
import { newManifest, newStream } from '../../../src/builder/page/streams/new-stream';

describe('the tab of a field', () => {
  it.each([
    ['creation', ['retriever', 'creation_requester', 'url']],
    ['creation', ['retriever', 'decoder']],
    ['creation', ['incremental_sync', 'cursor_field']],
    ['creation', []],
    ['polling', ['retriever', 'polling_requester', 'url']],
    ['polling', ['retriever', 'status_mapping', 'completed']],
    ['polling', ['retriever', 'download_target_extractor']],
    ['polling', ['retriever', 'polling_job_timeout']],
    ['download', ['retriever', 'download_target_requester', 'url']],
    ['download', ['retriever', 'record_selector']],
    ['download', ['primary_key']],
    ['schema', ['schema_loader']],
  ])('is %s for %j', (tab, path) => expect(tabOf('async', path)).toBe(tab));

  it('is one for a synchronous stream', () => {
    expect(tabOf('sync', ['retriever', 'requester', 'url'])).toBe('configuration');
    expect(tabOf('sync', ['schema_loader', 'schema'])).toBe('schema');
  });
});

describe('findings', () => {
  const finding = (severity: 'error' | 'warning', ...path: (string | number)[]) => ({ severity, code: 'c', path, message: 'm' });

  it('are counted in words', () => {
    expect(countText([finding('error'), finding('error'), finding('warning')])).toBe('2 errors, 1 warning');
    expect(countText([])).toBe('');
  });

  it('belong to what they are inside of', () => {
    const all = [finding('error', 'streams', 1, 'name'), finding('error', 'streams', 10), finding('error', 'streams')];
    expect(findingsWithin(all, ['streams', 1])).toEqual([all[0]]);
  });

  it('name what a new stream still needs', () => {
    const manifest = { ...newManifest(), streams: [newStream('async', 'a')] };
    const retriever = ['streams', 0, 'retriever'];
    expect(missingValues(manifest).map(({ path }) => path)).toEqual([
      [...retriever, 'creation_requester', 'url'],
      [...retriever, 'polling_requester', 'url'],
      [...retriever, 'download_requester', 'url'],
    ]);
  });

  it('leave alone what older properties or parameters give', () => {
    const requester = { type: 'HttpRequester' };
    const streams: JsonObject[] = [
      { $parameters: { path: '/a' }, retriever: { requester } },
      { retriever: { requester: { ...requester, url_base: 'https://a' } } },
      { retriever: { requester: { $ref: '#/definitions/shared' } } },
    ];
    expect(missingValues({ streams, definitions: { shared: { ...requester, url: 'https://a' } } })).toEqual([]);
  });
});
