import { getOwn, isObject, type JsonObject, type JsonValue } from '../../../protocol/json';

/** The names of the official Builder where they are not those of the definitions, by `Type.property`. */
const FIELD_LABELS: Readonly<Record<string, string>> = {
  'HttpRequester.url': 'URL',
  'HttpRequester.url_base': 'URL Base',
  'HttpRequester.path': 'URL Path',
  'HttpRequester.http_method': 'HTTP Method',
  'HttpRequester.authenticator': 'Authentication',
  'AsyncRetriever.download_decoder': 'HTTP Response Format',
  'AsyncRetriever.download_paginator': 'Download Paginator',
  'AsyncRetriever.polling_job_timeout': 'Polling Job Timeout',
  'SimpleRetriever.requester': 'Requester',
  'DatetimeBasedCursor.cursor_field': 'Cursor Field',
  'OAuthAuthenticator.client_id': 'Client ID',
};

/** The names of the official Builder for kinds of components, where they are not the titles of the definitions. */
const TYPE_LABELS: Readonly<Record<string, string>> = {
  NoAuth: 'No Authentication',
  BasicHttpAuthenticator: 'Basic HTTP',
  OAuthAuthenticator: 'OAuth',
  JwtAuthenticator: 'JWT',
  LegacySessionTokenAuthenticator: 'Session Token (Legacy)',
  SelectiveAuthenticator: 'Selective',
  RateLimitedMultipleTokenAuthenticator: 'Rate Limited Multiple Tokens',
  ApiKey: 'API Key',
  Bearer: 'Bearer Token',
  JsonItemsDecoder: 'JSON Items (Streaming)',
  IterableDecoder: 'Iterable',
  GzipDecoder: 'gzip',
  DpathExtractor: 'Field Path',
  JsonPathExtractor: 'JSONPath',
  CombinedExtractor: 'Combined',
  RequestBodyPlainText: 'Plain Text',
  RequestBodyUrlEncodedForm: 'URL-Encoded Form',
  RequestBodyJsonObject: 'JSON Object',
  RequestBodyGraphQL: 'GraphQL',
  MinMaxDatetime: 'Date with Limits',
  DatetimeBasedCursor: 'Datetime Based',
  IncrementingCountCursor: 'Incrementing Count',
  SimpleRetriever: 'Synchronous Request',
  AsyncRetriever: 'Asynchronous Job',
};

const SMALL_WORDS = new Set(['a', 'an', 'and', 'at', 'by', 'for', 'from', 'in', 'of', 'on', 'or', 'the', 'to', 'with', 'gzip']);
const KNOWN_WORDS: Readonly<Record<string, string>> = {
  api: 'API',
  csv: 'CSV',
  graphql: 'GraphQL',
  http: 'HTTP',
  id: 'ID',
  json: 'JSON',
  jwt: 'JWT',
  oauth: 'OAuth',
  url: 'URL',
  xml: 'XML',
  zip: 'ZIP',
};

/** `status_extractor` and `Status extractor` become `Status Extractor`. */
export function titleCase(text: string): string {
  return text
    .split(/[_\s]+/)
    .filter(Boolean)
    .map((word, index) => getOwn(KNOWN_WORDS as JsonObject, word.toLowerCase()) ?? (index > 0 && SMALL_WORDS.has(word) ? word : word[0]!.toUpperCase() + word.slice(1)))
    .join(' ');
}

export function labelOfField(type: string, property: string, schema: JsonObject | undefined): string {
  return (getOwn(FIELD_LABELS as JsonObject, `${type}.${property}`) as string | undefined) ?? titleCase(textIn(schema, 'title') || property);
}

export function labelOfType(type: string, component: JsonObject | undefined): string {
  const own = getOwn(TYPE_LABELS as JsonObject, type) as string | undefined;
  return own ?? titleCase((textIn(component, 'title') || type).replace(/([a-z])([A-Z])/g, '$1 $2'));
}

/** What stands below a field: the first sentence. The rest is shown when it is asked for. */
export function shortHint(schema: JsonObject | undefined): string {
  const text = textIn(schema, 'description');
  return /^.*?[.!?](?=\s+[A-Z`]|$)/s.exec(text)?.[0] ?? text;
}

export function textIn(schema: JsonValue | undefined, key: string): string {
  const value = isObject(schema) ? getOwn(schema, key) : undefined;
  return typeof value === 'string' ? value : '';
}
