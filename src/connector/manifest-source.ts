import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConnectorError, errorText } from '../errors/connector-error';
import { parseManifest } from '../manifest/parse-manifest';
import { readText } from '../platform/read-text';
import type { ConnectorSpecification } from '../protocol/airbyte';
import { isObject, type JsonObject } from '../protocol/json';
import { MANIFEST_KEY } from './config';

/** Where images built on the reference's base image carry their manifest. */
export const MOUNTED_MANIFEST = '/airbyte/integration_code/source_declarative_manifest/manifest.yaml';

/** The spec of a source whose manifest comes with the config. */
export const GENERIC_SPEC: ConnectorSpecification = {
  documentationUrl: 'https://docs.airbyte.com/integrations/sources/low-code',
  connectionSpecification: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Low-code source spec',
    type: 'object',
    required: [MANIFEST_KEY],
    additionalProperties: true,
    properties: {
      [MANIFEST_KEY]: {
        title: 'Low-code manifest',
        type: 'object',
        description: 'The low-code manifest that defines the components of the source.',
      },
    },
  },
};

export interface FoundManifest {
  manifest: JsonObject;
  /** The folder of the manifest file, for the files beside it; undefined when it came with the config. */
  folder: string | undefined;
}

/**
 * The manifest to run, or undefined when nobody gave one. In this order: `--manifest-path`, the config, the place
 * where the reference image expects it, `$MANIFEST_PATH`.
 */
export async function findManifest(options: {
  manifestPath: string | undefined;
  config: JsonObject;
  env: Readonly<Record<string, string | undefined>>;
}): Promise<FoundManifest | undefined> {
  if (options.manifestPath) return readManifest(options.manifestPath);
  const injected = options.config[MANIFEST_KEY];
  if (injected !== undefined) {
    if (isObject(injected)) return { manifest: injected, folder: undefined };
    throw ConnectorError.config('manifest.not_an_object', `The config key "${MANIFEST_KEY}" must hold the manifest as a JSON object, not as ${typeof injected}.`);
  }
  if (existsSync(MOUNTED_MANIFEST)) return readManifest(MOUNTED_MANIFEST);
  return options.env.MANIFEST_PATH ? readManifest(options.env.MANIFEST_PATH) : undefined;
}

async function readManifest(path: string): Promise<FoundManifest> {
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    throw ConnectorError.config('manifest.unreadable', `The manifest ${path} cannot be read: ${errorText(error)}`, { cause: error });
  }
  return { manifest: parseManifest(text, path), folder: dirname(path) };
}
