import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { InterpolatedBoolean } from '../../manifest/interpolation/interpolated-boolean';
import type { InterpolatedString, Vars } from '../../manifest/interpolation/interpolated-string';
import type { FailureType } from '../../protocol/airbyte';
import { caseInsensitive } from '../../manifest/interpolation/python-dict';
import { defaultFailureType, statusMessage } from './default-resolutions';
import type { ErrorResolution, ResponseAction, ResponseView } from './error-handler';
import { errorMessageOf } from './error-message';

interface FilterOptions {
  action: ResponseAction | undefined;
  failureType: FailureType | undefined;
  statuses: ReadonlySet<number>;
  contained: string | undefined;
  predicate: InterpolatedBoolean | undefined;
  message: InterpolatedString | undefined;
}

/** Recognises an answer by its status, its error message or a condition; any one of them is enough. */
export class HttpResponseFilter {
  constructor(private readonly options: FilterOptions) {}

  /** What to do with the answer, or undefined when this filter does not know it. Transport errors match no filter. */
  async match(outcome: ResponseView | Error): Promise<ErrorResolution | undefined> {
    const { action, failureType, message } = this.options;
    if (outcome instanceof Error || !action || !(await this.matches(outcome))) return undefined;
    const said = message ? message.text(await variables(outcome)) : '';
    return {
      action,
      failureType: failureType ?? defaultFailureType(outcome.status),
      ...(said || outcome.status >= 400 ? { message: said || (await statusMessage(outcome)) } : {}),
    };
  }

  private async matches(view: ResponseView): Promise<boolean> {
    const { statuses, predicate, contained } = this.options;
    if (statuses.has(view.status)) return true;
    if (predicate?.eval(await variables(view))) return true;
    return contained ? ((await errorMessageOf(view)) ?? '').includes(contained) : false;
  }
}

async function variables(view: ResponseView): Promise<Vars> {
  return { response: await view.json(), headers: caseInsensitive(view.headers), request_url: view.url };
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ResponseFilter: HttpResponseFilter;
  }
}

const ACTIONS = ['SUCCESS', 'FAIL', 'RETRY', 'IGNORE', 'RESET_PAGINATION', 'RATE_LIMITED', 'REFRESH_TOKEN_THEN_RETRY', 'REDUCE_PAGE_SIZE', 'SPLIT_REQUEST_WINDOW'];

export const httpResponseFilter = defineComponent({
  kind: 'ResponseFilter',
  type: 'HttpResponseFilter',
  title: 'HTTP response filter',
  description:
    'Recognises answers by status, message or condition, and says what to do with them. Successful answers are looked at as well, without taking anything from the reader of the body. A body that is no JSON is an empty object in templates.',
  fields: {
    action: field.string({
      enum: ACTIONS,
      title: 'Action',
      description:
        'SUCCESS: read it. FAIL: an error. RETRY, RATE_LIMITED: wait and ask again. IGNORE: go on without it. REFRESH_TOKEN_THEN_RETRY: get a new OAuth token first. RESET_PAGINATION, REDUCE_PAGE_SIZE, SPLIT_REQUEST_WINDOW: ask differently. Without an action the filter has no effect.',
      examples: ['IGNORE', 'RETRY'],
    }),
    failure_type: field.string({
      enum: ['system_error', 'config_error', 'transient_error'],
      title: 'Failure type',
      description: 'The kind of error when the action is FAIL or the repetitions are used up.',
    }),
    error_message: field.template({
      title: 'Error message',
      description: 'For the user; may use response, headers, request_url and config.',
      examples: ["The report does not exist: {{ response['detail'] }}", 'Skipping {{ request_url }} (HTTP 404).'],
    }),
    error_message_contains: field.string({
      title: 'Error message contains',
      description: 'Matches when the error message of the body contains this text (upper and lower case differ).',
      examples: ['not enabled for this site'],
    }),
    http_codes: field.array(field.integer(), { title: 'HTTP codes', description: 'Matches answers with one of these statuses.', examples: [[420, 429]] }),
    predicate: field.templateBoolean({
      title: 'Predicate',
      description: 'Matches when the condition over response, headers and request_url is true.',
      examples: ["{{ 'code' in response and response['code'] == 'THROTTLED' }}"],
    }),
  },
  examples: [
    { type: 'HttpResponseFilter', http_codes: [404], action: 'IGNORE', error_message: 'Nothing at {{ request_url }}' },
    { type: 'HttpResponseFilter', predicate: "{{ response.get('status') == 'busy' }}", action: 'RETRY' },
    { type: 'HttpResponseFilter', error_message_contains: 'quota', action: 'RATE_LIMITED' },
  ],
  build: (props) =>
    new HttpResponseFilter({
      action: props.action as ResponseAction | undefined,
      failureType: props.failure_type as FailureType | undefined,
      statuses: new Set(props.http_codes ?? []),
      contained: props.error_message_contains,
      predicate: props.predicate?.source === '' ? undefined : props.predicate,
      message: props.error_message,
    }),
});
