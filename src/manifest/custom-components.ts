import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { ConnectorError, errorText } from '../errors/connector-error';
import type { JsonObject } from '../protocol/json';
import type { BuildContext } from './build-context';
import { importModule } from './import-module';

/** What a module exports for a `class_name`: called with the component's model and context, gives the component. */
type CustomFactory = (model: JsonObject, ctx: BuildContext) => unknown;

declare module '../platform/runtime' {
  interface SharedServices {
    customComponents: CustomComponents;
  }
}

/** The environment variable by which the user allows code from outside; the reference's name. */
export const ALLOW_CODE = 'AIRBYTE_ENABLE_UNSAFE_CODE';

/** Whose code it is, and what must hold before it runs. */
export interface CodeOrigin {
  checksums?: JsonObject;
  env: Readonly<Record<string, string | undefined>>;
  /** Part of the image: allowed like the image itself. */
  trusted?: boolean;
}

/** The JavaScript that stands in for a manifest's custom Python classes (docs/custom-components.md). */
export class CustomComponents {
  private constructor(private readonly exports: Readonly<Record<string, unknown>>) {}

  /** No module was given: every custom component is an error that says how to give one. */
  static readonly none = new CustomComponents({});

  /** A module in a file. Throws a config_error when code is not allowed, was changed, or cannot be loaded. */
  static async fromFile(path: string, origin: CodeOrigin): Promise<CustomComponents> {
    allow(path, origin);
    if (origin.checksums) verify(await readFile(path), path, origin.checksums);
    return CustomComponents.fromModule(pathToFileURL(path).href, path);
  }

  /** A module as source text, e.g. from a config. Throws like `fromFile`. */
  static async fromText(code: string, origin: CodeOrigin): Promise<CustomComponents> {
    allow('the config', origin);
    if (origin.checksums) verify(Buffer.from(code), 'the config', origin.checksums);
    return CustomComponents.fromModule(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`, 'the config');
  }

  private static async fromModule(url: string, place: string): Promise<CustomComponents> {
    try {
      return new CustomComponents((await importModule(url)) as Record<string, unknown>);
    } catch (error) {
      throw ConnectorError.config('custom.not_loadable', `The components in ${place} cannot be loaded: ${errorText(error)}`, { cause: error });
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

function allow(place: string, { trusted, env }: CodeOrigin): void {
  if (trusted || env[ALLOW_CODE]?.toLowerCase() === 'true') return;
  throw ConnectorError.config('custom.not_allowed', `The components in ${place} are code and run with the rights of the connector. Set ${ALLOW_CODE}=true to allow that.`);
}

function verify(code: Uint8Array, place: string, checksums: JsonObject): void {
  for (const [algorithm, expected] of Object.entries(checksums)) {
    if (algorithm !== 'md5' && algorithm !== 'sha256') {
      throw ConnectorError.config('custom.unknown_checksum', `The checksum "${algorithm}" of the custom components is not known. Use md5 or sha256.`);
    }
    if (createHash(algorithm).update(code).digest('hex') !== expected) {
      throw ConnectorError.config('custom.tampered', `The ${algorithm} checksum of the components in ${place} is not the one in the config: the code was changed.`);
    }
  }
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
