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
  const typed: JsonObject = { ...source, type: source.type ?? 'DeclarativeSource' };
  const manifest = propagateTypesAndParameters(withCurrentNames(resolveReferences(typed)) as JsonObject);
  if (manifest.streams === undefined && manifest.dynamic_streams === undefined) {
    throw ConnectorError.config('manifest.invalid', 'The manifest has neither streams nor dynamic_streams.');
  }
  if (!fitsManifestSchema?.(manifest)) await refuseMisfit(manifest, registry);
  const warnings = findUnknownProperties(registry, manifest, 'DeclarativeSource').map(({ path, component, property, suggestion }) => {
    const text = `${path || 'The manifest'}: ${component} has no property "${property}"`;
    // A typo changes what is read; nobody would see that in a warning.
    if (suggestion) throw ConnectorError.config('manifest.unknown_property', `${text}. Did you mean "${suggestion}"?`);
    return `${text}; it has no effect.`;
  });
  return { manifest, warnings };
}

/** ajv is loaded only where it has something to say. */
async function refuseMisfit(manifest: JsonObject, registry: ComponentRegistry): Promise<void> {
  const { compileSchema } = await import('./validate');
  const violation = compileSchema(manifestSchema(registry, 'DeclarativeSource'), { discriminator: true }).check(manifest);
  if (!violation) return;
  const at = violation.path || 'its top level';
  throw ConnectorError.config('manifest.invalid', `The manifest is not valid at ${at}: ${violation.message}`);
}
