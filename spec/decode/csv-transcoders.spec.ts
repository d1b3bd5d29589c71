import fc from 'fast-check';
import Papa from 'papaparse';
import type { CsvDialect } from '../../src/decode/csv/csv-dialect';
import { dictReaderNames } from '../../src/decode/csv/csv-header';
import type { CsvOptions } from '../../src/decode/csv/csv-options';
import { CsvReader } from '../../src/decode/csv/csv-reader';
import { PlainRowTranscoder } from '../../src/decode/csv/plain-row-transcoder';
import type { RowTranscoder } from '../../src/decode/csv/row-transcoder';
import { WasmRowTranscoder } from '../../src/decode/csv/wasm-row-transcoder';
import type { LineBatch } from '../../src/decode/decoder';
import { isConnectorError } from '../../src/errors/connector-error';
import { bodyOf, recordsOf } from './decode-harness';

const envelope = { head: Buffer.from('{"d":'), tail: Buffer.from(',"t":1}') };
const NAMES = ['id', 'a name that is longer than one block of thirty-two bytes', 'ü"\\'];

const optionsOf = (dialect: Partial<CsvDialect> = {}, nulls: readonly string[] = [], skipSpaceLines = false): CsvOptions => ({
  dialect: { delimiter: ',', quote: '"', escape: '', ...dialect },
  naming: dictReaderNames,
  nulls: new Set(nulls),
  skipSpaceLines,
});

interface Output {
  batches: { text: string; count: number }[];
  warnings: string[];
  error: string | undefined;
}

type Make = (options: CsvOptions, warn: (message: string) => void, names: string[], afterCR: boolean) => RowTranscoder;
const plain: Make = (options, warn, names, afterCR) =>
  new PlainRowTranscoder(dictReaderNames(names), options, envelope, { headers: {}, warn }, { bytes: 100, afterCR });
const wasm: Make = (options, warn, names, afterCR) => {
  const made = WasmRowTranscoder.create(dictReaderNames(names), options, envelope, { headers: {}, warn }, { bytes: 100, afterCR });
  if (!made) throw new Error('this machine has no WebAssembly SIMD');
  return made;
};

function run(make: Make, pieces: Buffer[], options: CsvOptions, names = NAMES, afterCR = false): Output {
  const output: Output = { batches: [], warnings: [], error: undefined };
  const take = (batches: LineBatch[]) => batches.forEach(({ lines, count }) => output.batches.push({ text: Buffer.from(lines).toString('utf8'), count }));
  try {
    const transcoder = make(options, (message) => void output.warnings.push(message), names, afterCR);
    for (const piece of pieces) take(transcoder.write(piece));
    take(transcoder.end());
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    output.error = `${error.code}: ${error.message}`;
  }
  return output;
}

/** What the object path makes of the same text: JSON texts of the records. */
async function objects(text: string, options: CsvOptions): Promise<string[]> {
  const found: string[] = [];
  const header = NAMES.map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
  const reader = new CsvReader({ ...options, naming: () => dictReaderNames(NAMES) });
  const quoted = options.dialect.quote === '"' && options.dialect.delimiter === ',' ? header : 'header';
  for await (const rows of reader.rows(bodyOf([Buffer.from(`${quoted}\n${text}`)]) as AsyncIterable<Buffer>, { headers: {}, warn: () => undefined })) {
    found.push(...rows.flatMap((row) => recordsOf([row])).map((record) => JSON.stringify(record)));
  }
  return found;
}

const dialects = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t', ' ', '|', '\\', '\u0001', 'a'),
  quote: fc.constantFrom('"', "'", '', '\\', '\u0002', 'q'),
});
const units = ['"', "'", ',', ';', '\t', '\n', '\r', 'a', 'q', ' ', '\\', 'é', '😀', '\u0000', '\u0001', '\u0002', '\u001f', '\u007f', 'twelve bytes', 'NA'];
const nasty = fc.string({ unit: fc.constantFrom(...units), maxLength: 60 });
const nullWords = fc.constantFrom([], [''], ['', 'a', ' ', 'NA', '\t', '"', '\\', 'é']);

