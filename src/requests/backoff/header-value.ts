import { ConnectorError, errorText } from '../../errors/connector-error';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import { pythonRegex, type PythonRegex } from '../../manifest/interpolation/python-regex';
import type { ResponseView } from '../error-handlers/error-handler';

/**
 * Reads a response header, cut out by a regular expression when there is one; undefined when it is absent.
 * @throws ConnectorError `backoff.invalid_regex` (config_error) at once, naming `path`
 */
export function headerReader(
  header: InterpolatedString,
  regex: InterpolatedString | undefined,
  path: string,
): (outcome: ResponseView | Error) => string | undefined {
  const pattern = regex && compiled(regex.text(), `${path}.regex`);
  return (outcome) => {
    const value = outcome instanceof Error ? undefined : outcome.headers[header.text().toLowerCase()];
    if (!value || !pattern) return value || undefined;
    const [match] = pattern.matches(value);
    if (!match) return value;
    // The reference takes the whole match; a group that holds the number is what the author meant.
    const [whole, group] = match.groups;
    return (isNumber(whole ?? '') ? whole : (group ?? whole)) ?? undefined;
  };
}

/** A plain number (Python's `float`, without words such as `inf`), or undefined. */
export function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && isNumber(text) ? Number(text) : undefined;
}

function isNumber(text: string): boolean {
  return /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text);
}

function compiled(pattern: string, where: string): PythonRegex {
  try {
    return pythonRegex(pattern);
  } catch (error) {
    throw ConnectorError.config('backoff.invalid_regex', `${where}: ${errorText(error)}`);
  }
}
