import { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import type { Clock } from '../platform/clock';
import { isObject, type JsonObject } from '../protocol/json';

/** How long a test waits for a job when the manifest does not say. */
const DEFAULT_MINUTES = 15;

/** How long a job of the stream may take, as the Builder shows it (`0:15:00`); undefined for a stream without jobs. */
export function jobTimeoutText(stream: JsonObject | undefined, config: JsonObject, clock: Clock): string | undefined {
  const seconds = jobTimeoutSeconds(stream, config, clock);
  return seconds === undefined ? undefined : hoursMinutesSeconds(seconds);
}

/** The same as a number. */
export function jobTimeoutSeconds(stream: JsonObject | undefined, config: JsonObject, clock: Clock): number | undefined {
  const retriever = stream?.retriever;
  if (!isObject(retriever) || retriever.type !== 'AsyncRetriever') return undefined;
  return (minutesOf(retriever, config, clock) || DEFAULT_MINUTES) * 60;
}

function minutesOf(retriever: JsonObject, config: JsonObject, clock: Clock): number {
  const { polling_job_timeout: value } = retriever;
  if (typeof value !== 'string') return Number(value ?? 0);
  const parameters = isObject(retriever.$parameters) ? retriever.$parameters : {};
  try {
    const minutes = Number(new InterpolatedString(value, { config, parameters, clock, path: 'polling_job_timeout' }).eval());
    return Number.isFinite(minutes) ? minutes : 0;
  } catch {
    // The retriever says what is wrong with it.
    return 0;
  }
}

/** Python's `str(timedelta)`. */
function hoursMinutesSeconds(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const time = `${Math.floor((seconds % 86_400) / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
  return days === 0 ? time : `${days} day${days === 1 ? '' : 's'}, ${time}`;
}
