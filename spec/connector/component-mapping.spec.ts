import { applyMappings } from '../../src/connector/dynamic-streams/component-mapping';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { buildComponent } from '../support/fake-runtime';

/** What a mapping with this value writes; `components_values` has a list and a template as text. */
function written(value: string, parsesYaml = true): JsonValue {
  const mapping = buildComponent('ComponentMapping', { type: 'ComponentMappingDefinition', field_path: ['at'], value });
  const vars = { components_values: { list: ['a', 'b'] } };
  return applyMappings({ at: 'before' } as JsonObject, [mapping], vars, parsesYaml).at as JsonValue;
}

// Expected: what PyYAML's safe_load makes of the rendered text, or that text where it refuses it.
it.each<[string, JsonValue]>([
  ["type: NoPagination\nsizes: [1, '2']", { type: 'NoPagination', sizes: [1, '2'] }],
  ["{% for x in components_values['list'] %}\n- {{ x }}\n{% endfor %}", ['a', 'b']],
  ["{{ '{{ record.id in ' ~ (components_values['list'] | tojson) ~ ' }}' }}", '{{ record.id in ["a", "b"] }}'],
  ["{{ '{{ record.id }}' }}", '{{ record.id }}'],
  ['%Y-%m-%d', '%Y-%m-%d'],
  ['plain text', 'plain text'],
])('%j writes %j', (value, expected) => {
  expect(written(value)).toEqual(expected);
});

it('of an API is never YAML', () => {
  expect(written('a: 1', false)).toBe('a: 1');
});
