import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { BackoffStrategy } from './backoff-strategy';
import { headerReader } from './header-value';
import { maxWaitingTimeField, waitingLimit } from './max-waiting-time';
import { retryAfterSeconds } from './retry-after';

export const waitTimeFromHeader = defineComponent({
  kind: 'BackoffStrategy',
  type: 'WaitTimeFromHeader',
  title: 'Wait time from a header',
  description: 'Waits as many seconds as a response header says. A date in the header (as Retry-After allows) is understood, too. Has no opinion when the header is absent.',
  fields: {
    header: required(field.template({ title: 'Header', description: 'The name of the response header.', examples: ['Retry-After'] })),
    regex: field.template({ title: 'Extraction regex', description: 'Cuts the number out of the header: its first group, or all that it matches.', examples: ['([-+]?\\d+)'] }),
    max_waiting_time_in_seconds: maxWaitingTimeField,
  },
  examples: [{ type: 'WaitTimeFromHeader', header: 'Retry-After', max_waiting_time_in_seconds: 3600 }],
  build: ({ header, regex, max_waiting_time_in_seconds }, { runtime, path }): BackoffStrategy => {
    const limited = waitingLimit(max_waiting_time_in_seconds, path);
    const read = headerReader(header, regex, path);
    return {
      backoffSeconds: async (outcome) => {
        const seconds = retryAfterSeconds(read(outcome), runtime.clock.now());
        return seconds ? limited(seconds) : undefined;
      },
    };
  },
});
