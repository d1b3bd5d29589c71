import type { JsonObject } from '../../src/protocol/json';
import { checkFiles, checkPaginator, checkRecoveryActions } from '../../src/streams/simple-retriever-checks';
import { fakeContext, fakeRuntime } from '../support/fake-runtime';

const handler = (action: string): JsonObject => ({ type: 'DefaultErrorHandler', response_filters: [{ type: 'HttpResponseFilter', action }] });
const paginator: JsonObject = {
  type: 'DefaultPaginator',
  page_size_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'limit' },
  page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'offset' },
  pagination_strategy: { type: 'OffsetIncrement', page_size: 100 },
};
const reducing: JsonObject = {
  type: 'SimpleRetriever',
  requester: { type: 'HttpRequester', error_handler: handler('REDUCE_PAGE_SIZE') },
  page_size_reduction: { type: 'PageSizeReduction' },
  paginator,
};
const splitting: JsonObject = {
  type: 'SimpleRetriever',
  requester: { type: 'HttpRequester', error_handler: { type: 'CompositeErrorHandler', error_handlers: [handler('FAIL'), handler('SPLIT_REQUEST_WINDOW')] } },
  request_window_splitting: { type: 'RequestWindowSplitting' },
};
const query = { type: 'QueryProperties', property_list: ['a'] };

function check(model: JsonObject): string[] {
  const runtime = fakeRuntime();
  checkRecoveryActions(model, fakeContext({ runtime, path: 'streams[0].retriever' }));
  return runtime.logs.map(({ message }) => message);
}

describe('a retriever that reduces pages or splits windows', () => {
  it.each([[reducing], [splitting], [{ type: 'SimpleRetriever', requester: {} }]])('may be: %#', (model) => {
    expect(check(model)).toEqual([]);
  });

  it.each<[string, JsonObject, RegExp]>([
    ['has the block for its action', { ...reducing, page_size_reduction: null }, /has no page_size_reduction/],
    ['has the block for a nested action', { ...splitting, request_window_splitting: null }, /has no request_window_splitting/],
    ['has a paginator', { ...reducing, paginator: null }, /needs a DefaultPaginator/],
    ['sends the page size', { ...reducing, paginator: { ...paginator, page_size_option: null } }, /needs page_size_option/],
    ['has no complete URLs as tokens', { ...reducing, paginator: { ...paginator, page_token_option: { type: 'RequestPath' } } }, /RequestPath/],
    ['does not count pages', { ...reducing, paginator: { ...paginator, pagination_strategy: { type: 'PageIncrement', page_size: 5 } } }, /PageIncrement/],
    ['has a page size', { ...reducing, paginator: { ...paginator, pagination_strategy: { type: 'OffsetIncrement' } } }, /needs page_size on/],
    ['has room to reduce', { ...reducing, page_size_reduction: { minimum_page_size: 100 } }, /can never reduce/],
    ['asks for no properties', { ...reducing, requester: { ...(reducing.requester as JsonObject), query_properties: query } }, /query properties/],
    ['asks for no properties (windows)', { ...splitting, requester: { ...(splitting.requester as JsonObject), request_parameters: { p: query } } }, /query properties/],
    ['reads no parent lazily', { ...splitting, partition_router: { parent_stream_configs: [{ lazy_read_pointer: ['a'] }] } }, /lazy_read_pointer/],
    [
      'counts all records towards a limit',
      { requester: {}, pagination_reset: { limits: { number_of_records: 5 } }, record_selector: { record_filter: { condition: 'x' } } },
      /record_filter/,
    ],
  ])('must be one that %s', (_title, model, message) => {
    expect(() => check(model)).toThrow(message);
    expect(() => check(model)).toThrow(/^streams\[0\]\.retriever: /);
  });

  it('is told when nothing asks for it', () => {
    expect(check({ ...reducing, requester: { error_handler: handler('RETRY') } })).toEqual([expect.stringMatching(/page_size_reduction has no effect/)]);
  });
});

describe('a paginator', () => {
  const checked = (model: JsonObject, readsResponse: boolean) => () => checkPaginator(model, readsResponse, fakeContext({ path: 'streams[0].retriever' }));
  const gzip = (type: string) => ({ type: 'GzipDecoder', decoder: { type } });

  it.each([undefined, { type: 'JsonDecoder' }, { type: 'XmlDecoder' }, gzip('JsonDecoder'), { type: 'CustomDecoder' }])('may read the answer of %j', (decoder) => {
    expect(checked(decoder ? { decoder } : {}, true)).not.toThrow();
  });

  it.each([{ type: 'CsvDecoder' }, { type: 'JsonItemsDecoder' }, gzip('JsonlDecoder')])('may not read the rows of %j, but may count them', (decoder) => {
    expect(checked({ decoder }, true)).toThrow(/single rows instead of the whole answer/);
    expect(checked({ decoder }, false)).not.toThrow();
  });

  it('may not read what goes straight to a file', () => {
    const model = { record_selector: { extractor: { type: 'ResponseToFileExtractor' } } };
    expect(checked(model, true)).toThrow(/the ResponseToFileExtractor gives single rows/);
    expect(checked(model, false)).not.toThrow();
  });

  it.each<[string, JsonObject, boolean]>([
    ['a union', { type: 'CombinedExtractor', extractors: [] }, false],
    ['a union in a first_match', { type: 'CombinedExtractor', mode: 'first_match', extractors: [{ type: 'CombinedExtractor', mode: 'union' }] }, false],
    ['a first_match', { type: 'CombinedExtractor', mode: 'first_match', extractors: [{ type: 'DpathExtractor' }] }, true],
    ['one extractor', { type: 'DpathExtractor' }, true],
  ])('by offset over %s', (_title, extractor, allowed) => {
    const byOffset = { paginator, record_selector: { extractor } };
    const byPage = { paginator: { ...paginator, pagination_strategy: { type: 'PageIncrement' } }, record_selector: { extractor } };
    if (allowed) expect(checked(byOffset, false)).not.toThrow();
    else expect(checked(byOffset, false)).toThrow(/records would be skipped/);
    expect(checked(byPage, false)).not.toThrow();
  });
});

describe('a file_uploader', () => {
  it.each(['page_size_reduction', 'request_window_splitting'])('does not go with %s', (option) => {
    expect(() => checkFiles({ [option]: {} }, fakeContext({ path: 'streams[0]' }))).toThrow(new RegExp(`^streams\\[0\\]: retriever\\.${option} does not work with a file_uploader`));
  });

  it('goes with everything else', () => {
    expect(() => checkFiles({ pagination_reset: {}, page_size_reduction: null }, fakeContext())).not.toThrow();
  });
});
