import type { JsonObject } from '../../../src/protocol/json';
import { queryPropertiesModel } from '../../../src/requests/query-properties/query-properties-model';

const query = { type: 'QueryProperties', property_list: ['a'] };

describe('the query properties of a requester', () => {
  it.each<[string, JsonObject, unknown]>([
    ['are none', { request_parameters: { a: 'b' } }, undefined],
    ['none with parameters in one text', { request_parameters: '{{ config }}' }, undefined],
    ['the value of a parameter', { request_parameters: { a: 'b', props: query } }, { parameter: 'props', model: query }],
    ['of their own', { query_properties: query }, { parameter: undefined, model: query }],
    ['an endpoint', { fetch_properties_from_endpoint: { type: 'P' } }, { parameter: undefined, model: { type: 'QueryProperties', property_list: { type: 'P' } } }],
  ])('%s', (_title, requester, expected) => {
    expect(queryPropertiesModel(requester)).toEqual(expected);
  });

  it.each<[JsonObject]>([[{ request_parameters: { a: query, b: query } }], [{ request_parameters: { a: query }, fetch_properties_from_endpoint: { type: 'P' } }]])(
    'may not be given twice',
    (requester) => {
      expect(() => queryPropertiesModel(requester)).toThrow(/once a stream/);
    },
  );

  it('ask a shared endpoint once, unless its requester says otherwise', () => {
    const listed = (requester: JsonObject) => ({ type: 'QueryProperties', property_list: { type: 'PropertiesFromEndpoint', retriever: { type: 'SimpleRetriever', requester } } });
    const cached = (requester: JsonObject) => queryPropertiesModel({ query_properties: listed(requester) })?.model;
    expect(cached({ url: 'u' })).toEqual(listed({ url: 'u', use_cache: true }));
    expect(cached({ url: 'u', use_cache: false })).toEqual(listed({ url: 'u', use_cache: false }));
  });
});
