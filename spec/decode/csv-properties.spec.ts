import fc from 'fast-check';
import Papa from 'papaparse';
import { CsvDecoder } from '../../src/decode/csv/csv-decoder';
import { CsvSplitter } from '../../src/decode/csv/csv-splitter';
import { csvDialect } from '../../src/decode/csv/csv-dialect';
import { PapaparseSplitter } from '../../src/decode/csv/papaparse-splitter';
import { decodeAll, recordsOf, transcodeAll } from './decode-harness';

/** Cuts at the given places, taken modulo the length. */
function cut<T extends Buffer | string>(whole: T, places: number[]): T[] {
  const ends = [...new Set(places.map((place) => place % (whole.length + 1)))].sort((a, b) => a - b);
  return [...ends, whole.length].map((end, index) => whole.slice(index === 0 ? 0 : ends[index - 1], end) as T);
}

const places = fc.array(fc.nat(1000), { maxLength: 4 });
/** Everything that means something in CSV, densely. */
const nasty = fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', ' ', '\\', 'é', '😀', '\u0000', 'x'), maxLength: 60 });
const cell = fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', 'a', ' ', 'é', '😀', '1'), maxLength: 8 });

describe('CSV, whatever the bytes', () => {
  test('objects and RECORD lines are the same, wherever the body is cut', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, places, places, fc.constantFrom([], ['', 'a']), async (text, here, there, setValuesToNone) => {
        const decoder = new CsvDecoder({ setValuesToNone });
        const bytes = Buffer.from(text, 'utf8');
        const objects = await decodeAll(decoder, cut(bytes, here));
        const lines = await transcodeAll(decoder, cut(bytes, there));
        expect(lines.error).toEqual(objects.error);
        expect(lines.warnings).toEqual(objects.warnings);
        if (!objects.error) expect(lines.rows).toEqual(recordsOf(objects.rows));
      }),
      { numRuns: 500 },
    );
  });

  test('tables that papaparse wrote are read as papaparse reads them', async () => {
    const table = fc.integer({ min: 2, max: 4 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(table, places, fc.constantFrom(',', ';'), fc.constantFrom('\n', '\r\n'), async (rows, cuts, delimiter, newline) => {
        const names = rows[0]!.map((_, index) => `c${index}`);
        const text = Papa.unparse([names, ...rows], { delimiter, newline });
        const wanted = Papa.parse<Record<string, string>>(text, { delimiter, newline, header: true }).data;
        const found = await decodeAll(new CsvDecoder({ delimiter }), cut(Buffer.from(text, 'utf8'), cuts));
        expect(found).toEqual({ rows: wanted, warnings: [], error: undefined });
      }),
      { numRuns: 300 },
    );
  });

  test('both splitters agree on a dialect that both know', () => {
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 }), places, (rows, cuts) => {
        const text = Papa.unparse(rows, { newline: '\r\n' });
        const own = new CsvSplitter(csvDialect());
        const papa = new PapaparseSplitter(csvDialect());
        const pieces = cut(text, cuts);
        const read = (splitter: CsvSplitter | PapaparseSplitter) => [...pieces.flatMap((piece) => splitter.write(piece, piece.length)), ...splitter.end()];
        expect(read(papa)).toEqual(rows);
        expect(read(own)).toEqual(rows);
      }),
      { numRuns: 300 },
    );
  });
});
