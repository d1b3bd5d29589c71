import fc from 'fast-check';
import type { JsonValue } from '../../src/protocol/json';
import { JsonSyntaxError, parseJson, stringifyJson } from '../../src/protocol/lossless-json';

describe('parseJson', () => {
  test.each<[string, JsonValue]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['[1700000000000000,12345678901234567890]', [1700000000000000, 12345678901234567890n]],
    ['12345678901234567890.0', 12345678901234567000],
    ['12345678901234567890e0', 12345678901234567000],
    ['{"a" : 99999999999999999}', { a: 99999999999999999n }],
    ['"99999999999999999"', '99999999999999999'],
    ['[" 99999999999999999"]', [' 99999999999999999']],
    ['1e400', Infinity],
    ['[NaN,Infinity,-Infinity]', [null, null, null]],
    ['\ufeff{"a":1}', { a: 1 }],
    ['[99999999999999999,"\\u00e9\\n\\/\\"\\\\é",true,false,null,-0.5e1,{},[]]', [99999999999999999n, 'é\n/"\\é', true, false, null, -5, {}, []]],
  ])('%s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  test('names of the prototype are plain names, also beside big integers', () => {
    const value = parseJson('{"__proto__":{"polluted":99999999999999999}}') as Record<string, JsonValue>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test.each<[string, string, number]>([
    ['', 'the text ends where a value was expected', 0],
    ['{"a":1,}', 'a property name', 7],
    ['[1 2]', '"," or "]"', 3],
    ['[01]', '"," or "]"', 2],
    ['"a\nb"', 'control character', 2],
    ['"\\x"', 'unknown escape', 1],
    ['"\\u12g4"', 'without four hexadecimal digits', 1],
    ['"abc', 'ends inside a string', 4],
    ['{"a":1} x', 'unexpected text after', 8],
    ['<html>', 'a value was expected', 0],
    ['[nan]', 'a value was expected', 1],
    [`[${'['.repeat(3000)}99999999999999999`, 'nested levels', 2001],
  ])('%s is refused', (text, problem, position) => {
    let error: unknown;
    try {
      parseJson(text);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(JsonSyntaxError);
    expect(error).toMatchObject({ problem: expect.stringContaining(problem), position });
  });

  test('the error counts lines', () => {
    expect(() => parseJson('{\n  "a": 1,\n  b\n}')).toThrow('line 3, column 3 (character 14)');
  });

  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from('{"a":"é"}')],
    ['UTF-8 with a mark', Buffer.from('\ufeff{"a":"é"}')],
    ['UTF-16', Buffer.from('{"a":"é"}', 'utf16le')],
    ['UTF-16 with a mark', Buffer.from('\ufeff{"a":"é"}', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('{"a":"é"}', 'utf16le').swap16()],
    ['UTF-32', Buffer.from('{"a":"é"}'.split('').flatMap((char) => [char.charCodeAt(0), 0, 0, 0]))],
  ])('bytes in %s', (_, bytes) => {
    expect(parseJson(bytes)).toEqual({ a: 'é' });
  });

  test('bytes that are no text are refused', () => {
    expect(() => parseJson(Buffer.from('7b22ff', 'hex'))).toThrow('not valid for encoding utf-8');
  });
});

describe('stringifyJson', () => {
  test('writes what JSON.stringify writes, and every digit', () => {
    expect(stringifyJson({ b: 1, a: ['x"', null, true] })).toBe('{"b":1,"a":["x\\"",null,true]}');
    expect(stringifyJson({ a: [12345678901234567890n, { '"': -1n }], n: null, t: 'é' })).toBe('{"a":[12345678901234567890,{"\\"":-1}],"n":null,"t":"é"}');
    expect(stringifyJson(NaN)).toBe('null');
  });

  test('indents what holds a bigint as JSON.stringify would', () => {
    const value = { a: [1, [], {}], '"b': { c: 'x', d: undefined as never } };
    for (const indent of [0, 2, 4]) expect(stringifyJson([value, 7n], indent)).toBe(JSON.stringify([value, 7], null, indent));
    expect(stringifyJson({ id: 12345678901234567890n, tags: ['é'] }, 2)).toBe('{\n  "id": 12345678901234567890,\n  "tags": [\n    "é"\n  ]\n}');
    fc.assert(fc.property(fc.jsonValue(), fc.integer({ min: 0, max: 10 }), (each, indent) => expect(stringifyJson([each as JsonValue, 7n], indent)).toBe(JSON.stringify([each, 7], null, indent))));
  });

  test('what was written is read again', () => {
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, fc.constant(null), fc.boolean(), fc.integer(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }), fc.string({ unit: 'binary' }), fc.array(tie('tree')), fc.dictionary(fc.string({ unit: 'binary' }), tie('tree'), { noNullPrototype: true })),
    }));
    fc.assert(fc.property(tree, (value) => expect(parseJson(stringifyJson(value))).toEqual(value)));
  });
});
