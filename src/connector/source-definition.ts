import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required, type Deferred } from '../manifest/field';
import type { JsonObject } from '../protocol/json';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import type { APIBudget } from '../requests/api-budget/api-budget';
import type { ConnectionChecker } from './checks/connection-checker';
import type { ComponentsResolver } from './dynamic-streams/components-resolver';
import type { Spec } from './spec';

/** A definition that makes many streams. */
export interface DynamicStream {
  readonly name: string;
  readonly template: JsonObject;
  readonly resolver: Deferred<ComponentsResolver>;
  readonly resolverType: string;
  readonly useParentParameters: boolean;
}

/** The parts of a manifest that the source asks for by name; streams are built from their models. */
export interface SourceParts {
  readonly check: Deferred<ConnectionChecker>;
  readonly spec: Deferred<Spec> | undefined;
  readonly dynamic_streams: readonly DynamicStream[];
  readonly concurrency_level: Deferred<number> | undefined;
  readonly api_budget: Deferred<APIBudget> | undefined;
  readonly stream_groups: Readonly<Record<string, readonly string[]>>;
  readonly max_concurrent_async_job_count: InterpolatedString | undefined;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    /** The manifest's parts, none of them built yet. */
    Source: SourceParts;
    /** The models of the streams whose condition holds. */
    ConditionalStreams: readonly JsonObject[];
    DynamicStream: DynamicStream;
    /** Names of the streams of which one may run at a time. */
    StreamGroup: readonly string[];
    StreamGroupAction: 'BlockSimultaneousSyncsAction';
    /** How many slices are read at once. */
    ConcurrencyLevel: number;
  }
}

export const conditionalStreams = defineComponent({
  kind: 'ConditionalStreams',
  type: 'ConditionalStreams',
  title: 'Conditional streams',
  description: 'Streams that the source has only when a condition on the config holds.',
  fields: {
    condition: required(field.templateBoolean({ description: 'Evaluated once, with the config.', examples: ["{{ config['region'] == 'eu' }}"] })),
    streams: required(field.array(field.deferred('Stream'), { description: 'The streams.' })),
  },
  examples: [{ type: 'ConditionalStreams', condition: "{{ config['beta'] }}", streams: [] }],
  build: (props, _ctx, model) => (props.condition.eval() ? (model.streams as JsonObject[]) : []),
});

export const dynamicDeclarativeStream = defineComponent({
  kind: 'DynamicStream',
  type: 'DynamicDeclarativeStream',
  title: 'Dynamic stream',
  description: 'Makes streams out of a template: one for each object that the resolver finds.',
  fields: {
    name: field.string({ description: 'The name of the definition, not of its streams.', default: '' }),
    stream_template: required(field.deferred('Stream', { description: 'What every stream starts from.', types: ['DeclarativeStream', 'StateDelegatingStream'] })),
    components_resolver: required(field.deferred('ComponentsResolver', { description: 'Finds the objects and writes their values into the template.' })),
    use_parent_parameters: field.boolean({ description: 'Whether `$parameters` from farther out win over nearer ones.', default: true }),
  },
  examples: [
    {
      type: 'DynamicDeclarativeStream',
      name: 'reports',
      stream_template: {
        type: 'DeclarativeStream',
        name: '',
        retriever: {
          type: 'SimpleRetriever',
          requester: { type: 'HttpRequester', url: 'https://api.example.com/reports' },
          record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
        },
      },
      components_resolver: {
        type: 'ConfigComponentsResolver',
        stream_config: { type: 'StreamConfig', configs_pointer: ['reports'] },
        components_mapping: [{ type: 'ComponentMappingDefinition', field_path: ['name'], value: "{{ components_values['name'] }}" }],
      },
    },
  ],
  build: (props, _ctx, model) => ({
    name: props.name,
    template: model.stream_template as JsonObject,
    resolver: props.components_resolver,
    resolverType: String((model.components_resolver as JsonObject).type),
    useParentParameters: props.use_parent_parameters,
  }),
});

export const blockSimultaneousSyncsAction = defineComponent({
  kind: 'StreamGroupAction',
  type: 'BlockSimultaneousSyncsAction',
  title: 'Block simultaneous syncs',
  description: 'Only one stream of the group runs at a time.',
  fields: {},
  examples: [{ type: 'BlockSimultaneousSyncsAction' }],
  build: () => 'BlockSimultaneousSyncsAction' as const,
});

