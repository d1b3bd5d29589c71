import type { PageState, PageView } from '../../../src/requests/paginators/paginator';
import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { StreamSlice } from '../../../src/slices/stream-slice';
import { buildComponent } from '../../support/fake-runtime';

const option = (field_name: string, inject_into = 'request_parameter'): JsonObject => ({ type: 'RequestOption', inject_into, field_name });
const paginator = (strategy: JsonObject, more: JsonObject = {}) =>
  buildComponent('Paginator', { type: 'DefaultPaginator', pagination_strategy: strategy, ...more });
const cursor = { type: 'CursorPagination', cursor_value: "{{ response['next'] }}" };

const page = (response: JsonValue, more: Partial<PageView> = {}): PageView => ({
  response,
  headers: {},
  lastPageSize: 1,
  lastRecord: undefined,
  slice: new StreamSlice(),
  ...more,
});

describe('DefaultPaginator', () => {
  it('sends size and token where the manifest says', () => {
    const subject = paginator(
      { type: 'OffsetIncrement', page_size: 10, inject_on_first_request: true },
      { page_size_option: option('limit'), page_token_option: option('offset', 'body_json') },
    );
    expect(subject.requestOptions(subject.first())).toEqual({ params: { limit: 10 }, bodyJson: { offset: 0 } });
  });

  it('sends no token with the first request unless the strategy has one', () => {
    const subject = paginator({ type: 'OffsetIncrement', page_size: 10 }, { page_token_option: option('offset') });
    expect(subject.requestOptions(subject.first())).toEqual({});
  });

  it.each<[JsonValue, string]>([
    ['https://other.example/items?page=2', 'https://other.example/items?page=2'],
    [2, '2'],
    [true, 'True'],
  ])('puts the token %j into the path', (next, path) => {
    const subject = paginator(cursor, { page_token_option: { type: 'RequestPath' } });
    const state = subject.next(page({ next }), subject.first()) as PageState;
    expect(subject.requestOptions(state)).toEqual({ path });
  });

  it.each<[JsonValue]>([[null], [''], [0], ['0'], [false], [[]], [{}]])('ends the series with the token %j', (next) => {
    const subject = paginator(cursor);
    expect(subject.next(page({ next }), subject.first())).toBeUndefined();
  });

  it('keeps the reduced page size from page to page', () => {
    const subject = paginator({ ...cursor, page_size: 8 }, { page_size_option: option('limit') });
    const reduced = subject.withPageSize?.(subject.first(), 3) as PageState;
    const next = subject.next(page({ next: 'a' }), reduced) as PageState;
    expect(subject.requestOptions(next)).toEqual({ params: { limit: 3 } });
  });

  it('cannot change a page size that it does not send', () => {
    expect(paginator({ ...cursor, page_size: 8 }).withPageSize).toBeUndefined();
  });

  it.each([[cursor], [{ type: 'OffsetIncrement', page_size: "{{ response['limit'] }}" }], [{ type: 'OffsetIncrement', page_size: "{{ config['none'] }}" }]])(
    'refuses to send a page size that it does not know: %j',
    (strategy) => {
      expect(() => paginator(strategy, { page_size_option: option('limit') })).toThrow(/has no page_size/);
    },
  );

  it('refuses size and token in the same place', () => {
    const strategy = { ...cursor, page_size: 8 };
    expect(() => paginator(strategy, { page_size_option: option('p'), page_token_option: option('p') })).toThrow(/both set the request parameter p/);
    expect(() => paginator(strategy, { page_size_option: option('p'), page_token_option: option('p', 'header') })).not.toThrow();
  });
});

describe('a series that never ends', () => {
  /** Reads pages until the paginator ends or complains; at most `limit`. */
  const readAll = (strategy: JsonObject, pageAt: (index: number) => PageView, limit = 1000): number => {
    const subject = paginator(strategy);
    let state: PageState | undefined = subject.first();
    for (let index = 0; index < limit; index += 1) {
      state = subject.next(pageAt(index), state);
      if (!state) return index + 1;
    }
    return limit;
  };

  it('is an error that names the token when the same token gives the same page again', () => {
    expect(() => readAll(cursor, () => page({ next: 'stuck', data: [1] }))).toThrow(/token "stuck" was given a second time/);
  });

  it('is an error when an empty page gives its own token', () => {
    expect(() => readAll(cursor, () => page({ next: 'stuck' }, { lastPageSize: 0 }))).toThrow(/"stuck"/);
  });

  it('is found in a circle of any length', () => {
    for (const length of [2, 3, 7]) {
      const circle = (index: number) => page({ next: `t${(index + 1) % length}`, data: [index % length] });
      expect(() => readAll(cursor, circle)).toThrow(/was given a second time/);
    }
  });

  it('is not a scroll whose token stays while the pages change', () => {
    expect(readAll(cursor, (index) => page({ next: index < 500 ? 'scroll' : '', data: [index] }))).toBe(501);
  });

  it('is not a row of empty pages with new tokens', () => {
    expect(readAll(cursor, (index) => page({ next: index < 500 ? `t${index}` : '' }, { lastPageSize: 0, fingerprint: '0:' }))).toBe(501);
  });

  it('is an error when the API ignores the offset', () => {
    expect(() => readAll({ type: 'OffsetIncrement' }, () => page({ data: [1] }))).toThrow(/100 pages in a row held the same records/);
  });

  it('is found although the envelope of each answer differs', () => {
    const noisy = (index: number) => page({ next: `t${index}`, request: index }, { fingerprint: '2:same' });
    expect(() => readAll(cursor, noisy)).toThrow(/pages in a row/);
  });
});
