import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { BackoffStrategy } from './backoff-strategy';
import { jittered, secondsOf } from './seconds';

export const exponentialBackoffStrategy = defineComponent({
  kind: 'BackoffStrategy',
  type: 'ExponentialBackoffStrategy',
  title: 'Exponential backoff',
  description: 'Doubles the wait with each repetition: factor × 2, × 4, × 8 … seconds.',
  fields: {
    factor: field.template({
      accepts: ['number'],
      title: 'Factor',
      description: 'Half of the first wait, in seconds.',
      default: 5,
      examples: [5, 5.5, "{{ config['backoff_factor'] }}"],
    }),
    jitter_range_in_seconds: field.number({
      minimum: 0,
      title: 'Jitter range',
      description: 'Lengthens each wait by a random time of up to twice this many seconds.',
      examples: [2],
    }),
  },
  examples: [{ type: 'ExponentialBackoffStrategy', factor: 10 }],
  build: ({ factor, jitter_range_in_seconds }, { runtime, path }): BackoffStrategy => ({
    backoffSeconds: async (_outcome, attempt) => jittered(secondsOf(factor, `${path}.factor`) * 2 ** attempt, jitter_range_in_seconds, runtime.random),
  }),
});
