import { ConnectorError } from '../../errors/connector-error';
import { field } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import { secondsOf } from './seconds';

export const maxWaitingTimeField = field.template({
  accepts: ['number'],
  title: 'Max waiting time in seconds',
  description: 'Ends the stream instead of waiting this long or longer; 0 means that it never waits.',
  examples: [3600, "{{ config['max_waiting_time'] * 60 }}"],
});

/**
 * A check of waits against a limit from the manifest. The limit is evaluated at once, so that a mistake in it shows
 * before the first rate limit does.
 */
export function waitingLimit(limit: InterpolatedString | undefined, path: string): (seconds: number) => number {
  if (!limit) return (seconds) => seconds;
  const where = `${path}.max_waiting_time_in_seconds`;
  secondsOf(limit, where);
  return (seconds) => {
    const maximum = secondsOf(limit, where);
    if (seconds < maximum) return seconds;
    throw ConnectorError.transient('http.wait_too_long', `The rate limit asks for a wait of ${Math.ceil(seconds)} seconds; this connector waits less than ${maximum} seconds. Run the sync again later, or raise max_waiting_time_in_seconds.`, {
      recovery: 'wait_for_capacity',
      retryAfterMs: seconds * 1000,
    });
  };
}
