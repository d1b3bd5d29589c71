import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { ConnectorError } from '../../errors/connector-error';
import { isObject, type JsonObject } from '../../protocol/json';

/**
 * Where schema files are: beside the manifest. Whoever knows the manifest's place puts one into the runtime before
 * streams are built: `runtime.shared('schemaFiles', () => new SchemaFiles(directory))`.
 */
export class SchemaFiles {
  /** @param directory of the manifest; undefined when it did not come from a file. */
  constructor(private readonly directory: string | undefined) {}

  /**
   * Reads `path`, relative to the manifest or to the folder above it: manifests of packages call their own folder by
   * name (`./source_name/schemas/x.json`). Undefined when there is no such file.
   */
  async read(path: string): Promise<{ schema: JsonObject; path: string } | undefined> {
    const relative = normalize(path);
    if (isAbsolute(relative) || relative.split(/[\\/]/).includes('..')) {
      throw ConnectorError.config(
        'records.schema_file_outside',
        `The schema file ${JSON.stringify(path)} is outside of the manifest's folder. Give a path relative to the manifest, without "..".`,
      );
    }
    if (this.directory === undefined) return undefined;
    for (const base of [this.directory, dirname(this.directory)]) {
      const text = await readIfPresent(join(base, relative));
      if (text !== undefined) return { schema: parseSchema(text, path), path: relative };
    }
    return undefined;
  }
}

declare module '../../platform/runtime' {
  interface SharedServices {
    schemaFiles: SchemaFiles;
  }
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function parseSchema(text: string, path: string): JsonObject {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch (error) {
    throw ConnectorError.config('records.invalid_schema_file', `The schema file ${path} is not JSON: ${(error as Error).message}. Repair the file.`);
  }
  if (!isObject(schema))
    throw ConnectorError.config('records.invalid_schema_file', `The schema file ${path} does not hold an object. Put a JSON schema into it.`);
  return schema;
}
