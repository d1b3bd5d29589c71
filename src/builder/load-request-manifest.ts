import { isConnectorError } from '../errors/connector-error';
import type { ComponentRegistry } from '../manifest/component-registry';
import { loadManifest, type LoadedManifest } from '../manifest/load-manifest';
import type { JsonObject } from '../protocol/json';
import { migrateManifest } from './migrate-manifest';
import { normalizeManifest } from './normalize-manifest';
import { Refusal } from './refusal';

/** Set by the web app in the manifest that it sends: bring it up to date; put what is shared into `definitions`. */
const MIGRATE_KEY = '__should_migrate';
const NORMALIZE_KEY = '__should_normalize';

export interface RequestManifest extends LoadedManifest {
  /** What `resolve` answers: with references again where the web app asked for that. */
  shown: JsonObject;
}

/**
 * The manifest of a request, resolved and checked.
 * @param failure begins the sentence of a refusal, e.g. `Error resolving manifest: `
 * @throws Refusal 400 that names the place in the manifest
 */
export async function loadRequestManifest(source: JsonObject, registry: ComponentRegistry, now: number, failure = ''): Promise<RequestManifest> {
  const { [MIGRATE_KEY]: migrates, [NORMALIZE_KEY]: normalizes, ...plain } = source;
  try {
    let loaded = await loadManifest(plain, registry);
    // A migrated manifest is checked again: what is shown must be one that can be saved.
    if (migrates === true) loaded = await loadManifest(migrateManifest(loaded.manifest, now), registry);
    return { ...loaded, shown: normalizes === true ? normalizeManifest(loaded.manifest) : loaded.manifest };
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    throw new Refusal(400, `${failure}Invalid manifest: ${error.message}`);
  }
}
