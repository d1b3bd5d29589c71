import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { FieldPathTemplate } from '../field-path-template';
import type { TypesMap } from './types-map';

/** Where names and types of fields are in the API's description of its data. */
export interface SchemaTypeIdentifier {
  readonly schemaPointer: FieldPathTemplate;
  readonly keyPointer: FieldPathTemplate;
  readonly typePointer: FieldPathTemplate;
  readonly typesMapping: readonly TypesMap[];
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    SchemaTypeIdentifier: SchemaTypeIdentifier;
  }
}

export const schemaTypeIdentifier = defineComponent({
  kind: 'SchemaTypeIdentifier',
  type: 'SchemaTypeIdentifier',
  typeOptional: true,
  title: 'Schema identification',
  description: 'Says where the names and the types of the fields are in the record that describes them.',
  fields: {
    schema_pointer: field.array(field.template(), {
      description: 'The path to the list of field descriptions in the record.',
      default: [],
      examples: [['fields']],
    }),
    key_pointer: required(
      field.array(field.template(), { description: 'The path to the name in the description of a field.', examples: [['name']] }),
    ),
    type_pointer: field.array(field.template(), {
      description: 'The path to the type in the description of a field; without it all fields are texts.',
      examples: [['type']],
    }),
    types_mapping: field.array(field.component('TypesMap'), { description: "Translations of the API's types." }),
  },
  examples: [
    {
      type: 'SchemaTypeIdentifier',
      schema_pointer: ['fields'],
      key_pointer: ['name'],
      type_pointer: ['type'],
      types_mapping: [{ target_type: 'number', current_type: 'currency' }],
    },
  ],
  build: ({ schema_pointer, key_pointer, type_pointer, types_mapping }): SchemaTypeIdentifier => ({
    schemaPointer: new FieldPathTemplate(schema_pointer),
    keyPointer: new FieldPathTemplate(key_pointer),
    typePointer: new FieldPathTemplate(type_pointer ?? []),
    typesMapping: types_mapping ?? [],
  }),
});
