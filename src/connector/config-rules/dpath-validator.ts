import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { FieldPathTemplate } from '../../records/field-path-template';

export const dpathValidator = defineComponent({
  kind: 'ConfigValidator',
  type: 'DpathValidator',
  title: 'Validate a config field',
  description: 'Holds what stands at a path of the config against a rule; an absent field is not looked at.',
  fields: {
    field_path: required(field.array(field.template(), { description: 'The way to the value; `*` stands for each item.', examples: [['data', '*']] })),
    validation_strategy: required(field.component('ValidationStrategy', { description: 'The rule.' })),
  },
  examples: [
    {
      type: 'DpathValidator',
      field_path: ['start_date'],
      validation_strategy: { type: 'ValidateAdheresToSchema', base_schema: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' } },
    },
  ],
  build: ({ field_path, validation_strategy }) => {
    const template = new FieldPathTemplate(field_path);
    return {
      validate: async (config) => {
        const { path } = template;
        for (const value of path.hasStar ? path.values(config) : [path.get(config)]) {
          if (value !== undefined) await validation_strategy.validate(value, path.texts.join('.'));
        }
      },
    };
  },
});
