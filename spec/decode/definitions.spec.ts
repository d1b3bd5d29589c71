import { decodeDefinitions } from '../../src/decode/definitions';
import { buildDecoder } from './decode-harness';

test('every decoder of the reference is offered', () => {
  expect(decodeDefinitions.map(({ type }) => type).sort()).toEqual([
    'CsvDecoder', 'GzipDecoder', 'IterableDecoder', 'JsonDecoder', 'JsonItemsDecoder', 'JsonlDecoder', 'XmlDecoder', 'ZipfileDecoder',
  ]);
});

const examples = decodeDefinitions.flatMap(({ examples: models }) => models);

test.each(examples.map((model) => [JSON.stringify(model), model] as const))('the example %s builds', (_, model) => {
  expect(buildDecoder(model)).toHaveProperty('decode');
});

test('transcoding is offered exactly where the bytes can be read without objects', () => {
  const offers = (model: object) => buildDecoder(model as never).transcode !== undefined;
  expect(offers({ type: 'CsvDecoder', delimiter: ';' })).toBe(true);
  expect(offers({ type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } })).toBe(true);
  expect(offers({ type: 'CsvDecoder', escape_char: '\\' })).toBe(false);
  expect(offers({ type: 'CsvDecoder', delimiter: '§' })).toBe(false);
  expect(offers({ type: 'ZipfileDecoder', decoder: { type: 'CsvDecoder', delimiter: '||' } })).toBe(false);
  expect(offers({ type: 'XmlDecoder' })).toBe(false);
});
