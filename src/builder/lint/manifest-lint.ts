import { isConnectorError } from '../../errors/connector-error';
import type { ComponentRegistry } from '../../manifest/component-registry';
import { parseManifest } from '../../manifest/parse-manifest';
import type { JsonObject } from '../../protocol/json';
import type { BuilderWorld } from '../builder-runtime';
import type { Finding } from '../page-contract';
import { validateManifest } from '../validate-manifest';
import { TextPlaces } from './text-places';

/**
 * All that can be said about a manifest's text without asking the API: whether it is one, whether its streams can be built, and what
 * experience says about how it reads jobs.
 * @param origin names the text in messages
 */
export async function lintManifest(text: string, config: JsonObject | undefined, registry: ComponentRegistry, world: BuilderWorld, origin = 'The manifest'): Promise<Finding[]> {
  let manifest: JsonObject;
  try {
    manifest = parseManifest(text, origin);
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    return [{ severity: 'error', code: error.code, path: [], message: error.message, ...new TextPlaces(text).firstError }];
  }
  const findings = await validateManifest(manifest, config, registry, world);
  return located(findings, text);
}

function located(findings: Finding[], text: string): Finding[] {
  if (findings.length === 0) return findings;
  const places = new TextPlaces(text);
  return findings.map((finding) => ({ ...finding, ...(finding.path.length > 0 ? places.of(finding.path) : undefined) }));
}
