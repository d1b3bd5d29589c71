import { formFieldsOf } from '../../../../src/builder/page/form/form-fields';
import { labelOfField, labelOfType, shortHint, titleCase } from '../../../../src/builder/page/form/labels';
import { membersOf, pairsFor, valueFrom } from '../../../../src/builder/page/form/pairs';
import { initialValue, optionFor, shapeOf } from '../../../../src/builder/page/form/shape';
import { typeOf } from '../../../../src/builder/page/form/type-of';
import { withType } from '../../../../src/builder/page/form/with-type';
import type { JsonObject } from '../../../../src/protocol/json';
import { components } from '../definitions';

const property = (type: string, name: string) => (components[type]!.properties as Record<string, JsonObject>)[name]!;

describe('the shape of a field', () => {
  it.each([
    ['HttpRequester', 'url', 'text'],
    ['HttpRequester', 'http_method', 'choice'],
    ['HttpRequester', 'authenticator', 'component'],
    ['HttpRequester', 'request_headers', 'pairs'],
    ['HttpRequester', 'read_timeout_in_seconds', 'number'],
    ['HttpRequester', 'use_cache', 'boolean'],
    ['DpathExtractor', 'field_path', 'tags'],
    ['HttpResponseFilter', 'http_codes', 'tags'],
    ['DefaultErrorHandler', 'response_filters', 'list'],
    ['AsyncRetriever', 'polling_job_timeout', 'number'],
    ['AsyncRetriever', 'polling_interval', 'object'],
    ['AsyncRetriever', 'partition_router', 'either'],
    ['RecordFilter', 'condition', 'text'],
    ['RequestBodyJsonObject', 'value', 'pairs'],
    ['InlineSchemaLoader', 'schema', 'pairs'],
    ['SelectiveAuthenticator', 'authenticators', 'members'],
    ['DatetimeBasedCursor', 'start_datetime', 'either'],
    ['RemoveFields', 'field_pointers', 'list'],
  ])('%s.%s is %s', (type, name, kind) => expect(shapeOf(property(type, name)).kind).toBe(kind));

  it('is known for every property of every component', () => {
    for (const [type, { properties }] of Object.entries(components)) {
      for (const [name, schema] of Object.entries(properties as Record<string, JsonObject>)) {
        if (name === 'type') continue;
        expect([type, name, typeof shapeOf(schema).kind]).toEqual([type, name, 'string']);
      }
    }
  });

  it('chooses the way in which a value is written', () => {
    const { anyOf } = property('ListPartitionRouter', 'values') as { anyOf: JsonObject[] };
    expect(shapeOf(anyOf[optionFor(anyOf, ['a'])]!).kind).toBe('tags');
    expect(shapeOf(anyOf[optionFor(anyOf, '{{ config.list }}')]!).kind).toBe('text');
  });
});

describe('a new component', () => {
  it('has what its definition requires', () => {
    expect(initialValue(property('DeclarativeStream', 'incremental_sync'), components, 'DatetimeBasedCursor')).toEqual({ type: 'DatetimeBasedCursor', cursor_field: '', datetime_format: '', start_datetime: '' });
    expect(initialValue(property('AsyncRetriever', 'abort_requester'), components)).toEqual({ type: 'HttpRequester' });
    expect(initialValue(property('AsyncRetriever', 'download_decoder'), components, 'GzipDecoder')).toEqual({ type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } });
  });

  it('comes to an end for definitions that require each other', () => {
    expect(JSON.stringify(initialValue({ $ref: '#/definitions/A' }, { A: { required: ['a'], properties: { a: { $ref: '#/definitions/A' } } } })).length).toBeLessThan(200);
  });

  it('keeps of the former one what both know', () => {
    const gzip = { type: 'GzipDecoder', decoder: { type: 'JsonlDecoder' } };
    expect(withType(gzip, 'ZipfileDecoder', {}, components)).toEqual({ type: 'ZipfileDecoder', decoder: { type: 'JsonlDecoder' } });
    expect(withType(gzip, 'CsvDecoder', {}, components)).toEqual({ type: 'CsvDecoder' });
  });

  it('may leave its type out where the engine knows it', () => {
    expect(typeOf({ field_path: [] }, 'RecordSelector.extractor', ['DpathExtractor', 'CustomRecordExtractor'])).toBe('DpathExtractor');
    expect(typeOf({ class_name: 'x' }, 'HttpRequester.authenticator', [])).toBe('CustomAuthenticator');
    expect(typeOf({}, '', ['A', 'B'])).toBeUndefined();
  });
});

describe('the fields of a component', () => {
  it('come first when they are required or set; old ones only when they are set', () => {
    const names = (value: JsonObject) => formFieldsOf('HttpRequester', components.HttpRequester!, value, ['url']);
    expect(names({}).first.map(({ name }) => name)).not.toContain('url_base');
    expect(names({ url_base: 'x', use_cache: true }).first.map(({ name }) => name)).toEqual(expect.arrayContaining(['url_base', 'use_cache']));
    expect(names({ odd: 1, $ref: '#/a' }).strangers).toEqual(['odd']);
    const all = names({});
    expect([...all.first, ...all.more].map(({ name }) => name)).not.toContain('url');
  });
});

describe('labels', () => {
  it('are those of the official Builder', () => {
    expect(labelOfField('AsyncRetriever', 'status_extractor', {})).toBe('Status Extractor');
    expect(labelOfField('HttpRequester', 'http_method', property('HttpRequester', 'http_method'))).toBe('HTTP Method');
    expect(['BearerAuthenticator', 'NoAuth', 'CsvDecoder', 'XmlDecoder', 'JsonlDecoder'].map((type) => labelOfType(type, components[type]))).toEqual(['Bearer Token', 'No Authentication', 'CSV', 'XML', 'JSON Lines']);
    expect(titleCase('name of the client id')).toBe('Name of the Client ID');
  });

  it('have the first sentence as hint', () => {
    expect(shortHint({ description: 'First, e.g. this. Second.' })).toBe('First, e.g. this.');
    expect(shortHint({})).toBe('');
  });
});

describe('names and values', () => {
  it('keep rows that are not complete yet, and the order in which they were typed', () => {
    const rows = pairsFor({ a: '1', b: 2 }, []);
    const typed = [...rows, { id: 9, name: '', value: '' }];
    expect(pairsFor({ a: '1', b: 2 }, typed)).toEqual(typed);
    expect(pairsFor({ b: 2, c: 'new' }, typed).map(({ name }) => name)).toEqual(['b', '', 'c']);
    expect(membersOf([...typed, { id: 10, name: 'a', value: 'twice' }])).toEqual({ a: '1', b: 2 });
  });

  it('stay of the kind that they were', () => {
    expect([valueFrom('5', 'x'), valueFrom('5', 4), valueFrom('[1]', [2]), valueFrom('x', 4)]).toEqual(['5', 5, [1], 'x']);
  });
});
