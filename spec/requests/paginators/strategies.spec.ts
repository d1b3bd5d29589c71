import type { PageState, PageView } from '../../../src/requests/paginators/paginator';
import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { StreamSlice } from '../../../src/slices/stream-slice';
import { buildComponent } from '../../support/fake-runtime';

const page = (more: Partial<PageView> = {}): PageView => ({
  response: {},
  headers: {},
  lastPageSize: 2,
  lastRecord: undefined,
  slice: new StreamSlice(),
  ...more,
});

const strategy = (model: JsonObject, config: JsonObject = {}) => buildComponent('PaginationStrategy', model, { config });

describe('page numbers', () => {
  it.each<[string, JsonObject, Partial<PageView>, PageState, JsonValue | undefined]>([
    ['follow the first page', { page_size: 2 }, {}, { token: undefined }, 1],
    ['follow start_from_page', { page_size: 2, start_from_page: 5 }, {}, { token: undefined }, 6],
    ['count on', { page_size: 2 }, {}, { token: 7 }, 8],
    ['end with a short page', { page_size: 3 }, {}, { token: 7 }, undefined],
    ['end with an empty page', {}, { lastPageSize: 0 }, { token: 7 }, undefined],
    ['go on after a short page without a page size', {}, { lastPageSize: 1 }, { token: 7 }, 8],
    ['take the size from a numeric text', { page_size: '2' }, { lastPageSize: 1 }, { token: 7 }, undefined],
    ['count extracted records, not those that a filter left', { page_size: 2 }, { emittedCount: 0 }, { token: 1 }, 2],
  ])('%s', (_title, model, view, state, next) => {
    expect(strategy({ type: 'PageIncrement', ...model }).nextToken(page(view), state)).toBe(next);
  });

  it('start with the first number only when told so', () => {
    expect(strategy({ type: 'PageIncrement', start_from_page: 3 }).firstToken).toBeUndefined();
    expect(strategy({ type: 'PageIncrement', start_from_page: 3, inject_on_first_request: true }).firstToken).toBe(3);
    expect(strategy({ type: 'PageIncrement', inject_on_first_request: true }).firstToken).toBe(0);
  });

  it.each(["{{ config['size'] }}", 'many', '2.5'])('refuse the page size %s', (page_size) => {
    expect(() => strategy({ type: 'PageIncrement', page_size })).toThrow(/page_size: .* must give a whole number/);
  });
});

describe('offsets', () => {
  it.each<[string, JsonObject, Partial<PageView>, PageState, JsonValue | undefined]>([
    ['add up what was read', { page_size: 2 }, {}, { token: 4, pageSize: 2 }, 6],
    ['start from nothing', { page_size: 2 }, {}, { token: undefined, pageSize: 2 }, 2],
    ['end with a short page', { page_size: 3 }, {}, { token: 4, pageSize: 3 }, undefined],
    ['end with an empty page', {}, { lastPageSize: 0 }, { token: 4 }, undefined],
    ['go on after a short page without a page size', {}, { lastPageSize: 1 }, { token: 4 }, 5],
    ['compare with the size that the answer tells', { page_size: "{{ response['limit'] }}" }, { response: { limit: 3 } }, { token: 4 }, undefined],
    ['go on while the page has what the answer tells', { page_size: "{{ response['limit'] }}" }, { response: { limit: 2 } }, { token: 4 }, 6],
    ['compare with the reduced size', { page_size: 8 }, {}, { token: 4, pageSize: 2 }, 6],
    ['know no size when config has none', { page_size: "{{ config['size'] }}" }, { lastPageSize: 1 }, { token: 4 }, 5],
  ])('%s', (_title, model, view, state, next) => {
    expect(strategy({ type: 'OffsetIncrement', ...model }).nextToken(page(view), state)).toBe(next);
  });

  it('have a page size before the first answer only when config tells it', () => {
    expect(strategy({ type: 'OffsetIncrement', page_size: "{{ config['size'] }}" }, { size: '50' }).pageSize()).toBe(50);
    expect(strategy({ type: 'OffsetIncrement', page_size: "{{ response['limit'] }}" }).pageSize()).toBeUndefined();
    expect(strategy({ type: 'OffsetIncrement', inject_on_first_request: true }).firstToken).toBe(0);
  });
});

describe('cursors', () => {
  const next = (model: JsonObject, view: Partial<PageView> = {}, state: PageState = { token: undefined }) =>
    strategy({ type: 'CursorPagination', ...model }).nextToken(page(view), state);

  it.each<[string, JsonObject, Partial<PageView>, JsonValue]>([
    ['the answer', { cursor_value: "{{ response['next'] }}" }, { response: { next: 'abc' } }, 'abc'],
    ['the last record', { cursor_value: "{{ last_record['id'] }}" }, { lastRecord: { id: 'r9' } }, 'r9'],
    ['a header of any case', { cursor_value: "{{ headers['X-Next'] }}" }, { headers: { 'x-next': 'n2' } }, 'n2'],
    ['a Link header', { cursor_value: "{{ headers['link']['next']['url'] }}" }, { headers: { link: '<https://a/2>; rel="next"' } }, 'https://a/2'],
    ['the page size', { cursor_value: '{{ page_size }}', page_size: 7 }, {}, 7],
    ['the number of records that a filter left', { cursor_value: '{{ last_page_size }}' }, { lastPageSize: 5, emittedCount: 3 }, 3],
    ['the slice', { cursor_value: "{{ stream_slice['day'] }}" }, { slice: new StreamSlice({ day: 'mon' }) }, 'mon'],
  ])('come from %s', (_title, model, view, expected) => {
    expect(next(model, view)).toEqual(expected);
  });

  it('end where the stop condition says so, before the cursor value is asked for', () => {
    const model = { cursor_value: "{{ response['next'] }}", stop_condition: "{{ response['more'] == false }}" };
    expect(next(model, { response: { next: 'abc', more: false } })).toBeUndefined();
    expect(next(model, { response: { next: 'abc', more: true } })).toBe('abc');
  });

  it.each([
    [{ cursor_value: '{{ page_size }}' }],
    [{ cursor_value: 'x', stop_condition: '{{ last_page_size < page_size }}' }],
  ])('refuse a template that reads a page size that is not declared', (model) => {
    expect(() => next(model)).toThrow(/declares none/);
  });

  it('are not taken in by a page that is short only because its size was reduced', () => {
    const model = { cursor_value: 'more', stop_condition: '{{ last_page_size < 8 }}', page_size: 8 };
    expect(next(model, { lastPageSize: 4 }, { token: 'a', pageSize: 4 })).toBe('more');
    expect(next(model, { lastPageSize: 3 }, { token: 'a', pageSize: 4 })).toBeUndefined();
    expect(next(model, { lastPageSize: 4 }, { token: 'a', pageSize: 8 })).toBeUndefined();
  });

  it('know whether they look at the answer', () => {
    expect(strategy({ type: 'CursorPagination', cursor_value: "{{ last_record['response'] }}" }).readsResponse).toBe(false);
    expect(strategy({ type: 'CursorPagination', cursor_value: "{{ response['next'] }}" }).readsResponse).toBe(true);
    expect(strategy({ type: 'CursorPagination', cursor_value: 'x', stop_condition: '{{ not response.next }}' }).readsResponse).toBe(true);
  });
});
