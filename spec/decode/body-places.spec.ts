import { gzipSync } from 'node:zlib';
import { BodyPlaces, type BodyPlace } from '../../src/decode/body-places';
import { GzipDecoder } from '../../src/decode/compression/gzip-decoder';
import { CsvDecoder } from '../../src/decode/csv/csv-decoder';
import type { Decoder } from '../../src/decode/decoder';
import { JsonDecoder } from '../../src/decode/json/json-decoder';
import { JsonlDecoder } from '../../src/decode/json/jsonl-decoder';
import { ResponseToFileDecoder } from '../../src/decode/response-to-file-decoder';
import type { RowPlanner } from '../../src/decode/row-plan';
import type { JsonValue } from '../../src/protocol/json';

let mockHasWasm = true;
jest.mock('../../src/decode/wasm/with-wasm', () => {
  const { withWasm, giveBack } = jest.requireActual<typeof import('../../src/decode/wasm/with-wasm')>('../../src/decode/wasm/with-wasm');
  return { withWasm: (...args: Parameters<typeof withWasm>) => (mockHasWasm ? withWasm(...args) : undefined), giveBack };
});

const ROWS = 9_000;
const CELLS = ['plain', '"comma, inside"', '"a ""quote"""', '"two\r\nlines"', 'Žluťoučký 馬 🐎', '', 'x'.repeat(60)];
const csv = (lineBreak: string) =>
  `id,"the\nname",note${lineBreak}${Array.from({ length: ROWS }, (_, row) => `${row},${CELLS[row % CELLS.length]},${row % 50 ? 'note' : ''}${row % 97 ? '' : lineBreak}${lineBreak}`).join('')}`;
const jsonl = (oddEvery: number) => Array.from({ length: ROWS }, (_, row) => `{"id":${row},"name":"Žluťoučký ${row}"${row % oddEvery ? '' : ',"none":null,"deep":[{"a":[1,2]}]'}}${row % 97 ? '' : '\n'}\n`).join('');
const envelope = { head: Buffer.from(' '.repeat(40)), tail: Buffer.from('') };

async function* inChunks(body: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += size) yield body.subarray(at, at + size);
}

interface Read {
  rows: JsonValue[];
  /** The places that were told, with the number of rows before each. */
  places: { place: BodyPlace; rows: number }[];
}

async function readObjects(decoder: Decoder, body: Uint8Array, chunk: number): Promise<Read> {
  const read: Read = { rows: [], places: [] };
  for await (const batch of decoder.decode(inChunks(body, chunk), { headers: {}, warn: () => undefined, places: new BodyPlaces() })) {
    read.rows.push(...batch);
    if (batch.place) read.places.push({ place: batch.place, rows: read.rows.length });
  }
  return read;
}

async function readLines(decoder: Decoder, body: Uint8Array, chunk: number): Promise<Read> {
  const read: Read = { rows: [], places: [] };
  for await (const batch of decoder.transcode!(inChunks(body, chunk), envelope, { headers: {}, warn: () => undefined, places: new BodyPlaces() })) {
    const lines = Buffer.from(batch.lines).toString().split('\n').slice(0, -1);
    if (lines.length !== batch.count) throw new Error(`${batch.count} lines were announced, ${lines.length} came`);
    for (const line of lines) read.rows.push(JSON.parse(line) as JsonValue);
    if (batch.place) read.places.push({ place: batch.place, rows: read.rows.length });
  }
  return read;
}

const isWanted = ([id]: readonly JsonValue[]) => Number(id) % 3 !== 0;

/** Without every third row. */
const planner: RowPlanner = {
  plan: (names) => ({
    members: [...names.map((name, column) => ({ from: 'column' as const, name, column })), { from: 'surplus', name: 'null' }],
    reads: [0],
    evaluate: isWanted,
    byteSteps: [],
    takenForTexts: [],
    finish: { reads: [0], evaluate: isWanted },
    takeNotes: () => [],
  }),
  refuse: () => undefined,
};

