import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';

export const requestBodyPlainText = defineComponent({
  kind: 'RequestBody',
  type: 'RequestBodyPlainText',
  title: 'Plain text body',
  description: 'A text that is sent as it is. No content-type is added; name one in request_headers.',
  fields: {
    value: required(
      field.templateJson({ accepts: ['string'], title: 'Value', description: 'The text.', examples: ["SELECT id FROM orders WHERE day = '{{ stream_slice['start_time'] }}'"] }),
    ),
  },
  examples: [{ type: 'RequestBodyPlainText', value: 'fields name; limit 500;' }],
  build: ({ value }) => ({ form: 'text' as const, template: value }),
});
