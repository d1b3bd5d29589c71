import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { bothWays, cut, expectSame, type Setup } from './both-ways';

const NAMES = ['Id', 'status', 'Date', 'Big Number', 'ü"\\', 'x', 'ID', 'amount', 'null', '7', 'a name that is longer than one block of thirty-two bytes'];
const pathName = fc.constantFrom('Id', 'id', 'status', 'x', 'new', 'amount', 'date', 'null', 'big_number', 'Neu');
const VALUES = [
  'fixed', '1.10', '[1, 2]', "{'A b': {'C d': 1}}", "{{ record['status'] }}", "{{ record.status ~ '/' ~ record.get('x', '-') }}", "{{ record['amount'] | float * 2 }}",
  "{{ 'yes' if record['Id'] == '1' else none }}", "{{ stream_slice['region'] }}", "{{ record['id'] | int }}", "{{ record['nothing'] }}", '{{ record | length }}', "{{ 'ü😀' ~ record['x'] }}",
  "{{ record['new'] }}", "{{ 'x' in record }}", "{{ config['n'] }}", "{{ record['status'] | upper }}",
];
const CONDITIONS = ['{{ value is not none }}', "{{ record['status'] == 'open' }}", "{{ path[0] == 'new' }}", "{{ record['x'] }}"];
const added = fc.record(
  { path: fc.oneof(fc.tuple(pathName), fc.tuple(pathName, fc.constantFrom('a', '1'))), value: fc.constantFrom(...VALUES), value_type: fc.constantFrom('string', 'integer') },
  { requiredKeys: ['path', 'value'] },
);
const transformation: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record(
    { type: fc.constant('AddFields'), fields: fc.array(added.map((each) => ({ type: 'AddedFieldDefinition', ...each })), { minLength: 1, maxLength: 2 }), condition: fc.constantFrom(...CONDITIONS) },
    { requiredKeys: ['type', 'fields'] },
  ),
  fc.constantFrom<JsonObject>({ type: 'KeysToLower' }, { type: 'KeysToSnakeCase' }, { type: 'KeysReplace', old: ' ', new: '_' }, { type: 'KeysReplace', old: 'a', new: "{{ record['x'] }}" }),
  fc.record(
    { type: fc.constant('RemoveFields'), field_pointers: fc.array(fc.oneof(fc.tuple(pathName), fc.tuple(pathName, fc.constant('a')), fc.constant(['s*'])), { minLength: 1, maxLength: 2 }), condition: fc.constantFrom("{{ property == '' }}", "{{ property == record['x'] }}") },
    { requiredKeys: ['type', 'field_pointers'] },
  ),
) as fc.Arbitrary<JsonObject>;
const FILTERS = ["{{ record['status'] == 'open' }}", "{{ record['status'] != 'open' and record.amount > '1' }}", "{{ record['x'] is none }}", "{{ record['Id'] in ['1', '2.50'] }}", '{{ record }}', "{{ record['id'] > 3 }}", "{{ record['null'] }}"];
const schemaOf = (type: JsonValue): JsonObject => ({ type: ['null', 'object'], properties: { Id: { type }, amount: { type: ['null', 'number'] }, status: { type: ['null', 'string'] }, new: { type: ['integer', 'null'] }, x: { type: ['null', 'boolean'] } } });
const options = fc.record(
  {
    transformations: fc.array(transformation, { maxLength: 4 }),
    filter: fc.constantFrom(...FILTERS),
    transformsFirst: fc.boolean(),
    schema: fc.constantFrom<JsonValue>('integer', ['null', 'integer'], 'string').map(schemaOf),
    cursorField: fc.constantFrom('Id', 'id', 'date', 'new', 'absent'),
    unwanted: fc.constantFrom('1', 'open', null),
  },
  { requiredKeys: ['transformations'] },
).map((setup) => (setup.cursorField === undefined ? { ...setup, unwanted: undefined } : setup));
const places = fc.array(fc.nat(500), { maxLength: 3 });

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
    expect(plans).toBeGreaterThan(120);
  });

  const doTwoThings: Omit<Setup, 'decoder'> = {
    filter: "{{ record['a'] != '7' }}",
    transformations: [{ type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['B'], value: "{{ 'é' ~ record['c'] }}" }] }, { type: 'KeysToLower' }],
    cursorField: 'a',
  };

  test.each([
    ['many rows', 'a,B,c\n' + Array.from({ length: 30_000 }, (_, row) => `${row % 9},${'x'.repeat(row % 50)},${row % 3 ? 'ü' : '"q"'}\n`).join('')],
    ['rows that are longer than a batch, among short ones', `a,B,c\n1,2,3\n"${'\t'.repeat(600_000)}",${'z'.repeat(300_000)},"${'"'.repeat(400_000)}"\n4,5,6\n`],
    ['many rows of one short cell', `a\n${'1\n'.repeat(50_000)}`],
    ['many columns', `${Array.from({ length: 30_000 }, (_, column) => `column ${column}`).join()}\n${'v,'.repeat(29_999)}\n1\n`],
  ])('%s', async (_, text) => {
    const both = await bothWays({ decoder: { type: 'CsvDecoder' }, ...doTwoThings }, cut(Buffer.from(text), [10_007, 65_536]));
    expect(both.planned.reasons).toEqual([undefined]);
    expectSame(both);
  });
});
