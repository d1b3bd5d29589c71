import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { FieldPath } from '../../records/field-path';

export const configRemoveFields = defineComponent({
  kind: 'ConfigTransformation',
  type: 'ConfigRemoveFields',
  title: 'Remove config fields',
  description: 'Removes fields of the config; missing ones are no error.',
  fields: {
    field_pointers: required(field.array(field.array(field.string()), { description: 'The paths of the fields.', examples: [[['old_key']]] })),
    condition: field.templateBoolean({ description: 'The fields go when this is true or not given.', default: '' }),
  },
  examples: [{ type: 'ConfigRemoveFields', field_pointers: [['old_key']], condition: "{{ 'new_key' in config }}" }],
  build: ({ field_pointers, condition }) => {
    const pointers = field_pointers.map((pointer) => new FieldPath(pointer));
    return {
      transform: (config) => {
        if (condition.source === '' || condition.eval()) for (const pointer of pointers) pointer.delete(config);
      },
    };
  },
});
