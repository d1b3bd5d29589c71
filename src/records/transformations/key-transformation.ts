import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';

/** Something in front of a name and something behind it. */
export class KeyTransformation {
  constructor(
    private readonly prefix: InterpolatedString | undefined,
    private readonly suffix: InterpolatedString | undefined,
  ) {}

  /** How names change under the present config. */
  renamer(): (name: string) => string {
    const prefix = this.prefix?.text() ?? '';
    const suffix = this.suffix?.text() ?? '';
    return (name) => `${prefix}${name}${suffix}`;
  }
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    KeyTransformation: KeyTransformation;
  }
}

export const keyTransformation = defineComponent({
  kind: 'KeyTransformation',
  type: 'KeyTransformation',
  title: 'Name change',
  description: 'A prefix and a suffix for the names of fields that are lifted.',
  fields: {
    prefix: field.template({ title: 'Prefix', description: 'Comes before the name.', examples: ['flattened_'] }),
    suffix: field.template({ title: 'Suffix', description: 'Comes after the name.', examples: ['_flattened'] }),
  },
  examples: [{ type: 'KeyTransformation', prefix: 'address_' }],
  build: ({ prefix, suffix }) => new KeyTransformation(prefix, suffix),
});
