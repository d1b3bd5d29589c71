import { isEmpty, getOwn, isObject, type JsonValue } from '../../protocol/json';
import type { ResponseView } from './error-handler';

/** Where APIs put their words; the first that is there wins (reference section 3.4). */
const KEYS = ['message', 'messages', 'error', 'errors', 'failures', 'failure', 'detail', 'err', 'error_message', 'msg', 'reason', 'status_message'];
const MAX_DEPTH = 50;

/** The API's own words about an error: from the usual keys of a JSON body, otherwise the body's text. */
export async function errorMessageOf(view: ResponseView): Promise<string | undefined> {
  const text = await view.text();
  const body = await view.json();
  if (isObject(body) && Object.keys(body).length === 0 && text.trim() !== '{}') return text || undefined;
  return messageIn(body, 0);
}

function messageIn(value: JsonValue | undefined, depth: number): string | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map((item) => messageIn(item, depth + 1)).filter((text) => text !== undefined).join(', ');
  if (!isObject(value)) return undefined;
  for (const key of KEYS) {
    const found = getOwn(value, key);
    if (!isEmpty(found)) return messageIn(found, depth + 1);
  }
  return undefined;
}
