import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { BackoffStrategy } from './backoff-strategy';
import { headerReader, numberIn } from './header-value';
import { maxWaitingTimeField, waitingLimit } from './max-waiting-time';
import { secondsOf } from './seconds';

export const waitUntilTimeFromHeader = defineComponent({
  kind: 'BackoffStrategy',
  type: 'WaitUntilTimeFromHeader',
  title: 'Wait until the time in a header',
  description: 'Waits until the moment that a response header names in seconds since 1970. Without the header it waits `min_wait`, or has no opinion.',
  fields: {
    header: required(field.template({ title: 'Header', description: 'The name of the response header.', examples: ['X-RateLimit-Reset'] })),
    min_wait: field.template({ accepts: ['number'], title: 'Minimum wait', description: 'Seconds to wait at least.', examples: [10, '60'] }),
    regex: field.template({ title: 'Extraction regex', description: 'Cuts the number out of the header: its first group, or all that it matches.', examples: ['([-+]?\\d+)'] }),
    max_waiting_time_in_seconds: maxWaitingTimeField,
  },
  examples: [{ type: 'WaitUntilTimeFromHeader', header: 'X-RateLimit-Reset', min_wait: 5 }],
  build: ({ header, min_wait, regex, max_waiting_time_in_seconds }, { runtime, path }): BackoffStrategy => {
    const limited = waitingLimit(max_waiting_time_in_seconds, path);
    const read = headerReader(header, regex, path);
    const minimum = () => (min_wait && min_wait.text() !== '' ? secondsOf(min_wait, `${path}.min_wait`) : 0);
    return {
      backoffSeconds: async (outcome) => {
        const until = numberIn(read(outcome));
        const wait = until ? until - runtime.clock.now() / 1000 : 0;
        const seconds = Math.max(wait, minimum());
        return seconds > 0 ? limited(seconds) : undefined;
      },
    };
  },
});
