import fc from 'fast-check';
import { NAMES, options, places } from './any-setup';
import { bothWays, cut, expectSameRecords, type Setup } from './both-ways';

const JSON_NAMES = [...NAMES.filter((name) => name !== '7').map((name) => JSON.stringify(name)), '"exactly 16 bytes"'];
const ODD_NAMES = ['"7"', '"__proto__"', '"\\u0078"'];
const JSON_VALUES = [
  'null', 'null', '1', '2.50', '-0', '1e3', '1.0', '"open"', '"open"', '"closed"', '"1"', '""', '"\\u00e9\\n"', '"😀 and more than sixteen bytes"', '"12345678901234567890"',
  'true', 'false', '12345678901234567890', '[]', '{}', '{"a":{"b":null},"A":1.0}', '[1,{"x":null},"]"]', '"{\\"x\\":1}"',
];
const ODD_RECORDS = ['{}', '[]', '""', '5', '[{"Id":1},{"x":null}]', '{"x":1,"x":2}', '{"\\u0078":1,"x":null}', '{"a":NaN}', '{"status":"open","deep":[[[[1]]]]}'];
const gap = fc.constantFrom('', '', '', '', ' ', '\t');
const anyName = fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...JSON_NAMES) }, { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) });
const shape = fc.uniqueArray(anyName, { minLength: 1, maxLength: 6 });
const jsonRows = fc.array(shape, { minLength: 1, maxLength: 3 }).chain((shapes) =>
  fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc
          .record({ names: fc.constantFrom(...shapes), values: fc.array(fc.constantFrom(...JSON_VALUES), { minLength: 6, maxLength: 6 }), left: fc.nat(30), space: gap, inside: gap })
          .map(({ names, values, left, space, inside }) => `{${names.map((name, at) => `${space}${name}:${inside}${values[at]}`).filter((_, at) => at !== left).join(`${inside},`)}${space}}`),
      },
      { weight: 1, arbitrary: fc.constantFrom(...ODD_RECORDS) },
    ),
    { minLength: 1, maxLength: 10 },
  ),
);
const BODIES: readonly [string, Pick<Setup, 'decoder' | 'path'>, (rows: string[]) => string][] = [
  ['JSON Lines', { decoder: { type: 'JsonlDecoder' } }, (rows) => `${rows.join('\r\n')}\n`],
  ['a list', { decoder: { type: 'JsonDecoder' } }, (rows) => `[${rows.join(' ,\n')}]`],
  ['a list at a path', { decoder: { type: 'JsonDecoder' }, path: ['data', 'rows'] }, (rows) => `{"n":[1],"data":{"x":{},"rows":[${rows.join()}\n],"y":[{}]}}`],
  ['items', { decoder: { type: 'JsonItemsDecoder', items_path: 'data' } }, (rows) => `{"data":[${rows.join()}]}`],
];

describe.each(BODIES)('records of JSON with plans: %s', (_, body, textOf) => {
  test('give the records of the way over objects, whatever is done to them', async () => {
    let plans = 0;
    await fc.assert(
      fc.asyncProperty(jsonRows, options, places, async (rows, setup, where) => {
        const both = await bothWays({ ...body, ...setup }, cut(Buffer.from(textOf(rows), 'utf8'), where));
        expectSameRecords(both);
        plans += both.planned.reasons.filter((reason) => reason === undefined).length;
      }),
      { numRuns: 200 },
    );
    expect(plans).toBeGreaterThan(25);
  });
});

/** What a CSV cell would never be, beside what it would be. */
const EVERY_VALUE = [...JSON_VALUES, '5', '"5"', '"\\u0035"', '"\\u006fpen"', '"a\\"b"', '5.0', '[5]', '"6"', '"op"'].map((value, id) => `{"id":${id},"a":${value},"b":"x"}`);

test.each([
  "{{ record['a'] == 'open' }}", "{{ record['a'] != '5' }}", "{{ record['a'] == 5 }}", "{{ record['a'] in ['5', 'open', none] }}", "{{ record['a'] is none }}", "{{ record.a is string }}", "{{ record['a'] is defined }}",
  "{{ record['a'] }}", "{{ not record['a'] }}", "{{ 'a' in record and record['b'] == 'x' }}", "{{ record['a'] == record['b'] }}", "{{ record['a'] == true }}",
])('a condition says the same of every kind of value: %s', async (filter) => {
  const added = ["{{ record['a'] }}", "{{ record['a'] ~ '/' ~ record['b'] }}"].map((value, at) => ({ type: 'AddedFieldDefinition', path: [`new${at}`], value }));
  for (const transformations of [[], [{ type: 'AddFields', fields: added }]]) {
    const both = await bothWays({ decoder: { type: 'JsonlDecoder' }, filter, transformations, cursorField: 'id' }, [Buffer.from(EVERY_VALUE.join('\n'))]);
    expect(both.planned.reasons).toEqual([undefined]);
    expectSameRecords(both);
  }
});
