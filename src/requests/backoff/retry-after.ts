import { numberIn } from './header-value';

/** Seconds that a `Retry-After` value asks for: a number of seconds, or a date; undefined when it is neither. */
export function retryAfterSeconds(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = numberIn(value);
  if (seconds !== undefined) return Math.max(0, seconds);
  if (!/^[a-z]{3,9},? /i.test(value.trim())) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}
