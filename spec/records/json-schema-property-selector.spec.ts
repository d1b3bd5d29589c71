import type { JsonObject } from '../../src/protocol/json';
import { recordsContext } from './build-record-component';

const schema: JsonObject = { type: 'object', properties: { properties_name: { type: 'string' }, id: { type: 'string' } } };

function select(configured: Record<string, JsonObject>, model: JsonObject = {}) {
  const ctx = recordsContext();
  const selector = ctx.build('PropertySelector', { type: 'JsonSchemaPropertySelector', ...model });
  ctx.runtime.shared('configuredSchemas', () => new Map(Object.entries(configured)));
  return selector.select();
}

describe('JsonSchemaPropertySelector', () => {
  it('wants everything without a catalog', () => {
    expect(select({})).toBeUndefined();
    expect(select({ other: schema })).toBeUndefined();
  });

  it('wants the properties of the configured schema, under changed names', () => {
    expect(select({ orders: schema })).toEqual(new Set(['properties_name', 'id']));
    expect(select({ orders: schema }, { transformations: [{ type: 'KeysReplace', old: 'properties_', new: '' }] })).toEqual(new Set(['name', 'id']));
    expect(schema.properties).toHaveProperty('properties_name');
  });

  it('wants nothing when no property is configured', () => {
    expect(select({ orders: {} })).toEqual(new Set());
  });
});
