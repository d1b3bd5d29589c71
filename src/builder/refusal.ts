import type { JsonValue } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';

/** A request that is answered with an error status and `{"detail": …}`. */
export class Refusal extends Error {
  constructor(
    readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 422 | 503,
    readonly detail: JsonValue,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof detail === 'string' ? detail : stringifyJson(detail));
    this.name = 'Refusal';
  }
}
