import { PyTimedelta } from '../datetime/duration';
import type { PyDateTime } from '../datetime/python-datetime';
import { ConnectorError } from '../errors/connector-error';
import { getOwn, setOwn, type JsonObject } from '../protocol/json';
import { StreamSlice } from './stream-slice';
import type { WindowRules } from './window-rules';

/**
 * The slice's window in two halves that do not overlap (action SPLIT_REQUEST_WINDOW); undefined when it is as small as
 * the granularity, or as `smallest`, allows, or when there is no granularity to keep the halves apart.
 */
export function splitWindow(rules: WindowRules, slice: StreamSlice, smallest?: PyTimedelta): StreamSlice[] | undefined {
  const { granularity, startField, endField, values } = rules;
  if (!(granularity instanceof PyTimedelta)) return undefined;
  const start = values.ofState(getOwn(slice.cursorSlice, startField) ?? null);
  const end = values.ofState(getOwn(slice.cursorSlice, endField) ?? null);
  if (!start || !end) {
    throw ConnectorError.system(
      'slices.invalid_window',
      `A request window without readable ${startField} and ${endField} cannot be split. This is a bug of the connector; please report it.`,
    );
  }
  const span = end.since(start).micros;
  if (span <= 0n || (smallest && span <= smallest.micros)) return undefined;
  const units = span / granularity.micros + 1n;
  if (units <= 1n) return undefined;
  const firstEnd = start.plus(granularity.times(units / 2n - 1n));
  const secondStart = firstEnd.plus(granularity);
  if (secondStart.compare(end) > 0) return undefined;
  const part = (from: PyDateTime, to: PyDateTime) => {
    const window: JsonObject = {};
    setOwn(window, startField, values.text(from));
    setOwn(window, endField, values.text(to));
    return new StreamSlice(slice.partition, window, slice.extraFields);
  };
  return [part(start, firstEnd), part(secondStart, end)];
}
