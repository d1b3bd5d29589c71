import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { BackoffStrategy } from './backoff-strategy';
import { jittered, secondsOf } from './seconds';

export const constantBackoffStrategy = defineComponent({
  kind: 'BackoffStrategy',
  type: 'ConstantBackoffStrategy',
  title: 'Constant backoff',
  description: 'Waits the same time before each repetition.',
  fields: {
    backoff_time_in_seconds: required(
      field.template({ accepts: ['number'], title: 'Backoff time', description: 'Seconds to wait.', examples: [30, 30.5, "{{ config['backoff_time'] }}"] }),
    ),
    jitter_range_in_seconds: field.number({
      minimum: 0,
      title: 'Jitter range',
      description: 'Lengthens each wait by a random time of up to twice this many seconds, so that many connections do not return at once.',
      examples: [15],
    }),
  },
  examples: [{ type: 'ConstantBackoffStrategy', backoff_time_in_seconds: 30, jitter_range_in_seconds: 2 }],
  build: ({ backoff_time_in_seconds, jitter_range_in_seconds }, { runtime, path }): BackoffStrategy => ({
    backoffSeconds: async () => jittered(secondsOf(backoff_time_in_seconds, `${path}.backoff_time_in_seconds`), jitter_range_in_seconds, runtime.random),
  }),
});
