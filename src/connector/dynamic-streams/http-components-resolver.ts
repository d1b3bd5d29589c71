import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonObject } from '../../protocol/json';
import { createCursor } from '../../slices/create-cursor';
import { applyMappings } from './component-mapping';

export const httpComponentsResolver = defineComponent({
  kind: 'ComponentsResolver',
  type: 'HttpComponentsResolver',
  title: 'Streams from the API',
  description: 'One stream for each record that a retriever reads, e.g. one for each table of a workspace.',
  fields: {
    retriever: required(field.component('Retriever', { description: 'Reads the objects.' })),
    components_mapping: required(field.array(field.component('ComponentMapping'), { description: 'What is written into the template.' })),
  },
  examples: [
    {
      type: 'HttpComponentsResolver',
      retriever: {
        type: 'SimpleRetriever',
        requester: { type: 'HttpRequester', url: 'https://api.example.com/tables' },
        record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['tables'] } },
      },
      components_mapping: [{ type: 'ComponentMappingDefinition', field_path: ['name'], value: "{{ components_values['name'] }}" }],
    },
  ],
  build: ({ retriever, components_mapping }, ctx) => ({
    async *resolve(template: JsonObject) {
      const streamName = ctx.streamName ?? '';
      const partitions = retriever.partitions({
        streamName,
        cursor: createCursor({ incrementalSync: undefined, router: retriever.partitionRouter, streamName, runtime: ctx.runtime }),
        transformations: [],
        schema: () => Promise.resolve({}),
        isDataFeed: false,
        signal: ctx.runtime.signal,
      });
      for await (const partition of partitions) {
        for await (const batch of partition.read()) {
          if (batch.kind !== 'objects') continue;
          for (const record of batch.records) {
            yield applyMappings(template, components_mapping, { components_values: record, ...partition.slice.variables() }, false);
          }
        }
        await partition.close?.();
      }
    },
  }),
});