async function readPlanned(decoder: Decoder, body: Uint8Array, chunk: number): Promise<Read> {
  const read: Read = { rows: [], places: [] };
  for await (const batch of decoder.transcodePlanned!(inChunks(body, chunk), { envelope, planner }, { headers: {}, warn: () => undefined, places: new BodyPlaces() })) {
    if (Array.isArray(batch)) throw new Error('There is a plan');
    for (const line of Buffer.from(batch.lines).toString().split('\n').slice(0, -1)) read.rows.push(JSON.parse(line) as JsonValue);
    if (batch.place) read.places.push({ place: batch.place, rows: read.rows.length });
  }
  return read;
}

/** The body from a place on. */
const from = (body: Uint8Array, { bytes, head }: BodyPlace) => Buffer.concat([body.subarray(0, head), body.subarray(bytes)]);

const BODIES: [string, Decoder, Buffer][] = [
  ['CSV', new CsvDecoder(), Buffer.from(csv('\n'))],
  ['CSV with \\r\\n and a byte order mark', new CsvDecoder(), Buffer.from(`\ufeff${csv('\r\n')}`)],
  ['CSV with \\r', new CsvDecoder({ setValuesToNone: ['', 'plain'] }), Buffer.from(csv('\r'))],
  ['ResponseToFileExtractor', new ResponseToFileDecoder(), Buffer.from(csv('\n'))],
  ['JSON Lines', new JsonlDecoder(), Buffer.from(jsonl(1000))],
  ['JSON Lines with records that need more than copying', new JsonlDecoder(), Buffer.from(`\ufeff${jsonl(2)}`)],
  ['a GzipDecoder over a body that is not packed', new GzipDecoder(new CsvDecoder()), Buffer.from(csv('\n'))],
];

describe.each([
  ['with WebAssembly', true],
  ['without', false],
])('places %s', (_what, hasWasm) => {
  beforeAll(() => void (mockHasWasm = hasWasm));
  afterAll(() => void (mockHasWasm = true));

  it.each(BODIES)('lead into the middle of %s', async (_name, decoder, body) => {
    const reads = [readObjects, readLines, ...(hasWasm && decoder.transcodePlanned ? [readPlanned] : [])];
    for (const read of reads) {
      for (const chunk of [10_007, body.length]) {
        const whole = await read(decoder, body, chunk);
        expect(whole.rows).toHaveLength(read === readPlanned ? (ROWS / 3) * 2 : ROWS);
        if (chunk < body.length || read !== readObjects) expect(whole.places.length).toBeGreaterThanOrEqual(2);
        for (const { place, rows } of [whole.places[0], whole.places[1], whole.places.at(-1)].filter((each) => each !== undefined)) {
          const rest = await read(decoder, from(body, place), chunk);
          // As texts: comparing thousands of objects takes seconds.
          expect(JSON.stringify(rest.rows) === JSON.stringify(whole.rows.slice(rows))).toBe(true);
        }
      }
    }
  });
});

it.each<[string, Decoder, Buffer]>([
  ['packed bodies', new GzipDecoder(new CsvDecoder()), gzipSync(csv('\n'))],
  ['packed bodies of a ResponseToFileExtractor', new ResponseToFileDecoder(), gzipSync(csv('\n'))],
  ['other encodings', new CsvDecoder({ encoding: 'utf-16' }), Buffer.from(`\ufeff${csv('\n')}`, 'utf16le')],
  ['texts that lost bytes', new ResponseToFileDecoder(), Buffer.from(`\0${csv('\n')}`)],
  ['JSON documents', new JsonDecoder(), Buffer.from(`[${jsonl(1000).trim().replace(/\n+/g, ',')}]`)],
])('no place leads into %s', async (_what, decoder, body) => {
  for (const read of [readObjects, readLines]) {
    const { rows, places } = await read(decoder, body, 64 * 1024);
    expect([rows.length, places]).toEqual([ROWS, []]);
  }
});

it('nobody is told who did not ask', async () => {
  for await (const batch of new CsvDecoder().transcode!(inChunks(Buffer.from(csv('\n')), 64 * 1024), envelope, { headers: {}, warn: () => undefined })) expect(batch).not.toHaveProperty('place');
});
