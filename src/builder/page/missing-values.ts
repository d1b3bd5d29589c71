import { getOwn, isObject, type JsonObject } from '../../protocol/json';
import type { Finding } from '../page-contract';
import type { Path } from './document';
import { readAt } from './references';

/** What a person has still to fill in; the server has nothing against empty texts. */
export const MISSING = 'form.missing';

const ADDRESS = ['url', 'url_base', 'path'];
/** Deeper ones only in circles. */
const MAX_DEPTH = 12;

/** Requests without an address, and extractors of a status without a path. */
export function missingValues(model: JsonObject): Finding[] {
  const streams = readAt(model, ['streams']);
  if (!Array.isArray(streams)) return [];
  return streams.flatMap((_, index) => missingIn(model, ['streams', index], new Set(), 0));
}

function missingIn(model: JsonObject, path: Path, inherited: ReadonlySet<string>, depth: number): Finding[] {
  const value = readAt(model, path);
  if (Array.isArray(value)) return depth > MAX_DEPTH ? [] : value.flatMap((_, index) => missingIn(model, [...path, index], inherited, depth + 1));
  if (!isObject(value) || depth > MAX_DEPTH) return [];
  const parameters = isObject(value.$parameters) ? new Set([...inherited, ...Object.keys(value.$parameters)]) : inherited;
  const own: Finding[] = [];
  // Parameters fill properties of their name.
  const isGiven = (name: string) => parameters.has(name) || (getOwn(value, name) ?? '') !== '';
  if (value.type === 'HttpRequester' && !ADDRESS.some(isGiven)) own.push(missing([...path, 'url'], 'This request has no URL yet.'));
  if (path.at(-1) === 'status_extractor' && value.type === 'DpathExtractor' && Array.isArray(value.field_path) && value.field_path.length === 0) {
    own.push(missing([...path, 'field_path'], 'The path to the status is not set yet.'));
  }
  const inside = Object.keys(value).filter((key) => key !== '$parameters' && !(key === 'schema_loader' || key === 'stream'));
  return [...own, ...inside.flatMap((key) => missingIn(model, [...path, key], parameters, depth + 1))];
}

function missing(path: Path, message: string): Finding {
  return { severity: 'error', code: MISSING, path: [...path], message };
}
