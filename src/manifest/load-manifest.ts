import { ConnectorError } from '../errors/connector-error';
import type { JsonObject } from '../protocol/json';
import { fitsManifestSchema } from './compiled-manifest-schema';
import type { ComponentRegistry } from './component-registry';
import { manifestSchema } from './component-schema';
import { withCurrentNames } from './older-names';
import { propagateTypesAndParameters } from './parameters';
import { resolveReferences } from './references';
import { findUnknownProperties } from './unknown-properties';

export interface LoadedManifest {
  manifest: JsonObject;
  /** Findings that do not stop a run, e.g. properties that nothing reads. */
  warnings: string[];
}

/**
 * Resolves references and parameters, fills in types, renames what older manifests call differently, and validates.
 * Throws a config_error that names the place and what was expected there.
 */
export async function loadManifest(source: JsonObject, registry: ComponentRegistry): Promise<LoadedManifest> {
  const manifest = resolveManifest(source);
  if (manifest.streams === undefined && manifest.dynamic_streams === undefined) {
    throw ConnectorError.config('manifest.invalid', 'The manifest has neither streams nor dynamic_streams.');
  }
  if (!fitsManifestSchema?.(manifest)) await refuseMisfit(manifest, registry);
  const warnings = findUnknownProperties(registry, manifest, 'DeclarativeSource').map(({ path, component, property, suggestion }) => {
    const advice = suggestion ? ` Did you mean "${suggestion}"?` : '';
    return `${path || 'The manifest'}: ${component} has no property "${property}"; it has no effect.${advice}`;
  });
  return { manifest, warnings };
}

/** The manifest as components are built from it, not checked. */
export function resolveManifest(source: JsonObject): JsonObject {
  const typed: JsonObject = { ...source, type: source.type ?? 'DeclarativeSource' };
  return propagateTypesAndParameters(withCurrentNames(resolveReferences(typed)) as JsonObject);
}

/** ajv is loaded only where it has something to say. */
async function refuseMisfit(manifest: JsonObject, registry: ComponentRegistry): Promise<void> {
  const { compileSchema } = await import('./validate');
  const violation = compileSchema(manifestSchema(registry, 'DeclarativeSource'), { discriminator: true }).check(manifest);
  if (!violation) return;
  const at = violation.path || 'its top level';
  throw ConnectorError.config('manifest.invalid', `The manifest is not valid at ${at}: ${violation.message}`);
}
