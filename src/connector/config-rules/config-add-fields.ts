import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { AddFields } from '../../records/transformations/add-fields';

export const configAddFields = defineComponent({
  kind: 'ConfigTransformation',
  type: 'ConfigAddFields',
  title: 'Add config fields',
  description: 'Sets fields of the config to values of templates, which see the config as it is at that moment.',
  fields: {
    fields: required(field.array(field.component('AddedFieldDefinition'), { description: 'The fields to set, in order.' })),
    condition: field.templateBoolean({ description: 'The fields are set when this is true or not given.', default: '' }),
  },
  examples: [
    {
      type: 'ConfigAddFields',
      fields: [{ type: 'AddedFieldDefinition', path: ['credentials', 'auth_type'], value: 'api_key' }],
      condition: "{{ 'api_key' in config }}",
    },
  ],
  build: ({ fields, condition }, ctx) => {
    const step = new AddFields(fields, condition.source === '' ? undefined : condition, ctx.path);
    return { transform: (config) => step.transform(config, {}) };
  },
});
