import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { RequestOption, RequestOptions } from './request-options';

const PLACES = { request_parameter: 'params', header: 'headers', body_data: 'bodyData', body_json: 'bodyJson' } as const;

/** Puts a value under one name, or at a path of names in a JSON body. */
class RequestField implements RequestOption {
  constructor(
    readonly injectInto: RequestOption['injectInto'],
    private readonly path: readonly InterpolatedString[],
  ) {}

  get place(): string {
    return `${this.injectInto}:${this.keys().join('.')}`;
  }

  inject(target: RequestOptions, value: JsonValue): void {
    let current = (target[PLACES[this.injectInto]] ??= {});
    const keys = this.keys();
    const last = keys.pop() as string;
    for (const key of keys) {
      let next = getOwn(current, key);
      if (next === undefined) setOwn(current, key, (next = {}));
      if (!isObject(next)) {
        throw ConnectorError.config(
          'slices.request_option_conflict',
          `The request option ${this.place} needs an object under ${JSON.stringify(key)}, but another option has put a value there. Give the options different places.`,
        );
      }
      current = next;
    }
    setOwn(current, last, value);
  }

  private keys(): string[] {
    return this.path.map((segment) => segment.text());
  }
}

export const requestOption = defineComponent({
  kind: 'RequestOption',
  type: 'RequestOption',
  title: 'Request option',
  description: 'Where in the request a value goes: a query parameter, a header, a form field, or a field of the JSON body. Give either field_name or, for a JSON body, field_path.',
  fields: {
    inject_into: required(
      field.string({
        description: 'The part of the request that gets the value.',
        enum: ['request_parameter', 'header', 'body_data', 'body_json'],
        examples: ['request_parameter', 'header', 'body_data', 'body_json'],
      }),
    ),
    field_name: field.template({ description: 'The name of the parameter, header or field.', examples: ['segment_id', 'since'] }),
    field_path: field.array(field.template(), {
      description: 'The path of names to a nested field of a JSON body; missing objects on the way are made.',
      examples: [['filters', 'updated', 'from']],
    }),
  },
  examples: [
    { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'created_after' },
    { type: 'RequestOption', inject_into: 'body_json', field_path: ['filters', 'updated', 'from'] },
  ],
  build: ({ inject_into, field_name, field_path }, ctx) => {
    const invalid = (what: string) => ConnectorError.config('slices.invalid_request_option', `${ctx.path}: ${what}`);
    if (field_name && field_path) throw invalid('a RequestOption has a field_name or a field_path, not both.');
    if (field_path && inject_into !== 'body_json') throw invalid('field_path works in a JSON body only; use field_name.');
    const path = field_path ?? (field_name ? [field_name] : []);
    if (path.length === 0) throw invalid('a RequestOption needs a field_name or a field_path.');
    return new RequestField(inject_into as RequestOption['injectInto'], path);
  },
});

/**
 * True for the values of a partition that a request option leaves out: those that say "no value". The reference also
 * leaves out 0 and false.
 */
export function isEmptyValue(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value as JsonObject).length === 0;
}
