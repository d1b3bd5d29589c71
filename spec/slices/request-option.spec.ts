import type { JsonObject } from '../../src/protocol/json';
import { mergeRequestOptions } from '../../src/slices/merge-request-options';
import type { RequestOptions } from '../../src/slices/request-options';
import { buildComponent } from '../support/fake-runtime';

const build = (model: JsonObject, config: JsonObject = {}) => buildComponent('RequestOption', { type: 'RequestOption', ...model }, { config });

test.each<[string, JsonObject, RequestOptions, string]>([
  ['a parameter', { inject_into: 'request_parameter', field_name: 'since' }, { params: { since: 'v' } }, 'request_parameter:since'],
  ['a header', { inject_into: 'header', field_name: 'X-Since' }, { headers: { 'X-Since': 'v' } }, 'header:X-Since'],
  ['a form field', { inject_into: 'body_data', field_name: 'since' }, { bodyData: { since: 'v' } }, 'body_data:since'],
  ['a JSON field', { inject_into: 'body_json', field_name: 'a.b' }, { bodyJson: { 'a.b': 'v' } }, 'body_json:a.b'],
  ['a nested JSON field', { inject_into: 'body_json', field_path: ['a', "{{ config['k'] }}"] }, { bodyJson: { a: { key: 'v' } } }, 'body_json:a.key'],
  ['a template', { inject_into: 'header', field_name: "X-{{ config['k'] }}" }, { headers: { 'X-key': 'v' } }, 'header:X-key'],
])('%s', (_what, model, expected, place) => {
  const option = build(model, { k: 'key' });
  const target: RequestOptions = {};
  option.inject(target, 'v');
  expect(target).toEqual(expected);
  expect(option.place).toBe(place);
});

test('nested options share the objects on the way', () => {
  const target: RequestOptions = {};
  build({ inject_into: 'body_json', field_path: ['filter', 'from'] }).inject(target, 1);
  build({ inject_into: 'body_json', field_path: ['filter', 'to'] }).inject(target, null);
  expect(target).toEqual({ bodyJson: { filter: { from: 1, to: null } } });
});

test('a value in the way is told, not overwritten', () => {
  const target: RequestOptions = { bodyJson: { filter: 'all' } };
  expect(() => build({ inject_into: 'body_json', field_path: ['filter', 'from'] }).inject(target, 1)).toThrow(
    expect.objectContaining({ code: 'slices.request_option_conflict', failureType: 'config_error' }),
  );
});

test('names of prototypes are plain names', () => {
  const target: RequestOptions = {};
  build({ inject_into: 'body_json', field_path: ['__proto__', 'x'] }).inject(target, 1);
  expect(JSON.stringify(target)).toBe('{"bodyJson":{"__proto__":{"x":1}}}');
  expect(({} as JsonObject).x).toBeUndefined();
});

test.each([
  ['neither name nor path', { inject_into: 'header' }],
  ['both', { inject_into: 'body_json', field_name: 'a', field_path: ['a'] }],
  ['a path outside of a JSON body', { inject_into: 'header', field_path: ['a'] }],
  ['an empty path', { inject_into: 'body_json', field_path: [] }],
])('%s is refused', (_what, model) => {
  expect(() => build(model as JsonObject)).toThrow(expect.objectContaining({ code: 'slices.invalid_request_option' }));
});

test('merging keeps both sides and prefers the second', () => {
  expect(mergeRequestOptions({ params: { a: 1, b: 1 }, headers: { h: 1 } }, { params: { b: 2 }, bodyJson: { j: 1 } })).toEqual({
    params: { a: 1, b: 2 },
    headers: { h: 1 },
    bodyJson: { j: 1 },
  });
});
