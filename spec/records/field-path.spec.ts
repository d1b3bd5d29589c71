import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { deepCopy, FieldPath, setAtPath } from '../../src/records/field-path';

const data: JsonObject = { a: { b: [{ id: 1 }, { id: 2 }], '5': 'five' }, 'x.y': 1, 'items[0]': 'literal', n: null };

describe('FieldPath', () => {
  it.each<[string[], JsonValue | undefined]>([
    [['a', 'b', '1', 'id'], 2],
    [['a', 'b', '-2', 'id'], 1],
    [['a', 'b', '2', 'id'], undefined],
    [['a', 'b', '-3', 'id'], undefined],
    [['a', 'b', 'id'], undefined],
    [['x.y'], 1],
    [['n'], null],
    [['n', 'deeper'], undefined],
    [['x.y', 'length'], undefined],
    [['a', 'b', 'length'], undefined],
    [['toString'], undefined],
    [['__proto__'], undefined],
    [['constructor', 'name'], undefined],
  ])('gets %j', (path, expected) => {
    expect(new FieldPath(path).get(data)).toEqual(expected);
  });

  it('finds a name of digits in an object, which the reference does not', () => {
    expect(new FieldPath(['a', '5']).get(data)).toBe('five');
  });

  it('takes a name with brackets literally when it is there', () => {
    expect(new FieldPath(['items[0]']).values(data)).toEqual(['literal']);
  });

  it('reads own properties that are called like those of prototypes', () => {
    const record = JSON.parse('{"__proto__":{"constructor":1}}') as JsonObject;
    expect(new FieldPath(['__proto__', 'constructor']).get(record)).toBe(1);
    expect(new FieldPath(['**', 'constructor']).values(record)).toEqual([1]);
    new FieldPath(['__proto__', 'constructor']).delete(record);
    expect(JSON.stringify(record)).toBe('{"__proto__":{}}');
  });

  it.each<[string, string, boolean]>([
    ['a*', 'abc', true],
    ['a?c', 'aXc', true],
    ['a?c', 'a😀c', true],
    ['a?c', 'ac', false],
    ['[!a]', 'b', true],
    ['[!a]', 'a', false],
    ['[]x]', ']', true],
    ['[a-c]', 'b', true],
    ['[z-a]', 'b', false],
    ['[', '[', true],
    ['a.c*', 'abc', false],
    ['(a|b)*', 'a', false],
  ])('the glob %s against the name %s: %s', (glob, name, fits) => {
    expect(new FieldPath([glob]).values({ [name]: 1 })).toEqual(fits ? [1] : []);
  });

  it('lets ** stand for no level, and lists matches of a level before those below it', () => {
    const tree = { b: 1, a: { b: 2, c: { b: 3 } }, l: [{ b: 4 }] };
    expect(new FieldPath(['**', 'b']).values(tree)).toEqual([1, 2, 3, 4]);
    expect(new FieldPath(['a', '**', 'b']).values(tree)).toEqual([2, 3]);
    expect(new FieldPath(['**', '-1', 'b']).values(tree)).toEqual([4]);
  });

  it('finds by plain names what walking by hand finds', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.array(fc.oneof(fc.constantFrom('a', 'b', '0', '-1', '__proto__'), fc.string()), { minLength: 1, maxLength: 4 }),
        (value, path) => {
          const plain = path.map((text) => text.replace(/[*?[]/g, ''));
          let byHand: unknown = value;
          for (const key of plain) {
            if (Array.isArray(byHand)) byHand = /^\s*[-+]?\d+\s*$/.test(key) ? byHand.at(Number(key)) : undefined;
            else byHand = typeof byHand === 'object' && byHand !== null && Object.hasOwn(byHand, key) ? (byHand as JsonObject)[key] : undefined;
          }
          const found = new FieldPath(plain);
          expect(found.get(value as JsonValue)).toEqual(byHand);
          expect(found.values(value as JsonValue)).toEqual(byHand === undefined ? [] : [byHand]);
        },
      ),
    );
  });
});

describe('setAtPath', () => {
  it('treats null on the way as missing, where the reference fails', () => {
    const record: JsonObject = { a: null };
    setAtPath(record, ['a', 'b'], 1);
    expect(record).toEqual({ a: { b: 1 } });
  });

  it('does not reach a prototype', () => {
    const record: JsonObject = {};
    setAtPath(record, ['__proto__', 'polluted'], true);
    expect(({} as JsonObject).polluted).toBeUndefined();
    expect(JSON.stringify(record)).toBe('{"__proto__":{"polluted":true}}');
  });

  it.each<[JsonObject, string[], RegExp]>([
    [{ a: 'text' }, ['a', 'b'], /"a" holds a text/],
    [{ a: 5 }, ['a', 'b'], /"a" holds a number/],
    [{ a: [1] }, ['a', 'b'], /"b" is no index/],
    [{ a: [] }, ['a', '-1'], /"-1" is no index/],
    [{ a: [] }, ['a', '999999999'], /too large/],
  ])('refuses %j at %j', (record, path, message) => {
    expect(() => setAtPath(record, path, 1)).toThrow(message);
  });
});

it('deepCopy shares nothing', () => {
  const original = JSON.parse('{"a":[{"b":1}],"__proto__":{"c":2}}') as JsonObject;
  const copy = deepCopy(original);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(original));
  ((copy.a as JsonObject[])[0] as JsonObject).b = 9;
  expect((original.a as JsonObject[])[0]).toEqual({ b: 1 });
});
