import { parseDocument } from 'yaml';
import { ConnectorError, errorText, isConnectorError } from '../errors/connector-error';
import { isDeeperThan, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { parseSimpleYaml } from './simple-yaml';
import { YAML_DIALECT } from './yaml-dialect';

/**
 * A manifest's text, YAML or JSON, as plain values. YAML is read as version 1.1 with merge keys, like the reference
 * does (`yes` is true, `0777` octal). Throws a config_error with line and column.
 */
export function parseManifest(text: string, origin: string): JsonObject {
  try {
    const manifest = json(text) ?? parseSimpleYaml(text) ?? yaml(text, origin);
    if (isDeeperThan(manifest, MAX_DEPTH)) throw new RangeError('too deep');
    return manifest;
  } catch (error) {
    if (isConnectorError(error)) throw error;
    // Parsers, and all that works on a manifest after them, go down into it.
    if (error instanceof RangeError) throw ConnectorError.config('manifest.too_deep', `${origin} is nested deeper than ${MAX_DEPTH} levels, or refers to itself.`);
    // An alias without its anchor, or too many of them; something merged that is no map.
    throw ConnectorError.config('manifest.syntax', `${origin} cannot be read: ${errorText(error)}`);
  }
}

/** Levels of nesting. No manifest comes near. */
export const MAX_DEPTH = 200;

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
  if (isNestedWithoutBound(text)) throw new RangeError('too deep');
  const document = parseDocument(text, { ...YAML_DIALECT, logLevel: 'error' });
  const problem = document.errors[0];
  if (problem) {
    if (problem.message.includes('call stack')) throw new RangeError('too deep');
    throw ConnectorError.config('manifest.syntax', `${origin} is neither YAML nor JSON: ${problem.message}`);
  }
  // A hundred aliases of one anchor are plenty; more is an attempt to blow up memory.
  const value = plain(document.toJS({ maxAliasCount: 1000 }));
  if (!isObject(value)) throw ConnectorError.config('manifest.not_an_object', `${origin} must hold an object with check, streams and version; it holds ${describe(value)}.`);
  return value;
}

/** Brackets that stand open at once, those in texts among them, or dashes in a row; more than any manifest has; the package can do twice as many. */
const MOST_OPEN = 300;

/**
 * The package goes down into brackets until its stack ends. That is an exception, but no longer where the stack ends while V8 compiles a
 * regular expression: that ends the process.
 */
function isNestedWithoutBound(text: string): boolean {
  let open = 0;
  for (const [token] of text.matchAll(/[[{]|[\]}]|(?:[-?:] +){300}/g)) {
    if (token.length > 1) return true;
    open = token === '[' || token === '{' ? open + 1 : Math.max(0, open - 1);
    if (open > MOST_OPEN) return true;
  }
  return false;
}

/** What YAML 1.1 has beyond JSON becomes JSON. */
function plain(value: unknown, depth = 0): JsonValue {
  if (depth > MAX_DEPTH) throw new RangeError('too deep');
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1));
  if (value instanceof Set) return [...value].map((item) => plain(item, depth + 1));
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (typeof value === 'object' && value !== null) {
    const result: JsonObject = {};
    for (const [key, item] of value instanceof Map ? value : Object.entries(value)) {
      Object.defineProperty(result, String(key), { value: plain(item, depth + 1), enumerable: true, configurable: true, writable: true });
    }
    return result;
  }
  return (value ?? null) as JsonValue;
}

function describe(value: JsonValue): string {
  return value === null ? 'nothing' : Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
