import { isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';

/** The object with other names, also inside nested objects, not inside lists. Of equal names the last value stays. */
export function renamed(object: JsonObject, rename: (key: string) => string): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(object)) setOwn(result, rename(key), renamedInside(value, rename));
  return result;
}

export function renamedInside(value: JsonValue, rename: (key: string) => string): JsonValue {
  return isObject(value) ? renamed(value, rename) : value;
}
