import { ConnectorError } from '../errors/connector-error';
import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field } from '../manifest/field';
import { InterpolatedJson } from '../manifest/interpolation/interpolated-json';
import { isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { DefaultErrorHandler } from './error-handlers/default-error-handler';
import { HttpRequester } from './http-requester';
import type { RequestBody } from './request-body/request-body';
import { RequestTemplates } from './request-templates';

const DEFAULT_RETRIES = 5;

export const httpRequesterDefinition = defineComponent({
  kind: 'Requester',
  type: 'HttpRequester',
  title: 'HTTP requester',
  description:
    'Sends HTTP requests: address, parameters, headers and body from templates, credentials from an authenticator, repetitions and errors as the error handler says. Options of the requester, its authenticator, paginator, cursor and partition router are merged; nobody may set what another one sets.',
  fields: {
    url: field.template({
      title: 'URL',
      description: 'The address. Templates see config, stream_slice, next_page_token and, in asynchronous streams, creation_response, polling_response and download_target.',
      examples: ['https://api.example.com/v3/contacts', "https://api.example.com/exports/{{ creation_response['id'] }}"],
    }),
    url_base: field.template({
      title: 'URL base',
      description: 'The first part of the address; path is joined to it.',
      deprecated: 'Use url.',
      examples: ['https://api.example.com/v3'],
    }),
    path: field.template({ title: 'Path', description: 'The end of the address. An absolute URL replaces url and url_base.', deprecated: 'Use url.', examples: ['/contacts/exports'] }),
    http_method: field.string({
      enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'],
      title: 'HTTP method',
      description: 'The method of each request. The reference knows GET and POST only.',
      default: 'GET',
      examples: ['POST'],
    }),
    authenticator: field.component('Authenticator', { title: 'Authenticator', description: 'Adds credentials to each try.' }),
    fetch_properties_from_endpoint: field.deferred('PropertiesFromEndpoint', {
      title: 'Fetch properties from an endpoint',
      description: 'Lists the properties to ask for; read as stream_partition.extra_fields["query_properties"].',
      deprecated: 'Use query_properties.',
    }),
    query_properties: field.deferred('QueryProperties', {
      title: 'Query properties',
      description: 'The properties to ask for; read as stream_partition.extra_fields["query_properties"].',
    }),
    request_parameters: field.templateJson({
      title: 'Query parameters',
      description: 'An object, or a template that gives one. Values stay as they are written (1.10 is not made 1.1); a list repeats its name. One value may be a QueryProperties component.',
      examples: [{ unit: 'day' }, { updated_after: "{{ stream_slice['start_time'] }}" }],
    }),
    request_headers: field.templateJson({
      title: 'Request headers',
      description: 'An object, or a template that gives one. Credentials belong into an authenticator.',
      examples: [{ 'Output-Format': 'JSON' }, { Version: "{{ config['version'] }}" }],
    }),
    request_body_data: field.templateJson({
      title: 'Body (text or form)',
      description: 'A text that is sent as it is, or an object that is sent as a form.',
      deprecated: 'Use request_body.',
      examples: [{ report: 'orders' }],
    }),
    request_body_json: field.templateJson({ title: 'Body (JSON)', description: 'An object that is sent as JSON.', deprecated: 'Use request_body.', examples: [{ sort: { field: 'updated_at' } }] }),
    request_body: field.component('RequestBody', { title: 'Request body', description: 'What is sent as body.' }),
    error_handler: field.component('ErrorHandler', { title: 'Error handler', description: 'What answers mean and when to repeat.' }),
    use_cache: field.boolean({
      title: 'Use cache',
      description: 'Sends equal GET requests of a run once and keeps the answers in memory. Set for the parents of substreams unless it is false. Never in test reads and never for the requests of asynchronous jobs.',
      default: false,
    }),
    connect_timeout_in_seconds: field.number({ exclusiveMinimum: 0, title: 'Connect timeout', description: 'Seconds for TCP and TLS; 30 when not given.', examples: [30] }),
    read_timeout_in_seconds: field.number({
      exclusiveMinimum: 0,
      title: 'Read timeout',
      description: 'Seconds without any byte from the API; not a limit for the whole request. When not given: 900 until the answer begins, then 300.',
      examples: [300],
    }),
    use_tcp_keepalive: field.boolean({ title: 'TCP keepalive', description: 'Connections are probed after a minute without traffic whatever this says, so that dead ones are noticed.', default: false }),
  },
  examples: [
    { type: 'HttpRequester', url: 'https://api.example.com/v3/contacts', request_parameters: { since: "{{ stream_slice['start_time'] }}" } },
    {
      type: 'HttpRequester',
      url: 'https://api.example.com/v3/exports',
      http_method: 'POST',
      authenticator: { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" },
      request_body: { type: 'RequestBodyJsonObject', value: { file_type: 'csv' } },
      error_handler: { type: 'DefaultErrorHandler', max_retries: 3 },
    },
  ],
  childContext: ({ url, url_base }) => (typeof (url ?? url_base) === 'string' ? { urlBase: (url ?? url_base) as string } : {}),
  build: (props, ctx) => {
    const parameters = props.request_parameters && withoutComponents(props.request_parameters, ctx);
    const isJobRequest = ctx.role?.startsWith('job ') ?? false;
    return new HttpRequester(
      {
        method: props.http_method,
        templates: new RequestTemplates({
          url: props.url,
          urlBase: props.url_base,
          path: props.path,
          parameters,
          headers: props.request_headers,
          body: bodyOf(props, ctx.path),
          where: ctx.path,
        }),
        authenticator: props.authenticator,
        errorHandler: props.error_handler ?? new DefaultErrorHandler([], [], DEFAULT_RETRIES),
        useCache: props.use_cache && !ctx.runtime.testRead && !isJobRequest,
        connectTimeoutMs: milliseconds(props.connect_timeout_in_seconds),
        readTimeoutMs: milliseconds(props.read_timeout_in_seconds),
      },
      ctx,
    );
  },
});

/** A QueryProperties component among the parameters is the retriever's: it sends the names as an option of each request. */
function withoutComponents(parameters: InterpolatedJson, { config, parameters: scope, runtime, path }: BuildContext): InterpolatedJson {
  if (!isObject(parameters.source)) return parameters;
  const isComponent = (value: JsonValue) => isObject(value) && value.type === 'QueryProperties';
  const rest: JsonObject = {};
  for (const [name, value] of Object.entries(parameters.source)) if (!isComponent(value)) setOwn(rest, name, value);
  return new InterpolatedJson(rest, { config, parameters: scope, clock: runtime.clock, path: `${path}.request_parameters` });
}

interface Bodies {
  request_body?: RequestBody | undefined;
  request_body_data?: InterpolatedJson | undefined;
  request_body_json?: InterpolatedJson | undefined;
}

function bodyOf({ request_body, request_body_data, request_body_json }: Bodies, path: string): RequestBody | undefined {
  const data: RequestBody | undefined = isEmpty(request_body_data) ? undefined : { form: 'data', template: request_body_data as InterpolatedJson };
  const json: RequestBody | undefined = isEmpty(request_body_json) ? undefined : { form: 'json', template: request_body_json as InterpolatedJson };
  const given = [request_body, data, json].filter((body) => body !== undefined);
  if (given.length > 1) throw ConnectorError.config('requests.two_bodies', `${path} has more than one of request_body, request_body_data and request_body_json. Keep one of them.`);
  return given[0];
}

function isEmpty(template: InterpolatedJson | undefined): boolean {
  const source = template?.source ?? '';
  return source === '' || (isObject(source) && Object.keys(source).length === 0);
}

function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
