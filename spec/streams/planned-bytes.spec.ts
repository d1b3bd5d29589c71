import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { bothWays, cut, expectSame, type Setup } from './both-ways';

const CELLS = [
  '', 'a', 'b', 'ab', 'abc', 'B', '0', '1', '10', '9', '2024-03-11', '2024-03-12T00:00:00', 'é', 'zé', '😀', '\ud7ff', '\uffee', 'say "a"', 'a"', 'two\nlines', 'tab\t', 'back\\slash', 'n', '\u0000', '\u0001',
  't', 'ends\n', 'NA', 'None', 'Nonesuch', 'False', 'set()', "b'x'", "rb'x'", "u'", "u'x'", 'r"y"', "R'z'", 'until', 'setup(', '-', '+', '-5', '+5', '-0', '007', '00', '123456789012345', '1234567890123456', '1.10', '1.5', '-2.25', '0.5', '0.000001', '0.0000001', '1.', '.5',
  'TRUE', 'yes', 'Off', 'tru', '5.0', '12.50', '-0.0', '0.00', '00.5', '12345678901234567890', '-12345678901234567890', '1234567890.123456', '5e3', '5f3a', '0x10', '1_0', '1j', '1 ', ' 1', '1\n', '1.2.3', '12:30', '1/2', '1-2', '1-', '50%', "'quoted'", '[1]', '{}', '(1)', '# no', '\u00a01', '$5', '...', 'http://a/b', 'True', 'false', 'a text that is longer than one block', 'a text that is longer than one blocK',
];
const cell = fc.constantFrom(...CELLS);
const NAMES = ['a', 'b', 'c'];
const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csvBytes = (table: string[][]) => Buffer.from(table.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join(''), 'utf8');
const places = fc.array(fc.nat(300), { maxLength: 3 });

