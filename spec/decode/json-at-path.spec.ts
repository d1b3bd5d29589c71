import fc from 'fast-check';
import type { Decoder } from '../../src/decode/decoder';
import { GzipDecoder } from '../../src/decode/compression/gzip-decoder';
import { ZipfileDecoder } from '../../src/decode/compression/zipfile-decoder';
import { JsonAtPath } from '../../src/decode/json/json-at-path';
import { JsonDecoder } from '../../src/decode/json/json-decoder';
import { isObject, type JsonObject, type JsonValue } from '../../src/protocol/json';
import { build } from '../records/build-record-component';
import { cutsOf, decodeAll, toBytes, transcodeAll } from './decode-harness';

/** What the extractor finds in the whole document, or that it is damaged. */
async function wantedOf(text: string | Buffer, path: string[]): Promise<JsonValue[] | undefined> {
  const { rows, error } = await decodeAll(new JsonDecoder(), [toBytes(text)]);
  return error ? undefined : await build('RecordExtractor', { type: 'DpathExtractor', field_path: path }).extract(rows);
}

/** Records as they are written: without null members at their top. */
const written = (records: JsonValue[]) => records.map((record) => Object.fromEntries(Object.entries(record as JsonObject).filter(([, value]) => value !== null)));

async function sameAsExtractor(decoder: Decoder, wanted: JsonValue[] | undefined, pieces: Uint8Array[]): Promise<void> {
  const objects = await decodeAll(decoder, pieces);
  const lines = await transcodeAll(decoder, pieces);
  if (!wanted) {
    expect(objects.error?.code).toMatch(/^decode\./);
    expect(lines.error?.code).toMatch(/^decode\./);
    return;
  }
  expect(objects).toEqual({ rows: wanted, warnings: [], error: undefined });
  if (wanted.every(isObject)) expect(lines).toEqual({ rows: written(wanted), warnings: [], error: undefined });
  else expect(lines.error?.code).toBe('decode.not_a_record');
}

const records = '{"n":1,"t":"]}\\"é"},{"n":null,"m":{"data":[7]}} , {}';
const CASES: [string, string | Buffer, string[]?][] = [
  ['a list', `{"next":"x","data":[${records}],"more":[{"data":[1]}]}`],
  ['a list at the end, with white space', `\n{ "data" :\r\n [ ${records} ]\t}\n `],
  ['a list below two members', `{"a":{"x":[],"data":[${records}]},"data":5}`, ['a', 'data']],
  ['an empty list', '{"data":[ ]}'],
  ['null', '{"data":null}'],
  ['a missing member', '{"Data":[1]}'],
  ['a missing member on the way', '{"b":{"data":[{"n":1}]}}', ['a', 'data']],
  ['a list on the way', '{"a":[{"data":[{"n":1}]}]}', ['a', 'data']],
  ['a text on the way', '{"a":"data"}', ['a', 'data']],
  ['one object', '{"data":{"n":1,"data":[{"n":2}]},"x":1}'],
  ['an empty object', '{"data":{}}'],
  ['a number', '{"data": 5 }'],
  ['zero', '{"data":0}'],
  ['a text', '{"data":"a,]}b"}'],
  ['items that are no objects', '{"data":[{"n":1},null,[{"n":2}],3]}'],
  ['a repeated list', '{"data":[{"n":1}],"data":[{"n":2}]}'],
  ['a list that null replaces', '{"data":[{"n":1}],"data":null}'],
  ['a repeated member on the way', '{"a":{"data":[{"n":1}]},"a":{}}', ['a', 'data']],
  ['a name with escapes', '{"d\\u0061ta":[{"n":1}]}'],
  ['a long name that is broken inside of an escape', `{"${'x'.repeat(23)}\\"y":1,"data":[{"n":1}]}`],
  ['names that objects have', '{"__proto__":{"constructor":[{"n":1}]}}', ['__proto__', 'constructor']],
  ['the empty name', '{"x":1,"":[{"n":1}]}', ['']],
  ['digits beyond 2^53', '{"data":[{"n":12345678901234567890}]}'],
  ['NaN', '{"data":[{"n":[NaN]}],"x":-Infinity}'],
  ['a list of documents', `[{"data":[${records}]},{"data":{"n":3}},{"data":null},7,"data",[{"data":[{"n":9}]}],{"data":[],"data":[{"n":4}]}]`],
  ['a text alone', '"data"'],
  ['nothing', ' \n'],
  ['a byte order mark', '\ufeff{"data":[{"n":"é"}]}'],
  ['UTF-16', Buffer.from('\ufeff{"data":[{"n":"é"}]}', 'utf16le')],
  ['a damaged item', '{"data":[{"n":1},{"n":tru}]}'],
  ['a missing item', '{"data":[{"n":1},]}'],
  ['a wrong bracket', '{"data":[{"n":1}}'],
  ['damage after the list', '{"data":[{"n":1}],}'],
  ['text after the document', '{"data":[{"n":1}]} x'],
  ['damage in one value', '{"data":{"n":tru}}'],
  ['a value that a bracket closes', '{"data":5]'],
  ['no value', '{"data":}'],
  ['a damaged document in a list', '[{"data":[{"n":1}]},{"data":[{"n":1}],}]'],
  ['a cut behind the list', '{"data":[{"n":1}]'],
  ['a cut inside of the list', '{"data":[{"n":1},'],
  ['a cut inside of one value', '{"data":{"n":1'],
  ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"data":[{"n":"'), Buffer.from([0xff]), Buffer.from('"}]}')])],
];

