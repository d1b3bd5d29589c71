import { SchemaInference } from '../../src/builder/infer-schema';
import type { JsonObject } from '../../src/protocol/json';

function infer(records: JsonObject[], required: string[][] = []) {
  const inference = new SchemaInference(required);
  for (const record of records) inference.add(record);
  return inference.result();
}

const property = (schema: unknown) => ({ a: schema });

describe('an inferred schema', () => {
  // What the reference answers to the same records.
  it.each<[string, JsonObject[], unknown]>([
    ['an empty list', [{ a: [] }], { type: ['array', 'null'] }],
    ['whole and broken numbers', [{ a: [1, 2.5] }], { type: ['array', 'null'], items: { type: ['number', 'null'] } }],
    ['an empty object', [{ a: {} }], { type: ['object', 'null'] }],
    ['null and text', [{ a: null }, { a: 'x' }], { type: ['string', 'null'] }],
    ['object and null', [{ a: { b: 1 } }, { a: null }], { type: ['object', 'null'], properties: { b: { type: ['number', 'null'] } } }],
    ['object and text', [{ a: { b: 1 } }, { a: 's' }], { anyOf: [{ type: 'string' }, { type: 'object', properties: { b: { type: 'number' } } }] }],
    ['object, text and null', [{ a: { b: 1 } }, { a: 's' }, { a: null }], { anyOf: [{ type: ['null', 'string'] }, { type: 'object', properties: { b: { type: 'number' } } }] }],
    ['objects in a list', [{ a: [{ x: 1 }, { y: null }] }], { type: ['array', 'null'], items: { type: ['object', 'null'], properties: { x: { type: ['number', 'null'] } } } }],
    ['boolean and number', [{ a: true }, { a: 1 }], { type: ['boolean', 'number', 'null'] }],
    ['null inside an object', [{ a: { b: null } }], { type: ['object', 'null'], properties: {} }],
    ['lists in a list', [{ a: [[1]] }], { type: ['array', 'null'], items: { type: ['array', 'null'], items: { type: ['number', 'null'] } } }],
    ['an empty object, then a full one', [{ a: {} }, { a: { b: 1 } }], { type: ['object', 'null'], properties: { b: { type: ['number', 'null'] } } }],
    ['an empty list and text', [{ a: [] }, { a: 'x' }], { type: ['array', 'string', 'null'] }],
    ['a mixed list', [{ a: [1, 'x', null] }], { type: ['array', 'null'], items: { type: ['number', 'string', 'null'] } }],
    ['a mixed list with objects', [{ a: [{ x: 1 }, 's'] }], { type: ['array', 'null'], items: { anyOf: [{ type: 'string' }, { type: 'object', properties: { x: { type: 'number' } } }] } }],
    ['a large number', [{ a: 12345678901234567890n }], { type: ['number', 'null'] }],
  ])('of %s', (_name, records, expected) => {
    expect(infer(records)).toEqual({
      schema: { $schema: 'http://json-schema.org/schema#', type: 'object', properties: property(expected) },
      problems: [],
    });
  });

  it('leaves out what was only ever null', () => {
    expect(infer([{ a: null }])!.schema.properties).toEqual({});
  });

  it('has keys that are required and not null, also nested ones', () => {
    expect(infer([{ id: 1, n: { k: 'v' } }], [['id'], ['n', 'k']])!.schema).toEqual({
      $schema: 'http://json-schema.org/schema#',
      type: 'object',
      properties: { id: { type: 'number' }, n: { type: 'object', properties: { k: { type: 'string' } }, required: ['k'] } },
      required: ['id', 'n'],
    });
  });

  it('tells of a key that no record has', () => {
    const { problems, schema } = infer([{ id: null }], [['id']])!;
    expect(problems).toEqual([expect.stringContaining('"id"')]);
    expect(schema).not.toHaveProperty('required');
  });

  it('is absent without records', () => {
    expect(infer([])).toBeUndefined();
  });

  it('takes fields for fields, whatever their names', () => {
    const record = JSON.parse('{"__proto__": {"x": 1}, "constructor": "c"}') as JsonObject;
    const properties = infer([record])!.schema.properties as JsonObject;
    expect(Object.keys(properties)).toEqual(['__proto__', 'constructor']);
  });

  it('does not follow nesting without end', () => {
    let deep: JsonObject = {};
    for (let level = 0; level < 50_000; level++) deep = { d: deep };
    expect(infer([deep])).toBeDefined();
  });
});
