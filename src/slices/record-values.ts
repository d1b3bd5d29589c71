import type { PyDateTime } from '../datetime/python-datetime';
import type { Logger } from '../platform/runtime';
import { getOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { DatetimeValues } from './datetime-values';

/** Takes the cursor value out of records. A record without a readable one is kept; the first is told. */
export class RecordValues {
  private warned = false;
  private lastRaw: JsonValue | undefined;
  private lastValue: PyDateTime | undefined;
  /** The texts that values were read from, where texts have their order. */
  private readonly texts = new WeakMap<PyDateTime, string>();

  constructor(
    private readonly cursorField: string,
    private readonly values: DatetimeValues,
    private readonly streamName: string,
    private readonly logger: Logger,
  ) {}

  of(record: JsonObject): PyDateTime | undefined {
    const raw = getOwn(record, this.cursorField) ?? null;
    // Neighbours often have the same value, and each record is asked for twice when the client filters.
    if (raw !== null && raw === this.lastRaw) return this.lastValue;
    const value = raw === null ? undefined : this.values.ofRecord(raw);
    if (!value && !this.warned) {
      this.warned = true;
      const problem =
        raw === null
          ? `Could not find cursor field \`${this.cursorField}\` in record for stream ${this.streamName}.`
          : `The cursor field \`${this.cursorField}\` of a record of stream ${this.streamName} is ${JSON.stringify(typeof raw === 'object' ? '(not a scalar)' : String(raw))}, which fits none of the formats ${this.values.expected}.`;
      this.logger.warn(`${problem} The incremental sync will assume it needs to be synced`);
    }
    this.lastRaw = raw;
    this.lastValue = value;
    if (value && typeof raw === 'string' && this.values.isSortable(raw)) this.texts.set(value, raw);
    return value;
  }

  /** Whether the value of a record is a date, and not later than one that `of` gave: told from their texts, which is much quicker than to read them. */
  isNotLater(record: JsonObject, than: PyDateTime | undefined): boolean {
    const text = than && this.texts.get(than);
    if (text === undefined) return false;
    const raw = getOwn(record, this.cursorField);
    return typeof raw === 'string' && raw <= text && this.values.isSortable(raw);
  }
}

/** The greater of two values; the first one when they are equal. */
export function later(a: PyDateTime | undefined, b: PyDateTime): PyDateTime {
  return a && a.compare(b) >= 0 ? a : b;
}
