import fc from 'fast-check';
import { NAMES, options, places } from './any-setup';
import { bothWays, cut, expectSame, type Setup } from './both-ways';

const CELLS = ['', '1', '2.50', '-0', '1e3', '007', 'open', 'closed', 'true', 'NA', 'é', '😀 and more than sixteen bytes', 'tab\there', 'back\\slash', '\u0001\u001f', '12345678901234567890', "{'a': 1}", 'None', ' 5 '];
const csvCell = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...CELLS) }, { weight: 1, arbitrary: fc.constantFrom('say "hi"', 'two\nlines', 'a,b') });
const table = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 6 }).chain((names) =>
  fc.record({
    names: fc.constant(names),
    // One cell more or less now and then.
    rows: fc.array(fc.array(csvCell, { minLength: Math.max(1, names.length - 1), maxLength: names.length + (names.length % 2) }), { minLength: 1, maxLength: 6 }),
  }),
);
const quoted = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const csvText = (rows: string[][]) => rows.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');

describe('rows of CSV with a plan', () => {
  test('give the lines of the way over objects, whatever is done to them', async () => {
    let plans = 0;
    await fc.assert(
      fc.asyncProperty(table, options, places, fc.constantFrom<string[]>([], ['', 'NA']), async ({ names, rows }, setup, where, nulls) => {
        const decoder = { type: 'CsvDecoder', set_values_to_none: nulls };
        const both = await bothWays({ decoder, ...setup }, cut(Buffer.from(csvText([names, ...rows]), 'utf8'), where));
        expectSame(both);
        if (both.planned.reasons[0] === undefined) plans++;
      }),
      { numRuns: 600 },
    );
    // Most draws touch something that needs objects.
    expect(plans).toBeGreaterThan(60);
  });

  const doTwoThings: Omit<Setup, 'decoder'> = {
    filter: "{{ record['a'] != '7' }}",
    transformations: [{ type: 'AddFields', fields: ['B', 'd'].map((name) => ({ type: 'AddedFieldDefinition', path: [name], value: "{{ 'é' ~ record['c'] }}" })) }, { type: 'KeysToLower' }],
    cursorField: 'a',
  };

  test.each([
    ['many rows', 'a,B,c\n' + Array.from({ length: 30_000 }, (_, row) => `${row % 9},${'x'.repeat(row % 50)},${row % 3 ? 'ü' : '"q"'}\n`).join('')],
    ['rows that are longer than a batch, among short ones', `a,B,c\n1,2,3\n"${'\t'.repeat(600_000)}",${'z'.repeat(300_000)},"${'"'.repeat(400_000)}"\n4,5,6\n`],
    ['many rows of one short cell', `a\n${'1\n'.repeat(50_000)}`],
    ['dropped rows among kept ones, in many batches', `a,B,c\n${Array.from({ length: 2000 }, (_, row) => `${row % 3 ? row : 7},é,ü\n`).join('')}`],
    ['many columns', `${Array.from({ length: 30_000 }, (_, column) => `column ${column}`).join()}\n${'v,'.repeat(29_999)}\n1\n`],
  ])('%s', async (_, text) => {
    const both = await bothWays({ decoder: { type: 'CsvDecoder' }, ...doTwoThings }, cut(Buffer.from(text), [10_007, 65_536]));
    expect(both.planned.reasons).toEqual([undefined]);
    expectSame(both);
  });
});
