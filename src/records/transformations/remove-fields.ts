import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedBoolean } from '../../manifest/interpolation/interpolated-boolean';
import type { Vars } from '../../manifest/interpolation/interpolated-string';
import type { JsonObject, JsonValue } from '../../protocol/json';
import { FieldPath } from '../field-path';
import type { RecordTransformation } from '../record-transformation';

/**
 * Removes what the pointers match. With a condition only single values are asked about and removed, as in the
 * reference; unlike it, the pointer must match as well: there a condition removes values all over the record.
 */
export class RemoveFields implements RecordTransformation {
  private readonly pointers: readonly FieldPath[];

  constructor(
    pointers: readonly (readonly string[])[],
    private readonly condition: InterpolatedBoolean | undefined,
  ) {
    this.pointers = pointers.map((pointer) => new FieldPath(pointer));
  }

  transform(record: JsonObject, vars: Vars): void {
    const { condition } = this;
    const accept =
      condition && ((property: JsonValue) => (typeof property !== 'object' || property === null) && condition.eval({ ...vars, property }));
    for (const pointer of this.pointers) pointer.delete(record, accept);
  }
}

export const removeFields = defineComponent({
  kind: 'RecordTransformation',
  type: 'RemoveFields',
  title: 'Remove fields',
  description:
    'Removes fields of each record. Missing fields are no error. An item of a list becomes null, so that the others keep their places; the last item goes.',
  fields: {
    condition: field.templateBoolean({
      description: 'Removes a field only when this is true for its value, which is called `property`. Objects and lists are then left alone.',
      default: '',
      examples: ["{{ property|string == '' }}", '{{ property is integer }}', '{{ property|length > 5 }}', "{{ property == 'unknown' }}"],
    }),
    field_pointers: required(
      field.array(field.array(field.string()), {
        title: 'Field paths',
        description: 'The paths of the fields to remove. `*` stands for every name or item, `**` for any number of levels.',
        examples: [
          [['tags']],
          [
            ['content', 'html'],
            ['content', 'plain_text'],
          ],
        ],
      }),
    ),
  },
  examples: [
    { type: 'RemoveFields', field_pointers: [['tags'], ['content', 'html']] },
    { type: 'RemoveFields', field_pointers: [['**']], condition: "{{ property == '' }}" },
  ],
  build: ({ field_pointers, condition }) => new RemoveFields(field_pointers, condition.source === '' ? undefined : condition),
});
