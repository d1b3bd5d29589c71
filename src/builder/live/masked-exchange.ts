import type { HttpExchange } from '../../platform/events';
import type { SecretRegistry } from '../../platform/runtime';
import { shownUrl } from '../../requests/shown-url';
import type { ShownRequest, ShownResponse } from '../stream-read';

/** Headers whose values are credentials, whatever they hold. */
const SECRET_HEADER = /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$|(?:^|[-_])(?:api-?key|auth|key|password|secret|session|signature|token)$/i;
/** The name of the scheme may be seen. */
const SCHEME = /^(Basic|Bearer|Digest|Token|OAuth)\s+\S/i;

/** A request as a person may see it and pass on: no known secret, no credential by its name, no signature of a link. */
export function maskedRequest({ request: { url, headers, method, body } }: HttpExchange, secrets: SecretRegistry): ShownRequest {
  return { url: secrets.mask(shownUrl(url)), headers: maskedHeaders(headers, secrets), http_method: method, body: body === null || body === '' ? null : secrets.mask(body) };
}

export function maskedResponse({ response, error }: HttpExchange, secrets: SecretRegistry): ShownResponse {
  if (!response) return { status: 0, body: secrets.mask(error ?? 'No answer came.'), headers: {} };
  return { status: response.status, body: secrets.mask(response.body), headers: maskedHeaders(response.headers, secrets) };
}

function maskedHeaders(headers: Readonly<Record<string, string>>, secrets: SecretRegistry): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, SECRET_HEADER.test(name) ? hidden(value) : secrets.mask(value)]));
}

function hidden(value: string): string {
  const scheme = SCHEME.exec(value)?.[1];
  return scheme === undefined ? '****' : `${scheme} ****`;
}
