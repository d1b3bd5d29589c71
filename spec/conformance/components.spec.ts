import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { componentDefinitions } from '../../src/components';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import { manifestSchema } from '../../src/manifest/component-schema';
import { propagateTypesAndParameters } from '../../src/manifest/parameters';
import { findUnknownProperties } from '../../src/manifest/unknown-properties';
import { compileSchema } from '../../src/manifest/validate';
import { fakeContext } from '../support/fake-runtime';

const registry = new ComponentRegistry(componentDefinitions);

function sourceFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? sourceFiles(path) : path.endsWith('.ts') ? [path] : [];
  });
}

/** What the examples' templates may ask for. */
const EXAMPLE_CONFIG = {
  api_key: 'key',
  api_token: 'token',
  start_date: '2024-01-01T00:00:00Z',
  credentials: { client_id: 'i', client_secret: 's', refresh_token: 'r', auth_type: 'oauth' },
};

describe('component definitions', () => {
  it('are all listed', () => {
    const defined = sourceFiles('src').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/defineComponent\(\{\s*kind: '(\w+)',\s*type: '(\w+)'/g)].map((match) => match[2]),
    );
    const listed = componentDefinitions.map((definition) => definition.type);
    expect(defined.filter((type) => !listed.includes(type!))).toEqual([]);
    expect(defined.length).toBeGreaterThan(50);
  });

  it('describe themselves and each of their properties', () => {
    const silent = componentDefinitions.flatMap((definition) => [
      ...(definition.title && definition.description ? [] : [definition.type]),
      ...Object.entries(definition.fields as Record<string, { description?: string; title?: string }>)
        .filter(([, field]) => !field.description && !field.title)
        .map(([name]) => `${definition.type}.${name}`),
    ]);
    // Members of lists and maps, and the one constant below, need no words.
    expect(silent).toEqual([]);
  });

  const cases = componentDefinitions.flatMap((definition) => definition.examples.map((example, index) => [`${definition.type} #${index + 1}`, definition, example] as const));

  // One schema for all: any component may stand at the root.
  const anyComponent = compileSchema(
    {
      definitions: manifestSchema(registry, 'DeclarativeSource').definitions!,
      type: 'object',
      required: ['type'],
      discriminator: { propertyName: 'type' },
      oneOf: componentDefinitions.map(({ type }) => ({ $ref: `#/definitions/${type}` })),
    },
    { discriminator: true },
  );

  it.each(cases)('example of %s is valid, has no unknown property and can be built', (_name, definition, example) => {
    const model = propagateTypesAndParameters({ ...structuredClone(example), type: definition.type });
    expect(anyComponent.check(model)).toBeUndefined();
    expect(findUnknownProperties(registry, model, definition.type)).toEqual([]);
    expect(() => fakeContext({ config: EXAMPLE_CONFIG }).build(definition.kind, model)).not.toThrow();
  });

  it('have examples', () => {
    const without = componentDefinitions.filter(({ examples, open }) => examples.length === 0 && !open).map(({ type }) => type);
    expect(without).toEqual([]);
  });
});
