import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';

/** In the reference this component fails for every value (weak point 55); here it does what its name says. */
export const predicateValidator = defineComponent({
  kind: 'ConfigValidator',
  type: 'PredicateValidator',
  title: 'Validate a value',
  description: 'Holds a value, usually a template over the config, against a rule.',
  fields: {
    value: required(field.templateJson({ description: 'The value.', accepts: ['string', 'number', 'object', 'array', 'boolean', 'null'], examples: ["{{ config['count'] }}"] })),
    validation_strategy: required(field.component('ValidationStrategy', { description: 'The rule.' })),
  },
  examples: [
    {
      type: 'PredicateValidator',
      value: "{{ config['count'] }}",
      validation_strategy: { type: 'ValidateAdheresToSchema', base_schema: { type: 'integer', minimum: 1 } },
    },
  ],
  build: ({ value, validation_strategy }, ctx) => ({ validate: async () => validation_strategy.validate(value.eval(), ctx.path) }),
});
