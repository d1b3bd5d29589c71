import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedBoolean } from '../../manifest/interpolation/interpolated-boolean';
import type { Vars } from '../../manifest/interpolation/interpolated-string';
import type { JsonObject, JsonValue } from '../../protocol/json';
import { FieldPath } from '../field-path';
import { NoPlan, type PlanVars, type RowOutline } from '../row-outline';
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

  plan(outline: RowOutline, vars: PlanVars): void {
    for (const pointer of this.pointers) {
      const [name] = pointer.texts;
      if (!pointer.isPlain || name === undefined) throw new NoPlan(`RemoveFields looks for ${JSON.stringify(pointer.texts)}`);
      if (!outline.has(name)) continue;
      if (pointer.texts.length > 1) throw new NoPlan(`RemoveFields looks into ${JSON.stringify(name)}`);
      if (this.condition) this.planConditional(outline, name, this.condition, vars);
      else outline.remove(name);
    }
  }

  private planConditional(outline: RowOutline, name: string, condition: InterpolatedBoolean, vars: PlanVars): void {
    const view = outline.viewFor([condition]);
    const get = outline.getter(name);
    const index = outline.set(name, true);
    outline.step((row) => {
      const property = get(row);
      vars.record = view(row);
      const isRemoved = (typeof property !== 'object' || property === null) && condition.eval({ ...vars, property });
      row.made[index] = isRemoved ? null : property;
      return true;
    });
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
