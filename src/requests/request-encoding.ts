import { isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { str } from '../manifest/interpolation/python-text';

/**
 * `a=1&b=x+y`, as Python's `urlencode` writes it: lists repeat their name, null is left out, spaces become `+`, and only
 * letters, digits and `_.-~` stay bare. For query strings and form bodies.
 */
export function formEncode(values: JsonObject): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null) pairs.push(`${quotePlus(name)}=${quotePlus(str(item))}`);
    }
  }
  return pairs.join('&');
}

function quotePlus(text: string): string {
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');
}

/** JSON as Python's `json.dumps` writes it: a space after `,` and `:`, everything beyond ASCII escaped. */
export function jsonEncode(value: JsonValue): string {
  if (typeof value === 'string') return asciiJson(value);
  if (Array.isArray(value)) return `[${value.map(jsonEncode).join(', ')}]`;
  if (isObject(value)) return `{${Object.entries(value).map(([key, item]) => `${asciiJson(key)}: ${jsonEncode(item)}`).join(', ')}}`;
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replace(/[\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