export const streamGroup = defineComponent({
  kind: 'StreamGroup',
  type: 'StreamGroup',
  title: 'Stream group',
  description: 'Streams that must not run together, e.g. because their API allows one session.',
  typeOptional: true,
  fields: {
    streams: required(field.array(field.deferred('Stream'), { description: 'The members, usually by reference.' })),
    action: required(field.component('StreamGroupAction', { description: 'What the group does.' })),
  },
  examples: [{ streams: [], action: { type: 'BlockSimultaneousSyncsAction' } }],
  build: (_props, _ctx, model) => (model.streams as JsonObject[]).map((stream) => String(stream.name)),
});

export const concurrencyLevel = defineComponent({
  kind: 'ConcurrencyLevel',
  type: 'ConcurrencyLevel',
  title: 'Concurrency level',
  description: 'How many slices of all streams are read at the same time.',
  typeOptional: true,
  fields: {
    default_concurrency: required(
      field.template({ description: 'A number, or a template over the config.', accepts: ['integer'], examples: [10, "{{ config['num_workers'] or 10 }}"] }),
    ),
    max_concurrency: field.integer({ description: 'The most that the config may ask for.' }),
  },
  examples: [{ type: 'ConcurrencyLevel', default_concurrency: "{{ config['num_workers'] or 5 }}", max_concurrency: 20 }],
  build: (props, ctx, model) => {
    const { default_concurrency: level, max_concurrency: most } = props;
    if (typeof model.default_concurrency === 'number') return Math.max(1, model.default_concurrency);
    if (level.source.includes('config') && !most) {
      throw ConnectorError.config('manifest.concurrency', `${ctx.path}: max_concurrency is required when default_concurrency depends on the config.`);
    }
    const value = level.eval();
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw ConnectorError.config('manifest.concurrency', `${ctx.path}: default_concurrency must come out as a whole number; it came out as ${JSON.stringify(value)}.`);
    }
    return Math.max(1, most ? Math.min(value, most) : value);
  },
});

const sourceFields = {
  check: required(field.deferred('ConnectionChecker', { description: 'How `check` finds out whether the source can be read.' })),
  version: required(field.string({ description: 'The version of the manifest language that the manifest was written for.' })),
  streams: field.array(field.deferred(['Stream', 'ConditionalStreams']), { description: 'The streams.', default: [] }),
  dynamic_streams: field.array(field.component('DynamicStream'), { description: 'Definitions that make streams.', default: [] }),
  spec: field.deferred('Spec', { description: 'The form of the user config.' }),
  concurrency_level: field.deferred('ConcurrencyLevel', { description: 'How many slices are read at once; 2 when absent.' }),
  api_budget: field.deferred('APIBudget', { description: 'The rate limits of the API, shared by all streams.' }),
  stream_groups: field.map(field.component('StreamGroup'), { description: 'Streams that must not run together, by name of the group.', default: {} }),
  max_concurrent_async_job_count: field.template({
    description: 'How many asynchronous jobs may exist on the API at once, over all streams; 1 when absent. Templates see the config.',
    accepts: ['integer'],
    examples: [3, "{{ config['max_concurrent_async_job_count'] }}"],
  }),
  schemas: field.object({ description: 'JSON schemas for references.' }),
  definitions: field.object({ description: 'Parts for references.' }),
  metadata: field.object({ description: 'Notes of tools; no effect.' }),
  description: field.string({ description: 'What the source is.' }),
};

export const declarativeSource = defineComponent({
  kind: 'Source',
  type: 'DeclarativeSource',
  title: 'Source',
  description: 'A manifest: the streams of one API and how to reach them.',
  fields: sourceFields,
  examples: [
    {
      type: 'DeclarativeSource',
      version: '7.39.1',
      check: { type: 'CheckStream', stream_names: ['contacts'] },
      streams: [
        {
          type: 'DeclarativeStream',
          name: 'contacts',
          retriever: {
            type: 'SimpleRetriever',
            requester: { type: 'HttpRequester', url: 'https://api.example.com/contacts' },
            record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['contacts'] } },
          },
        },
      ],
    },
  ],
  build: (props) => props,
});
