import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonObject } from '../../protocol/json';
import { GroupByKeyMergeStrategy } from './group-by-key-merge-strategy';

/** What a delimiter between two names costs in an encoded URL: `%2C`. */
const DELIMITER_LENGTH = 3;

/** Spreads property names over several requests and says which records of their answers belong together. */
export class PropertyChunking {
  constructor(
    private readonly limitType: 'characters' | 'property_count',
    /** Properties or characters a request; undefined or 0 for no limit. */
    private readonly limit: number | undefined,
    private readonly mergeStrategy: GroupByKeyMergeStrategy,
  ) {}

  /** Names that are always included do not count towards the limit. */
  chunks(properties: readonly string[], alwaysInclude: readonly string[]): string[][] {
    if (!this.limit) return [[...properties, ...alwaysInclude]];
    const chunks: string[][] = [];
    let chunk = [...alwaysInclude];
    let size = 0;
    for (const property of properties) {
      const added = this.limitType === 'characters' ? [...property].length + DELIMITER_LENGTH : 1;
      // A name that is longer than the limit gets a request of its own.
      if (size > 0 && size + added > this.limit) {
        chunks.push(chunk);
        chunk = [...alwaysInclude];
        size = 0;
      }
      chunk.push(property);
      size += added;
    }
    return [...chunks, chunk];
  }

  /** Equal for the parts of one record; undefined for a record that stands alone. */
  mergeKey(record: JsonObject): string | undefined {
    return this.mergeStrategy.groupKey(record);
  }
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    PropertyChunking: PropertyChunking;
  }
}

export const propertyChunking = defineComponent({
  kind: 'PropertyChunking',
  type: 'PropertyChunking',
  title: 'Property chunking',
  description: 'Asks for the properties in several requests of a limited size and merges the records of their answers.',
  fields: {
    property_limit_type: required(
      field.string({ title: 'Property limit type', description: 'What property_limit counts.', enum: ['characters', 'property_count'] as const }),
    ),
    property_limit: field.integer({
      title: 'Property limit',
      description: 'The most properties, or characters of their names, in one request; no limit when absent.',
      examples: [100],
    }),
    record_merge_strategy: field.component('RecordMergeStrategy', {
      title: 'Record merge strategy',
      description: 'Which records belong together; by the field `id` when absent.',
    }),
  },
  examples: [
    {
      type: 'PropertyChunking',
      property_limit_type: 'characters',
      property_limit: 2000,
      record_merge_strategy: { type: 'GroupByKeyMergeStrategy', key: 'id' },
    },
  ],
  build: (props) =>
    new PropertyChunking(
      props.property_limit_type as 'characters' | 'property_count',
      props.property_limit,
      props.record_merge_strategy ?? new GroupByKeyMergeStrategy(['id']),
    ),
});
