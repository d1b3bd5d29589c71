import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';

/** A list type with the type of its items. */
export class ComplexFieldType {
  constructor(
    readonly fieldType: string,
    readonly items: string | ComplexFieldType | undefined,
  ) {}
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ComplexFieldType: ComplexFieldType;
  }
}

export const complexFieldType = defineComponent({
  kind: 'ComplexFieldType',
  type: 'ComplexFieldType',
  typeOptional: true,
  title: 'Type with items',
  description: 'A type for a list that says what its items are.',
  fields: {
    field_type: required(field.string({ description: 'The type; `array` when `items` is given.', examples: ['array'] })),
    items: field.oneOf([field.string(), field.component('ComplexFieldType')], { description: 'The type of the items.', examples: ['string'] }),
  },
  examples: [{ type: 'ComplexFieldType', field_type: 'array', items: { field_type: 'array', items: 'integer' } }],
  build: ({ field_type, items }, ctx) => {
    if (items && field_type !== 'array')
      throw ConnectorError.config(
        'records.items_of_no_array',
        `${ctx.path}: \`items\` needs field_type \`array\`, not ${JSON.stringify(field_type)}.`,
      );
    return new ComplexFieldType(field_type, items as string | ComplexFieldType | undefined);
  },
});
