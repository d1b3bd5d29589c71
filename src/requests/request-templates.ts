import { ConnectorError } from '../errors/connector-error';
import type { InterpolatedJson } from '../manifest/interpolation/interpolated-json';
import type { InterpolatedString, Vars } from '../manifest/interpolation/interpolated-string';
import { isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { RequestOptions } from '../slices/request-options';
import { joinUrl } from './prepare-url';
import type { RequestBody } from './request-body/request-body';
import { jsonOrUndefined } from './response-body';

export interface RequestTemplateOptions {
  url: InterpolatedString | undefined;
  urlBase: InterpolatedString | undefined;
  path: InterpolatedString | undefined;
  parameters: InterpolatedJson | undefined;
  headers: InterpolatedJson | undefined;
  body: RequestBody | undefined;
  /** Where the requester stands in the manifest. */
  where: string;
}

/** A text body stands alone; nothing can be added to it. */
export type EvaluatedOptions = RequestOptions & { bodyText?: string };

/** The templates of a requester and how their results are typed (reference sections 3.1, 3.2). */
export class RequestTemplates {
  constructor(private readonly options: RequestTemplateOptions) {}

  /** `path` replaces the path of the manifest (RequestPath). */
  url(vars: Vars, path: string | undefined): string {
    const { url, urlBase, where } = this.options;
    const base = urlBase?.text(vars) || url?.text(vars) || '';
    const end = path || (this.options.path?.text(vars) ?? '').replace(/^\/+/, '');
    if (base === '' && !/^https?:/i.test(end)) {
      throw ConnectorError.config('http.invalid_url', `${where}: neither url nor url_base gives an address. Set one of them, and check the config values in it.`, { recovery: 'stop_stream' });
    }
    return joinUrl(base, end);
  }

  evaluate(vars: Vars): EvaluatedOptions {
    return { params: this.parameters(vars), headers: this.headers(vars), ...this.body(vars) };
  }

  /** Texts and lists only: `"1.10"` stays as it is written. A text that evaluates to no object counts for nothing. */
  private parameters(vars: Vars): JsonObject {
    const template = this.options.parameters;
    if (!template) return {};
    if (typeof template.source === 'string') {
      const value = template.eval(vars);
      return isObject(value) ? withoutNulls(value) : {};
    }
    return withoutNulls(template.eval(vars, { validTypes: ['str', 'list'] }) as JsonObject);
  }

  /** As written, too: the reference makes `1.1` of a version "1.10". */
  private headers(vars: Vars): JsonObject {
    const template = this.options.headers;
    if (!template) return {};
    const isText = typeof template.source === 'string';
    const value = isText ? template.eval(vars) : template.eval(vars, { validTypes: ['str'] });
    if (isText && (value === '' || value === null)) return {};
    if (!isObject(value)) {
      throw ConnectorError.config('requests.invalid_headers', `${this.options.where}.request_headers must evaluate to an object of names and values, not to a text.`, { recovery: 'stop_stream' });
    }
    return Object.fromEntries(Object.entries(withoutNulls(value)).filter(([, item]) => item !== 'None'));
  }

  private body(vars: Vars): EvaluatedOptions {
    const { body, where } = this.options;
    if (!body) return {};
    if (body.form === 'json') {
      const typed = body.template.eval(vars);
      if (typed === '' || typed === null) return {};
      // JSON with true, false or null is no Python literal: it is still the text.
      const value = typeof typed === 'string' ? jsonOrUndefined(typed) : typed;
      if (!isObject(value)) {
        throw ConnectorError.config('requests.invalid_body', `${where}: the JSON body must evaluate to an object. For other bodies use RequestBodyPlainText.`, { recovery: 'stop_stream' });
      }
      return { bodyJson: value };
    }
    if (body.form === 'data' && typeof body.template.source !== 'string') {
      return { bodyData: withoutNulls(body.template.eval(vars, { validTypes: ['str', 'list'] }) as JsonObject) };
    }
    return this.textBody(body, vars);
  }

  /**
   * A text is sent as it is. Only where an expression, not the manifest's own words, gives an object does it become a
   * form, which is how older manifests build theirs.
   */
  private textBody({ template }: RequestBody, vars: Vars): EvaluatedOptions {
    if (/^\s*\{[{%]/.test(String(template.source))) {
      const value = template.eval(vars);
      if (isObject(value)) return { bodyData: withoutNulls(value) };
    }
    const text = template.eval(vars, { validTypes: ['str'] });
    return typeof text === 'string' && text !== '' ? { bodyText: text } : {};
  }
}

function withoutNulls(object: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(object)) if (value !== null) setOwn(result, key, value as JsonValue);
  return result;
}
