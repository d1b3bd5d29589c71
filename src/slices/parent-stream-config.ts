import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import type { ParentStream } from './parent-stream';
import type { RequestOption } from './request-options';

/** One parent of a substream, and what of its records makes partitions. */
export interface ParentStreamConfig {
  readonly stream: ParentStream;
  /** Path with `/` between the keys. */
  readonly parentKey: InterpolatedString;
  readonly partitionField: InterpolatedString;
  readonly requestOption: RequestOption | undefined;
  /** The parent is read from its own state on, which is kept in the child's state. */
  readonly isIncremental: boolean;
  /** Where the parent record holds the first page of the children; empty when it does not. */
  readonly lazyReadPointer: readonly InterpolatedString[];
  readonly extraFields: readonly (readonly InterpolatedString[])[];
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    ParentStreamConfig: ParentStreamConfig;
  }
}

export const parentStreamConfig = defineComponent({
  kind: 'ParentStreamConfig',
  type: 'ParentStreamConfig',
  title: 'Parent stream',
  description: 'A stream whose records make the partitions of another one.',
  fields: {
    stream: required(field.component('Stream', { description: 'The parent stream.', types: ['DeclarativeStream', 'StateDelegatingStream'] })),
    parent_key: required(field.template({ description: 'The key of the parent record whose value is the partition; `/` leads into nested objects. Records without it make no partition.', examples: ['id', "{{ config['parent_record_id'] }}", 'owner/id'] })),
    partition_field: required(field.template({ description: "The name of the value in the slice: {{ stream_partition['<name>'] }}.", examples: ['parent_id', "{{ config['parent_partition_field'] }}"] })),
    request_option: field.component('RequestOption', { description: 'Where the value goes in the request.' }),
    incremental_dependency: field.boolean({
      description: 'Only parent records that changed since the last sync make partitions; the state of the parent is kept in that of the child. The child must be incremental, and a change of a child must change its parent.',
      default: false,
    }),
    lazy_read_pointer: field.array(field.template(), {
      description: 'The path in the parent record to its children: the first page of each partition is taken from there instead of a request.',
      default: [],
      examples: [['items'], ['data', 'items']],
    }),
    extra_fields: field.array(field.array(field.template()), {
      description: "Paths of further values of the parent record, for templates: {{ stream_slice.extra_fields['a.b'] }}. A missing one is null.",
      examples: [[['name'], ['owner', 'email']]],
    }),
  },
  examples: [
    {
      type: 'ParentStreamConfig',
      parent_key: 'id',
      partition_field: 'list_id',
      request_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'list' },
      extra_fields: [['name']],
      stream: {
        type: 'DeclarativeStream',
        name: 'lists',
        primary_key: 'id',
        retriever: {
          type: 'SimpleRetriever',
          requester: { type: 'HttpRequester', url: 'https://api.example.com/lists', http_method: 'GET' },
          record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['lists'] } },
        },
        schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', properties: { id: { type: 'string' } } } },
      },
    },
  ],
  childContext: () => ({ isParent: true }),
  build: (props, ctx) => {
    const lazyReadPointer = props.lazy_read_pointer;
    if (lazyReadPointer.some((segment) => segment.source.includes('*'))) {
      throw ConnectorError.config('slices.wildcard_in_pointer', `${ctx.path}.lazy_read_pointer: \`*\` is not possible, the path must name one place.`);
    }
    return {
      stream: props.stream,
      parentKey: props.parent_key,
      partitionField: props.partition_field,
      requestOption: props.request_option,
      isIncremental: props.incremental_dependency,
      lazyReadPointer,
      extraFields: props.extra_fields ?? [],
    };
  },
});
