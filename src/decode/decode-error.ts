import type { ErrorCode } from '../errors/error-catalogue';
import { ConnectorError, type ConnectorErrorOptions } from '../errors/connector-error';

type DecodeCode = ErrorCode extends infer Code ? (Code extends `decode.${infer Name}` ? Name : never) : never;

/** Damaged input: the API sent something that is not what the decoder was told to expect. */
export function decodeError(code: DecodeCode, message: string, more: Partial<ConnectorErrorOptions> = {}): ConnectorError {
  return ConnectorError.system(`decode.${code}`, message, more);
}

/** The first characters of a text or body for an error message, on one line. */
export function excerpt(source: string | Uint8Array, length = 120): string {
  const text = typeof source === 'string' ? source : Buffer.from(source.buffer, source.byteOffset, Math.min(source.byteLength, length * 4)).toString('utf8');
  const short = text.length > length ? `${text.slice(0, length)}…` : text;
  return JSON.stringify(short);
}

/** What the server called the body, as a part of a sentence; empty when it said nothing. */
export function contentTypeHint(headers: Record<string, string>): string {
  const type = headers['content-type'];
  return type ? ` The server calls it ${excerpt(type, 80)}.` : '';
}

