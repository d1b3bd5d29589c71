import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedBoolean } from '../../manifest/interpolation/interpolated-boolean';
import type { ComplexFieldType } from './complex-field-type';

export type FieldType = string | readonly string[] | ComplexFieldType;

/** One line of the translation from the API's types to ours. */
export interface TypesMap {
  readonly targetType: FieldType;
  readonly currentType: string | readonly string[];
  readonly condition: InterpolatedBoolean | undefined;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    TypesMap: TypesMap;
  }
}

export const typesMap = defineComponent({
  kind: 'TypesMap',
  type: 'TypesMap',
  typeOptional: true,
  title: 'Type translation',
  description: 'Translates a type name of the API into one of the platform; the first that fits counts.',
  fields: {
    target_type: required(
      field.oneOf([field.string(), field.array(field.string()), field.component('ComplexFieldType')], {
        description: 'The type to use: a name, two names for a field that may be either, or a list type with its items.',
        examples: ['timestamp_with_timezone', ['string', 'integer']],
      }),
    ),
    current_type: required(
      field.oneOf([field.string(), field.array(field.string())], { description: 'What the API calls it.', examples: ['datetime'] }),
    ),
    condition: field.templateBoolean({
      description: 'Fits only when this is true; `raw_schema` is the description of the field.',
      examples: ["{{ raw_schema['format'] == 'currency' }}"],
    }),
  },
  examples: [{ type: 'TypesMap', target_type: 'timestamp_with_timezone', current_type: 'datetime' }],
  build: ({ target_type, current_type, condition }): TypesMap => ({
    targetType: target_type as FieldType,
    currentType: current_type,
    condition: condition?.source === '' ? undefined : condition,
  }),
});
