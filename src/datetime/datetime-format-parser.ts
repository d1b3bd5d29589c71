import { ConnectorError } from '../errors/connector-error';
import { roundHalfEven } from './duration';
import { PyDateTime } from './python-datetime';
import { strptime } from './strptime';

/**
 * Reads and writes dates in a manifest's `datetime_format` (reference section 9.1): the codes of Python's
 * strptime/strftime, `%_ms` for three digits of milliseconds, and these tokens, which stand for a whole format:
 * `%s` seconds since the epoch, `%s_as_float`, `%ms` milliseconds, `%epoch_microseconds`.
 */
export const DatetimeParser = {
  /**
   * A value of an API, a state or a config as an aware date; without an offset it counts as UTC.
   * @throws ConnectorError `datetime.unparsable`, `datetime.out_of_range`, `datetime.bad_format`
   */
  parse(value: string | number | bigint, format: string): PyDateTime {
    switch (format) {
      case '%s':
        return PyDateTime.fromEpochMicros(wholeNumber(value, format) * 1_000_000n);
      case '%s_as_float':
        return fromFloatSeconds(value, format);
      case '%ms':
        return PyDateTime.fromEpochMicros(wholeNumber(value, format) * 1000n);
      case '%epoch_microseconds':
        return PyDateTime.fromEpochMicros(wholeNumber(value, format));
    }
    const parsed = strptime(String(value), format.replaceAll('%_ms', '%f'));
    return parsed.isNaive ? parsed.withOffset(0) : parsed;
  },

  /** The date as text. Tokens are exact to the microsecond, where the reference loses digits in floats. */
  format(date: PyDateTime, format: string): string {
    const micros = date.epochMicros();
    switch (format) {
      case '%s':
        return String(micros / 1_000_000n);
      case '%s_as_float':
        return pythonFloat(date.timestamp());
      case '%ms':
        return String(micros / 1000n);
      case '%epoch_microseconds':
        return String(micros);
    }
    if (!format.includes('%_ms')) return date.strftime(format);
    const milliseconds = String(Math.floor(date.microsecond / 1000)).padStart(3, '0');
    return date.strftime(format.replaceAll('%_ms', milliseconds).replaceAll('%f', milliseconds));
  },
};

function unparsable(value: unknown, format: string): ConnectorError {
  return ConnectorError.system('datetime.unparsable', `${JSON.stringify(String(value).slice(0, 100))} does not match the date format "${format}".`);
}

/** Python's `int(…)`: cuts the fraction of a number, refuses it in a text. */
function wholeNumber(value: string | number | bigint, format: string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return BigInt(Math.trunc(value));
  if (typeof value === 'string' && /^\s*[-+]?\d+(_\d+)*\s*$/.test(value)) return BigInt(value.replace(/[_+\s]/g, ''));
  throw unparsable(value, format);
}

function fromFloatSeconds(value: string | number | bigint, format: string): PyDateTime {
  const isText = typeof value === 'string';
  const written = isText && /^\s*[-+]?(?:\d+(?:_\d+)*\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(value);
  const seconds = isText ? (written ? Number(value.replaceAll('_', '')) : NaN) : Number(value);
  if (!Number.isFinite(seconds)) throw unparsable(value, format);
  const whole = Math.floor(seconds);
  return PyDateTime.fromEpochMicros(BigInt(whole) * 1_000_000n + BigInt(roundHalfEven((seconds - whole) * 1e6)));
}

/** A float as Python prints it: `5.0`, not `5`. Times of the years 1 to 9999 never need an exponent, except near 0. */
function pythonFloat(value: number): string {
  if (Number.isInteger(value)) return `${value}.0`;
  return String(value).replace(/e-(\d)$/, 'e-0$1');
}
