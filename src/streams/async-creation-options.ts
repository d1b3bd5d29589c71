import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { RequestOptions } from '../slices/request-options';

/** Where a requester's model says what goes into each place of a request. */
const PLACES: Readonly<Record<keyof RequestOptions, readonly string[]>> = {
  params: ['request_parameters'],
  headers: ['request_headers'],
  bodyData: ['request_body_data'],
  bodyJson: ['request_body_json'],
};

/**
 * What cursor and partition router add to a creation request, without the names that the requester's own templates set.
 * The reference adds nothing, so a manifest that works there may have both: its templates must go on to win.
 */
export function creationOptions(options: RequestOptions, requesterModel: JsonValue | undefined): RequestOptions {
  const result: RequestOptions = {};
  for (const place of Object.keys(PLACES) as (keyof RequestOptions)[]) {
    const added = options[place];
    if (!added) continue;
    const own = ownNames(place, requesterModel);
    // The requester's body is one template: what it holds is not known before it is rendered.
    if (own === 'unknown') continue;
    const rest: JsonObject = {};
    for (const [name, value] of Object.entries(added)) if (!own.has(place === 'headers' ? name.toLowerCase() : name)) setOwn(rest, name, value);
    result[place] = rest;
  }
  return result;
}

function ownNames(place: keyof RequestOptions, requester: JsonValue | undefined): Set<string> | 'unknown' {
  const names = new Set<string>();
  if (!isObject(requester)) return names;
  const sources = PLACES[place].map((property) => getOwn(requester, property));
  const body = getOwn(requester, 'request_body');
  if ((place === 'bodyData' || place === 'bodyJson') && isObject(body)) sources.push(getOwn(body, 'value') ?? body);
  for (const source of sources) {
    if (typeof source === 'string') return 'unknown';
    if (isObject(source)) for (const name of Object.keys(source)) names.add(place === 'headers' ? name.toLowerCase() : name);
  }
  return names;
}
