import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createGzip, gzipSync } from 'node:zlib';
import { GzipDecoder } from '../../src/decode/compression/gzip-decoder';
import { ZipfileDecoder } from '../../src/decode/compression/zipfile-decoder';
import { CsvDecoder } from '../../src/decode/csv/csv-decoder';
import type { Decoder } from '../../src/decode/decoder';
import { JsonDecoder } from '../../src/decode/json/json-decoder';
import { JsonItemsDecoder } from '../../src/decode/json/json-items-decoder';
import { JsonlDecoder } from '../../src/decode/json/jsonl-decoder';
import { XmlDecoder } from '../../src/decode/xml/xml-decoder';
import { buildDecoder, decodeAll, transcodeAll } from './decode-harness';
import { zipOf } from './zip-of';

const context = { headers: {}, warn: () => undefined };
const envelope = { head: Buffer.from(''), tail: Buffer.from('') };

/** A body that counts what is taken from it and knows when nobody wants more. */
function watched(pieces: Iterable<Uint8Array>, failure?: Error) {
  const seen = { taken: 0, closed: false };
  const body = (async function* () {
    try {
      for (const piece of pieces) {
        seen.taken++;
        yield piece;
      }
      if (failure) throw failure;
    } finally {
      seen.closed = true;
    }
  })();
  return { body, seen };
}

const pieces = (text: string, count: number) => Array.from({ length: count }, () => Buffer.from(text));
const csv = [Buffer.from('a,b\n'), ...pieces('1,2\n'.repeat(2000), 100)];
const lines = pieces('{"a":1}\n'.repeat(1000), 100);
const list = [Buffer.from('[{"a":0}'), ...pieces(',{"a":1}'.repeat(1000), 100), Buffer.from(']')];
const items = [Buffer.from('{"x":'), ...list, Buffer.from('}')];
const xml = [Buffer.from('<r>'), ...pieces('<i><x>1</x></i>'.repeat(1000), 100), Buffer.from('</r>')];
const gzipped = () => {
  // Stored, so that the packed body is as long as the text.
  const packed = gzipSync(Buffer.concat(csv), { level: 0 });
  return Array.from({ length: 100 }, (_, index) => packed.subarray((index * packed.length) / 100, ((index + 1) * packed.length) / 100));
};

const ways: [string, Decoder, Uint8Array[]][] = [
  ['CSV', new CsvDecoder(), csv],
  ['CSV by papaparse', new CsvDecoder({ delimiter: '||' }), csv],
  ['JSON Lines', new JsonlDecoder(), lines],
  ['a JSON list', new JsonDecoder(), list],
  ['JSON items', new JsonItemsDecoder('x'), items],
  ['XML items', new XmlDecoder('r.i'), xml],
  ['gzip', new GzipDecoder(new CsvDecoder()), gzipped()],
];

describe.each(ways)('%s', (_, decoder, body) => {
  const runs: [string, (source: AsyncGenerator<Uint8Array>) => AsyncGenerator<unknown>][] = [
    ['decode', (source) => decoder.decode(source, context)],
    ...(decoder.transcode ? ([['transcode', (source) => decoder.transcode!(source, envelope, context)]] as [string, (source: AsyncGenerator<Uint8Array>) => AsyncGenerator<unknown>][]) : []),
  ];

  test.each(runs)('%s: elements come while the body arrives, and leaving early closes it', async (_way, run) => {
    const { body: source, seen } = watched(body);
    for await (const batch of run(source)) {
      expect(batch).toBeDefined();
      break;
    }
    await new Promise(setImmediate);
    expect(seen.closed).toBe(true);
    expect(seen.taken).toBeLessThan(60);
  });

  test.each(runs)('%s: a failure of the body comes through as it is', async (_way, run) => {
    const failure = new Error('connection lost');
    const { body: source, seen } = watched(body.slice(0, -1), failure);
    await expect(async () => {
      for await (const _batch of run(source));
    }).rejects.toBe(failure);
    expect(seen.closed).toBe(true);
  });

  test('batches are bounded', async () => {
    let rows = 0;
    for await (const batch of decoder.decode(watched([Buffer.concat(body)]).body, context)) rows = Math.max(rows, batch.length);
    expect(rows).toBe(200);
    if (!decoder.transcode) return;
    let bytes = 0;
    for await (const batch of decoder.transcode(watched([Buffer.concat(body)]).body, envelope, context)) bytes = Math.max(bytes, batch.lines.length);
    expect(bytes).toBeGreaterThan(200_000);
    expect(bytes).toBeLessThan(600_000);
  });
});

