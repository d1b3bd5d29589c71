import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { JsonObject } from '../../protocol/json';
import type { SchemaLoader } from '../schema-loader';

/** The schema that stands in the manifest itself. */
export class InlineSchemaLoader implements SchemaLoader {
  constructor(private readonly schema: JsonObject) {}

  async load(): Promise<JsonObject> {
    return this.schema;
  }
}

export const inlineSchemaLoader = defineComponent({
  kind: 'SchemaLoader',
  type: 'InlineSchemaLoader',
  title: 'Schema in the manifest',
  description: 'The JSON schema of the records, written down in the manifest.',
  fields: {
    schema: field.object({ title: 'Schema', description: 'A JSON schema (draft 7) of one record.', default: {} }),
  },
  examples: [
    { type: 'InlineSchemaLoader', schema: { type: 'object', properties: { id: { type: 'string' }, amount: { type: ['null', 'number'] } } } },
  ],
  build: ({ schema }) => new InlineSchemaLoader(schema),
});
