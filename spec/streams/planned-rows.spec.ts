import fc from 'fast-check';
import type { DecodeContext, Decoder } from '../../src/decode/decoder';
import { errorText, isConnectorError } from '../../src/errors/connector-error';
import { MessageWriter } from '../../src/messages/message-writer';
import type { LineOutput } from '../../src/messages/stdout';
import type { SecretRegistry } from '../../src/platform/runtime';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import type { SelectionContext } from '../../src/records/record-selector';
import { StreamSlice } from '../../src/slices/stream-slice';
import { bodyOf, buildDecoder } from '../decode/decode-harness';
import { build } from '../records/build-record-component';
import { FakeClock } from '../support/fake-clock';

interface Setup {
  decoder: JsonObject;
  transformations?: JsonObject[];
  filter?: string;
  transformsFirst?: boolean;
  schema?: JsonObject;
  cursorField?: string;
  /** Client-side filtering: what the value of the cursor field must not be. */
  unwanted?: JsonValue;
}

interface Output {
  lines: string;
  filtered: number;
  /** The values of the cursor field, without repetitions. */
  notes: JsonValue[];
  warnings: string[];
  error: string | undefined;
  /** Why rows became objects; undefined when a plan was made. */
  reasons: (string | undefined)[];
}

const stream = { name: 'orders' };

/** Both ways from bytes to RECORD lines. */
async function bothWays(setup: Setup, pieces: Uint8Array[]): Promise<{ objects: Output; planned: Output }> {
  return { objects: await read(setup, pieces, false), planned: await read(setup, pieces, true) };
}

async function read({ decoder: model, transformations = [], filter, transformsFirst, schema, cursorField, unwanted }: Setup, pieces: Uint8Array[], isPlanned: boolean): Promise<Output> {
  const decoder: Decoder = buildDecoder(model);
  const selector = build('RecordSelector', {
    type: 'RecordSelector',
    extractor: { type: 'DpathExtractor', field_path: [] },
    ...(filter === undefined ? {} : { record_filter: { type: 'RecordFilter', condition: filter } }),
    ...(schema ? { schema_normalization: 'Default' } : {}),
    ...(transformsFirst === undefined ? {} : { transform_before_filtering: transformsFirst }),
  });
  const output: Output = { lines: '', filtered: 0, notes: [], warnings: [], error: undefined, reasons: [] };
  const sink: LineOutput = { write: (lines) => void (output.lines += Buffer.from(lines as string).toString('utf8')), flush: async () => undefined };
  const writer = new MessageWriter(sink, new FakeClock(), { mask: (text: string) => text } as SecretRegistry);
  const warn = (message: string) => void output.warnings.push(message);
  const note = (value: JsonValue) => void (output.notes.at(-1) !== value && output.notes.push(value));
  const context: SelectionContext = {
    slice: new StreamSlice({ region: 'eu' }, { start: '2024-01-01' }),
    transformations: transformations.map((each) => build('RecordTransformation', each)),
    schema: schema ?? {},
    warn,
    ...(unwanted === undefined ? {} : { shouldBeSynced: (record) => (record[cursorField!] ?? null) !== unwanted }),
  };
  const emit = async (elements: JsonValue[]) => {
    const { records, filtered, failure } = selector.select(await selector.extractor.extract(elements), context);
    output.filtered += filtered;
    if (cursorField !== undefined) records.forEach((record) => note(record[cursorField] ?? null));
    await writer.records(stream, records);
    if (failure !== undefined) throw failure;
  };
  const decoding: DecodeContext = { headers: {}, warn };
  try {
    if (!isPlanned) {
      for await (const elements of decoder.decode(bodyOf(pieces), decoding)) await emit(elements);
      return output;
    }
    const planner = selector.planner!({ ...context, cursorField, notesCursorField: cursorField !== undefined, tell: (reason) => void output.reasons.push(reason) });
    for await (const batch of decoder.transcodePlanned!(bodyOf(pieces), { envelope: writer.envelope(stream), planner }, decoding)) {
      if (Array.isArray(batch)) await emit(batch);
      else {
        const text = Buffer.from(batch.lines).toString('utf8');
        expect(text.split('\n').length - 1).toBe(batch.count);
        output.lines += text;
        output.filtered += batch.dropped ?? 0;
        batch.notes?.forEach(note);
        if (batch.failure !== undefined) throw batch.failure;
      }
    }
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    output.error = `${error.code}: ${errorText(error)}`;
  }
  return output;
}

/** The same lines, byte for byte, and the same error after them. */
function expectSame({ objects, planned }: { objects: Output; planned: Output }): void {
  expect(planned.error).toEqual(objects.error);
  expect(planned.lines).toBe(objects.lines);
  expect(planned.filtered).toBe(objects.filtered);
  expect(planned.notes).toEqual(objects.notes);
  // What comes after the failure is not looked at in one way, and may be in the other.
  if (!objects.error) expect([...planned.warnings].sort()).toEqual([...objects.warnings].sort());
}

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

function cut(bytes: Buffer, where: number[]): Buffer[] {
  const ends = [...new Set(where.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

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