test('batches of RECORD lines stay what they are while the next ones are made', async () => {
  const kept: { lines: Uint8Array; copy: Buffer }[] = [];
  for await (const { lines: bytes } of new CsvDecoder().transcode!(watched(csv).body, envelope, context)) kept.push({ lines: bytes, copy: Buffer.from(bytes) });
  expect(kept.length).toBeGreaterThan(3);
  for (const { lines: bytes, copy } of kept) expect(copy.equals(bytes)).toBe(true);
});

describe('limits', () => {
  test('a JSON document beyond the limit points to the JsonItemsDecoder', async () => {
    const { error } = await decodeAll(new JsonDecoder(1000), pieces('{"a":1}', 200));
    expect(error).toEqual({ code: 'decode.document_too_large', message: expect.stringContaining('JsonItemsDecoder') });
  });

  test('a JSON list has no limit', async () => {
    expect((await decodeAll(new JsonDecoder(1000), list)).rows).toHaveLength(100_001);
  });

  test('an XML document beyond the limit points to items_path', async () => {
    const { error } = await decodeAll(new XmlDecoder(undefined, 1000), xml);
    expect(error).toEqual({ code: 'decode.document_too_large', message: expect.stringContaining('items_path') });
  });

  test('gzip stops at the size that it may have', async () => {
    const { error } = await decodeAll(new GzipDecoder(new CsvDecoder(), 100_000), [gzipSync('a\n'.repeat(1_000_000))]);
    expect(error?.code).toBe('decode.unpacked_too_large');
  });

  test('a big zip archive goes through a file that leaves nothing behind', async () => {
    const noise = randomBytes(30_000).toString('base64');
    const archive = zipOf([{ name: '1', data: `a\n${noise}\n`, deflate: true }, { name: '2', data: 'a\n2\n' }]);
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('zip-'));
    const decoder = new ZipfileDecoder(new CsvDecoder(), { inMemory: 1000, members: 10 });
    const cut = [archive.subarray(0, 600), archive.subarray(600, 5000), archive.subarray(5000)];
    expect(await decodeAll(decoder, cut)).toEqual({ rows: [{ a: noise }, { a: '2' }], warnings: [], error: undefined });
    expect((await decodeAll(decoder, cut.slice(0, 2))).error?.code).toBe('decode.zip_invalid');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('zip-'))).toEqual(before);
  });

  test('a zip archive with more files than anybody sends', async () => {
    const decoder = new ZipfileDecoder(new CsvDecoder(), { inMemory: 1000, members: 1 });
    expect((await decodeAll(decoder, [zipOf([{ name: '1', data: 'a' }, { name: '2', data: 'a' }])])).error?.code).toBe('decode.zip_bomb');
  });
});

test('a field of 8 MB in small pieces takes no quadratic time', async () => {
  const body = [Buffer.from('a\n"'), ...pieces('x'.repeat(4096), 2000), Buffer.from('"\n')];
  const { rows } = await decodeAll(new CsvDecoder(), body);
  expect((rows[0] as { a: string }).a).toHaveLength(4096 * 2000);
  expect((await transcodeAll(new CsvDecoder(), body)).rows.every((row, index) => (row as { a: string }).a === (rows[index] as { a: string }).a)).toBe(true);
});

test('gzip with back-pressure: a slow reader does not let the unpacked text pile up', async () => {
  const zip = createGzip({ level: 9 });
  const row = Buffer.from('1,2\n'.repeat(25_000));
  let produced = 0;
  const body = (async function* () {
    zip.write('a,b\n');
    for (let index = 0; index < 300; index++) {
      zip.write(row);
      await new Promise<void>((resolve) => zip.flush(() => resolve()));
      produced++;
      yield zip.read() as Buffer;
    }
  })();
  for await (const _batch of new GzipDecoder(new CsvDecoder()).transcode!(body, envelope, context)) {
    await new Promise(setImmediate);
    break;
  }
  expect(produced).toBeLessThan(300);
  zip.destroy();
});

describe('what a manifest may not say', () => {
  test.each([
    [{ encoding: 'klingon' }, 'decode.unknown_encoding', /"klingon" is not known.*utf-8/],
    [{ delimiter: '\n' }, 'decode.csv_dialect', /line break/],
    [{ quote_char: '""' }, 'decode.csv_dialect', /must be one character/],
    [{ delimiter: "'", quote_char: "'" }, 'decode.csv_dialect', /part of the delimiter/],
    [{ delimiter: '||', escape_char: '\\' }, 'decode.csv_dialect', /delimiter of one character/],
    [{ escape_char: ',' }, 'decode.csv_dialect', /part of the delimiter/],
  ])('%j', (properties, code, message) => {
    expect(() => buildDecoder({ type: 'CsvDecoder', ...properties })).toThrow(
      expect.objectContaining({ code, failureType: 'config_error', message: expect.stringMatching(message) }),
    );
  });
});
