import { isObject, setOwn, type JsonObject } from '../../protocol/json';

/** The object with other names, also inside nested objects, not inside lists. Of equal names the last value stays. */
export function renamed(object: JsonObject, rename: (key: string) => string): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(object)) setOwn(result, rename(key), isObject(value) ? renamed(value, rename) : value);
  return result;
}
