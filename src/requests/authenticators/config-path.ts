import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';

/** The value under a path of keys and list positions, or undefined. */
export function valueAt(data: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = data;
  for (const key of path) {
    if (isObject(value)) value = getOwn(value, key);
    else if (Array.isArray(value) && /^\d+$/.test(key)) value = value[Number(key)];
    else return undefined;
  }
  return value;
}

/** Sets the value under a path of keys; makes the objects on the way that do not exist yet. */
export function setAt(data: JsonObject, path: readonly string[], value: JsonValue): void {
  let target = data;
  for (const key of path.slice(0, -1)) {
    let next = getOwn(target, key);
    if (!isObject(next)) setOwn(target, key, (next = {}));
    target = next as JsonObject;
  }
  setOwn(target, path[path.length - 1] as string, value);
}
