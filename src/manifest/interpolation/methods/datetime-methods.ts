import { CalendarDuration, PyTimedelta } from '../../../datetime/duration';
import { PyDate, PyDateTime, type DatetimeParts } from '../../../datetime/python-datetime';
import { functionTable } from '../callable';
import { isInt, NamedTuple, numeric, PyRecord, toFloat, typeName, type Value } from '../python-values';
import { PyTypeError } from '../template-errors';
import { textArgument } from './string-methods';

/** `replace(…)` arguments that were given, as whole numbers. */
function parts(names: readonly (keyof DatetimeParts)[], values: readonly Value[]): DatetimeParts {
  const given: DatetimeParts = {};
  names.forEach((name, index) => {
    const value = values[index];
    if (value === undefined) return;
    if (!isInt(value)) throw new PyTypeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
    given[name] = Number(numeric(value));
  });
  return given;
}

/** A time zone as a value: prints its name, e.g. `UTC+02:00`. */
function zoneRecord(offsetSeconds: number, name: string): PyRecord {
  return new PyRecord('timezone', (attribute) => (attribute === 'offset' ? offsetSeconds : undefined), name);
}

function offsetOf(zone: Value): number {
  const offset = zone instanceof PyRecord && zone.typeName === 'timezone' ? zone.attribute('offset') : undefined;
  if (typeof offset === 'number') return offset;
  throw new PyTypeError(`tzinfo argument must be None or of a tzinfo subclass, not type '${typeName(zone)}'`);
}

/** The time of day as a value: attributes, and its text. */
function timeRecord(at: PyDateTime): PyRecord {
  const { hour, minute, second, microsecond } = at;
  const fields = [hour, minute, ...(second || microsecond ? [second] : []), ...(microsecond ? [microsecond] : [])];
  const attributes: ReadonlyMap<string, Value> = new Map(Object.entries({ hour, minute, second, microsecond }));
  return new PyRecord('time', (name) => attributes.get(name), at.withOffset(undefined).isoformat().slice(11), `datetime.time(${fields.join(', ')})`);
}

function isoTuple(value: PyDate | PyDateTime): NamedTuple {
  const [year, week, weekday] = value.isoCalendar();
  return new NamedTuple('datetime.IsoCalendarDate', new Map(Object.entries({ year, week, weekday })), true);
}

const DATE_FUNCTIONS = {
  'isocalendar self': ([value]: readonly any[]) => isoTuple(value), // eslint-disable-line @typescript-eslint/no-explicit-any
  'isoweekday self': ([value]: readonly any[]) => value.weekday() + 1, // eslint-disable-line @typescript-eslint/no-explicit-any
  'weekday self': ([value]: readonly any[]) => value.weekday(), // eslint-disable-line @typescript-eslint/no-explicit-any
  'ctime self': ([value]: readonly any[]) => value.strftime('%a %b %e %H:%M:%S %Y'), // eslint-disable-line @typescript-eslint/no-explicit-any
  'strftime self format': ([value, format]: readonly any[]) => value.strftime(textArgument(format, 'the format')), // eslint-disable-line @typescript-eslint/no-explicit-any
};

const DAYS_TO_1970 = 719_163;

export const DATE_METHODS = functionTable({
  ...DATE_FUNCTIONS,
  'isoformat self': ([value]) => (value as PyDate).isoformat(),
  'replace self year? month? day?': ([value, ...rest]) => (value as PyDate).replace(parts(['year', 'month', 'day'], rest)),
  'toordinal self': ([value]) => (value as PyDate).dayNumber + DAYS_TO_1970,
});

export const DATETIME_METHODS = functionTable({
  ...DATE_FUNCTIONS,
  'astimezone self tz?': ([value, zone]) =>
    zone === undefined || zone === null ? (value as PyDateTime).toOffset(0) : (value as PyDateTime).toOffset(offsetOf(zone), zone.text),
  'date self': ([value]) => (value as PyDateTime).date(),
  'time self': ([value]) => timeRecord(value),
  'isoformat self sep? timespec?': ([value, separator, timespec]) => isoformat(value, separator ?? 'T', timespec ?? 'auto'),
  'replace self year? month? day? hour? minute? second? microsecond? tzinfo?': ([value, year, month, day, hour, minute, second, microsecond, tzinfo]) => {
    const names = ['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond'] as const;
    const replaced = (value as PyDateTime).replace(parts(names, [year, month, day, hour, minute, second, microsecond]));
    return tzinfo === undefined ? replaced : replaced.withOffset(tzinfo === null ? undefined : offsetOf(tzinfo), tzinfo?.text);
  },
  'timestamp self': ([value]) => toFloat((value as PyDateTime).timestamp()),
  'toordinal self': ([value]) => (value as PyDateTime).date().dayNumber + DAYS_TO_1970,
  'tzname self': ([value]) => ((value as PyDateTime).isNaive ? null : (value as PyDateTime).zoneName),
  'utcoffset self': ([value]) => {
    const { offsetSeconds } = value as PyDateTime;
    return offsetSeconds === undefined ? null : PyTimedelta.of({ seconds: offsetSeconds });
  },
});

const TIMESPECS: Readonly<Record<string, number>> = { hours: 13, minutes: 16, seconds: 19, milliseconds: 23, microseconds: 26 };

function isoformat(value: PyDateTime, separator: Value, timespec: Value): string {
  const sep = textArgument(separator, 'the separator');
  const spec = textArgument(timespec, 'timespec');
  if (spec === 'auto') return value.isoformat(sep);
  const length = TIMESPECS[spec];
  if (length === undefined) throw new PyTypeError(`Unknown timespec value '${spec}'`);
  const wall = value.withOffset(undefined);
  const full = `${wall.replace({ microsecond: 0 }).isoformat(sep)}.${String(value.microsecond).padStart(6, '0')}`;
  return full.slice(0, length - 1 + sep.length) + value.isoformat().slice(wall.isoformat().length);
}

export const TIMEDELTA_METHODS = functionTable({
  'total_seconds self': ([value]) => toFloat((value as PyTimedelta).totalSeconds()),
});

export const DURATION_METHODS = functionTable({
  'total_seconds self': ([value]) => toFloat((value as CalendarDuration).rest.totalSeconds()),
  'totimedelta self start? end?': ([value, start, end]) => {
    if (start instanceof PyDateTime) return start.plus(value).since(start);
    if (end instanceof PyDateTime) return end.since(end.minus(value));
    throw new PyTypeError('totimedelta() needs a start or an end');
  },
});

/** Plain attributes of dates and durations. */
export function datetimeProperty(value: PyDateTime | PyDate | PyTimedelta | CalendarDuration, name: string): Value {
  if (value instanceof PyTimedelta) return name === 'days' || name === 'seconds' || name === 'microseconds' ? value[name] : undefined;
  if (value instanceof CalendarDuration) {
    if (name === 'years' || name === 'months') return value[name];
    return name === 'tdelta' ? value.rest : datetimeProperty(value.rest, name);
  }
  if (name === 'year' || name === 'month' || name === 'day') return value[name];
  if (value instanceof PyDate) return undefined;
  if (name === 'hour' || name === 'minute' || name === 'second' || name === 'microsecond') return value[name];
  if (name === 'fold') return 0;
  if (name !== 'tzinfo') return undefined;
  return value.offsetSeconds === undefined ? null : zoneRecord(value.offsetSeconds, value.zoneName);
}

