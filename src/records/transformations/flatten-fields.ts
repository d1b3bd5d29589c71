import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import { isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import type { RecordTransformation } from '../record-transformation';
import { replaceFields } from './replace-fields';

/**
 * Lifts nested fields to the top level under their own names, or under `parent.name` when the name is taken. Items of
 * lists are called `name.0`; once there was one, every further field carries its parent's name. Empty objects and
 * lists vanish. Works from the last field to the first, as the reference does, on which the names depend.
 */
export class FlattenFields implements RecordTransformation {
  constructor(private readonly flattenLists: boolean) {}

  transform(record: JsonObject): void {
    const flat: JsonObject = {};
    const left: [value: JsonValue, name: string][] = [[record, '_']];
    let withParent = false;
    for (let next = left.pop(); next; next = left.pop()) {
      const [value, name] = next;
      if (isObject(value)) {
        for (const [key, item] of Object.entries(value)) left.push([item, withParent || Object.hasOwn(flat, key) ? `${name}.${key}` : key]);
      } else if (Array.isArray(value) && this.flattenLists) {
        value.forEach((item, index) => left.push([item, `${name}.${index}`]));
        withParent ||= value.length > 0;
      } else {
        setOwn(flat, name, value);
      }
    }
    replaceFields(record, flat);
  }
}

export const flattenFields = defineComponent({
  kind: 'RecordTransformation',
  type: 'FlattenFields',
  title: 'Flatten fields',
  description: 'Lifts all nested fields to the top level of the record. A name that is taken gets its parent in front of it.',
  fields: {
    flatten_lists: field.boolean({ title: 'Flatten lists', description: 'Makes a field of each item of a list, too.', default: true }),
  },
  examples: [{ type: 'FlattenFields' }, { type: 'FlattenFields', flatten_lists: false }],
  build: ({ flatten_lists }) => new FlattenFields(flatten_lists),
});
