import type { SecretRegistry } from '../platform/runtime';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { shortDigest } from '../slices/short-digest';
import { canonicalJson } from '../slices/stream-slice';

const CONFIG_VALUE = /\bconfig((?:\s*\[\s*(?:'[^']+'|"[^"]+")\s*\]|\s*\.\s*get\s*\(\s*(?:'[^']+'|"[^"]+")|\s*\.\s*\w+)+)/g;
const NAME = /'([^']+)'|"([^"]+)"|\.\s*(?!get\s*\()(\w+)/g;

/**
 * What a job is ordered with, besides its slice: the creation requester and the values of the config that its templates name. Secrets
 * do not count: they change without changing what is ordered.
 */
export function orderFingerprint(creationModel: JsonValue | undefined, config: JsonObject, secrets: SecretRegistry): string {
  const model = canonicalJson(creationModel ?? null);
  const values = new Set<string>();
  collect(creationModel ?? null, (text) => {
    for (const [, path] of text.matchAll(CONFIG_VALUE)) values.add(`${path}=${secrets.mask(canonicalJson(valueAt(config, path ?? '') ?? null))}`);
  });
  return shortDigest([secrets.mask(model), ...[...values].sort()].join('\n'));
}

function valueAt(config: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = config;
  for (const [, single, double, attribute] of path.matchAll(NAME)) {
    const next: JsonValue | undefined = isObject(value) ? getOwn(value, single ?? double ?? attribute ?? '') : undefined;
    // A method of a value, such as `.lower()`: the value itself counts.
    if (next === undefined && attribute !== undefined) return value;
    value = next;
  }
  return value;
}

function collect(value: JsonValue, each: (text: string) => void): void {
  if (typeof value === 'string') each(value);
  else if (Array.isArray(value)) for (const item of value) collect(item, each);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) collect(item, (each(key), each));
}
