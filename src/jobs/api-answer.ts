import { caseInsensitive } from '../manifest/interpolation/python-dict';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import type { HttpResponse } from '../requests/requester';

/** An answer about a job may not be larger: it stays in memory as long as the job. */
export const MAX_ANSWER_BYTES = 10_000_000;
const EXCERPT_LENGTH = 500;

/** What is kept of an answer about a job. */
export interface ApiAnswer {
  /** As templates see it: the body's JSON object with `headers` and `request` beside its own keys. */
  readonly variables: JsonObject;
  /** The body as the manifest's `decoder` reads it; what extractors work on. */
  readonly elements: readonly JsonValue[];
  /** The beginning of the body, secrets masked, for messages. */
  readonly excerpt: string;
  /** How long the API asked us to wait before the next request, milliseconds. */
  readonly retryAfterMs: number | undefined;
}

/**
 * `creation_response` or `polling_response` (reference section 2.9). The reference cannot use an answer without a JSON
 * object; here its headers and request are there all the same, e.g. for `{{ creation_response['headers']['Location'] }}`.
 */
export function answerVariables(body: JsonValue | undefined, response: Pick<HttpResponse, 'headers' | 'request'>): JsonObject {
  const variables: JsonObject = isObject(body) ? { ...body } : {};
  if (getOwn(variables, 'headers') === undefined) variables.headers = caseInsensitive(response.headers) as unknown as JsonObject;
  if (getOwn(variables, 'request') === undefined) variables.request = { ...response.request };
  return variables;
}

export function answerExcerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > EXCERPT_LENGTH ? `${line.slice(0, EXCERPT_LENGTH)}…` : line;
}
