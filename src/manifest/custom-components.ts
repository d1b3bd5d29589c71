import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { ConnectorError, errorText } from '../errors/connector-error';
import type { JsonObject } from '../protocol/json';
import type { BuildContext } from './build-context';

/** What a module exports for a `class_name`: called with the component's model and context, gives the component. */
type CustomFactory = (model: JsonObject, ctx: BuildContext) => unknown;

declare module '../platform/runtime' {
  interface SharedServices {
    customComponents: CustomComponents;
  }
}

/** The environment variable by which the user allows code from outside; the reference's name. */
export const ALLOW_CODE = 'AIRBYTE_ENABLE_UNSAFE_CODE';

/** The JavaScript that stands in for a manifest's custom Python classes (docs/custom-components.md). */
export class CustomComponents {
  private constructor(private readonly exports: Readonly<Record<string, unknown>>) {}

  /** No module was given: every custom component is an error that says how to give one. */
  static readonly none = new CustomComponents({});

  /**
   * Loads a module from a file. Throws a config_error when code is not allowed, when a checksum does not match, or when
   * the module cannot be loaded.
   */
  static async load(path: string, checksums: JsonObject | undefined, env: Readonly<Record<string, string | undefined>>): Promise<CustomComponents> {
    if (env[ALLOW_CODE]?.toLowerCase() !== 'true') {
      throw ConnectorError.config('custom.not_allowed', `The components in ${path} are code and run with the rights of the connector. Set ${ALLOW_CODE}=true to allow that.`);
    }
    await verify(path, checksums);
    try {
      return new CustomComponents((await import(pathToFileURL(path).href)) as Record<string, unknown>);
    } catch (error) {
      throw ConnectorError.config('custom.not_loadable', `The components in ${path} cannot be loaded: ${errorText(error)}`, { cause: error });
    }
  }

  create(kind: string, model: JsonObject, ctx: BuildContext): unknown {
    const className = String(model.class_name);
    // `source_declarative_manifest.components.MyExtractor` is the export `MyExtractor`.
    const name = className.slice(className.lastIndexOf('.') + 1);
    const found = Object.prototype.hasOwnProperty.call(this.exports, name) ? this.exports[name] : undefined;
    if (typeof found !== 'function') {
      throw ConnectorError.config(
        'custom.missing',
        `${ctx.path} needs the custom component ${className} (${kind}). Python classes do not run here: export a function "${name}" from a JavaScript module and give it with --components-path (docs/custom-components.md).`,
      );
    }
    return isClass(found) ? new (found as new (...args: Parameters<CustomFactory>) => unknown)(model, ctx) : (found as CustomFactory)(model, ctx);
  }
}

async function verify(path: string, checksums: JsonObject | undefined): Promise<void> {
  if (checksums === undefined) return;
  const code = await readFile(path);
  for (const [algorithm, expected] of Object.entries(checksums)) {
    if (algorithm !== 'md5' && algorithm !== 'sha256') {
      throw ConnectorError.config('custom.unknown_checksum', `The checksum ${algorithm} of the custom components is not known. Use md5 or sha256.`);
    }
    if (createHash(algorithm).update(code).digest('hex') !== expected) {
      throw ConnectorError.config('custom.tampered', `The ${algorithm} checksum of ${path} is not the one in the config: the file was changed.`);
    }
  }
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
