import { DatetimeParser } from '../datetime/datetime-format-parser';
import { getOwn, type JsonObject, type JsonValue } from '../protocol/json';

/** In this order; the first that fits the first record counts. */
const FORMATS = [
  '%Y-%m-%d',
  '%Y-%m-%d %H:%M:%S',
  '%Y-%m-%dT%H:%M:%SZ',
  '%Y-%m-%dT%H:%M:%S.%fZ',
  '%Y-%m-%d %H:%M:%S.%f%z',
  '%Y-%m-%dT%H:%M:%S.%f%z',
  '%s',
  '%ms',
  '%d/%m/%Y %H:%M',
  '%Y-%m',
  '%d-%m-%Y',
] as const;

/** Finds the top-level fields that hold dates, and their format: it must fit every record. */
export class DatetimeFormatInference {
  private formats: Map<string, string> | undefined;

  add(record: JsonObject): void {
    if (!this.formats) {
      this.formats = new Map();
      for (const [name, value] of Object.entries(record)) {
        const format = FORMATS.find((each) => fits(value, each));
        if (format) this.formats.set(name, format);
      }
      return;
    }
    for (const [name, format] of this.formats) if (!fits(getOwn(record, name), format)) this.formats.delete(name);
  }

  result(): Record<string, string> {
    return Object.fromEntries(this.formats ?? []);
  }
}

function fits(value: JsonValue | undefined, format: string): boolean {
  if (typeof value !== 'string' && !Number.isInteger(value) && typeof value !== 'bigint') return false;
  const isNumber = typeof value !== 'string' || /^\s*[-+]?\d+\s*$/.test(value);
  // Numbers are dates only from 2001 to 2033, as seconds or milliseconds.
  if (isNumber && !isRecent(Number(value))) return false;
  try {
    DatetimeParser.parse(value as string | number | bigint, format);
    return true;
  } catch {
    return false;
  }
}

function isRecent(value: number): boolean {
  return (value >= 1e9 && value < 2e9) || (value >= 1e12 && value < 2e12);
}