/** As the template language writes it. */
const literal = (text: string) => `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
const column = fc.constantFrom("record['a']", "record['b']", 'record.c', "record.get('a')", "record.get('b', 'x')");
const constant = fc.oneof({ weight: 6, arbitrary: cell.map(literal) }, { weight: 1, arbitrary: fc.constantFrom("stream_interval['start']", "stream_partition['region']", "config['none'] | default('a')", "'a' ~ 'b'", '5', 'none', 'true') });
const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=');
const number = fc.letrec<{ number: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: fc.tuple(column, fc.constantFrom('int', 'float', 'int(1)', 'float(0)')).map(([of, filter]) => `${of} | ${filter}`) },
    { weight: 1, arbitrary: fc.constantFrom('2', '0.5', '9007199254740991', '0', '100', "config['n']") },
    { weight: 3, arbitrary: fc.tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number')).map(([left, sign, right]) => `(${left}) ${sign} (${right})`) },
    { weight: 1, arbitrary: tie('number').map((inner) => `-(${inner})`) },
    { weight: 1, arbitrary: fc.tuple(tie('number'), fc.constantFrom('int', 'float', 'round', 'round(2)', 'round(1)', 'round(15)', 'round(-1)')).map(([inner, filter]) => `(${inner}) | ${filter}`) },
  ),
})).number;
const leaf = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(number, operator, number).map(([left, sign, right]) => `(${left}) ${sign} (${right})`) },
  { weight: 4, arbitrary: fc.tuple(column, operator, constant).map((parts) => parts.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(constant, operator, column).map((parts) => parts.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(column, fc.constantFrom('==', '!='), column).map((parts) => parts.join(' ')) },
  { weight: 2, arbitrary: fc.tuple(column, fc.constantFrom('in', 'not in'), fc.array(constant, { maxLength: 3 })).map(([of, operation, list]) => `${of} ${operation} [${list.join(', ')}]`) },
  { weight: 1, arbitrary: fc.tuple(constant, fc.constantFrom('in', 'not in'), column).map((parts) => parts.join(' ')) },
  { weight: 2, arbitrary: fc.tuple(column, fc.constantFrom('is none', 'is not none', 'is defined', 'is undefined', 'is string', "is eq 'a'", "is ne('b')", "is in ['a', none]")).map((parts) => parts.join(' ')) },
  { weight: 1, arbitrary: fc.tuple(column, fc.constantFrom('startswith', 'endswith'), cell.map(literal)).map(([of, method, text]) => `${of}.${method}(${text})`) },
  { weight: 1, arbitrary: fc.constantFrom("'a' in record", "'x' in record", "record['absent'] == 'a'", 'true', 'false', "config['none']") },
);
const condition = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: fc.tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition')).map(([left, word, right]) => `(${left} ${word} ${right})`) },
    { weight: 1, arbitrary: tie('condition').map((inner) => `not (${inner})`) },
    { weight: 1, arbitrary: fc.tuple(column, fc.constantFrom('and', 'or'), tie('condition')).map(([of, word, right]) => `(${of} ${word} ${right})`) },
  ),
})).condition;

async function compare(table: string[][], setup: Omit<Setup, 'decoder'>, where: number[], nulls: string[]): Promise<void> {
  const decoder: JsonObject = { type: 'CsvDecoder', set_values_to_none: nulls };
  expectSame(await bothWays({ decoder, ...setup }, cut(csvBytes([NAMES, ...table]), where)));
}

describe('what is told of rows from their bytes', () => {
  test('conditions drop the rows that the templates would drop', async () => {
    await fc.assert(
      fc.asyncProperty(rows, condition, places, fc.constantFrom<string[]>([], ['', 'NA']), (table, filter, where, nulls) => compare(table, { filter: `{{ ${filter} }}` }, where, nulls)),
      { numRuns: 500 },
    );
  });

  // Each cell in a row of its own, so that no other one makes the program ask.
  const alone = CELLS.map((text) => [text]);
  const adding = (value: string, value_type?: string): Omit<Setup, 'decoder'> => ({ transformations: [{ type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['new'], value, ...(value_type ? { value_type } : {}) }] }] });
  const VALUES = ["{{ record['a'] }}", "x{{ record['a'] }}", "{{ record['a'] ~ 'x' }}", "{{ record['a'] ~ record['a'] }}"];
  const NUMBERS = ['int', 'float', 'round(2)'].flatMap((filter) => ['@', '@ * @', '@ / 7', '@ + 9007199254740000', '-@'].map((sum) => `{{ ${sum.replaceAll('@', filter === 'round(2)' ? "(record['a'] | float / 3)" : `(record['a'] | ${filter})`)}${filter === 'round(2)' ? ' | round(2)' : ''} }}`));
  const TYPES = [undefined, 'string', 'integer', 'number', 'boolean'];
  const fieldSetups = [...VALUES, ...NUMBERS].flatMap((value) => TYPES.map((type) => [`${value} as ${type}`, adding(value, type)] as const));
  const castSetups = ['string', 'integer', 'number', 'boolean'].map((type): [string, Omit<Setup, 'decoder'>] => [`a schema with ${type}`, { schema: { type: 'object', properties: { a: { type: ['null', type] } } } }]);
  const tests = ['==', '<', '<=', '>', '>='].flatMap((sign) => CELLS.filter((_, at) => at % 3 === 0).map((text) => `record['a'] ${sign} ${literal(text)}`));
  const parts = ['a', 'n', 't', '\u00e9', 'long', '"', ''].flatMap((text) => [`${literal(text)} in record['a']`, `record['a'].startswith(${literal(text)})`, `record['a'].endswith(${literal(text)})`]);
  const sums = ['==', '<', '<='].flatMap((sign) => ['1', '1.5', '-5'].map((number) => `(record['a'] | float) ${sign} ${number}`));
  const beyondDoubles = "((record['a'] | int) * 100 + 1) - (record['a'] | int) * 100 == 1";
  const testSetups = [...tests, ...parts, ...sums, beyondDoubles].map((test) => [test, { filter: `{{ ${test} }}` }] as const);
  test('each cell by itself', async () => {
    for (const [name, setup] of [...fieldSetups, ...castSetups, ...testSetups]) {
      const both = await bothWays({ decoder: { type: 'CsvDecoder', set_values_to_none: ['NA'] }, ...setup }, [csvBytes([['a'], ...alone])]);
      expect([name, both.planned.lines]).toEqual([name, both.objects.lines]);
      expectSame(both);
    }
  });

  const part = fc.oneof({ weight: 3, arbitrary: column }, { weight: 2, arbitrary: constant });
  const value = fc.oneof(
    { weight: 3, arbitrary: column.map((of) => `{{ ${of} }}`) },
    { weight: 3, arbitrary: fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => `{{ ${parts.join(' ~ ')} }}`) },
    { weight: 2, arbitrary: fc.array(part, { minLength: 2, maxLength: 3 }).map((parts) => `{{ ${parts.join(' + ')} }}`) },
    { weight: 2, arbitrary: fc.array(fc.oneof(part.map((inner) => `{{ ${inner} }}`), fc.constantFrom('-', ' ', 'x', '1', "'", 'ü', '😀')), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')) },
    { weight: 3, arbitrary: number.map((inner) => `{{ ${inner} }}`) },
    { weight: 1, arbitrary: fc.constantFrom('fixed', '1.10', "{{ stream_interval['start'] }}", "{{ record['absent'] }}", "[1, {'A': 2}]", "{{ record['new'] ~ '!' }}") },
  );
  const field = fc.record(
    { path: fc.constantFrom<string[]>(['new'], ['other'], ['a'], ['7th', 'x'], ['c']), value, value_type: fc.constantFrom('string', 'integer', 'number', 'boolean') },
    { requiredKeys: ['path', 'value'] },
  );
  const fields = fc.array(field, { minLength: 1, maxLength: 3 }).map((all): JsonObject => ({ type: 'AddFields', fields: all.map((each) => ({ type: 'AddedFieldDefinition', ...each })) }));

  test('added fields have the values that the templates give', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fields, places, fc.constantFrom<string[]>([], ['', 'NA']), (table, add, where, nulls) => compare(table, { transformations: [add] }, where, nulls)),
      { numRuns: 600 },
    );
  });

  test('added fields among other steps', async () => {
    const others: JsonObject[] = [
      { type: 'KeysToLower' },
      { type: 'RemoveFields', field_pointers: [['a'], ['new']] },
      { type: 'RemoveFields', field_pointers: [['other']], condition: "{{ property == 'a' }}" },
      { type: 'KeysReplace', old: 'e', new: 'E' },
      { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['b'], value: "{{ 1 / (record['a'] | int) }}" }] },
    ];
    const setups = fc.record(
      {
        transformations: fc.tuple(fc.shuffledSubarray(others), fields, fc.nat(3)).map(([around, add, at]) => [...around.slice(0, at), add, ...around.slice(at)]),
        filter: condition.map((inner) => `{{ ${inner} }}`),
        transformsFirst: fc.boolean(),
        schema: fc.constant<JsonObject>({ type: 'object', properties: { a: { type: ['null', 'integer'] }, new: { type: ['null', 'string'] } } }),
        cursorField: fc.constantFrom('a', 'new', 'b'),
      },
      { requiredKeys: ['transformations'] },
    );
    await fc.assert(fc.asyncProperty(rows, setups, places, (table, setup, where) => compare(table, setup, where, [''])), { numRuns: 300 });
  });

  const types = fc.oneof(
    fc.constantFrom<JsonValue>('string', 'integer', 'number', 'boolean', 'null', 'array', 'what'),
    fc.uniqueArray(fc.constantFrom('null', 'string', 'integer', 'number', 'boolean'), { minLength: 1, maxLength: 3 }),
  );
  const property = fc.oneof({ weight: 5, arbitrary: types.map((type): JsonObject => ({ type })) }, { weight: 1, arbitrary: fc.constantFrom<JsonValue>({}, true, { $ref: '#/properties/a' }, { type: ['null', 'string'], format: 'date' }) });
  const schemas = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'new', 'absent'), property).map((properties): JsonObject => ({ type: 'object', properties }));

  test('values are cast as the schema wants', async () => {
    await fc.assert(
      fc.asyncProperty(rows, schemas, fc.option(fields, { nil: undefined }), fc.constantFrom<string[]>([], ['', 'NA']), (table, schema, add, nulls) => compare(table, { schema, transformations: add ? [add] : [] }, [], nulls)),
      { numRuns: 600 },
    );
  });

  test('conditions meet rows as the steps before have left them', async () => {
    const steps: JsonObject[] = [
      { type: 'KeysToLower' },
      { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['b'], value: "{{ 1 / (record['a'] | int) }}" }] },
      { type: 'RemoveFields', field_pointers: [['a']] },
      { type: 'KeysReplace', old: 'a', new: 'z' },
    ];
    await fc.assert(
      fc.asyncProperty(rows, condition, fc.subarray(steps), fc.boolean(), fc.constantFrom(undefined, 'a', 'b'), (table, filter, transformations, transformsFirst, cursorField) =>
        compare(table, { filter: `{{ ${filter} }}`, transformations, transformsFirst, cursorField }, [], ['']),
      ),
      { numRuns: 100 },
    );
  });

  const adds = (value: string, value_type?: string): JsonObject => ({ type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['new'], value, ...(value_type ? { value_type } : {}) }] });
  test.each<[string, Omit<Setup, 'decoder'>, number]>([
    ['==', { filter: "{{ record['a'] == 'a text' or record['b'] != 'x' and record['a'] in ['p', 'q'] }}" }, 0],
    ['order', { filter: "{{ record['b'] >= stream_interval['start'] and 'text' in record['a'] }}" }, 0],
    ['null in an ordered comparison', { filter: "{{ record['c'] > 'a' }}" }, 3],
    ['escapes', { filter: "{{ 'n' in record['d'] }}" }, 1],
    ['a filter that the program does not know', { filter: "{{ record['a'] | length > 3 }}" }, 3],
    ['text around the condition', { filter: " {{ record['a'] == 'a text' }}" }, 3],
    ['texts', { transformations: [adds("{{ record['a'] ~ '/' ~ record.b }}"), { type: 'KeysToLower' }] }, 0],
    ['a column', { transformations: [adds("{{ record['b'] }}")] }, 0],
    ['a column that is null', { transformations: [adds("{{ record['c'] }}")] }, 0],
    ['null among texts', { transformations: [adds("{{ record['a'] ~ record['c'] }}")] }, 3],
    ['what may be a literal', { transformations: [adds("({{ record['b'] }})")] }, 3],
    ['numbers', { transformations: [adds("{{ (record['b'][:4] | int) / 2 }}")] }, 3],
    ['numbers', { transformations: [adds("{{ (record['n'] | float / 7 - 1) * (record.n | int) }}")], filter: "{{ record['n'] | float > 1.5 }}" }, 0],
    ['rounded', { transformations: [adds("{{ (record['n'] | float / 7) | round(2) }}")] }, 0],
    ['a division by zero', { transformations: [adds("{{ 1 / (record['n'] | int - 2) }}")] }, 1],
    ['a constant', { transformations: [adds("{{ stream_partition['region'] }}")] }, 0],
    ['an object', { transformations: [adds("{'A': 1}")] }, 3],
    ['a field that is looked at', { transformations: [adds("{{ record['a'] }}"), adds("{{ record['new'] | length }}")] }, 3],
    ['a field that is used in a text', { transformations: [adds("{{ record['a'] }}"), { type: 'RemoveFields', field_pointers: [['a']] }], filter: "{{ record['a'] == 'a text' }}" }, 0],
    ['a schema', { schema: { type: 'object', properties: { a: { type: ['null', 'string'] }, c: { type: ['null', 'integer'] }, n: { type: 'number' } } } }, 0],
    ['a schema that does not fit', { schema: { type: 'object', properties: { a: { type: 'string' }, n: { type: 'integer' } } } }, 2],
    ['the cursor wants to know', { cursorField: 'b', filter: "{{ record['a'] != 'a text' }}" }, 2],
  ])('%s: rows are asked for', async (_, setup, asked) => {
    const table = [['a', 'b', 'c', 'd', 'n'], ['a text', '2024-03-11', '', 'd', '1.50'], ['b', '2024-03-12', '', 'two\nlines', '2.25'], ['c', '2023', '', 'e', '312']];
    const both = await bothWays({ decoder: { type: 'CsvDecoder', set_values_to_none: [''] }, ...setup }, [csvBytes(table)]);
    expectSame(both);
    expect(both.planned.asked).toBe(asked);
  });
});
