import type { RowPlanner } from '../decode/row-plan';
import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { DROPPED_EMPTY_RECORD, RECORD_SELECTION } from './extractors/combined-extractor';
import type { RecordExtractor } from './record-extractor';
import { ConditionRecordFilter } from './record-filter';
import type { PlanningContext, RecordSelector, Selection, SelectionContext } from './record-selector';
import type { RecordFilter, RecordTransformation, SchemaNormalizer } from './record-transformation';
import { NoPlan, Notes, RowOutline } from './row-outline';
import { DefaultSchemaNormalizer } from './schema/default-schema-normalizer';

interface SelectorOptions {
  filter: RecordFilter | undefined;
  normalizer: SchemaNormalizer | undefined;
  /** Undefined: only where the cursor filters. */
  transformBeforeFiltering: boolean | undefined;
}

/** Filter, transformations, normalisation: what happens to extracted records (reference section 6.1). */
export class DefaultRecordSelector implements RecordSelector {
  constructor(
    readonly extractor: RecordExtractor,
    private readonly options: SelectorOptions,
  ) {}

  get needsSchema(): boolean {
    return this.options.normalizer !== undefined;
  }

  isIdentity(transformations: readonly RecordTransformation[]): boolean {
    return transformations.length === 0 && !this.options.filter && !this.options.normalizer;
  }

  select(records: JsonValue[], context: SelectionContext): Selection {
    const { filter, normalizer } = this.options;
    const { transformations, shouldBeSynced, schema } = context;
    const transformsFirst = this.transformsFirst(context);
    const normalizes = normalizer !== undefined && Object.keys(schema).length > 0;
    const vars = variables(context);
    const keeps = (record: JsonObject) => (!shouldBeSynced || shouldBeSynced(record)) && (!filter || filter.keep(record, vars));
    const transform = (record: JsonObject) => {
      for (const transformation of transformations) transformation.transform(record, vars);
    };

    const selected: JsonObject[] = [];
    const select = (record: JsonValue, at: number): void => {
      vars.record = record;
      if (!isObject(record)) {
        // A filter may be there just to drop the nulls of a list.
        if (filter && !shouldBeSynced && !filter.keep(record as unknown as JsonObject, vars)) return;
        throw notAnObject(record, at);
      }
      if (transformsFirst) transform(record);
      if (!keeps(record)) return;
      if (!transformsFirst) transform(record);
      if (normalizes) normalizer.normalize(record, schema, context.warn);
      selected.push(record);
    };
    for (let at = 0; at < records.length; at += 1) {
      const record = records[at] as JsonValue;
      if (record === DROPPED_EMPTY_RECORD) continue;
      try {
        select(record, at);
      } catch (failure) {
        // As in the reference, a record that fails keeps back only what comes after it.
        return { records: selected, filtered: at - selected.length, failure };
      }
    }
    return { records: selected, filtered: records.length - selected.length };
  }

  planner(context: PlanningContext): RowPlanner {
    const notes = new Notes();
    return {
      refuse: context.tell,
      plan: (names, surplus, valuesAreTexts) => {
        try {
          const outline = new RowOutline(names, surplus, valuesAreTexts, notes);
          this.planInto(outline, context);
          context.tell(undefined);
          return outline.plan();
        } catch (error) {
          if (!(error instanceof NoPlan)) throw error;
          context.tell(error.message);
          return undefined;
        }
      },
    };
  }

  /** The steps of `select`. @throws NoPlan */
  private planInto(outline: RowOutline, context: PlanningContext): void {
    const { filter, normalizer } = this.options;
    const { shouldBeSynced, transformations, schema, cursorField, notesCursorField } = context;
    const vars = variables(context);
    const transform = () => {
      for (const transformation of transformations) {
        if (!transformation.plan) throw new NoPlan(`${transformation.constructor.name} looks at whole records`);
        transformation.plan(outline, vars);
      }
    };
    const transformsFirst = this.transformsFirst(context);
    if (transformsFirst) transform();
    if (shouldBeSynced) {
      if (cursorField === undefined) throw new NoPlan('the cursor looks at whole records');
      const view = outline.view([cursorField]);
      outline.step((row) => shouldBeSynced(view(row)));
    }
    if (filter) {
      if (!filter.plan) throw new NoPlan(`${filter.constructor.name} looks at whole records`);
      filter.plan(outline, vars);
    }
    if (!transformsFirst) transform();
    if (normalizer && Object.keys(schema).length > 0) {
      if (!normalizer.plan) throw new NoPlan(`${normalizer.constructor.name} looks at whole records`);
      normalizer.plan(outline, schema, context.warn);
    }
    if (!notesCursorField) return;
    if (cursorField === undefined) throw new NoPlan('the cursor looks at whole records');
    outline.note(cursorField);
  }

  private transformsFirst({ shouldBeSynced }: SelectionContext): boolean {
    return this.options.transformBeforeFiltering ?? shouldBeSynced !== undefined;
  }
}

/** One object for all records: templates only look at it while they are evaluated. */
function variables({ slice, nextPageToken }: SelectionContext): Record<string, unknown> {
  return { ...slice.variables(), next_page_token: nextPageToken ?? null, record: null };
}

function notAnObject(record: JsonValue, at: number): ConnectorError {
  const kind = record === null ? 'null' : Array.isArray(record) ? 'a list' : typeof record === 'string' ? 'a text' : `a ${typeof record}`;
  return ConnectorError.system(
    'records.not_an_object',
    `Item ${at + 1} of the records of this answer is ${kind}, not an object. Let the extractor point at a list of objects, or drop such items with a record_filter.`,
  );
}

export const recordSelector = defineComponent({
  kind: 'RecordSelector',
  type: 'RecordSelector',
  title: 'Record selector',
  description: 'Finds the records in a decoded answer, drops those that are not wanted, and casts their values when asked to.',
  fields: {
    extractor: required(
      field.component('RecordExtractor', {
        types: ['DpathExtractor', 'JsonPathExtractor', 'CombinedExtractor', 'CustomRecordExtractor'],
        role: RECORD_SELECTION,
        description: 'Where the records are.',
      }),
    ),
    record_filter: field.component('RecordFilter', { title: 'Record filter', description: 'Which records to keep.' }),
    schema_normalization: field.string({
      enum: ['Default', 'None'],
      title: 'Schema normalisation',
      description: '`Default` casts values to the type that the schema of the stream gives them; what cannot be cast stays as it is, with a warning.',
      default: 'None',
    }),
    transform_before_filtering: field.boolean({
      description: 'Filters see the records as the transformations of the stream left them. On by default where records are filtered by the cursor.',
    }),
  },
  examples: [
    { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['data'] } },
    {
      type: 'RecordSelector',
      extractor: { type: 'DpathExtractor', field_path: [] },
      record_filter: { type: 'RecordFilter', condition: "{{ record['deleted'] is false }}" },
      schema_normalization: 'Default',
      transform_before_filtering: true,
    },
  ],
  build: ({ extractor, record_filter, schema_normalization, transform_before_filtering }) =>
    new DefaultRecordSelector(extractor, {
      filter: record_filter instanceof ConditionRecordFilter && record_filter.keepsAll ? undefined : record_filter,
      normalizer: schema_normalization === 'Default' ? new DefaultSchemaNormalizer() : undefined,
      transformBeforeFiltering: transform_before_filtering,
    }),
});
