import { apiSchemas, type ApiSchemaName } from '../../src/builder/api-schemas';
import { checkRequest } from '../../src/builder/check-request';
import { Refusal } from '../../src/builder/refusal';
import type { JsonValue } from '../../src/protocol/json';

function problems(body: JsonValue | undefined, name: ApiSchemaName = 'StreamTestReadRequest'): unknown {
  try {
    checkRequest(name, body);
  } catch (error) {
    if (error instanceof Refusal && error.status === 422) return (error.detail as { type: string; loc: JsonValue[] }[]).map(({ type, loc }) => `${type} ${loc.join('.')}`);
    throw error;
  }
  return [];
}

const least = { manifest: {}, config: {}, stream_name: 's' };

describe('the check of a request', () => {
  it('fills in defaults', () => {
    expect(checkRequest('StreamTestReadRequest', { ...least, custom_components_code: null, context: null, unknown: 1 })).toEqual({
      ...least,
      state: [],
      record_limit: 100,
      page_limit: 5,
      slice_limit: 5,
      custom_components_code: null,
      context: null,
    });
  });

  it.each<[string, JsonValue | undefined, string[]]>([
    ['nothing', undefined, ['missing body']],
    ['null', null, ['model_attributes_type body']],
    ['a list', [], ['model_attributes_type body']],
    ['an empty object', {}, ['missing body.manifest', 'missing body.config', 'missing body.stream_name']],
    ['wrong types', { manifest: [], config: 'x', stream_name: null }, ['model_attributes_type body.manifest', 'model_attributes_type body.config', 'string_type body.stream_name']],
    ['a limit that is no number', { ...least, record_limit: 'x', page_limit: 1.5, slice_limit: [] }, ['int_parsing body.record_limit', 'int_from_float body.page_limit', 'int_type body.slice_limit']],
    ['a number that is larger than a double holds', { ...least, record_limit: 12345678901234567890n }, ['less_than_equal body.record_limit']],
    ['a state that is no list', { ...least, state: {} }, ['list_type body.state']],
    ['a context of wrong form', { ...least, context: { workspace_id: 1 } }, ['string_type body.context.workspace_id']],
    ['names of prototypes', JSON.parse('{"__proto__": {"manifest": {}, "config": {}, "stream_name": "s"}}') as JsonValue, ['missing body.manifest', 'missing body.config', 'missing body.stream_name']],
  ])('refuses %s', (_name, body, expected) => {
    expect(problems(body)).toEqual(expected);
  });

  it.each([
    ['record_limit', 5000],
    ['page_limit', 20],
    ['slice_limit', 20],
  ])('keeps %s from 1 to %d', (name, most) => {
    expect(problems({ ...least, [name]: 1 })).toEqual([]);
    expect(problems({ ...least, [name]: most })).toEqual([]);
    expect(problems({ ...least, [name]: 0 })).toEqual([`greater_than_equal body.${name}`]);
    expect(problems({ ...least, [name]: most + 1 })).toEqual([`less_than_equal body.${name}`]);
  });

  it('reads numbers in texts', () => {
    expect(checkRequest('FullResolveRequest', { manifest: {}, config: {}, stream_limit: ' 7 ' })).toMatchObject({ stream_limit: 7 });
  });

  it('says what it was given and what the limit is', () => {
    expect(() => checkRequest('FullResolveRequest', { manifest: {}, config: {}, stream_limit: 101 })).toThrow(
      expect.objectContaining({
        detail: [{ type: 'less_than_equal', loc: ['body', 'stream_limit'], msg: 'Input should be less than or equal to 100', input: 101, ctx: { le: 100 } }],
      }),
    );
  });

  it('knows every schema that is referred to', () => {
    const references = [...JSON.stringify(apiSchemas).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((name) => !(name in apiSchemas))).toEqual([]);
  });
});
