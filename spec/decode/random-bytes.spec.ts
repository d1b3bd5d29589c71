import fc from 'fast-check';
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { JsonObject } from '../../src/protocol/json';
import { buildDecoder, decodeAll, transcodeAll, type Outcome } from './decode-harness';
import { zipOf } from './zip-of';

const csv: JsonObject = { type: 'CsvDecoder' };
const jsonl: JsonObject = { type: 'JsonlDecoder' };
const CSV = 'id,name\n1,"a ""b"", c"\n2,é😀\n3,\n';
const JSONL = '{"id":1,"v":[1,{"a":null}]}\n{"id":2,"v":"é\\u2028"}\n{"id":12345678901234567890}\n';
const JSON_LIST = '[{"id":1,"v":[1.5e3,true]},{"id":2,"v":{"k":"\\ud83d\\ude00"}}]';
const XML = '<r a="1"><i>1</i><i b="2">x&amp;y<![CDATA[<z>]]></i></r>';

/** A decoder and a body that it can read. */
const BODIES: readonly (readonly [string, JsonObject, Buffer])[] = [
  ['CSV', csv, Buffer.from(CSV)],
  ['CSV in UTF-16', csv, Buffer.from(`\ufeff${CSV}`, 'utf16le')],
  ['JSON Lines', jsonl, Buffer.from(JSONL)],
  ['JSON', { type: 'JsonDecoder' }, Buffer.from(JSON_LIST)],
  ['XML', { type: 'XmlDecoder' }, Buffer.from(XML)],
  ['gzip', { type: 'GzipDecoder', decoder: csv }, gzipSync(CSV.repeat(3))],
  ['gzip of JSON Lines', { type: 'GzipDecoder', decoder: jsonl }, Buffer.concat([gzipSync(JSONL), gzipSync(JSONL)])],
  ['zip', { type: 'ZipfileDecoder', decoder: csv }, zipOf([{ name: 'a.csv', data: CSV, deflate: true }, { name: 'b/c.csv', data: CSV }])],
];

const cuts = fc.array(fc.nat(1_000), { maxLength: 6 });

function cutAt(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

/** What happens to a byte on its way: changed, dropped, doubled, or something wedged in. */
const damage = fc.array(fc.tuple(fc.nat(2_000), fc.constantFrom('change', 'drop', 'double', 'wedge', 'end'), fc.uint8Array({ maxLength: 8 })), { minLength: 1, maxLength: 3 });

function damaged(bytes: Buffer, all: [number, string, Uint8Array][]): Buffer {
  return all.reduce((body, [place, what, wedge]) => {
    const at = place % (body.length + 1);
    const rest = body.subarray(at);
    if (what === 'end') return body.subarray(0, at);
    if (what === 'change') return Buffer.concat([body.subarray(0, at), wedge.subarray(0, 1), rest.subarray(1)]);
    if (what === 'drop') return Buffer.concat([body.subarray(0, at), rest.subarray(1 + (wedge[0] ?? 0))]);
    if (what === 'double') return Buffer.concat([body.subarray(0, at), rest.subarray(0, 20), rest]);
    return Buffer.concat([body.subarray(0, at), wedge, rest]);
  }, bytes);
}

/** Whether a body is refused does not depend on where the network cut it, nor which rows come of one that is not. Which of two damages is met first may. */
function sameHowever(one: Outcome, other: Outcome): void {
  expect(other.error === undefined).toBe(one.error === undefined);
  if (!one.error) expect(other.rows).toEqual(one.rows);
}

describe.each(BODIES)('%s', (_name, model, body) => {
  const decoder = buildDecoder(model);

  test('damaged anywhere, is rows or an error with a code, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(damage, cuts, async (harm, places) => {
        const bytes = damaged(body, harm);
        // decodeAll throws what is no ConnectorError, transcodeAll also what is no line of JSON.
        const whole = await decodeAll(decoder, [bytes]);
        sameHowever(whole, await decodeAll(decoder, cutAt(bytes, places)));
        if (decoder.transcode) sameHowever(await transcodeAll(decoder, [bytes]), await transcodeAll(decoder, cutAt(bytes, places)));
      }),
      { numRuns: 60 },
    );
  });

  test('of random bytes is rows or an error with a code', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), cuts, async (bytes, places) => {
        const pieces = cutAt(bytes, places);
        sameHowever(await decodeAll(decoder, [bytes]), await decodeAll(decoder, pieces));
        if (decoder.transcode) await transcodeAll(decoder, pieces);
      }),
      { numRuns: 40 },
    );
  });
});

describe('what is small on the wire and large in memory', () => {
  const MEGABYTES = 300;

  it.each<[string, JsonObject, () => Buffer, string]>([
    ['a zip file of zeros', { type: 'ZipfileDecoder', decoder: csv }, () => zipWithFile(deflateRawSync(Buffer.alloc(MEGABYTES * 1_000_000)), 100), 'decode.zip_member'],
    ['a deep JSON document', { type: 'JsonDecoder' }, () => Buffer.from(`{"a":${'['.repeat(100_000)}`), 'decode.invalid_json'],
    ['a deep XML document', { type: 'XmlDecoder' }, () => Buffer.from('<a>'.repeat(100_000)), 'decode.xml_too_deep'],
    ['an XML document with own entities', { type: 'XmlDecoder' }, () => Buffer.from(`<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "${'&a;'.repeat(100)}">]><r>&b;</r>`), 'decode.xml_entities'],
    ['an XML document with a file as entity', { type: 'XmlDecoder' }, () => Buffer.from('<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><r>&f;</r>'), 'decode.xml_entities'],
  ])('%s is refused', async (_what, model, bytes, code) => {
    expect((await decodeAll(buildDecoder(model), [bytes()])).error?.code).toBe(code);
  });
});

/** An archive whose only file claims to be `claims` bytes long. */
function zipWithFile(packed: Buffer, claims: number): Buffer {
  return zipOf([{ name: 'a.csv', data: packed, method: 8, claims }]);
}
