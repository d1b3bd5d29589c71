import { compileSchema } from '../../src/manifest/validate';
import type { JsonObject, JsonValue } from '../../src/protocol/json';

const person: JsonObject = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    age: { type: ['integer', 'null'] },
    role: { enum: ['admin', 'user'] },
    pets: { type: 'array', items: { type: 'object', required: ['kind'], properties: { kind: { const: 'cat' } } } },
    start: { type: 'string', format: 'date-time', pattern: '^\\d{4}' },
  },
};

describe('compileSchema', () => {
  it.each<[string, JsonValue, string, string]>([
    ['a missing property', {}, '', "'name' is a required property"],
    ['a misspelt property', { nmae: 'a' }, '', `'name' is a required property; "nmae" is unknown here. Did you mean "name"?`],
    ['a missing property beside a known one of a like name', { rolle: 'a', age: 5 }, '', "'name' is a required property"],
    ['a wrong type', { name: 5 }, 'name', "5 is not of type 'string'"],
    ['one of several types', { name: 'a', age: 'x' }, 'age', `"x" is not of type 'integer', 'null'`],
    ['an unknown choice', { name: 'a', role: 'boss' }, 'role', '"boss" is not one of ["admin","user"]'],
    ['a deep one before a shallow one', { name: 5, pets: [{ kind: 'cat' }, { kind: 'dog' }] }, 'pets[1].kind', '"dog" was expected to be "cat"'],
  ])('finds %s', (_name, value, path, message) => {
    expect(compileSchema(person).check(value)).toEqual({ path, message });
  });

  it('accepts what fits', () => {
    expect(compileSchema(person).check({ name: 'a', age: null, start: '2024-01-01T00:00:00Z' })).toBeUndefined();
  });

  it('names the components that can stand where an unknown one does', () => {
    const union: JsonObject = {
      type: 'object',
      required: ['type'],
      discriminator: { propertyName: 'type' },
      oneOf: [{ $ref: '#/definitions/A' }, { $ref: '#/definitions/B' }],
      definitions: {
        A: { type: 'object', properties: { type: { const: 'A' } }, required: ['type'] },
        B: { type: 'object', properties: { type: { const: 'B' } }, required: ['type', 'size'] },
      },
    };
    const validator = compileSchema(union, { discriminator: true });
    expect(validator.check({ type: 'C' })?.message).toBe('"C" is not a component that can stand here; expected one of: A, B');
    expect(validator.check({ type: 'B' })?.message).toBe("'size' is a required property");
    expect(validator.check({})?.message).toContain("'type'");
  });
});
