import { parseAnyDatetime } from '../../datetime/any-datetime-parser';
import { DatetimeParser } from '../../datetime/datetime-format-parser';
import { PyDateTime } from '../../datetime/python-datetime';

/**
 * A point in time as APIs and configs write it, in epoch milliseconds: by `format` when it fits, else seconds since 1970
 * or a date in any usual form (UTC when it names no zone). Undefined when it is none of these.
 */
export function parseInstant(text: string, format?: string): number | undefined {
  if (format) {
    const instant = attempt(() => DatetimeParser.parse(text, format).epochMs());
    if (instant !== undefined) return instant;
  }
  return attempt(() => parseAnyDatetime(text.trim()).epochMs());
}

/** `2024-03-01T13:00:00+00:00`, as the reference writes an expiry into the config. */
export function expiryText(instant: number): string {
  return PyDateTime.fromEpochMs(instant).isoformat();
}

function attempt(parse: () => number): number | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
