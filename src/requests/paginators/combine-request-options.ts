import { ConnectorError } from '../../errors/connector-error';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import type { RequestOptions } from '../../slices/request-options';
import { canonicalJson } from '../../slices/stream-slice';

const PLACES = ['params', 'headers', 'bodyData', 'bodyJson'] as const;
const PLACE_NAMES = { params: 'request parameter', headers: 'header', bodyData: 'body field', bodyJson: 'JSON body field' } as const;

/**
 * Both options in one. Nobody wins a collision: a key given twice is an error, except equal values in a JSON body, whose
 * objects are merged deeply (reference section 3.2). `what` names the two in the error.
 */
export function combineRequestOptions(a: RequestOptions, b: RequestOptions, what: string): RequestOptions {
  const merged: RequestOptions = {};
  for (const place of PLACES) {
    const [left, right] = [a[place], b[place]];
    if (left && right) merged[place] = mergeObjects(left, right, place, [], what);
    else if (left ?? right) merged[place] = left ?? right;
  }
  return merged;
}

function mergeObjects(left: JsonObject, right: JsonObject, place: (typeof PLACES)[number], path: string[], what: string): JsonObject {
  const merged = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const existing = getOwn(merged, key);
    setOwn(merged, key, existing === undefined ? value : mergeValues(existing, value, place, [...path, key], what));
  }
  return merged;
}

function mergeValues(left: JsonValue, right: JsonValue, place: (typeof PLACES)[number], path: string[], what: string): JsonValue {
  if (place === 'bodyJson') {
    if (isObject(left) && isObject(right)) return mergeObjects(left, right, place, path, what);
    if (canonicalJson(left) === canonicalJson(right)) return left;
  }
  throw ConnectorError.config(
    'requests.option_collision',
    `${what} both set the ${PLACE_NAMES[place]} ${path.join('.')}. Each may be set once: give one of them another field_name, or remove it.`,
  );
}
