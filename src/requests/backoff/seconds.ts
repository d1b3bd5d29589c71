import { ConnectorError } from '../../errors/connector-error';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';

/**
 * A number of seconds from a template over the config.
 * @throws ConnectorError `backoff.invalid_number` (config_error), naming `where`
 */
export function secondsOf(template: InterpolatedString, where: string): number {
  const value = template.eval();
  const seconds = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
  if (Number.isFinite(seconds)) return seconds;
  throw ConnectorError.config('backoff.invalid_number', `${where}: "${template.source}" is not a number of seconds. Check the config values that it reads.`, { recovery: 'stop_stream' });
}

/** `seconds`, or a little more: uniform up to twice the range (reference section 3.5). */
export function jittered(seconds: number, range: number | undefined, random: () => number): number {
  return range === undefined ? seconds : seconds + random() * range * 2;
}
