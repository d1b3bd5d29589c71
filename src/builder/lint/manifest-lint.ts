import { isConnectorError } from '../../errors/connector-error';
import type { ComponentRegistry } from '../../manifest/component-registry';
import { resolveManifest } from '../../manifest/load-manifest';
import { parseManifest } from '../../manifest/parse-manifest';
import { isObject, type JsonObject } from '../../protocol/json';
import type { BuilderWorld } from '../builder-runtime';
import type { Finding } from '../page-contract';
import { validateManifest } from '../validate-manifest';
import { downloadFormat, jobAnswerFormat } from './format-rules';
import type { LintRule } from './lint-rule';
import { abortRequest, downloadCredentials, pollingAuthentication, primaryKey, rateLimits } from './request-rules';
import { statusesNeverSeen, statusLists, statusPath, statusSpellings } from './status-rules';
import { TextPlaces } from './text-places';

const ASYNC_RULES: readonly LintRule[] = [statusPath, statusLists, statusSpellings, statusesNeverSeen, rateLimits, jobAnswerFormat, downloadFormat, pollingAuthentication, downloadCredentials, abortRequest];
const RULES: readonly LintRule[] = [primaryKey];

export interface LintOptions {
  /** Checked as well; absent: only what does not need one. */
  config?: JsonObject;
  /** Raw statuses that tests have seen, by stream. */
  seenStatuses?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Names the text in messages. */
  origin?: string;
}

/**
 * All that can be said about a manifest's text without asking the API: whether it is one, whether its streams can be built, and what
 * experience says about how it reads jobs.
 */
export async function lintManifest(text: string, registry: ComponentRegistry, world: BuilderWorld, { config, seenStatuses, origin = 'The manifest' }: LintOptions = {}): Promise<Finding[]> {
  let source: JsonObject;
  try {
    source = parseManifest(text, origin);
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    return [{ severity: 'error', code: error.code, path: [], message: error.message, ...new TextPlaces(text).firstError }];
  }
  return located([...(await validateManifest(source, config, registry, world)), ...adviceOn(source, seenStatuses)], text);
}

/** What the rules say, also while something else is still wrong. */
function adviceOn(source: JsonObject, seenStatuses: LintOptions['seenStatuses']): Finding[] {
  let manifest: JsonObject;
  try {
    manifest = resolveManifest(source);
  } catch {
    // A broken reference; the errors say so.
    return [];
  }
  const streams = Array.isArray(manifest.streams) ? manifest.streams : [];
  return streams.flatMap((stream, index) => {
    const retriever = isObject(stream) ? stream.retriever : undefined;
    if (!isObject(stream) || !isObject(retriever)) return [];
    const name = String(stream.name ?? '');
    const rules = retriever.type === 'AsyncRetriever' ? [...ASYNC_RULES, ...RULES] : RULES;
    const linted = { name, retriever, stream, manifest, seenStatuses: seenStatuses?.get(name) };
    return rules.flatMap((rule) => rule(linted)).map((finding): Finding => ({ ...finding, path: ['streams', index, ...finding.path] }));
  });
}

function located(findings: Finding[], text: string): Finding[] {
  if (findings.length === 0) return findings;
  const places = new TextPlaces(text);
  return findings.map((finding) => ({ ...finding, ...(finding.path.length > 0 ? places.of(finding.path) : undefined) }));
}
