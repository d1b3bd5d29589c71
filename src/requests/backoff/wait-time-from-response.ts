import { isConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import { caseInsensitive } from '../../manifest/interpolation/python-dict';
import type { BackoffStrategy } from './backoff-strategy';
import { numberIn } from './header-value';
import { maxWaitingTimeField, waitingLimit } from './max-waiting-time';

export const waitTimeFromResponse = defineComponent({
  kind: 'BackoffStrategy',
  type: 'WaitTimeFromResponse',
  title: 'Wait time from the response',
  description:
    'Waits as many seconds as an expression over the body (`response`) and the headers gives. Nothing, zero, a negative number or an expression that fails on this response leave the decision to the next strategy.',
  fields: {
    wait_time_in_seconds: required(
      field.template({
        title: 'Wait time in seconds',
        description: 'The expression; subtract `now_utc().timestamp()` from a moment in time.',
        examples: ['{{ response.retry_after_seconds }}', "{{ timestamp(response['reset_at']) - now_utc().timestamp() }}"],
      }),
    ),
    max_waiting_time_in_seconds: maxWaitingTimeField,
  },
  examples: [{ type: 'WaitTimeFromResponse', wait_time_in_seconds: '{{ response.retry_after_seconds }}', max_waiting_time_in_seconds: 3600 }],
  build: ({ wait_time_in_seconds, max_waiting_time_in_seconds }, { runtime, path }): BackoffStrategy => {
    const limited = waitingLimit(max_waiting_time_in_seconds, path);
    const evaluate = (response: JsonValue, headers: Record<string, string>): JsonValue => {
      try {
        return wait_time_in_seconds.eval({ response, headers: caseInsensitive(headers) });
      } catch (error) {
        if (!isConnectorError(error)) throw error;
        // The strategy sees every answer that is repeated, not only the kind it was written for.
        runtime.logger.warn(`${path}: wait_time_in_seconds cannot be evaluated on this response (${error.code}); the next backoff strategy decides.`);
        return '';
      }
    };
    return {
      backoffSeconds: async (outcome) => {
        const isError = outcome instanceof Error;
        const value = evaluate(isError ? {} : await outcome.json(), isError ? {} : outcome.headers);
        const seconds = typeof value === 'number' ? value : numberIn(String(value));
        return seconds !== undefined && Number.isFinite(seconds) && seconds > 0 ? limited(seconds) : undefined;
      },
    };
  },
});
