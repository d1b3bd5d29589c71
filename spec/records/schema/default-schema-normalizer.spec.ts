import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, stringifyJson } from '../../../src/protocol/lossless-json';
import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { DefaultSchemaNormalizer } from '../../../src/records/schema/default-schema-normalizer';

interface Case {
  schema: JsonObject;
  record: JsonObject;
  expected: JsonObject;
  warnings: string[];
}

/** What the reference CDK 7.39.1 makes of these records. */
const cases = parseJson(readFileSync(join(__dirname, 'reference-cases.json'), 'utf8')) as unknown as Case[];

function normalized(schema: JsonObject, record: JsonObject): { record: JsonObject; warnings: string[] } {
  const warnings: string[] = [];
  const copy = parseJson(stringifyJson(record)) as JsonObject;
  new DefaultSchemaNormalizer().normalize(copy, schema, (message) => warnings.push(message));
  return { record: copy, warnings };
}

describe('DefaultSchemaNormalizer', () => {
  it.each(cases.map((each) => [`${stringifyJson(each.record)} by ${stringifyJson(each.schema)}`, each] as const))('%s', (_, each) => {
    const result = normalized(each.schema, each.record);
    expect(stringifyJson(result.record)).toBe(stringifyJson(each.expected));
    expect(result.warnings).toEqual(each.warnings);
  });

  it.each<[string, JsonValue]>([
    // JSON has no such numbers; the reference sends null.
    ['nan', 'nan'],
    ['Infinity', 'Infinity'],
    ['1e999', '1e999'],
    // A float would lose the last digits.
    ['12345678901234567890', 12345678901234567890n],
  ])('does not damage %s when a number is wanted', (text, expected) => {
    expect(normalized({ properties: { v: { type: 'number' } } }, { v: text }).record).toEqual({ v: expected });
  });

  it('does not take the digits of a big integer away for being called a number', () => {
    expect(normalized({ properties: { v: { type: 'number' } } }, { v: 12345678901234567890n }).record).toEqual({ v: 12345678901234567890n });
  });

  it('leaves texts of very many digits alone', () => {
    const text = '9'.repeat(5000);
    expect(normalized({ properties: { v: { type: 'integer' } } }, { v: text }).record).toEqual({ v: text });
  });

  it('reports a place and type once, however many records and items have it', () => {
    const normalizer = new DefaultSchemaNormalizer();
    const warnings: string[] = [];
    const schema = { properties: { l: { type: 'array', items: { type: 'integer' } } } };
    for (let i = 0; i < 5; i += 1) normalizer.normalize({ l: ['a', 'b', {}] }, schema, (message) => warnings.push(message));
    expect(warnings).toEqual([
      "Failed to transform value from type 'string' to type 'integer' at path: 'l.0'",
      "Failed to transform value from type '{}' to type 'integer' at path: 'l.2'",
    ]);
  });

  it('treats boolean schemas and lists of item schemas as JSON Schema does, where the reference fails', () => {
    expect(normalized({ properties: { a: true, b: { items: [{ type: 'integer' }, true] } } }, { a: 1, b: ['1', '2', '3'] }).record).toEqual({
      a: 1,
      b: [1, '2', '3'],
    });
  });

  it('names a reference that leads nowhere', () => {
    expect(() => normalized({ properties: { v: { $ref: '#/definitions/nope' } } }, { v: 1 })).toThrow(
      expect.objectContaining({ code: 'records.unknown_schema_reference' }),
    );
    expect(() => normalized({ properties: { v: { $ref: 'http://example.com/x' } } }, { v: 1 })).toThrow(/"http:\/\/example.com\/x"/);
  });

  it('ends when a schema leads to itself', () => {
    expect(() => normalized({ definitions: { a: { $ref: '#/definitions/a' } }, properties: { v: { $ref: '#/definitions/a' } } }, { v: 1 })).toThrow(
      expect.objectContaining({ code: 'records.endless_schema' }),
    );
  });

  it('goes on with the next record after a failure', () => {
    const normalizer = new DefaultSchemaNormalizer();
    const schema = { definitions: { a: { $ref: '#/definitions/a' } }, properties: { v: { $ref: '#/definitions/a' }, n: { type: 'integer' } } };
    expect(() => normalizer.normalize({ v: 1 }, schema, () => undefined)).toThrow();
    const record: JsonObject = { n: '7' };
    normalizer.normalize(record, schema, () => undefined);
    expect(record).toEqual({ n: 7 });
  });
});
