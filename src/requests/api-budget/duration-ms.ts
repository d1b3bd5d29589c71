import { parseDuration, PyTimedelta } from '../../datetime/duration';
import { ConnectorError, errorText } from '../../errors/connector-error';

/**
 * Milliseconds of an ISO 8601 duration without months and years.
 * @throws ConnectorError `api_budget.invalid_duration` (config_error), naming `where`
 */
export function durationMs(text: string, where: string): number {
  let ms = 0;
  try {
    const duration = parseDuration(text);
    if (duration instanceof PyTimedelta) ms = Number(duration.micros) / 1000;
  } catch (error) {
    throw ConnectorError.config('api_budget.invalid_duration', `${where}: ${errorText(error)}`);
  }
  if (ms > 0) return ms;
  throw ConnectorError.config('api_budget.invalid_duration', `${where}: "${text}" must be a duration longer than zero without months and years, e.g. PT1H or P1D.`);
}
