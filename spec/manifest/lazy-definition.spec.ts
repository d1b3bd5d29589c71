import { componentDefinitions } from '../../src/components';
import type { AnyComponentDefinition } from '../../src/manifest/define-component';
import { LazyDefinition } from '../../src/manifest/lazy-definition';

test('names need no loading, and everything else is what the definition has', () => {
  for (const definition of componentDefinitions) {
    const load = jest.fn(() => definition);
    const lazy = new LazyDefinition(definition.kind, definition.type, definition.typeOptional, load);
    expect([lazy.kind, lazy.type, lazy.typeOptional]).toEqual([definition.kind, definition.type, definition.typeOptional]);
    expect(load).not.toHaveBeenCalled();
    for (const key of Object.keys(definition) as (keyof AnyComponentDefinition)[]) expect(lazy[key]).toBe(definition[key]);
    expect(load.mock.calls.length).toBe(1);
  }
});
