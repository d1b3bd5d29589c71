import { DatetimeParser } from '../datetime/datetime-format-parser';
import { PlainDigits } from '../datetime/plain-digits';
import type { PyDateTime } from '../datetime/python-datetime';
import { isConnectorError } from '../errors/connector-error';
import type { JsonValue } from '../protocol/json';

/** Reads and writes the values of a datetime cursor, in the formats of the manifest. */
export class DatetimeValues {
  private readonly recordFormats: readonly string[];
  private readonly ownFormats: readonly string[];
  /** For the first format of records. */
  private readonly digits: PlainDigits | undefined;

  /**
   * @param format how slices and states are written (`datetime_format`)
   * @param recordFormats how records may be written, tried first (`cursor_datetime_formats`)
   */
  constructor(
    readonly format: string,
    recordFormats: readonly string[] = [],
  ) {
    this.recordFormats = [...recordFormats, format];
    this.ownFormats = [format, ...recordFormats];
    this.digits = PlainDigits.of(this.recordFormats[0]!);
  }

  /** The value of a record; undefined when no format fits. */
  ofRecord(value: JsonValue): PyDateTime | undefined {
    return parse(value, this.recordFormats);
  }

  /** Whether the text of a record is for certain that of a date, which then has its place among other such texts of the same length. */
  isSortable(text: string): boolean {
    return this.digits?.isSortable(text) ?? false;
  }

  /**
   * A value that we have written ourselves (state, slice): our format goes first, because a format of the records may
   * fit by accident and mean another day.
   */
  ofState(value: JsonValue): PyDateTime | undefined {
    return parse(value, this.ownFormats);
  }

  text(value: PyDateTime): string {
    return DatetimeParser.format(value, this.format);
  }

  /** For messages: the formats that a state may have. */
  get expected(): string {
    return this.ownFormats.join(', ');
  }
}

function parse(value: JsonValue, formats: readonly string[]): PyDateTime | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  for (const format of formats) {
    try {
      return DatetimeParser.parse(value, format);
    } catch (error) {
      if (!isConnectorError(error)) throw error;
    }
  }
  return undefined;
}
