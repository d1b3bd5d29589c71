import { getOwn, isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import type { Finding } from '../page-contract';
import type { Path } from './document';
import { resolved } from './references';

/** What a person has still to fill in; the server has nothing against empty texts. */
export const MISSING = 'form.missing';

const ADDRESS = ['url', 'url_base', 'path'];
/** No requests of this stream, or none at all. */
const ELSEWHERE = new Set(['$parameters', 'schema_loader', 'stream']);
/** Longer paths are circles of references. */
const MAX_DEPTH = 16;

/** Requests without an address. */
export function missingValues(model: JsonObject): Finding[] {
  const streams = resolved(model, model.streams);
  return Array.isArray(streams) ? streams.flatMap((stream, index) => missingIn(model, stream, ['streams', index], new Set())) : [];
}

function missingIn(model: JsonObject, written: JsonValue, path: Path, inherited: ReadonlySet<string>): Finding[] {
  if (typeof written !== 'object' && typeof written !== 'string') return [];
  const value = resolved(model, written);
  if (path.length > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => missingIn(model, item, [...path, index], inherited));
  if (!isObject(value)) return [];
  const parameters = isObject(value.$parameters) ? new Set([...inherited, ...Object.keys(value.$parameters)]) : inherited;
  const own: Finding[] = [];
  // Parameters fill properties of their name.
  const isGiven = (name: string) => parameters.has(name) || (getOwn(value, name) ?? '') !== '';
  if (value.type === 'HttpRequester' && !ADDRESS.some(isGiven)) own.push({ severity: 'error', code: MISSING, path: [...path, 'url'], message: 'This request has no URL yet.' });
  for (const [key, item] of Object.entries(value)) if (!ELSEWHERE.has(key)) own.push(...missingIn(model, item, [...path, key], parameters));
  return own;
}
