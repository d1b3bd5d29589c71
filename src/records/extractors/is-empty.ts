import { isObject, type JsonValue } from '../../protocol/json';

/** What Python takes for false: null, false, zero, the empty text, list or object. */
export function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isObject(value)) return !value;
  for (const key in value) if (Object.prototype.hasOwnProperty.call(value, key)) return false;
  return true;
}
