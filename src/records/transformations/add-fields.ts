import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedBoolean } from '../../manifest/interpolation/interpolated-boolean';
import type { EvalOptions, Vars } from '../../manifest/interpolation/interpolated-string';
import type { JsonObject, JsonValue } from '../../protocol/json';
import { deepCopy, setAtPath } from '../field-path';
import type { PlanVars, RowOutline, RowState } from '../row-outline';
import type { RecordTransformation } from '../record-transformation';
import { rowValue } from '../row-value';
import type { AddedField } from './added-field-definition';

/**
 * Sets fields to values of templates, in order, so that a later field sees the earlier ones. Literal typing applies:
 * the text `1.10` becomes the number 1.1 unless `value_type` is `string` (reference section 6.4).
 */
export class AddFields implements RecordTransformation {
  private readonly options: readonly EvalOptions[];

  constructor(
    private readonly fields: readonly AddedField[],
    private readonly condition: InterpolatedBoolean | undefined,
    private readonly place: string,
  ) {
    this.options = fields.map((each) => (each.valueType ? { validTypes: [each.valueType] } : {}));
  }

  transform(record: JsonObject, vars: Vars): void {
    this.fields.forEach(({ path, value: template }, at) => {
      const value = template.eval(vars, this.options[at]);
      if (this.condition && !this.condition.eval({ ...vars, value, path })) return;
      // A constant list would otherwise be the same object in every record.
      this.put(record, path, deepCopy(value));
    });
  }

  plan(outline: RowOutline, vars: PlanVars): void {
    this.fields.forEach((_, at) => this.planField(outline, at, vars));
  }

  private planField(outline: RowOutline, at: number, vars: PlanVars): void {
    const { condition } = this;
    const { path, value: template } = this.fields[at]!;
    const options = this.options[at];
    const name = path[0]!;
    const view = outline.viewFor([template, condition]);
    const isNew = !outline.has(name);
    const old = isNew || (!condition && path.length === 1) ? undefined : outline.getter(name);
    const bytes = condition || path.length > 1 ? undefined : rowValue(template, vars, options, outline.columnOf);
    const index = outline.set(name, condition !== undefined && isNew);
    let fixed: JsonValue | undefined;
    const isFixed = template.isPure && template.membersOf('record')?.size === 0;
    const change = (row: RowState) => {
      vars.record = view(row);
      const value = fixed ?? template.eval(vars, options);
      if (isFixed && typeof value !== 'object') fixed = value;
      if (condition && !condition.eval({ ...vars, value, path })) {
        row.made[index] = old ? old(row) : null;
      } else if (path.length === 1) {
        row.made[index] = deepCopy(value);
      } else {
        const record: JsonObject = old ? { [name]: old(row) } : {};
        this.put(record, path, deepCopy(value));
        row.made[index] = record[name]!;
      }
      return true;
    };
    outline.step(change, bytes && { makes: index, value: bytes });
  }

  private put(record: JsonObject, path: readonly string[], value: JsonValue): void {
    try {
      setAtPath(record, path, value);
    } catch (error) {
      throw ConnectorError.config(
        'records.unwritable_path',
        `${this.place}: a record has no room for a field at ${JSON.stringify(path)}: ${(error as Error).message}. Choose another path, or remove what is there first.`,
      );
    }
  }
}

export const addFields = defineComponent({
  kind: 'RecordTransformation',
  type: 'AddFields',
  title: 'Add fields',
  description: 'Sets fields of each record to values of templates. Objects and lists on the way are made; lists grow with nulls.',
  fields: {
    fields: required(field.array(field.component('AddedFieldDefinition'), { title: 'Fields', description: 'The fields to set, in order.' })),
    condition: field.templateBoolean({
      description: 'Asked for each field with its new `value` and its `path`; the field is set when it is true or not given.',
      default: '',
      examples: ['{{ value is not none }}', "{{ record['kind'] == 'person' }}"],
    }),
  },
  examples: [
    { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['account_id'], value: "{{ config['account_id'] }}" }] },
    {
      type: 'AddFields',
      fields: [{ type: 'AddedFieldDefinition', path: ['totals', 'gross'], value: "{{ record['net'] * 1.19 }}", value_type: 'number' }],
      condition: "{{ 'net' in record }}",
    },
  ],
  build: ({ fields, condition }, ctx) => new AddFields(fields, condition.source === '' ? undefined : condition, ctx.path),
});
