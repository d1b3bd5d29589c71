import { defineComponent } from '../manifest/define-component';
import { field } from '../manifest/field';
import type { InterpolatedBoolean } from '../manifest/interpolation/interpolated-boolean';
import type { Vars } from '../manifest/interpolation/interpolated-string';
import type { JsonObject } from '../protocol/json';
import type { RecordFilter } from './record-transformation';
import type { PlanVars, RowOutline, RowState } from './row-outline';
import { rowTest } from './row-test';

/** Keeps the records for which a condition is true; an empty condition keeps all. */
export class ConditionRecordFilter implements RecordFilter {
  readonly keepsAll: boolean;

  constructor(private readonly condition: InterpolatedBoolean) {
    this.keepsAll = condition.source === '';
  }

  keep(_record: JsonObject, vars: Vars): boolean {
    return this.keepsAll || this.condition.eval(vars);
  }

  plan(outline: RowOutline, vars: PlanVars): void {
    if (this.keepsAll) return;
    const { condition } = this;
    const view = outline.viewFor([condition]);
    const test = rowTest(condition.printed(vars), outline.columnOf);
    const keep = (row: RowState) => {
      vars.record = view(row);
      return condition.eval(vars);
    };
    outline.step(keep, test === undefined ? undefined : { test });
  }
}

export const recordFilter = defineComponent({
  kind: 'RecordFilter',
  type: 'RecordFilter',
  title: 'Record filter',
  description: 'Drops the records for which the condition is not true.',
  fields: {
    condition: field.templateBoolean({
      description: 'Asked for each record. False are `False`, `None`, empty texts, lists and objects, and zero.',
      default: '',
      examples: ["{{ record['status'] != 'deleted' }}", "{{ record['updated_at'] >= stream_interval['start_time'] }}"],
    }),
  },
  examples: [{ type: 'RecordFilter', condition: "{{ record['status'] != 'deleted' }}" }],
  build: ({ condition }) => new ConditionRecordFilter(condition),
});
