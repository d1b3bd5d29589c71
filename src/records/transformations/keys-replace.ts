import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedString, Vars } from '../../manifest/interpolation/interpolated-string';
import type { JsonObject } from '../../protocol/json';
import type { RecordTransformation } from '../record-transformation';
import { NoPlan, type PlanVars, type RowOutline } from '../row-outline';
import { RememberedNames } from './remembered-names';
import { renamed, renamedInside } from './renamed';
import { replaceFields } from './replace-fields';

/** Replaces a text in the names of fields, also inside nested objects, not inside lists. */
export class KeysReplace implements RecordTransformation {
  private made: { old: string; next: string; names: RememberedNames } | undefined;

  constructor(
    private readonly old: InterpolatedString,
    private readonly next: InterpolatedString,
  ) {}

  transform(record: JsonObject, vars: Vars): void {
    const names = this.namesFor(this.old.text(vars), this.next.text(vars));
    replaceFields(
      record,
      renamed(record, (key) => names.get(key)),
    );
  }

  plan(outline: RowOutline, vars: PlanVars): void {
    if (![this.old, this.next].every((template) => template.isPure && template.membersOf('record')?.size === 0)) {
      throw new NoPlan('KeysReplace makes other names of each record');
    }
    const names = this.namesFor(this.old.text(vars), this.next.text(vars));
    const rename = (name: string) => names.get(name);
    outline.rename(rename, (value) => renamedInside(value, rename));
  }

  /** Templates rarely render differently from one record to the next. */
  private namesFor(old: string, next: string): RememberedNames {
    if (this.made?.old !== old || this.made.next !== next) this.made = { old, next, names: new RememberedNames((key) => replaceAll(key, old, next)) };
    return this.made.names;
  }
}

/** An empty text is found between all characters. */
function replaceAll(text: string, old: string, next: string): string {
  if (old === '') return `${next}${Array.from(text, (character) => `${character}${next}`).join('')}`;
  return text.includes(old) ? text.split(old).join(next) : text;
}

export const keysReplace = defineComponent({
  kind: 'RecordTransformation',
  type: 'KeysReplace',
  title: 'Replace in names',
  description: 'Replaces a text in the names of all fields, also inside nested objects.',
  fields: {
    old: required(
      field.template({ title: 'Old text', description: 'The text to look for.', examples: [' ', '{{ record.id }}', "{{ stream_slice['id'] }}"] }),
    ),
    new: required(field.template({ title: 'New text', description: 'The text that takes its place.', examples: ['_', "{{ config['prefix'] }}"] })),
  },
  examples: [{ type: 'KeysReplace', old: ' ', new: '_' }],
  build: (props) => new KeysReplace(props.old, props.new),
});
