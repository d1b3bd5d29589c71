import { ConnectorError } from '../errors/connector-error';
import type { HeaderMap } from './requester';

/** Put in by the bundler. */
declare const __VERSION__: string | undefined;

const DEFAULTS: HeaderMap = {
  'User-Agent': `source-async-jobs/${typeof __VERSION__ === 'string' ? __VERSION__ : '0.0.0'}`,
  'Accept-Encoding': 'gzip, deflate, br',
  Accept: '*/*',
};

/**
 * The headers as they are sent: defaults, then the given ones; of two names that differ only in case the later wins.
 * @throws ConnectorError `http.invalid_header` (config_error); the value is not shown, it may be a credential
 */
export function completeHeaders(given: HeaderMap): HeaderMap {
  const headers: HeaderMap = { ...DEFAULTS };
  for (const [name, value] of Object.entries(given)) setHeader(headers, name, checked(name, value));
  return headers;
}

export function findHeader(headers: HeaderMap, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const key of Object.keys(headers)) if (key.length === wanted.length && key.toLowerCase() === wanted) return headers[key];
  return undefined;
}

/** Replaces a header of any spelling. */
export function setHeader(headers: HeaderMap, name: string, value: string): void {
  const wanted = name.toLowerCase();
  for (const key of Object.keys(headers)) if (key.length === name.length && key.toLowerCase() === wanted) delete headers[key];
  headers[name] = value;
}

function checked(name: string, value: string): string {
  const trimmed = value.trim();
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || /[\r\n\0]/.test(trimmed)) {
    throw ConnectorError.config(
      'http.invalid_header',
      `The request header ${JSON.stringify(name)} cannot be sent: its name or value holds characters that headers may not have (line breaks, for example). Check the value in the configuration for stray characters.`,
      { recovery: 'stop_stream' },
    );
  }
  // Headers travel as single bytes; what has no place there goes as UTF-8.
  return /[^\x00-\xff]/.test(trimmed) ? Buffer.from(trimmed).toString('latin1') : trimmed;
}
