import { ComponentRegistry } from '../../src/manifest/component-registry';
import { defineComponent } from '../../src/manifest/define-component';
import type { BuildContext } from '../../src/manifest/build-context';
import { slicesDefinitions } from '../../src/slices/definitions';
import type { SourceStream } from '../../src/streams/source-stream';
import { runtimeAt } from './slices-support';

const contexts: BuildContext[] = [];
const stubStream = defineComponent({
  kind: 'Stream',
  type: 'DeclarativeStream',
  title: 'Stub',
  description: 'Only remembers its context.',
  fields: {},
  examples: [],
  build: (_props, ctx) => {
    contexts.push(ctx);
    return { name: 'lists' } as SourceStream;
  },
});

const ctx = new ComponentRegistry([...slicesDefinitions, stubStream]).context({
  config: {},
  parameters: {},
  path: 'router',
  streamName: 'members',
  isParent: false,
  role: undefined,
  runtime: runtimeAt(),
});
const model = { type: 'ParentStreamConfig', parent_key: 'id', partition_field: 'list_id', stream: { type: 'DeclarativeStream' } };

test('the stream knows that it is a parent', () => {
  ctx.build('PartitionRouter', { type: 'SubstreamPartitionRouter', parent_stream_configs: [model] });
  expect(contexts.map(({ isParent, path }) => [isParent, path])).toEqual([[true, 'router.parent_stream_configs[0].stream']]);
});

test('a pointer to many places, and a router without parents, are refused', () => {
  expect(() => ctx.build('ParentStreamConfig', { ...model, lazy_read_pointer: ['items', '*'] })).toThrow(
    expect.objectContaining({ code: 'slices.wildcard_in_pointer', failureType: 'config_error' }),
  );
  expect(() => ctx.build('PartitionRouter', { type: 'SubstreamPartitionRouter', parent_stream_configs: [] })).toThrow(
    expect.objectContaining({ code: 'slices.no_parent', failureType: 'config_error' }),
  );
});
