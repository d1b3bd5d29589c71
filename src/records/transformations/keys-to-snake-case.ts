import anyAscii from 'any-ascii';
import { defineComponent } from '../../manifest/define-component';
import type { JsonObject } from '../../protocol/json';
import type { RecordTransformation } from '../record-transformation';
import type { RowOutline } from '../row-outline';
import { RememberedNames } from './remembered-names';
import { renamed, renamedInside } from './renamed';
import { replaceFields } from './replace-fields';

/** Capitals with the small letters after them, small letters, digits, or anything between words. */
const TOKENS = /[A-Z]+[a-z]*|[a-z]+|\d+|[^a-zA-Z\d]+/g;
const WORD = /^[a-zA-Z\d]/;

/** Writes names in snake case, also inside nested objects, not inside lists (reference section 6.4). */
export class KeysToSnakeCase implements RecordTransformation {
  private readonly names = new RememberedNames(toSnakeCase);

  transform(record: JsonObject): void {
    replaceFields(
      record,
      renamed(record, (key) => this.names.get(key)),
    );
  }

  plan(outline: RowOutline): void {
    const rename = (name: string) => this.names.get(name);
    outline.rename(rename, (value) => renamedInside(value, rename));
  }
}

/** `FirstName` → `first_name`, `Größe (cm)` → `grosse_cm_`, `2ndLine` → `_2_nd_line`. */
export function toSnakeCase(key: string): string {
  const words = (anyAscii(key).match(TOKENS) ?? []).map((token) => (WORD.test(token) ? token.toLowerCase() : ''));
  const last = words.length - 1;
  // What stands between words becomes one underscore; at either end it stays visible as an empty word.
  const kept = words.filter((word, at) => word !== '' || at === 0 || at === last);
  if (/^\d/.test(kept[0] ?? '')) kept.unshift('');
  return kept.join('_');
}

export const keysToSnakeCase = defineComponent({
  kind: 'RecordTransformation',
  type: 'KeysToSnakeCase',
  title: 'Names to snake case',
  description:
    'Writes the names of all fields in snake_case, in plain ASCII letters, also inside nested objects. A name that starts with a digit gets an underscore before it.',
  fields: {},
  examples: [{ type: 'KeysToSnakeCase' }],
  build: () => new KeysToSnakeCase(),
});
