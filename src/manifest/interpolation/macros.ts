import { randomUUID } from 'node:crypto';
import { DatetimeParser } from '../../datetime/datetime-format-parser';
import { parseDuration, PyTimedelta } from '../../datetime/duration';
import { parseIsoUtc } from '../../datetime/iso-parser';
import { PyDate, PyDateTime } from '../../datetime/python-datetime';
import { zoneOffsetSeconds } from '../../datetime/time-zone';
import { functionTable } from './callable';
import type { Evaluation } from './evaluation';
import { quotePlus } from './filters/text-filters';
import { iterate, ordered } from './python-operators';
import { isInt, isNumber, numeric, toFloat, toInt, typeName, Undefined, type Value } from './python-values';
import { PyError, PyTypeError } from './template-errors';

const now = (evaluation: Evaluation) => PyDateTime.fromEpochMs(evaluation.scope.clock.now());

function text(value: Value, macro: string): string {
  if (value instanceof Undefined) throw value.error();
  if (typeof value !== 'string') throw new PyTypeError(`${macro}() needs a text, not ${typeName(value)}`);
  return value;
}

/** The largest or smallest of the arguments, or of the one list given. */
function extreme(operator: '<' | '>', macro: string, args: readonly Value[], evaluation: Evaluation): Value {
  if (args.length === 0) throw new PyTypeError(`${macro} expected at least 1 argument, got 0`);
  const values = args.length === 1 ? [...iterate(args[0])] : args;
  if (values.length === 0) throw new PyError('ValueError', `${macro}() arg is an empty sequence`);
  return values.reduce((best, value) => {
    evaluation.step();
    return ordered(operator, value, best, evaluation) ? value : best;
  });
}

/** Dates, whole numbers (epoch seconds, or as `inputFormat` says) and texts. */
function formatDatetime(value: Value, format: string, inputFormat: Value): string {
  if (value instanceof PyDate) return value.strftime(format);
  return DatetimeParser.format(toDatetime(value, inputFormat ? text(inputFormat, 'format_datetime') : undefined), format);
}

function toDatetime(value: Value, inputFormat: string | undefined): PyDateTime {
  if (value instanceof PyDateTime) return value;
  if (isInt(value)) return DatetimeParser.parse(typeof value === 'boolean' ? Number(value) : (numeric(value) as number | bigint), inputFormat ?? '%s');
  const written = text(value, 'format_datetime');
  return inputFormat ? DatetimeParser.parse(written, inputFormat) : parseIsoUtc(written);
}

function timestamp(value: Value): Value {
  if (isInt(value)) return typeof value === 'boolean' ? Number(value) : value;
  if (isNumber(value)) {
    const seconds = Number(numeric(value));
    if (!Number.isFinite(seconds)) throw new PyError(Number.isNaN(seconds) ? 'ValueError' : 'OverflowError', 'timestamp() needs a finite number');
    return toInt(BigInt(Math.trunc(seconds)));
  }
  return toFloat((value instanceof PyDateTime ? value : parseIsoUtc(text(value, 'timestamp'))).timestamp());
}

/** The functions that the CDK gives to templates (reference section 5.6). */
export const MACROS = functionTable({
  'camel_case_to_snake_case value': ([value]) => text(value, 'camel_case_to_snake_case').replace(/(?<!^)(?=[A-Z])/g, '_').toLowerCase(),
  'day_delta num_days format?': ([days, format], evaluation) => {
    if (!isNumber(days)) throw new PyTypeError(`day_delta() needs a number of days, not ${typeName(days)}`);
    const delta = PyTimedelta.of({ days: Number(numeric(days)) });
    return now(evaluation).plus(delta).strftime(format === undefined ? '%Y-%m-%dT%H:%M:%S.%f%z' : text(format, 'day_delta'));
  },
  'duration datestring': ([value]) => parseDuration(text(value, 'duration')),
  'format_datetime dt format input_format?': ([value, format, inputFormat]) => formatDatetime(value, text(format, 'format_datetime'), inputFormat),
  'generate_uuid': () => randomUUID(),
  'max *': ([args], evaluation) => extreme('>', 'max', args, evaluation),
  'min *': ([args], evaluation) => extreme('<', 'min', args, evaluation),
  'now_utc': (_, evaluation) => now(evaluation),
  'sanitize_url value': ([value]) => quotePlus(text(value, 'sanitize_url')),
  'str_to_datetime s': ([value]) => parseIsoUtc(text(value, 'str_to_datetime')),
  'timestamp dt': ([value]) => timestamp(value),
  'today_utc': (_, evaluation) => now(evaluation).date(),
  'today_with_timezone timezone': ([zone], evaluation) => {
    const at = evaluation.scope.clock.now();
    return PyDateTime.fromEpochMs(at, zoneOffsetSeconds(text(zone, 'today_with_timezone'), at)).date();
  },
});
