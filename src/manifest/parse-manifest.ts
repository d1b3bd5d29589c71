import { parseDocument, type ScalarTag, type Tags } from 'yaml';
import { ConnectorError } from '../errors/connector-error';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json';

/**
 * A manifest's text, YAML or JSON, as plain values. YAML is read as version 1.1 with merge keys, like the reference
 * does (`yes` is true, `0777` octal). Throws a config_error with line and column.
 */
export function parseManifest(text: string, origin: string): JsonObject {
  return json(text) ?? yaml(text, origin);
}

/** JSON is YAML, too, but the YAML parser takes many times as long for it. Undefined for what is no JSON object. */
function json(text: string): JsonObject | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
}

function yaml(text: string, origin: string): JsonObject {
  const document = parseDocument(text, { version: '1.1', merge: true, prettyErrors: true, uniqueKeys: false, customTags: likePython });
  const problem = document.errors[0];
  if (problem) {
    throw ConnectorError.config('manifest.syntax', `${origin} is neither YAML nor JSON: ${problem.message}`);
  }
  // A hundred aliases of one anchor are plenty; more is an attempt to blow up memory.
  const value = plain(document.toJS({ maxAliasCount: 1000 }));
  if (!isObject(value)) throw ConnectorError.config('manifest.not_an_object', `${origin} must hold an object with check, streams and version; it holds ${describe(value)}.`);
  return value;
}

/**
 * Scalars as PyYAML reads them: `y` and `n` are texts, a float with an exponent needs a point and a sign. Dates stay
 * text: a manifest holds JSON only.
 */
function likePython(tags: Tags): Tags {
  const isOther = (tag: Tags[number]) => typeof tag === 'string' || !(OWN_TAGS.has(tag.tag) && (tag.tag !== FLOAT || ('format' in tag && tag.format === 'EXP')));
  return [...tags.filter(isOther), boolean(true, /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/), boolean(false, /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/), exponent];
}

const FLOAT = 'tag:yaml.org,2002:float';
const OWN_TAGS = new Set(['tag:yaml.org,2002:bool', 'tag:yaml.org,2002:timestamp', FLOAT]);

const boolean = (value: boolean, test: RegExp): ScalarTag => ({ tag: 'tag:yaml.org,2002:bool', default: true, test, resolve: () => value, identify: (candidate) => candidate === value });

const exponent: ScalarTag = {
  tag: FLOAT,
  default: true,
  format: 'EXP',
  test: /^[-+]?[0-9][0-9_]*\.[0-9_]*[eE][-+][0-9]+$/,
  resolve: (text) => Number(text.replaceAll('_', '')),
};

/** What YAML 1.1 has beyond JSON becomes JSON. */
function plain(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Set) return [...value].map(plain);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'object' && value !== null) {
    const result: JsonObject = {};
    for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
      Object.defineProperty(result, String(key), { value: plain(item), enumerable: true, configurable: true, writable: true });
    }
    return result;
  }
  return (value ?? null) as JsonValue;
}

function describe(value: JsonValue): string {
  return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
