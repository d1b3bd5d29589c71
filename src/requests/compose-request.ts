import { ConnectorError } from '../errors/connector-error';
import type { ErrorCode } from '../errors/error-catalogue';
import { isObject, type JsonObject } from '../protocol/json';
import type { RequestOptions } from '../slices/request-options';
import { combineRequestOptions } from './paginators/combine-request-options';
import { str } from '../manifest/interpolation/python-text';
import { formEncode, jsonEncode } from './request-encoding';
import { setHeader, findHeader } from './request-headers';
import type { EvaluatedOptions } from './request-templates';
import type { HeaderMap } from './requester';

/** Methods whose bodies are sent (reference section 3.2). */
const WITH_BODY = new Set(['GET', 'POST', 'PUT', 'PATCH']);

export interface RequestParts {
  params: JsonObject;
  headers: HeaderMap;
  body: string | null;
}

/** The options of a request before credentials, which may differ from one try to the next. */
export interface ComposedRequest {
  /** @throws ConnectorError `requests.option_collision`, `requests.two_bodies`, `requests.invalid_parameter` */
  withCredentials(credentials: RequestOptions | undefined, method: string): RequestParts;
}

/** Merges the options of the requester with those of paginator, cursor and router; nobody may set what another one sets. */
export function composeRequest(own: EvaluatedOptions, extra: RequestOptions | undefined): ComposedRequest {
  const { bodyText, ...options } = own;
  const base = extra ? combineRequestOptions(options, extra, 'The requester and its paginator, cursor or partition router') : options;
  return {
    withCredentials: (credentials, method) => {
      const merged = credentials ? combineRequestOptions(base, credentials, 'The request and its authenticator') : base;
      const params = merged.params ?? {};
      for (const [name, value] of Object.entries(params)) {
        if (isObject(value)) throw mistake('requests.invalid_parameter', `The request parameter "${name}" is an object; parameters are texts, numbers or lists.`);
      }
      const headers: HeaderMap = {};
      for (const [name, value] of Object.entries(merged.headers ?? {})) setHeader(headers, name, str(value));
      return { params, headers, body: WITH_BODY.has(method) ? encodeBody(bodyText, merged, headers) : null };
    },
  };
}

/** The body's text; adds the content-type that belongs to it unless one is given. */
function encodeBody(bodyText: string | undefined, { bodyData, bodyJson }: RequestOptions, headers: HeaderMap): string | null {
  const data = bodyData && Object.keys(bodyData).length > 0 ? bodyData : undefined;
  const json = bodyJson && Object.keys(bodyJson).length > 0 ? bodyJson : undefined;
  if (bodyText !== undefined && data) throw mistake('requests.two_bodies', 'A text body cannot be combined with body fields of a paginator, cursor or authenticator. Use RequestBodyUrlEncodedForm, or inject the value elsewhere.');
  if ((bodyText !== undefined || data) && json) throw mistake('requests.two_bodies', 'A request has a JSON body and a form or text body at the same time. Inject all values of a request into the same kind of body.');
  if (bodyText !== undefined) return bodyText;
  const encoded = json ? jsonEncode(json) : data ? formEncode(data) : null;
  if (encoded !== null && findHeader(headers, 'content-type') === undefined) {
    headers['Content-Type'] = json ? 'application/json' : 'application/x-www-form-urlencoded';
  }
  return encoded;
}

function mistake(code: ErrorCode, message: string): ConnectorError {
  return ConnectorError.config(code, message, { recovery: 'stop_stream' });
}
