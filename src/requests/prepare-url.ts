import { domainToASCII } from 'node:url';
import { ConnectorError } from '../errors/connector-error';
import type { JsonObject } from '../protocol/json';
import { formEncode } from './request-encoding';
import { shownUrl } from './shown-url';

const URI = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/is;

/** URLs that `prepareUrl` leaves as they are: no escapes, nothing to escape. */
const PLAIN_URL = /^https?:\/\/[a-z0-9][a-z0-9.-]*(?::[1-5]?\d{1,4})?\/[\w\-.~!$&'()*+,;=:@/]*(?:\?[\w\-.~!$&'()*+,;=:@/?]+)?$/;
/** Bases and paths that only need to be put one after the other: no dots, no empty segments, no query. */
const PLAIN_BASE = /^https?:\/\/[^/?#]+(?:\/[^/?#.][^/?#]*)*\/?$/;
const PLAIN_PATH = /^[^:/?#.][^:/?#]*(?:\/[^:/?#.][^:/?#]*)*\/?$/;

interface UriParts {
  scheme: string | undefined;
  authority: string | undefined;
  path: string;
  /** With its question mark; empty when there is none. */
  query: string;
}

/**
 * Base and path as one URL (reference section 3.1): the base gets a slash when it has none, then RFC 3986 resolution, so
 * that an absolute URL replaces the base, dots are resolved and the base's query is dropped. Slashes in a row become one,
 * so that a host of the config may end with a slash.
 */
export function joinUrl(base: string, path: string): string {
  if (path === '') return base;
  if (PLAIN_BASE.test(base) && PLAIN_PATH.test(path)) return base.endsWith('/') ? base + path : `${base}/${path}`;
  const from = split(base.endsWith('/') ? base : `${base}/`);
  const to = split(path);
  if (to.scheme !== undefined && (to.authority !== undefined || /^https?$/i.test(to.scheme))) return path;
  // `items:search` is a path of ours, not an address of an unknown scheme.
  const target = to.scheme === undefined ? to.path : `${to.scheme}:${to.path}`;
  const start = `${from.scheme ?? ''}:`;
  if (to.authority !== undefined) return `${start}//${to.authority}${withoutDots(target)}${to.query}`;
  const root = `${start}//${from.authority ?? ''}`;
  if (target === '') return `${root}${from.path}${to.query || from.query}`;
  const directory = from.path.slice(0, from.path.lastIndexOf('/') + 1) || '/';
  return `${root}${withoutDots(target.startsWith('/') ? target : withoutEmptySegments(directory + target))}${to.query}`;
}

function withoutEmptySegments(path: string): string {
  const segments = path.split('/');
  return segments.filter((segment, index) => segment !== '' || index === 0 || index === segments.length - 1).join('/');
}

/**
 * The URL as it is sent: parameters appended, characters escaped the way Python's requests does it, so that APIs that
 * sign or compare URLs see the same bytes. Parameters that the URL already carries with the same value are left out.
 * @throws ConnectorError `http.invalid_url` (config_error)
 */
export function prepareUrl(url: string, params: JsonObject): string {
  if (PLAIN_URL.test(url) && !url.includes('/.')) {
    const question = url.indexOf('?');
    const added = formEncode(withoutRepetitions(question < 0 ? '' : url.slice(question + 1), params));
    return added === '' ? url : `${url}${question < 0 ? '?' : '&'}${added}`;
  }
  const parts = split(url.trimStart());
  const scheme = parts.scheme?.toLowerCase();
  if (scheme !== 'http' && scheme !== 'https') {
    throw invalidUrl(url, scheme ? `its protocol is "${scheme}"; only http and https can be requested` : 'it does not begin with http:// or https://');
  }
  const { userInfo, host, port } = authority(parts.authority ?? '', url);
  const path = unescapeUnreserved(withoutDots(escapeInvalid(parts.path, PATH))) || '/';
  const query = parts.query.slice(1);
  const added = formEncode(withoutRepetitions(query, params));
  const whole = [unescapeUnreserved(escapeInvalid(query, QUERY)), added].filter(Boolean).join('&');
  return `${scheme}://${userInfo}${host}${port}${path}${whole ? `?${whole}` : ''}`;
}

function split(uri: string): UriParts {
  const [, scheme, authorityPart, path = '', query = ''] = URI.exec(uri) as RegExpExecArray;
  return { scheme, authority: authorityPart, path, query };
}

function authority(text: string, url: string): { userInfo: string; host: string; port: string } {
  const at = text.lastIndexOf('@');
  const [, rawHost = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/.exec(text.slice(at + 1)) ?? [];
  const host = /^[\x21-\x7e]+$/.test(rawHost) ? rawHost.toLowerCase() : domainToASCII(rawHost.trim());
  if (!host || /^[*.]/.test(host) || /[\s<>"{}|\\^`%]/.test(host)) throw invalidUrl(url, 'it names no valid host');
  if (Number(port.slice(1)) > 65535) throw invalidUrl(url, `its port ${port.slice(1)} does not exist`);
  return { userInfo: text.slice(0, at + 1), host, port: port === ':' ? '' : port };
}

function invalidUrl(url: string, why: string): ConnectorError {
  return ConnectorError.config(
    'http.invalid_url',
    `The URL '${shownUrl(url)}' cannot be requested: ${why}. Check the url (or url_base and path) of the requester and the config values in it.`,
    { recovery: 'stop_stream' },
  );
}

/** Same name, same first value in the URL: sent once (reference section 3.1). */
function withoutRepetitions(query: string, params: JsonObject): JsonObject {
  if (query === '') return params;
  const present = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) if (value !== '' && !present.has(name)) present.set(name, value);
  return Object.fromEntries(Object.entries(params).filter(([name, value]) => present.get(name) !== String(value)));
}

function withoutDots(path: string): string {
  if (!path.startsWith('.') && !path.includes('/.')) return path;
  const result: string[] = [];
  const segments = path.split('/');
  segments.forEach((segment, index) => {
    const last = index === segments.length - 1;
    if (segment === '..') {
      if (result.length > 1) result.pop();
      if (last) result.push('');
    } else if (segment === '.') {
      if (last) result.push('');
    } else {
      result.push(segment);
    }
  });
  return result.join('/');
}

/** What may stand in a part of a URL: one character, and a whole text that needs no other one. */
interface Allowed {
  one: RegExp;
  all: RegExp;
}

const PATH: Allowed = { one: /[A-Za-z0-9\-._~!$&'()*+,;=:@/]/, all: /^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/ };
const QUERY: Allowed = { one: /[A-Za-z0-9\-._~!$&'()*+,;=:@/?]/, all: /^[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*$/ };

/** Escapes what may not stand in a URL. Escapes stay as they are, unless a stray percent sign shows that nothing was escaped. */
function escapeInvalid(text: string, { one, all }: Allowed): string {
  if (all.test(text)) return text;
  let escapes = 0;
  const upper = text.replace(/%[0-9a-f]{2}/gi, (escape) => {
    escapes++;
    return escape.toUpperCase();
  });
  const isEscaped = escapes === upper.split('%').length - 1;
  let result = '';
  for (const char of upper) {
    if (char === '%' ? isEscaped : one.test(char)) result += char;
    else for (const byte of Buffer.from(char)) result += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return result;
}

function unescapeUnreserved(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9A-F]{2})/g, (escape, hex: string) => {
    const char = String.fromCharCode(parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(char) ? char : escape;
  });
}
