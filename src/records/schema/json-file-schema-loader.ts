import { dirname, join } from 'node:path';
import { ConnectorError } from '../../errors/connector-error';
import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import type { SchemaLoader } from '../schema-loader';
import { SchemaFiles } from './schema-files';

/** References inside references. */
const DEEPEST_REFERENCE = 50;

/** The schema in a JSON file beside the manifest, with its `$ref`s written out (reference section 10.3). */
export class JsonFileSchemaLoader implements SchemaLoader {
  constructor(
    private readonly filePath: InterpolatedString | undefined,
    private readonly isOptional: boolean,
    private readonly ctx: BuildContext,
  ) {}

  async load(): Promise<JsonObject> {
    const files = this.ctx.runtime.shared('schemaFiles', () => new SchemaFiles(undefined));
    const path = this.filePath?.text() || `./schemas/${this.ctx.streamName ?? ''}.json`;
    const file = await files.read(path);
    if (file) {
      const schema = await resolved(file.schema, { files, folder: dirname(file.path), document: file.schema, depth: 0 });
      delete (schema as JsonObject).definitions;
      return schema as JsonObject;
    }
    if (this.isOptional) {
      this.ctx.runtime.logger.debug(`The stream ${this.ctx.streamName} has no schema; every record is accepted.`);
      return {};
    }
    throw ConnectorError.config(
      'records.schema_file_missing',
      `${this.ctx.path}: there is no schema file ${JSON.stringify(path)} beside the manifest. Add the file, or use an InlineSchemaLoader.`,
    );
  }
}

interface Resolution {
  files: SchemaFiles;
  /** Of the file that the stream names; shared files are in `shared/` there. */
  folder: string;
  /** The document that `#/…` points into. */
  document: JsonObject;
  depth: number;
}

async function resolved(value: JsonValue, at: Resolution): Promise<JsonValue> {
  if (Array.isArray(value)) return Promise.all(value.map((item) => resolved(item, at)));
  if (!isObject(value)) return value;
  if (typeof value.$ref === 'string') return target(value.$ref, at);
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) setOwn(result, key, key === 'definitions' ? item : await resolved(item, at));
  return result;
}

async function target(reference: string, at: Resolution): Promise<JsonValue> {
  const [file = '', pointer = ''] = reference.split('#', 2);
  const fail = (why: string) =>
    ConnectorError.config('records.unknown_schema_reference', `The schema reference ${JSON.stringify(reference)} ${why}.`);
  if (at.depth >= DEEPEST_REFERENCE) throw fail('leads to itself');
  let document = at.document;
  if (file !== '') {
    const shared = (await at.files.read(join(at.folder, 'shared', file))) ?? (await at.files.read(join(at.folder, file)));
    if (!shared) throw fail('names a file that is neither in the folder of the schema nor in its folder "shared"');
    document = shared.schema;
  }
  let value: JsonValue | undefined = document;
  for (const token of decodeURIComponent(pointer).split('/').slice(1)) {
    value = isObject(value) ? getOwn(value, token.replaceAll('~1', '/').replaceAll('~0', '~')) : undefined;
  }
  if (value === undefined) throw fail('points at nothing');
  const result = await resolved(value, { ...at, document, depth: at.depth + 1 });
  if (isObject(result)) delete result.definitions;
  return result;
}

export const jsonFileSchemaLoader = defineComponent({
  kind: 'SchemaLoader',
  type: 'JsonFileSchemaLoader',
  title: 'Schema in a file',
  description:
    'The JSON schema of the records from a file beside the manifest. InlineSchemaLoader keeps everything in one place and is the better choice for new manifests.',
  fields: {
    file_path: field.template({
      title: 'File path',
      description: 'Relative to the manifest. Without it `./schemas/<name of the stream>.json`.',
      examples: ['./schemas/users.json', "./schemas/{{ parameters['name'] }}.json"],
    }),
    optional: field.boolean({ extension: true, description: 'Without the file every record is accepted, instead of an error.', default: false }),
  },
  examples: [{ type: 'JsonFileSchemaLoader', file_path: './schemas/users.json' }],
  build: ({ file_path, optional }, ctx) => new JsonFileSchemaLoader(file_path, optional, ctx),
});