describe('JSON at a path', () => {
  test.each(CASES)('%s: what the extractor finds in the whole document, at every cut', async (_, text, path = ['data']) => {
    const wanted = await wantedOf(text, path);
    for (const pieces of cutsOf(toBytes(text))) await sameAsExtractor(new JsonDecoder().atPath(path)!, wanted, pieces);
  });

  test.each(CASES)('%s: the same when nothing was looked through before, but for repeated members', async (description, text, path = ['data']) => {
    const wanted = await wantedOf(text, path);
    const isRepeated = description.includes('repeated') || description.includes('replaces');
    // The look ahead is over after the first chunk: one character of the text.
    const pieces = Array.from(toBytes(text), (byte) => Buffer.from([byte]));
    await sameAsExtractor(new JsonAtPath(path, 1e6, 0), isRepeated ? undefined : wanted, pieces);
    if (isRepeated) expect((await decodeAll(new JsonAtPath(path, 1e6, 0), pieces)).error?.code).toBe('decode.repeated_member');
  });

  test('of a small document that is damaged, or deeper than is read piece by piece, the whole decides', async () => {
    const decoder = new JsonDecoder().atPath(['data'])!;
    expect(await decodeAll(decoder, [Buffer.from('{"data":[{"n":1}],}')])).toMatchObject({ rows: [], error: { code: 'decode.invalid_json' } });
    const deep = `{"x":${'['.repeat(2500)}${']'.repeat(2500)},"data":[{"n":1}]}`;
    expect(await decodeAll(decoder, [Buffer.from(deep)])).toEqual({ rows: [{ n: 1 }], warnings: [], error: undefined });
  });

  const value = fc.constantFrom('null', 'true', '0', '1.50', '"x,\\"]}"', '[]', '{}', '[1,{"a":2}]', '{"b":[{"a":1}]}', '{"n":1,"m":null}', '[{"n":1},{"a":[]}]', '[{"a":[{"n":2}]}]');
  const name = fc.constantFrom('"a"', '"b"', '"\\u0061"', '"c"');
  const space = fc.constantFrom('', '', ' ', '\n');
  const object = (inner: fc.Arbitrary<string>) =>
    fc.array(fc.tuple(space, name, space, inner, space).map(([p, key, q, text, r]) => `${p}${key}${q}:${text}${r}`), { maxLength: 4 }).map((members) => `{${members.join(',')}}`);
  const inner = fc.oneof({ weight: 2, arbitrary: value }, { weight: 1, arbitrary: object(value) }, { weight: 1, arbitrary: fc.array(object(value), { maxLength: 3 }).map((items) => `[${items.join(' ,')}]`) });
  const document = fc.oneof({ weight: 6, arbitrary: object(inner) }, { weight: 1, arbitrary: fc.array(object(inner), { maxLength: 3 }).map((items) => `[${items.join(',')}]`) });
  const damage = fc.option(fc.tuple(fc.nat(), fc.constantFrom('', ',', ']', '}', '{', '[', '"', ':', '1', '\\', ' ', '"a":1,'), fc.nat(1)), { freq: 3, nil: undefined });

  test('whatever the document, whole or damaged', async () => {
    await fc.assert(
      fc.asyncProperty(document, damage, fc.constantFrom<string[]>(['a'], ['a', 'b'], ['b', 'a', 'a']), fc.nat(), fc.constantFrom(undefined, 0, 20), async (json, wound, path, place, held) => {
        const at = wound ? wound[0] % (json.length + 1) : 0;
        const text = wound ? json.slice(0, at) + wound[1] + json.slice(at + wound[2]) : json;
        const bytes = toBytes(text);
        const cut = place % (bytes.length + 1);
        const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
        const wanted = await wantedOf(text, path);
        const decoder = new JsonAtPath(path, 1e6, held);
        if (held !== undefined && (await decodeAll(decoder, pieces)).error?.code === 'decode.repeated_member') return;
        await sameAsExtractor(decoder, wanted, pieces);
      }),
      { numRuns: 500 },
    );
  });

  test('bytes of the items go through as they are', async () => {
    const envelope = { head: Buffer.from('<'), tail: Buffer.from('>') };
    const text = '{"data":[{"n": 1.0},{"n":1e2 , "t":"\\u00e9"}]}';
    let lines = '';
    const body = (async function* () { yield Buffer.from(text); })();
    for await (const batch of new JsonDecoder().atPath(['data'])!.transcode!(body, envelope, { headers: {}, warn: () => undefined })) lines += Buffer.from(batch.lines).toString();
    expect(lines).toBe('<{"n": 1.0}>\n<{"n":1e2 , "t":"\\u00e9"}>\n');
  });

  test('items go out while the document arrives', async () => {
    const item = `{"t":"${'x'.repeat(1000)}"}`;
    let sent = 0;
    async function* endless() {
      yield Buffer.from(`{"data":[${item}`);
      for (;;) {
        sent += 1;
        yield Buffer.from(`,${item}`.repeat(64));
      }
    }
    for await (const batch of new JsonDecoder().atPath(['data'])!.decode(endless(), { headers: {}, warn: () => undefined })) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    expect(sent).toBeLessThan(64);
  });

  test('one value that is too large is an error, not a full memory', async () => {
    const piece = Buffer.from('"x",'.repeat(100));
    const pieces = [Buffer.from('{"data":{"a":['), ...Array.from({ length: 10 }, () => piece)];
    const { error } = await decodeAll(new JsonAtPath(['data'], 1000, 0), pieces);
    expect(error).toMatchObject({ code: 'decode.document_too_large', message: expect.stringContaining('A value at ["data"]') });
  });

  test.each([[[]], [['data', '0']], [['-1']]])('does not know the path %j', (path: string[]) => {
    expect(new JsonDecoder().atPath(path)).toBeUndefined();
  });

  test('packed bodies, too', () => {
    expect(new GzipDecoder(new JsonDecoder()).atPath(['data'])?.transcode).toBeDefined();
    expect(new ZipfileDecoder(new JsonDecoder()).atPath(['data'])?.transcode).toBeDefined();
    expect(new GzipDecoder(new JsonDecoder()).atPath(['0'])).toBeUndefined();
  });
});
