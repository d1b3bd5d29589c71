import { isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import type { SchemaLoader } from '../schema-loader';

/** Several loaders as one: of each property the first definition counts. Made for a list in `schema_loader`. */
export class CompositeSchemaLoader implements SchemaLoader {
  constructor(private readonly loaders: readonly SchemaLoader[]) {}

  async load(): Promise<JsonObject> {
    const properties: JsonObject = {};
    for (const loader of this.loaders) {
      const schema = await loader.load();
      if (!isObject(schema.properties)) continue;
      for (const [name, definition] of Object.entries(schema.properties)) {
        if (!Object.hasOwn(properties, name)) setOwn(properties, name, definition as JsonValue);
      }
    }
    return { $schema: 'http://json-schema.org/draft-07/schema#', type: ['null', 'object'], properties };
  }
}
