import { ConnectorError } from '../errors/connector-error';
import type { JsonObject } from '../protocol/json';
import { fitsManifestSchema } from './compiled-manifest-schema';
import type { ComponentRegistry } from './component-registry';
import { manifestSchema } from './component-schema';
import { namedPlace } from './named-place';
import { mentionsOlderNames, withCurrentNames } from './older-names';
import { propagateTypesAndParameters } from './parameters';
import { resolveReferences } from './references';
import { findUnknownProperties, unknownPropertyText } from './unknown-properties';
import type { SchemaValidator } from './validate';

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
  return { manifest, warnings: unknownPropertyWarnings(manifest, registry) };
}

/** @param manifest resolved */
function unknownPropertyWarnings(manifest: JsonObject, registry: ComponentRegistry): string[] {
  return findUnknownProperties(registry, manifest, 'DeclarativeSource').map((found) => `${namedPlace(found.path, manifest) || 'The manifest'}: ${unknownPropertyText(found)}`);
}

/** The manifest as components are built from it, not checked. */
export function resolveManifest(source: JsonObject): JsonObject {
  const typed: JsonObject = { ...source, type: source.type ?? 'DeclarativeSource' };
  const resolved = resolveReferences(typed);
  return propagateTypesAndParameters(mentionsOlderNames(source) ? (withCurrentNames(resolved) as JsonObject) : resolved);
}

/** Compiling takes half a second; a server checks many manifests. */
const validators = new WeakMap<ComponentRegistry, SchemaValidator>();

/** What a resolved manifest is checked with. ajv is loaded only where it has something to say. */
export async function manifestValidator(registry: ComponentRegistry): Promise<SchemaValidator> {
  const { compileSchema } = await import('./validate');
  const validator = validators.get(registry) ?? compileSchema(manifestSchema(registry, 'DeclarativeSource'), { discriminator: true });
  validators.set(registry, validator);
  return validator;
}

async function refuseMisfit(manifest: JsonObject, registry: ComponentRegistry): Promise<void> {
  const violation = (await manifestValidator(registry)).check(manifest);
  if (!violation) return;
  const at = namedPlace(violation.path, manifest) || 'its top level';
  throw ConnectorError.config('manifest.invalid', `The manifest is not valid at ${at}: ${violation.message}`);
}
