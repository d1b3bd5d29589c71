import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/protocol/json';
import { StreamSlice } from '../../../src/slices/stream-slice';
import { build } from '../build-record-component';

interface Case {
  description: string;
  model: JsonObject;
  record: JsonObject;
  expected: JsonObject;
}

/** What the reference CDK 7.39.1 makes of these records. */
const cases = JSON.parse(readFileSync(join(__dirname, 'reference-cases.json'), 'utf8')) as Case[];
const slice = new StreamSlice({ part: 'p1' }, { start: '2024-01-01' });

function transformed(model: JsonObject, record: JsonObject): JsonObject {
  const copy = structuredClone(record);
  build('RecordTransformation', model).transform(copy, { ...slice.variables(), record: copy });
  return copy;
}

describe('transformations as in the reference', () => {
  it.each(cases.map((each) => [`${String(each.model.type)} ${each.description}`, each] as const))('%s', (_, { model, record, expected }) => {
    const result = transformed(model, record);
    expect(result).toEqual(expected);
    if (model.type !== 'KeysToLower') expect(Object.keys(result)).toEqual(Object.keys(expected));
  });
});

describe('transformations, where ours go their own way', () => {
  it('RemoveFields with a condition keeps to its pointers', () => {
    const model = { type: 'RemoveFields', field_pointers: [['a'], ['c', '*']], condition: "{{ property == '' }}" };
    expect(transformed(model, { a: '', b: '', c: { d: '', e: 'x' } })).toEqual({ b: '', c: { e: 'x' } });
  });

  it('RemoveFields names the value that the condition is about `property`', () => {
    const model = { type: 'RemoveFields', field_pointers: [['a']], condition: '{{ property > 5 }}' };
    expect(transformed(model, { a: 5 })).toEqual({ a: 5 });
    expect(transformed(model, { a: 6 })).toEqual({});
  });

  it('KeysToLower keeps the order of the fields, and the last of several names with capitals', () => {
    expect(Object.entries(transformed({ type: 'KeysToLower' }, { B: 1, AB: 2, Ab: 3, c: 4 }))).toEqual([
      ['b', 1],
      ['ab', 3],
      ['c', 4],
    ]);
  });

  it('DpathFlattenFields deletes only what it lifts', () => {
    const model = { type: 'DpathFlattenFields', field_path: ['*'], delete_origin_value: true };
    expect(transformed(model, { a: { x: 1 }, b: { y: 2 } })).toEqual({ b: { y: 2 }, x: 1 });
  });

  it('AddFields gives each record a list of its own', () => {
    const addList = build('RecordTransformation', { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['l'], value: '[1]' }] });
    const first: JsonObject = {};
    const second: JsonObject = {};
    addList.transform(first, { record: first });
    addList.transform(second, { record: second });
    (first.l as number[]).push(2);
    expect(second).toEqual({ l: [1] });
  });

  it('AddFields says which path has no room', () => {
    const model = { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['a', 'b'], value: 'x' }] };
    expect(() => transformed(model, { a: 'text' })).toThrow(
      expect.objectContaining({ code: 'records.unwritable_path', message: expect.stringMatching(/\["a","b"\].*"a" holds a text/) }),
    );
  });

  it('AddFields refuses an empty path', () => {
    expect(() => build('RecordTransformation', { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: [], value: 'x' }] })).toThrow(
      /must not be empty/,
    );
  });
});

it('names of prototypes are fields like any other', () => {
  const record = JSON.parse('{"__PROTO__":1,"Constructor":{"__proto__":2}}') as JsonObject;
  build('RecordTransformation', { type: 'KeysToLower' }).transform(record, { record });
  expect(JSON.stringify(record)).toBe('{"__proto__":1,"constructor":{"__proto__":2}}');
  build('RecordTransformation', { type: 'FlattenFields' }).transform(record, { record });
  expect(JSON.stringify(record)).toBe('{"__proto__":2}'.replace('2', '1'));
});
