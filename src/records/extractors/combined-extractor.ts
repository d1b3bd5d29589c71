import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { isEmpty, type JsonObject, type JsonValue } from '../../protocol/json';
import { deepCopy } from '../field-path';
import type { RecordExtractor } from '../record-extractor';

/** The role of an extractor inside a RecordSelector. */
export const RECORD_SELECTION = 'record selection';

/**
 * Stands where an empty record was dropped. The selector takes it out again; until then it counts, because a page with
 * a null in it is still a full page for a paginator.
 */
export const DROPPED_EMPTY_RECORD: JsonObject = Object.freeze({});

type Extracted = JsonValue[] | Promise<JsonValue[]>;

/** The records of several extractors: of all of them, or of the first that finds any (reference section 6.2). */
export class CombinedExtractor implements RecordExtractor {
  readonly passesThrough = false;
  private hasWarned = false;

  constructor(
    private readonly extractors: readonly RecordExtractor[],
    private readonly mode: 'union' | 'first_match',
    private readonly skipEmptyRecords: boolean,
    private readonly ctx: BuildContext,
  ) {}

  extract(elements: JsonValue[]): Extracted {
    if (this.mode === 'first_match') return this.firstMatch(elements, 0);
    // Two extractors may find the same object, and a transformation of one record must not show in another.
    const parts = this.extractors.map((_, at) => this.recordsOf(at, at === 0 ? elements : deepCopy(elements)));
    return parts.some((part) => part instanceof Promise) ? Promise.all(parts).then((all) => all.flat()) : (parts as JsonValue[][]).flat();
  }

  private firstMatch(elements: JsonValue[], at: number): Extracted {
    if (at >= this.extractors.length) return [];
    const choose = (records: JsonValue[]): Extracted =>
      records.some((record) => record !== DROPPED_EMPTY_RECORD) ? records : this.firstMatch(elements, at + 1);
    const records = this.recordsOf(at, elements);
    return records instanceof Promise ? records.then(choose) : choose(records);
  }

  private recordsOf(at: number, elements: JsonValue[]): Extracted {
    const records = (this.extractors[at] as RecordExtractor).extract(elements);
    if (!this.skipEmptyRecords) return records;
    return records instanceof Promise ? records.then((list) => this.withoutEmpty(list, at)) : this.withoutEmpty(records, at);
  }

  private withoutEmpty(records: JsonValue[], at: number): JsonValue[] {
    const isDropped = (record: JsonValue) => record !== DROPPED_EMPTY_RECORD && isEmpty(record);
    if (!records.some(isDropped)) return records;
    if (!this.hasWarned) {
      this.hasWarned = true;
      this.ctx.runtime.logger.warn(
        `${this.ctx.path}: dropped empty records found by extractors[${at}], because skip_empty_records is on. ` +
          'An API that answers with empty records often says why in another field of the answer. This is said once.',
      );
    }
    return this.ctx.role === RECORD_SELECTION
      ? records.map((record) => (isDropped(record) ? DROPPED_EMPTY_RECORD : record))
      : records.filter((record) => !isDropped(record));
  }
}

export const combinedExtractor = defineComponent({
  kind: 'RecordExtractor',
  type: 'CombinedExtractor',
  title: 'Combined extractors',
  description: 'Joins the records of several extractors, or takes those of the first extractor that finds any.',
  fields: {
    extractors: required(
      field.array(
        field.component('RecordExtractor', { types: ['DpathExtractor', 'JsonPathExtractor', 'CombinedExtractor', 'CustomRecordExtractor'] }),
        {
          minItems: 1,
          title: 'Extractors',
          description: 'The extractors, in order.',
        },
      ),
    ),
    mode: field.string({
      enum: ['union', 'first_match'],
      title: 'Mode',
      description: '`union`: the records of all extractors, one after the other. `first_match`: those of the first extractor that finds a record.',
      default: 'union',
    }),
    skip_empty_records: field.boolean({
      title: 'Skip empty records',
      description: 'Drops records that are null or empty; they still count for the size of the page.',
      default: false,
    }),
  },
  examples: [
    {
      type: 'CombinedExtractor',
      extractors: [
        { type: 'DpathExtractor', field_path: ['issues', 'nodes'] },
        { type: 'DpathExtractor', field_path: ['pull_requests', 'nodes'] },
      ],
    },
    {
      type: 'CombinedExtractor',
      mode: 'first_match',
      skip_empty_records: true,
      extractors: [
        { type: 'DpathExtractor', field_path: ['data', 'items'] },
        { type: 'DpathExtractor', field_path: ['items'] },
      ],
    },
  ],
  build: ({ extractors, mode, skip_empty_records }, ctx) =>
    new CombinedExtractor(extractors, mode as 'union' | 'first_match', skip_empty_records, ctx),
});
