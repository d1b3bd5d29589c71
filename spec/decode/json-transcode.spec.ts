import fc from 'fast-check';
import { JsonDecoder } from '../../src/decode/json/json-decoder';
import { JsonlDecoder } from '../../src/decode/json/jsonl-decoder';
import { WasmRecordWriter } from '../../src/decode/json/wasm-record-writer';
import { bodyOf, decodeAll, recordsOf, transcodeAll } from './decode-harness';

const envelope = { head: Buffer.from('{"d":'), tail: Buffer.from(',"t":1}') };
const context = { headers: {}, warn: () => undefined };

/** Texts of values, right and wrong, small and beyond what is read 16 bytes at a time. */
const values = [
  'null', 'true', 'false', '0', '-0.5', '1.50', '12345678901234567890', '1e5', '-1.5E+10', '""', '"x"', '"é😀"', '"\\u00e9\\ud800"', '"a \\"quoted\\" text, longer than a block"', '[]', '{}',
  '[1,[null,{"a":null}],"]"]', '{"n":null,"a":{"b":[{}]}}', '[[[[1]]]]', '"{"', '"\\\\"', '"/\\/\\b\\f\\n\\r\\t"', '" \u007f\u2028"',
];
const damaged = ['nul', 'nulll', 'True', '01', '1.', '.5', '-', '1e', '+1', '"', '"\\x"', '"\\u12g4"', '"\t"', '[1,]', '{"a"}', '{"a":1,}', '[', '}', "'x'", 'NaN', '"a" "b"', ''];
const names = ['"a"', '"b"', '"a name longer than sixteen bytes"', '"\\u0061"', '""', '"__proto__"', '"10"'];
const space = fc.constantFrom('', '', '', ' ', '  ', '\t', ' \t ');

const member = (value: fc.Arbitrary<string>, gap: fc.Arbitrary<string>) =>
  fc.tuple(gap, fc.constantFrom(...names), gap, gap, value, gap).map(([a, name, b, c, text, d]) => `${a}${name}${b}:${c}${text}${d}`);
const object = (value: fc.Arbitrary<string>, gap: fc.Arbitrary<string>) => fc.array(member(value, gap), { maxLength: 6 }).map((members) => `{${members.join(',')}}`);
const anyValue = fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: fc.constantFrom(...damaged) });

function cut(text: string, place: number): Buffer[] {
  const bytes = Buffer.from(text, 'utf8');
  const at = place % (bytes.length + 1);
  return [bytes.subarray(0, at), bytes.subarray(at)];
}

async function sameAsObjects(decoder: JsonDecoder | JsonlDecoder, text: string, place: number): Promise<void> {
  const objects = await decodeAll(decoder, cut(text, place));
  for (const pieces of [[Buffer.from(text, 'utf8')], cut(text, place)]) {
    const lines = await transcodeAll(decoder, pieces);
    // Values that are no objects are elements, but no records.
    if (lines.error?.code === 'decode.not_a_record') continue;
    // Of two damages in one chunk of a list, the object path finds a wrong bracket first, this way the earlier one.
    if (decoder instanceof JsonlDecoder) expect(lines.error).toEqual(objects.error);
    else expect(lines.error !== undefined).toBe(objects.error !== undefined);
    if (!objects.error) expect(lines.rows).toEqual(recordsOf(objects.rows));
  }
}

describe('JSON to RECORD lines', () => {
  test('lines: the records and the errors of the object path', async () => {
    const line = fc.oneof({ weight: 10, arbitrary: object(anyValue, space) }, { weight: 1, arbitrary: anyValue }, { weight: 1, arbitrary: fc.constant('  ') });
    const body = fc.array(fc.tuple(space, line, space, fc.constantFrom('\n', '\n', '\r\n', '\n\n', '\r', '')).map((parts) => parts.join('')), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(body, fc.nat(), async (lines, place) => sameAsObjects(new JsonlDecoder(), lines.join(''), place)),
      { numRuns: 200 },
    );
  });

  test('elements of a list: the records and the errors of the object path', async () => {
    const gap = fc.oneof({ weight: 8, arbitrary: space }, { weight: 1, arbitrary: fc.constantFrom('\n', '\r\n  ') });
    const element = fc.oneof({ weight: 10, arbitrary: object(anyValue, gap) }, { weight: 1, arbitrary: anyValue });
    const body = fc.tuple(fc.array(fc.tuple(gap, element, gap).map((parts) => parts.join('')), { maxLength: 6 }), fc.constantFrom(']', ']', ']', '] ', ',]', '', '}', ']]'));
    await fc.assert(
      fc.asyncProperty(body, fc.nat(), async ([elements, end], place) => {
        const text = `[${elements.join(',')}${end}`;
        await sameAsObjects(new JsonDecoder(), text, place);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['more levels than are read at once', `{"a":${'['.repeat(100)}1${']'.repeat(100)}}`],
    ['more members than are kept in mind', `{${Array.from({ length: 5000 }, (_, each) => `"m${each}":${each % 7 ? each : 'null'}`).join(',')}}`],
    ['a record that is longer than a batch', `{"a":"${'x'.repeat(700_000)}","n":null}`],
    ['a record that just does not fit behind others', `{"a":"${'x'.repeat(300_000)}"}`],
  ])('%s', async (_, record) => {
    const records = ['{"first":1}', record, '{"null":null,"last":2}', record, '{"end":3}'];
    await sameAsObjects(new JsonlDecoder(), `${records.join('\n')}\n`, 1000);
    await sameAsObjects(new JsonDecoder(), `[${records.join(',\n')}]`, 1000);
  });

  test('the bytes of a record go through; line breaks and null members do not', async () => {
    const text = '[{"a": 1.0, "b":"\\u00e9"} , {"n":null,"a": [ 1 ] , "m":null},\n{\n  "a": "x  y",\r\n  "b": null, "c": [1, 2]\n}\n,{"n":null}]';
    let lines = '';
    for await (const batch of new JsonDecoder().transcode(bodyOf([Buffer.from(text)]), envelope, context)) lines += Buffer.from(batch.lines).toString('utf8');
    expect(lines.split('\n')).toEqual([
      '{"d":{"a": 1.0, "b":"\\u00e9"},"t":1}',
      '{"d":{"a": [ 1 ]},"t":1}',
      '{"d":{"a":"x  y","c":[1,2]},"t":1}',
      '{"d":{},"t":1}',
      '',
    ]);
  });

  test('simple records are read in WebAssembly, up to the first one that is not', () => {
    const writer = WasmRecordWriter.create(envelope)!;
    const lines = '{"a":1}\n\n {"b":null,"a":2} \r\n{}\n{"a":3}\n';
    writer.load(Buffer.from(lines));
    expect(writer.readLines(0)).toEqual({ to: lines.indexOf('{}'), lines: 3 });
    const items = ' {"a":1} ,{"a":2},{"a":3}]';
    writer.load(Buffer.from(items));
    expect(writer.readItems(0)).toBe(items.indexOf('{"a":3}'));
    expect(writer.takeAll().map(({ count }) => count)).toEqual([4]);
  });

  test('a line number is right after lines that were read in WebAssembly', async () => {
    const { error } = await transcodeAll(new JsonlDecoder(), [Buffer.from('{"a":1}\n\n{"a":2}\r\n{"a"'), Buffer.from(':3}\n{"a":4}\n{"a":}\n')]);
    expect(error?.message).toMatch(/line 6\b/);
  });
});
