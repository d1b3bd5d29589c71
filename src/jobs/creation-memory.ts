import { CaseInsensitiveDict, caseInsensitive, dictEntries, toJson } from '../manifest/interpolation/python-dict';
import type { SecretRegistry } from '../platform/runtime';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import type { ApiAnswer } from './api-answer';

/** `creation_response['id']`, `creation_response.id`, `stream_slice['create_job_response'].json()['id']`, or the whole of it. */
const USE =
  /\b(?:creation_response|create_job_response)\b(?:['"]\s*\])?(?:\s*\.\s*json\s*\(\s*\))?(?:\s*\[\s*(['"])(?<item>[^'"]+)\1\s*\]|\s*\.\s*get\s*\(\s*(['"])(?<got>[^'"]+)\3|\s*\.\s*(?<attribute>\w+))?/g;
const WHOLE_OBJECT = new Set(['items', 'keys', 'values', 'get', 'copy', 'json', 'pop', 'text', 'content']);

/** What later requests look at in the answer to a creation. */
export interface CreationNeeds {
  /** Top-level keys of the answer's body; undefined for all of them. */
  readonly body: ReadonlySet<string> | undefined;
  /** Names in lower case. */
  readonly headers: (name: string) => boolean;
  readonly request: boolean;
}

/** Reads the templates of the requests that follow a creation. */
export function creationNeeds(models: readonly (JsonValue | undefined)[]): CreationNeeds {
  const texts: string[] = [];
  for (const model of models) collectTexts(model ?? null, texts);
  const names = new Set<string>();
  let isWhole = false;
  for (const text of texts) {
    for (const { groups } of text.matchAll(USE)) {
      const name = groups?.item ?? groups?.got ?? groups?.attribute;
      if (name === undefined || WHOLE_OBJECT.has(name)) isWhole = true;
      else names.add(name);
    }
  }
  const speech = texts.filter((text) => text.includes('creation_response') || text.includes('create_job_response')).join('\n').toLowerCase();
  return {
    body: isWhole ? undefined : names,
    headers: (name) => names.has('headers') && speech.includes(name.toLowerCase()),
    request: names.has('request') || names.has('url'),
  };
}

function collectTexts(value: JsonValue, texts: string[]): void {
  if (typeof value === 'string') texts.push(value);
  else if (Array.isArray(value)) for (const each of value) collectTexts(each, texts);
  else if (isObject(value)) for (const [key, each] of Object.entries(value)) collectTexts(each, (texts.push(key), texts));
}

/** The needed part of the answer, as JSON for a state. */
export function remembered({ variables }: ApiAnswer, needs: CreationNeeds): JsonObject {
  const { headers, request } = variables;
  const body: JsonObject = {};
  for (const [key, value] of Object.entries(variables)) {
    const isOurs = value === headers ? (value as unknown) instanceof CaseInsensitiveDict : value === request && isSentRequest(value);
    if (!isOurs && (!needs.body || needs.body.has(key))) setOwn(body, key, value);
  }
  const memory: JsonObject = { body };
  if ((headers as unknown) instanceof CaseInsensitiveDict) {
    const kept: JsonObject = {};
    for (const [name, value] of dictEntries(headers as object)) if (needs.headers(String(name))) setOwn(kept, String(name), toJson(value));
    if (Object.keys(kept).length > 0) memory.headers = kept;
  }
  // Headers of the request hold credentials.
  if (needs.request && isSentRequest(request)) memory.request = { method: request.method ?? null, url: request.url ?? null, body: request.body ?? null };
  return memory;
}

/** The answer again, as templates of later requests see it. */
export function recalled(memory: JsonObject): ApiAnswer {
  const body = getOwn(memory, 'body');
  const headers = getOwn(memory, 'headers');
  const request = getOwn(memory, 'request');
  const variables: JsonObject = isObject(body) ? { ...body } : {};
  if (getOwn(variables, 'headers') === undefined) variables.headers = caseInsensitive(isObject(headers) ? headers : {}) as unknown as JsonObject;
  if (getOwn(variables, 'request') === undefined) variables.request = { headers: {}, ...(isObject(request) ? request : {}) };
  return { variables, elements: [], excerpt: '', retryAfterMs: undefined };
}

/** Nothing that a state must not hold: a known secret, or a link that is signed. */
export function isPublic(value: JsonValue, secrets: SecretRegistry): boolean {
  return isPublicText(stringifyJson(value), secrets) && everyText(value, (text) => isPublicText(text, secrets));
}

function isPublicText(text: string, secrets: SecretRegistry): boolean {
  return secrets.mask(text) === text;
}

function everyText(value: JsonValue, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value);
  if (Array.isArray(value)) return value.every((each) => everyText(each, test));
  return !isObject(value) || Object.values(value).every((each) => everyText(each, test));
}

function isSentRequest(value: JsonValue | undefined): value is JsonObject {
  return isObject(value) && typeof getOwn(value, 'method') === 'string' && typeof getOwn(value, 'url') === 'string' && getOwn(value, 'headers') !== undefined;
}
