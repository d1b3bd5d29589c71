import type { SecretRegistry } from '../platform/runtime';
import type { HttpAnswer, HttpCall } from './http-call';
import { findHeader } from './request-headers';
import type { HeaderMap } from './requester';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const CREDENTIALS = new Set(['authorization', 'cookie', 'proxy-authorization']);
const ABOUT_THE_BODY = new Set(['content-length', 'content-type', 'transfer-encoding']);

/**
 * The call that a redirect asks for, or undefined when the answer is none. As in requests: 303, and 301/302 on a POST,
 * become a GET without body. Credentials stay with their host: those of the authenticator, cookies, and every header
 * that holds a known secret.
 */
export function redirectedCall(call: HttpCall, answer: HttpAnswer, secrets: SecretRegistry): HttpCall | undefined {
  const location = answer.headers.location;
  if (!REDIRECTS.has(answer.status) || !location) return undefined;
  const target = resolve(location, answer.url);
  if (!target) return undefined;
  const becomesGet = (answer.status === 303 || answer.status === 302 || (answer.status === 301 && call.method === 'POST')) && call.method !== 'HEAD';
  const sameSite = isSameSite(new URL(answer.url), target);
  const credentials = new Set((call.credentials ?? []).map((name) => name.toLowerCase()));
  const headers: HeaderMap = {};
  for (const [name, value] of Object.entries(call.headers ?? {})) {
    const lower = name.toLowerCase();
    const isCredential = CREDENTIALS.has(lower) || credentials.has(lower) || secrets.mask(value) !== value;
    if ((isCredential && !sameSite) || (becomesGet && ABOUT_THE_BODY.has(lower))) continue;
    headers[name] = value;
  }
  // The user info of the first address is a credential as well: it is not in the new one.
  if (sameSite && !findHeader(headers, 'authorization')) {
    const authorization = findHeader(answer.request.headers, 'authorization');
    if (authorization) headers.Authorization = authorization;
  }
  return { ...call, url: target.href, headers, ...(becomesGet ? { method: 'GET', body: null } : {}) };
}

/** Same host; the way from http to https on the standard ports counts as staying. */
function isSameSite(from: URL, to: URL): boolean {
  if (from.hostname !== to.hostname) return false;
  if (from.protocol === to.protocol) return from.port === to.port;
  return from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === '';
}

function resolve(location: string, base: string): URL | undefined {
  // Headers arrive as single bytes; a bare UTF-8 path must become one again.
  const text = Buffer.from(location, 'latin1').toString('utf8');
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
}
