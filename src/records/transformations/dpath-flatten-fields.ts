import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { deleteAt } from '../field-path';
import { FieldPathTemplate } from '../field-path-template';
import type { RecordTransformation } from '../record-transformation';
import type { KeyTransformation } from './key-transformation';
import { replaceFields } from './replace-fields';

interface FlattenOptions {
  deleteOriginValue: boolean;
  replaceRecord: boolean;
  keyTransformation: KeyTransformation | undefined;
}

/**
 * Lifts the fields of one nested object to the top level. With a glob the first match counts. When one of the names is
 * taken there already, nothing happens (reference section 6.4).
 */
export class DpathFlattenFields implements RecordTransformation {
  constructor(
    private readonly fieldPath: FieldPathTemplate,
    private readonly options: FlattenOptions,
  ) {}

  transform(record: JsonObject): void {
    const match = this.fieldPath.path.matches(record)[0];
    if (!match || !isObject(match.value)) return;
    const lifted = this.withNewNames(match.value);
    const names = Object.keys(lifted);
    if (this.options.replaceRecord && names.length > 0) {
      replaceFields(record, lifted);
      return;
    }
    if (names.some((name) => Object.hasOwn(record, name))) return;
    if (this.options.deleteOriginValue) deleteAt(record, match.path);
    for (const name of names) setOwn(record, name, lifted[name] as JsonValue);
  }

  private withNewNames(found: JsonObject): JsonObject {
    const rename = this.options.keyTransformation?.renamer();
    const lifted: JsonObject = {};
    for (const [key, value] of Object.entries(found)) setOwn(lifted, rename ? rename(key) : key, value);
    return lifted;
  }
}

export const dpathFlattenFields = defineComponent({
  kind: 'RecordTransformation',
  type: 'DpathFlattenFields',
  title: 'Flatten one field',
  description: 'Lifts the fields of one nested object to the top level of the record, under changed names if wanted.',
  fields: {
    field_path: required(
      field.array(field.template(), {
        title: 'Field path',
        description: 'The path to the object. `*` stands for every name or item; the first match is used.',
        examples: [['data'], ['data', 'attributes'], ['data', '{{ config["kind"] }}'], ['data', '*', 'record']],
      }),
    ),
    delete_origin_value: field.boolean({ title: 'Delete the original', description: 'Removes the object from its old place.', default: false }),
    replace_record: field.boolean({ title: 'Replace the record', description: 'The fields of the object become the whole record.', default: false }),
    key_transformation: field.component('KeyTransformation', { title: 'Name change', description: 'How the names of the lifted fields change.' }),
  },
  examples: [
    { type: 'DpathFlattenFields', field_path: ['data', 'attributes'], delete_origin_value: true },
    { type: 'DpathFlattenFields', field_path: ['address'], key_transformation: { type: 'KeyTransformation', prefix: 'address_' } },
  ],
  build: (props) =>
    new DpathFlattenFields(new FieldPathTemplate(props.field_path), {
      deleteOriginValue: props.delete_origin_value,
      replaceRecord: props.replace_record,
      keyTransformation: props.key_transformation,
    }),
});
