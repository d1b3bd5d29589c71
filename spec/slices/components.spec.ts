import { slicesDefinitions } from '../../src/slices/definitions';
import { buildComponent } from '../support/fake-runtime';
import { runtimeAt } from './slices-support';

const withStreams = ['ParentStreamConfig', 'SubstreamPartitionRouter'];
const examples = slicesDefinitions
  .filter(({ type }) => !withStreams.includes(type))
  .flatMap(({ kind, type, examples }) => examples.map((example, index) => [`${type} ${index}`, kind, example] as const));

test.each(examples)('the example %s can be built', (_name, kind, example) => {
  expect(buildComponent(kind, example, { config: { start_date: '2024-01-01' }, runtime: runtimeAt() })).toBeDefined();
});

test('every component has an example and a description of each property', () => {
  for (const { type, examples: models, fields } of slicesDefinitions) {
    expect([type, models.length > 0]).toEqual([type, true]);
    for (const [name, field] of Object.entries(fields as Record<string, { description?: string }>)) {
      expect([`${type}.${name}`, Boolean(field.description)]).toEqual([`${type}.${name}`, true]);
    }
  }
});
