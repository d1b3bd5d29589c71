import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { isEmpty, isObject, type JsonValue } from '../../protocol/json';
import { FieldPathTemplate } from '../field-path-template';
import type { RecordExtractor } from '../record-extractor';
import type { RecordExpander } from './record-expander';

/**
 * The records at a path of each decoded element. A list gives its items, anything else that is not empty is one record,
 * nothing gives nothing (reference section 6.2).
 */
export class DpathExtractor implements RecordExtractor {
  readonly passesThrough: boolean;

  constructor(
    private readonly fieldPath: FieldPathTemplate,
    private readonly expander?: RecordExpander,
  ) {
    this.passesThrough = fieldPath.isEmpty && !expander;
  }

  get path(): readonly string[] | undefined {
    const { path } = this.fieldPath;
    return path.isPlain && !this.expander ? path.texts : undefined;
  }

  extract(elements: JsonValue[]): JsonValue[] | Promise<JsonValue[]> {
    const records = this.fieldPath.isEmpty ? wholeElements(elements) : this.atPath(elements);
    return this.expander ? this.expander.expand(records) : records;
  }

  private atPath(elements: JsonValue[]): JsonValue[] {
    const { path } = this.fieldPath;
    const records: JsonValue[] = [];
    for (const element of elements) {
      if (path.isPlain) {
        const value = path.get(element);
        if (value !== undefined) append(records, value);
      } else if (path.hasStar) {
        for (const value of path.values(element)) records.push(value);
      } else {
        // The reference fails on more than one match of such a glob.
        for (const value of path.values(element)) append(records, value);
      }
    }
    return records;
  }
}

function wholeElements(elements: JsonValue[]): JsonValue[] {
  if (elements.every((element) => isObject(element) && !isEmpty(element))) return elements;
  const records: JsonValue[] = [];
  for (const element of elements) append(records, element);
  return records;
}

function append(records: JsonValue[], found: JsonValue): void {
  if (Array.isArray(found)) {
    for (const item of found) records.push(item);
  } else if (!isEmpty(found)) {
    records.push(found);
  }
}

export const dpathExtractor = defineComponent({
  kind: 'RecordExtractor',
  type: 'DpathExtractor',
  title: 'Records at a path',
  description:
    'Finds the records at a path in each decoded answer: the items of a list, or one object. With `*` every match is a record. An empty path takes the whole answer; a missing path gives no records.',
  fields: {
    field_path: required(
      field.array(field.template(), {
        title: 'Field path',
        description:
          'The names on the way to the records, outermost first. `*` stands for every name or item, `**` for any number of levels, `?` and `[ab]` for one character, a number for an item of a list.',
        examples: [['data'], ['data', 'records'], ['data', '{{ config["kind"] }}'], ['data', '*', 'record'], []],
      }),
    ),
    record_expander: field.component('RecordExpander', {
      title: 'Record expander',
      description: 'Makes one record of each item of a list inside the records that were found.',
    }),
  },
  examples: [
    { type: 'DpathExtractor', field_path: ['data'] },
    { type: 'DpathExtractor', field_path: [] },
    { type: 'DpathExtractor', field_path: ['accounts', '*', 'contact'] },
    {
      type: 'DpathExtractor',
      field_path: ['orders'],
      record_expander: { type: 'RecordExpander', expand_records_from_field: ['lines'], remain_original_record: true },
    },
  ],
  build: ({ field_path, record_expander }) => new DpathExtractor(new FieldPathTemplate(field_path), record_expander),
});
