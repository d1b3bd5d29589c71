import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';

export const requestBodyUrlEncodedForm = defineComponent({
  kind: 'RequestBody',
  type: 'RequestBodyUrlEncodedForm',
  title: 'URL-encoded form body',
  description: 'Fields sent as application/x-www-form-urlencoded. A list repeats its field; fields without a value are left out.',
  fields: {
    value: required(field.templateJson({ accepts: ['object'], title: 'Value', description: 'The fields.', examples: [{ grant: 'export', from: "{{ stream_slice['start_time'] }}" }] })),
  },
  examples: [{ type: 'RequestBodyUrlEncodedForm', value: { report: 'orders', format: 'csv' } }],
  build: ({ value }) => ({ form: 'data' as const, template: value }),
});
