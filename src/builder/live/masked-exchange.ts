import type { SecretRegistry } from '../../platform/runtime';
import { shownUrl } from '../../requests/shown-url';
import { plainView, type ExchangeView } from '../exchange-log';

/** Headers whose values are credentials, whatever they hold. */
const SECRET_HEADER = /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$|(?:^|[-_])(?:api-?key|auth|key|password|secret|session|signature|token)$/i;
/** The name of the scheme may be seen. */
const SCHEME = /^(Basic|Bearer|Digest|Token|OAuth)\s+\S/i;

/** Exchanges as a person may see them and pass them on: no known secret, no credential by its name, no signature of a link. */
export function maskedView(secrets: SecretRegistry): ExchangeView {
  const plain = plainView(secrets);
  return {
    request: (exchange) => ({ ...plain.request(exchange), url: secrets.mask(shownUrl(exchange.request.url)), headers: maskedHeaders(exchange.request.headers, secrets) }),
    response: (exchange) => ({ ...plain.response(exchange), headers: maskedHeaders(exchange.response?.headers ?? {}, secrets) }),
  };
}

function maskedHeaders(headers: Readonly<Record<string, string>>, secrets: SecretRegistry): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, SECRET_HEADER.test(name) ? hidden(value) : secrets.mask(value)]));
}

function hidden(value: string): string {
  const scheme = SCHEME.exec(value)?.[1];
  return scheme === undefined ? '****' : `${scheme} ****`;
}
