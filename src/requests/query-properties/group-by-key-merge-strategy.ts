import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { getOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { canonicalJson } from '../../slices/stream-slice';

/** Records with equal values in the key fields are parts of one. */
export class GroupByKeyMergeStrategy {
  constructor(private readonly keys: readonly string[]) {}

  /** Undefined when a key field is missing, null or empty: such a record stands alone. */
  groupKey(record: JsonObject): string | undefined {
    const values: JsonValue[] = [];
    for (const key of this.keys) {
      const value = getOwn(record, key);
      if (value === undefined || value === null || value === '') return undefined;
      values.push(value);
    }
    return canonicalJson(values);
  }
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    RecordMergeStrategy: GroupByKeyMergeStrategy;
  }
}

export const groupByKeyMergeStrategy = defineComponent({
  kind: 'RecordMergeStrategy',
  type: 'GroupByKeyMergeStrategy',
  title: 'Group by key',
  description: 'Merges the parts of a record that came with different requests by one or several fields.',
  fields: {
    key: required(
      field.oneOf([field.string(), field.array(field.string())], {
        title: 'Key',
        description: 'The field, or the fields, that all parts of a record have in common.',
        examples: ['id', ['parent_id', 'end_date']],
      }),
    ),
  },
  examples: [
    { type: 'GroupByKeyMergeStrategy', key: 'id' },
    { type: 'GroupByKeyMergeStrategy', key: ['parent_id', 'end_date'] },
  ],
  build: ({ key }) => new GroupByKeyMergeStrategy(typeof key === 'string' ? [key] : key),
});
