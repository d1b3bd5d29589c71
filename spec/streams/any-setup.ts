import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/protocol/json';

/** What a stream does to its records, at random. */

export const NAMES = ['Id', 'status', 'Date', 'Big Number', 'ü"\\', 'x', 'ID', 'amount', 'null', '7', 'a name that is longer than one block of thirty-two bytes'];
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
export const options = fc.record(
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
export const places = fc.array(fc.nat(500), { maxLength: 3 });
