import { defineComponent } from '../../manifest/define-component';
import { setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import type { RecordTransformation } from '../record-transformation';
import type { RowOutline } from '../row-outline';
import { replaceFields } from './replace-fields';

/**
 * Lower-cases the names at the top level. When names collide, one that had capitals beats the one that had none, as in
 * the reference, and of several with capitals the last one stays (there it is left to chance).
 */
export class KeysToLower implements RecordTransformation {
  transform(record: JsonObject): void {
    const keys = Object.keys(record);
    if (keys.every((key) => key === key.toLowerCase())) return;
    const lowered: JsonObject = {};
    const hadCapitals = new Set<string>();
    for (const key of keys) {
      const lower = key.toLowerCase();
      if (key !== lower) hadCapitals.add(lower);
      else if (hadCapitals.has(lower)) continue;
      setOwn(lowered, lower, record[key] as JsonValue);
    }
    replaceFields(record, lowered);
  }

  plan(outline: RowOutline): void {
    outline.rename((name) => name.toLowerCase());
  }
}

export const keysToLower = defineComponent({
  kind: 'RecordTransformation',
  type: 'KeysToLower',
  title: 'Names to lower case',
  description: 'Lower-cases the names of the fields at the top level of each record.',
  fields: {},
  examples: [{ type: 'KeysToLower' }],
  build: () => new KeysToLower(),
});
