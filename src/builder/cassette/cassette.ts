import { shownUrl } from '../../requests/shown-url';
import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { parseJson, stringifyJson } from '../../protocol/lossless-json';
import { maskedView } from '../live/masked-exchange';
import type { SecretRegistry } from '../../platform/runtime';

/** A request as it was sent, and what came of it. */
export interface Interaction {
  /** Milliseconds since the start of the test when the answer was there. */
  at: number;
  request: { method: string; url: string; headers: Record<string, string>; body: string | null };
  response?: RecordedResponse;
  /** Why there was no answer. */
  error?: RecordedError;
}

export interface RecordedResponse {
  status: number;
  headers: Record<string, string>;
  /** After redirects. */
  url: string;
  body: Uint8Array;
  /** The body broke here. */
  broken?: RecordedError;
}

export interface RecordedError {
  code: string;
  message: string;
  recovery: string;
}

/** What a test asked and was answered. */
export interface Cassette {
  stream: string;
  /** Epoch milliseconds: templates with dates give the same again. */
  startedAt: number;
  /** The user's inputs, without secrets. */
  inputs: JsonObject;
  interactions: Interaction[];
}

const VERSION = 1;
const URL_IN_TEXT = /https?:\/\/[^\s"'<>\\]+/g;

/** The cassette as a file holds it: no secret in it, texts as texts, other bodies in base64. */
export function cassetteText(cassette: Cassette, secrets: SecretRegistry): string {
  const mask = (text: string) => secrets.mask(text.replace(URL_IN_TEXT, shownUrl));
  const view = maskedView({ add: () => undefined, mask });
  const interactions = cassette.interactions.map(({ at, request, response, error }): JsonObject => {
    const exchange = { type: 'http' as const, title: '', exchangeType: '', description: '', streamName: undefined, slice: undefined, request, response: response && { ...response, body: '' }, error: undefined, startedAt: 0, durationMs: 0 };
    const { url, headers, body } = view.request(exchange);
    return {
      at: Math.round(at),
      request: { method: request.method, url, headers, body },
      ...(response && {
        response: {
          status: response.status,
          url: mask(shownUrl(response.url)),
          headers: view.response(exchange).headers,
          ...bodyJson(response.body, mask),
          ...(response.broken && { broken: errorJson(response.broken, mask) }),
        },
      }),
      ...(error && { error: errorJson(error, mask) }),
    };
  });
  return `${stringifyJson({ version: VERSION, stream: cassette.stream, startedAt: cassette.startedAt, inputs: cassette.inputs, interactions } as JsonObject, 2)}\n`;
}

/** @throws Error that says what is wrong with the text */
export function parseCassette(text: string): Cassette {
  const json = parseJson(text);
  if (!isObject(json) || json.version !== VERSION || !Array.isArray(json.interactions)) throw new Error(`it is no cassette of version ${VERSION}`);
  return {
    stream: String(json.stream ?? ''),
    startedAt: Number(json.startedAt),
    inputs: isObject(json.inputs) ? json.inputs : {},
    interactions: json.interactions.map((entry, index) => {
      const { at, request, response, error } = isObject(entry) ? entry : {};
      if (!isObject(request) || (!isObject(response) && !isObject(error))) throw new Error(`its interaction ${index + 1} has no request, or no answer`);
      return {
        at: Number(at),
        request: { method: String(request.method), url: String(request.url), headers: textsOf(request.headers), body: request.body === null || request.body === undefined ? null : String(request.body) },
        ...(isObject(response) && { response: responseOf(response) }),
        ...(isObject(error) && { error: errorOf(error) }),
      };
    }),
  };
}

function responseOf(json: JsonObject): RecordedResponse {
  const { status, url, headers, body, base64, broken } = json;
  return {
    status: Number(status),
    url: String(url),
    headers: textsOf(headers),
    body: typeof base64 === 'string' ? Buffer.from(base64, 'base64') : Buffer.from(String(body ?? '')),
    ...(isObject(broken) && { broken: errorOf(broken) }),
  };
}

function bodyJson(bytes: Uint8Array, mask: (text: string) => string): JsonObject {
  try {
    return { body: mask(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

function errorJson({ code, message, recovery }: RecordedError, mask: (text: string) => string): JsonObject {
  return { code, message: mask(message), recovery };
}

function errorOf(json: JsonObject): RecordedError {
  return { code: String(json.code), message: String(json.message), recovery: String(json.recovery) };
}

function textsOf(value: JsonValue | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(isObject(value) ? value : {}).map(([name, text]) => [name, String(text)]));
}
