import type { ComponentRegistry } from '../manifest/component-registry';
import type { LoadedManifest } from '../manifest/load-manifest';
import type { Runtime } from '../platform/runtime';
import type { JsonObject } from '../protocol/json';
import { SchemaFiles } from '../records/schema/schema-files';
import { canonicalJson } from '../slices/stream-slice';
import { MANIFEST_KEY, registerSecrets, validateConfig } from './config';
import { findCustomComponents } from './custom-components-source';
import { DeclarativeSource } from './declarative-source';
import type { Spec } from './spec';

export interface OpenOptions {
  registry: ComponentRegistry;
  runtime: Runtime;
  /** The folder of the manifest file, for the files beside it; undefined when it came another way. */
  folder?: string;
  /** A module with custom components. */
  componentsPath?: string;
  /** Called when migrations changed the config: it is to be kept. */
  storeMigrated?(config: JsonObject): Promise<void>;
}

/**
 * A source that is ready to work: the config is migrated (and stored), validated, transformed.
 * @throws ConnectorError `config.invalid` and others
 */
export async function openSource({ manifest, warnings }: LoadedManifest, given: JsonObject, options: OpenOptions): Promise<DeclarativeSource> {
  const { registry, runtime, folder, componentsPath } = options;
  runtime.shared('schemaFiles', () => new SchemaFiles(folder));
  const custom = await findCustomComponents({ path: componentsPath, folder, config: given, env: runtime.env });
  runtime.shared('customComponents', () => custom);
  for (const warning of warnings) runtime.logger.warn(warning);
  const { [MANIFEST_KEY]: _manifest, ...config } = structuredClone(given);
  const spec = buildSpec(manifest, config, registry, runtime);
  if (spec) {
    const { connectionSpecification } = spec.specification;
    const before = canonicalJson(config);
    spec.migrate(config);
    registerSecrets(config, connectionSpecification, runtime.secrets);
    if (canonicalJson(config) !== before) await options.storeMigrated?.(config);
    await validateConfig(config, connectionSpecification);
    spec.transform(config);
    registerSecrets(config, connectionSpecification, runtime.secrets);
    await spec.validate(config);
  }
  return new DeclarativeSource(manifest, registry, config, runtime);
}

/** The spec of a manifest that has one; its config steps work on `config`. */
export function buildSpec(manifest: JsonObject, config: JsonObject, registry: ComponentRegistry, runtime: Runtime): Spec | undefined {
  if (manifest.spec === undefined) return undefined;
  const ctx = registry.context({ config, parameters: {}, path: 'spec', streamName: undefined, isParent: false, role: undefined, runtime });
  return ctx.build('Spec', manifest.spec as JsonObject);
}
