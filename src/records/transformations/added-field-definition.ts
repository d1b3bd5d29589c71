import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedString, ValidType } from '../../manifest/interpolation/interpolated-string';

/** A field that AddFields sets. */
export interface AddedField {
  readonly path: readonly string[];
  readonly value: InterpolatedString;
  /** The one type that literal typing may give; everything else stays text. */
  readonly valueType: ValidType | undefined;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    AddedFieldDefinition: AddedField;
  }
}

/** `value_type` of the manifest and what it allows. A map, so that no name of the manifest reaches a prototype. */
export const PYTHON_TYPES: ReadonlyMap<string, ValidType> = new Map([
  ['string', 'str'],
  ['number', 'float'],
  ['integer', 'int'],
  ['boolean', 'bool'],
]);

export const addedFieldDefinition = defineComponent({
  kind: 'AddedFieldDefinition',
  type: 'AddedFieldDefinition',
  title: 'Added field',
  description: 'A field and the value it gets.',
  fields: {
    path: required(
      field.array(field.string(), {
        title: 'Path',
        description: 'The names on the way to the field, taken literally. Digits are an index where there is a list.',
        examples: [['segment_id'], ['metrics', 'cost'], ['tags', '0']],
      }),
    ),
    value: required(
      field.template({
        title: 'Value',
        description: 'The new value. Text that reads as a Python literal becomes a number, a boolean, a list or an object.',
        examples: ["{{ record['updates'] }}", "{{ stream_slice['segment_id'] }}", 'fixed text'],
      }),
    ),
    value_type: field.string({
      enum: ['string', 'number', 'integer', 'boolean'],
      title: 'Value type',
      description:
        'Accepts only a value that is exactly of this type; any other stays the text that was rendered. Use `string` to keep texts such as `007` or `1.10`.',
    }),
  },
  examples: [{ type: 'AddedFieldDefinition', path: ['segment_id'], value: "{{ stream_slice['segment_id'] }}", value_type: 'string' }],
  build: ({ path, value, value_type }, ctx): AddedField => {
    if (path.length === 0) throw ConnectorError.config('records.empty_path', `${ctx.path}.path must not be empty. Name the field to add.`);
    return { path, value, valueType: value_type === undefined ? undefined : PYTHON_TYPES.get(value_type) };
  },
});
