import fc from 'fast-check';
import type { JsonObject } from '../../src/protocol/json';
import { bothWays, cut, expectSame, type Setup } from './both-ways';

const CELLS = [
  '', 'a', 'b', 'ab', 'abc', 'B', '0', '1', '10', '9', '2024-03-11', '2024-03-12T00:00:00', 'é', 'zé', '😀', '\ud7ff', '\uffee', 'say "a"', 'a"', 'two\nlines', 'tab\t', 'back\\slash', 'n', '\u0000', '\u0001',
  'NA', 'None', 'True', 'false', 'a text that is longer than one block', 'a text that is longer than one blocK',
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
const leaf = fc.oneof(
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

/** Whether the program decides about rows at all, as far as that can be seen: rows that it is not sure of are worked on as before. */
async function compare(table: string[][], setup: Omit<Setup, 'decoder'>, where: number[], nulls: string[]): Promise<void> {
  const decoder: JsonObject = { type: 'CsvDecoder', set_values_to_none: nulls };
  expectSame(await bothWays({ decoder, ...setup }, cut(csvBytes([NAMES, ...table]), where)));
}

describe('what is told of rows from their bytes', () => {
  test('conditions drop the rows that the templates would drop', async () => {
    await fc.assert(
      fc.asyncProperty(rows, condition, places, fc.constantFrom<string[]>([], ['', 'NA']), (table, filter, where, nulls) => compare(table, { filter: `{{ ${filter} }}` }, where, nulls)),
      { numRuns: 1500 },
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
      { numRuns: 300 },
    );
  });
});
