import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { memberOf, type Path } from './document';

/** Longer chains are circles. */
const MAX_STEPS = 100;

/** What a value refers to, e.g. `#/definitions/requester`; null for a value of its own. */
export function referenceOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value.startsWith('#/') ? value : null;
  const ref = isObject(value) ? getOwn(value, '$ref') : undefined;
  return typeof ref === 'string' ? ref : null;
}

/**
 * Where a value really stands: references on the way are followed, members beside `$ref` win over the target's. The last
 * part is not followed: what is written there takes the place of a reference.
 */
export function locate(model: JsonObject, path: Path): Path {
  let place: Path = [];
  for (const key of path) place = [...holderOf(model, place, key), key];
  return place;
}

/** The value at `path` as the engine sees it: references are followed, the last one too, but not those inside of it. */
export function readAt(model: JsonObject, path: Path): JsonValue | undefined {
  return follow(model, valueAt(model, locate(model, path)), 0);
}

/** A value with its own references followed, but not those inside of it. */
export function resolved(model: JsonObject, value: JsonValue | undefined): JsonValue | undefined {
  return follow(model, value, 0);
}

/** Where an object that a reference stands for has its members. */
export function targetOf(model: JsonObject, path: Path): Path {
  let place = locate(model, path);
  for (let step = 0; step < MAX_STEPS; step++) {
    const ref = referenceOf(valueAt(model, place));
    const next = ref === null ? null : pathOf(model, ref);
    if (next === null) break;
    place = next;
  }
  return place;
}

/** How many places of the manifest refer to `ref`. */
export function countReferences(value: JsonValue, ref: string): number {
  if (value === ref) return 1;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countReferences(item, ref), 0);
  return isObject(value) ? Object.values(value).reduce<number>((sum, item) => sum + countReferences(item, ref), 0) : 0;
}

function holderOf(model: JsonObject, start: Path, key: string | number): Path {
  let place = start;
  for (let step = 0; step < MAX_STEPS; step++) {
    const value = valueAt(model, place);
    const ref = referenceOf(value);
    if (ref === null || (isObject(value) && getOwn(value, String(key)) !== undefined)) return place;
    const next = pathOf(model, ref);
    if (next === null) return place;
    place = next;
  }
  return start;
}

function follow(model: JsonObject, value: JsonValue | undefined, step: number): JsonValue | undefined {
  const ref = referenceOf(value);
  const place = ref === null || step > MAX_STEPS ? null : pathOf(model, ref);
  if (place === null) return value;
  const target = follow(model, valueAt(model, place), step + 1);
  if (!isObject(value) || !isObject(target)) return target;
  const merged: JsonObject = {};
  for (const source of [target, value]) for (const [key, item] of Object.entries(source)) if (key !== '$ref') setOwn(merged, key, item);
  return merged;
}

function valueAt(model: JsonObject, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(memberOf, model);
}

/** Names may hold slashes: the longest rest that is a name wins, as in the engine. */
function pathOf(model: JsonObject, ref: string): Path | null {
  let rest = ref.slice(2);
  let place: Path = [];
  while (rest) {
    const value = valueAt(model, place);
    if (isObject(value) && getOwn(value, rest) !== undefined) return [...place, rest];
    const [head = '', ...tail] = rest.split('/');
    const key = Array.isArray(value) ? Number(head) : head;
    if (memberOf(value, key) === undefined) return null;
    place = [...place, key];
    rest = tail.join('/');
  }
  return place.length > 0 ? place : null;
}
