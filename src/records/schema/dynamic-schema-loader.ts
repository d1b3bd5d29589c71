import { ConnectorError } from '../../errors/connector-error';
import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { ComponentKinds } from '../../manifest/kinds';
import { isEmpty, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { StreamSlice } from '../../slices/stream-slice';
import type { FieldPathTemplate } from '../field-path-template';
import { readOneSlice } from '../read-one-slice';
import type { RecordFilter, RecordTransformation } from '../record-transformation';
import type { SchemaLoader } from '../schema-loader';
import { variablesWithoutSlice } from '../transformation-variables';
import { airbyteType, airbyteTypeNames } from './airbyte-types';
import { ComplexFieldType } from './complex-field-type';
import type { SchemaTypeIdentifier } from './schema-type-identifier';
import type { FieldType } from './types-map';

interface DynamicSchemaOptions {
  retriever: () => ComponentKinds['Retriever'];
  identifier: SchemaTypeIdentifier;
  filter: RecordFilter | undefined;
  transformations: readonly RecordTransformation[];
}

/** The schema made of what the API says about its fields: the first record of a request (reference section 10.3). */
export class DynamicSchemaLoader implements SchemaLoader {
  private loaded: Promise<JsonObject> | undefined;

  constructor(
    private readonly options: DynamicSchemaOptions,
    private readonly ctx: BuildContext,
  ) {}

  load(): Promise<JsonObject> {
    this.loaded ??= this.fetch();
    return this.loaded;
  }

  private async fetch(): Promise<JsonObject> {
    const record = await this.firstRecord();
    const properties = this.filtered(record && !isEmpty(record) ? this.propertiesOf(record) : {});
    for (const transformation of this.options.transformations) transformation.transform(properties, variablesWithoutSlice(properties));
    return { $schema: 'https://json-schema.org/draft-07/schema#', type: 'object', additionalProperties: true, properties };
  }

  private async firstRecord(): Promise<JsonObject | undefined> {
    const { streamName = '', runtime } = this.ctx;
    for await (const batch of readOneSlice(this.options.retriever(), new StreamSlice(), streamName, runtime.signal)) {
      if (batch.length > 0) return batch[0];
    }
    return undefined;
  }

  private propertiesOf(record: JsonObject): JsonObject {
    const { schemaPointer, keyPointer } = this.options.identifier;
    const found = at(schemaPointer, record);
    const descriptions = Array.isArray(found) ? found : isObject(found) ? Object.keys(found) : undefined;
    if (!descriptions) throw this.error(`there is no list of fields at schema_pointer ${text(schemaPointer)} of the record`);
    const properties: JsonObject = {};
    for (const description of descriptions) {
      const key = at(keyPointer, description);
      if (typeof key !== 'string') throw this.error(`there is no name at key_pointer ${text(keyPointer)} of a field`);
      setOwn(properties, key, this.schemaOf(description));
    }
    return properties;
  }

  private schemaOf(description: JsonValue): JsonObject {
    const { typePointer, typesMapping } = this.options.identifier;
    const found = typePointer.isEmpty ? 'string' : (at(typePointer, description) ?? 'string');
    const match = typesMapping.find(
      ({ currentType, condition }) =>
        sameType(found, currentType) && (condition?.eval({ ...variablesWithoutSlice({}), raw_schema: description }) ?? true),
    );
    const type = match ? match.targetType : (found as FieldType);
    if (Array.isArray(type) && type.length === 2 && type.every((each) => typeof each === 'string')) {
      return { oneOf: type.map((each) => this.simpleSchema(each)) };
    }
    if (typeof type !== 'string' && !(type instanceof ComplexFieldType))
      throw this.error(`a field has the type ${JSON.stringify(type)}, which is neither a name nor two names`);
    return this.nestedSchema(type);
  }

  private nestedSchema(type: string | ComplexFieldType): JsonObject {
    if (typeof type === 'string') return this.simpleSchema(type);
    const schema = this.simpleSchema(type.fieldType);
    return type.items ? { ...schema, items: this.nestedSchema(type.items) } : schema;
  }

  private simpleSchema(type: string): JsonObject {
    const schema = airbyteType(type);
    if (!schema)
      throw this.error(`the type ${JSON.stringify(type)} is unknown. Translate it in types_mapping to one of ${airbyteTypeNames.join(', ')}`);
    return schema;
  }

  private filtered(properties: JsonObject): JsonObject {
    const { filter } = this.options;
    if (!filter) return properties;
    const kept: JsonObject = {};
    for (const [name, schema] of Object.entries(properties)) {
      const record: JsonObject = {};
      setOwn(record, name, schema);
      if (filter.keep(record, variablesWithoutSlice(record))) setOwn(kept, name, schema);
    }
    return kept;
  }

  private error(what: string): ConnectorError {
    return ConnectorError.config('records.dynamic_schema', `${this.ctx.path}: the schema of stream ${this.ctx.streamName} cannot be made: ${what}.`, {
      recovery: 'stop_stream',
    });
  }
}

const at = (pointer: FieldPathTemplate, value: JsonValue): JsonValue | undefined => (pointer.isEmpty ? value : pointer.path.get(value));
const text = (pointer: FieldPathTemplate): string => JSON.stringify(pointer.path.texts);

function sameType(found: JsonValue, current: string | readonly string[]): boolean {
  if (!Array.isArray(found) || !Array.isArray(current)) return found === current;
  return found.length === current.length && found.every((each, index) => each === current[index]);
}

export const dynamicSchemaLoader = defineComponent({
  kind: 'SchemaLoader',
  type: 'DynamicSchemaLoader',
  title: 'Schema from the API',
  description: 'Makes the JSON schema of the records from the description of the fields that the API gives.',
  fields: {
    retriever: required(
      field.deferred('Retriever', { title: 'Retriever', role: 'schema', description: 'Fetches the description; its first record is used.' }),
    ),
    schema_filter: field.component('RecordFilter', {
      title: 'Schema filter',
      description: 'Which properties to keep; the record is an object with the one property.',
    }),
    schema_transformations: field.array(field.component('RecordTransformation'), {
      title: 'Schema transformations',
      description: 'Changes to the object of all properties, in order.',
    }),
    schema_type_identifier: required(field.component('SchemaTypeIdentifier', { description: 'Where the names and types are.' })),
  },
  examples: [
    {
      type: 'DynamicSchemaLoader',
      retriever: {
        type: 'SimpleRetriever',
        requester: { type: 'HttpRequester', url: 'https://api.example.com/fields', http_method: 'GET' },
        record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
      },
      schema_type_identifier: {
        schema_pointer: ['fields'],
        key_pointer: ['name'],
        type_pointer: ['type'],
        types_mapping: [{ target_type: 'number', current_type: 'currency' }],
      },
    },
  ],
  build: ({ retriever, schema_filter, schema_transformations, schema_type_identifier }, ctx) =>
    new DynamicSchemaLoader(
      {
        retriever: () => retriever(),
        identifier: schema_type_identifier,
        filter: schema_filter,
        transformations: schema_transformations ?? [],
      },
      ctx,
    ),
});
