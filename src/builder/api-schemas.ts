/** A JSON schema as requests are checked against and as openapi.json shows it; only these keywords. */
export interface ApiSchema {
  title?: string;
  description?: string;
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';
  properties?: Readonly<Record<string, ApiSchema>>;
  required?: readonly string[];
  additionalProperties?: true | ApiSchema;
  items?: ApiSchema;
  minimum?: number;
  maximum?: number;
  default?: number | readonly never[];
  enum?: readonly string[];
  anyOf?: readonly ApiSchema[];
  $ref?: `#/components/schemas/${string}`;
}

const text: ApiSchema = { type: 'string' };
/** Any JSON value. */
const anything: ApiSchema = {};
const anyObject: ApiSchema = { type: 'object', additionalProperties: true };
const manifest: ApiSchema = { ...anyObject, description: 'A declarative manifest; `__should_migrate` and `__should_normalize` bring it up to date and into the form of the web app.' };
const config: ApiSchema = { ...anyObject, description: 'The user config; it may hold secrets and is kept nowhere.' };
const orNull = (schema: ApiSchema): ApiSchema => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: ApiSchema): ApiSchema => ({ type: 'array', items });
const named = (name: string): ApiSchema => ({ $ref: `#/components/schemas/${name}` });
const object = (description: string, properties: Readonly<Record<string, ApiSchema>>, optional: readonly string[] = []): ApiSchema => ({
  type: 'object',
  description,
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});
const limit = (description: string, byDefault: number, maximum: number): ApiSchema => ({ type: 'integer', description, minimum: 1, maximum, default: byDefault });
const context: ApiSchema = orNull(named('RequestContext'));

export const apiSchemas = {
  RequestContext: object('Who asks; accepted and not used.', { workspace_id: orNull(text), project_id: orNull(text) }, ['workspace_id', 'project_id']),
  StreamTestReadRequest: object(
    'A test of one stream.',
    {
      manifest,
      config,
      stream_name: text,
      state: { ...list(anything), description: 'STATE messages to go on from.', default: [] },
      custom_components_code: { ...orNull(text), description: 'A JavaScript module with the custom components; only where the server allows custom code.' },
      record_limit: limit('The test ends after so many records.', 100, 5000),
      page_limit: limit('So many pages a slice are read.', 5, 20),
      slice_limit: limit('So many slices are read.', 5, 20),
      context,
    },
    ['state', 'custom_components_code', 'record_limit', 'page_limit', 'slice_limit', 'context'],
  ),
  CheckRequest: object('A check of the connection.', { manifest, config, context }, ['context']),
  DiscoverRequest: object('A question for the streams.', { manifest, config, context }, ['context']),
  ResolveRequest: object('A manifest to resolve.', { manifest, context }, ['context']),
  FullResolveRequest: object(
    'A manifest to resolve, with the streams that its dynamic streams make.',
    { manifest, config, stream_limit: limit('So many streams of each dynamic stream.', 100, 100), context },
    ['stream_limit', 'context'],
  ),

  HealthResponse: object('The server works.', { status: { type: 'string', enum: ['ok'] } }),
  CapabilitiesResponse: object('What the server may do.', { custom_code_execution: { type: 'boolean' } }),
  ErrorResponse: object('Why a request was not carried out.', { detail: text }),
  ValidationProblem: object('One thing that is wrong with a request.', { type: text, loc: list(anything), msg: text, input: anything, ctx: anyObject }, ['ctx']),
  ValidationErrorResponse: object('What is wrong with a request.', { detail: { anyOf: [list(named('ValidationProblem')), text] } }),
  CheckResponse: object('The result of a check.', { success: { type: 'boolean' }, message: orNull(text) }),
  AirbyteStream: object('A stream.', {
    name: text,
    json_schema: anyObject,
    supported_sync_modes: list({ type: 'string', enum: ['full_refresh', 'incremental'] }),
    source_defined_cursor: orNull({ type: 'boolean' }),
    default_cursor_field: orNull(list(text)),
    source_defined_primary_key: orNull(list(list(text))),
    namespace: orNull(text),
    is_resumable: orNull({ type: 'boolean' }),
    is_file_based: orNull({ type: 'boolean' }),
  }),
  AirbyteCatalog: object('The streams of a source.', { streams: list(named('AirbyteStream')) }),
  DiscoverResponse: object('What the source has.', { catalog: named('AirbyteCatalog') }),
  ManifestResponse: object('A manifest.', { manifest }),
  HttpRequest: object('A request as it was sent, secrets masked.', { url: text, headers: orNull(anyObject), http_method: text, body: orNull(text) }),
  HttpResponse: object('An answer; status 0 when there was none.', { status: { type: 'integer' }, body: orNull(text), headers: orNull(anyObject) }),
  LogMessage: object('A line of the log.', { message: text, level: { type: 'string', enum: ['INFO', 'WARN', 'ERROR', 'FATAL'] }, internal_message: orNull(text), stacktrace: orNull(text) }),
  AuxiliaryRequest: object('A request that gives no records by itself.', {
    title: text,
    type: { type: 'string', enum: ['HTTP', 'AUTH', 'PARENT_STREAM', 'ASYNC_CREATE', 'ASYNC_POLL', 'ASYNC_ABORT', 'ASYNC_DELETE'] },
    description: text,
    request: named('HttpRequest'),
    response: named('HttpResponse'),
  }),
  StreamReadPages: object('One answer with records.', { records: list(anything), request: orNull(named('HttpRequest')), response: orNull(named('HttpResponse')) }),
  StreamReadSlices: object('What was read of one slice.', {
    pages: list(named('StreamReadPages')),
    slice_descriptor: orNull(anyObject),
    state: orNull(list(anyObject)),
    auxiliary_requests: orNull(list(named('AuxiliaryRequest'))),
  }),
  StreamReadResponse: object('All that a test found.', {
    logs: list(named('LogMessage')),
    slices: list(named('StreamReadSlices')),
    test_read_limit_reached: { type: 'boolean' },
    auxiliary_requests: list(named('AuxiliaryRequest')),
    inferred_schema: orNull(anyObject),
    inferred_datetime_formats: orNull({ type: 'object', additionalProperties: text }),
    latest_config_update: orNull(anyObject),
  }),
} satisfies Readonly<Record<string, ApiSchema>>;

export type ApiSchemaName = keyof typeof apiSchemas;