describe('the transcoders in WebAssembly and in TypeScript', () => {
  test('write the same bytes for any dialect and text, at every cut', () => {
    fc.assert(
      fc.property(nasty, dialects, nullWords, fc.boolean(), fc.boolean(), (text, { delimiter, quote }, nulls, skipSpaceLines, afterCR) => {
        fc.pre(delimiter !== quote);
        const options = optionsOf({ delimiter, quote }, nulls, skipSpaceLines);
        const bytes = Buffer.from(text, 'utf8');
        const wanted = run(plain, [bytes], options, NAMES, afterCR);
        for (let at = 0; at <= bytes.length; at++) {
          expect(run(wasm, [bytes.subarray(0, at), bytes.subarray(at)], options, NAMES, afterCR)).toEqual(wanted);
        }
        expect(run(wasm, Array.from(bytes, (byte) => Buffer.from([byte])), options, NAMES, afterCR)).toEqual(wanted);
        expect(run(plain, Array.from(bytes, (byte) => Buffer.from([byte])), options, NAMES, afterCR)).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });

  test('write the records of the object path', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, dialects, nullWords, fc.boolean(), async (text, { delimiter, quote }, nulls, skipSpaceLines) => {
        fc.pre(delimiter !== quote && !'header'.includes(delimiter));
        const options = optionsOf({ delimiter, quote }, nulls, skipSpaceLines);
        const { batches, error } = run(wasm, [Buffer.from(text, 'utf8')], options);
        if (error) return;
        const lines = batches.flatMap((batch) => batch.text.split('\n').slice(0, -1));
        const records = lines.map((line) => JSON.stringify((JSON.parse(line) as { d: unknown }).d));
        expect(records).toEqual(await objects(text, options));
      }),
      { numRuns: 300 },
    );
  });

  test('read tables as papaparse reads them', () => {
    const cell = fc.string({ unit: fc.constantFrom('"', "'", ',', ';', '\t', '\n', 'a', ' ', 'é', '😀', '1', 'fifteen letters'), maxLength: 8 });
    const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, fc.constantFrom(',', ';', '\t'), fc.constantFrom('"', "'"), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.nat(), (rows, delimiter, quoteChar, newline, quotes, place) => {
        const text = Papa.unparse(rows, { delimiter, newline, quoteChar, escapeChar: quoteChar, quotes });
        const parsed = Papa.parse<string[]>(text, { delimiter, newline, quoteChar, escapeChar: quoteChar }).data;
        const bytes = Buffer.from(text, 'utf8');
        const at = place % (bytes.length + 1);
        for (const make of [plain, wasm]) {
          const { batches } = run(make, [bytes.subarray(0, at), bytes.subarray(at)], optionsOf({ delimiter, quote: quoteChar }));
          const found = batches.flatMap((batch) => batch.text.split('\n').slice(0, -1)).map((line) => Object.values((JSON.parse(line) as { d: object }).d));
          expect(found).toEqual(parsed);
        }
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ['many rows in one chunk: the same batches', 'x,"y\n,",é\r\n'.repeat(40_000), NAMES],
    ['a row that is longer than a batch, among short ones', `1,2,3\n${'"'.concat('\t'.repeat(600_000), '"')},${'z'.repeat(300_000)},3\n4,5,6\n`, NAMES],
    ['more columns than a batch has bytes', `${'v,'.repeat(30_000)}v\n1\n`, Array.from({ length: 30_001 }, (_, column) => `column ${column}`)],
    ['many surplus cells', `1,2,3${',x'.repeat(200_000)}\n1,2,3\n`, NAMES],
    ['an open quote after many bytes', `1,2,3\n${'1,2,3\n'.repeat(30_000)}1,"2,3\n${'4,5,6\n'.repeat(30_000)}`, NAMES],
    ['a row of spaces that is longer than a piece', `${' '.repeat(200_000)}\n1,2,3\n`, NAMES],
  ])('%s', (_, text, names) => {
    const bytes = Buffer.from(text, 'utf8');
    for (const options of [optionsOf(), optionsOf({}, ['', 'x', 'z'], true)]) {
      const wanted = run(plain, [bytes], options, names);
      expect(wanted.batches.length + (wanted.error ? 1 : 0)).toBeGreaterThan(0);
      expect(run(wasm, [bytes], options, names)).toEqual(wanted);
      const pieces = Array.from({ length: Math.ceil(bytes.length / 10_007) }, (_each, index) => bytes.subarray(index * 10_007, (index + 1) * 10_007));
      const joined = ({ batches, ...rest }: Output) => ({ ...rest, text: batches.map((batch) => batch.text).join(''), count: batches.reduce((sum, batch) => sum + batch.count, 0) });
      expect(joined(run(wasm, pieces, options, names))).toEqual(joined(wanted));
    }
  });

  test('an open quote is found by row and byte', () => {
    const { error } = run(wasm, [Buffer.from('1,2,3\n4,"'), Buffer.from('5\n6')], optionsOf());
    // 100 bytes of header, 8 of the first row and the first cell.
    expect(error).toMatch(/^decode\.unclosed_quote: .* at byte 108 in row 2 /);
  });

  test('batches keep their bytes while the next ones are made', () => {
    const transcoder = wasm(optionsOf(), () => undefined, NAMES, false);
    const chunk = Buffer.from('1,2,3\n'.repeat(20_000));
    const first = transcoder.write(chunk)[0]!;
    const copy = Buffer.from(first.lines);
    transcoder.write(chunk);
    transcoder.write(Buffer.from(`"${'x'.repeat(5_000_000)}"\n`));
    expect(copy.equals(first.lines)).toBe(true);
  });
});
