import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';

export const requestBodyJsonObject = defineComponent({
  kind: 'RequestBody',
  type: 'RequestBodyJsonObject',
  title: 'JSON object body',
  description: 'An object sent as JSON. Texts and keys may be templates at any depth; keys whose value is None are left out.',
  fields: {
    value: required(
      field.templateJson({ accepts: ['object'], title: 'Value', description: 'The object.', examples: [{ report: 'orders', range: { from: "{{ stream_slice['start_time'] }}" } }] }),
    ),
  },
  examples: [{ type: 'RequestBodyJsonObject', value: { file_type: 'csv', list_ids: ['{{ stream_partition.list_id }}'] } }],
  build: ({ value }) => ({ form: 'json' as const, template: value }),
});
