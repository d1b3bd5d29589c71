import { ConnectorError } from '../../errors/connector-error';
import { field } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import type { Vars } from '../../manifest/interpolation/interpolated-string';
import type { JsonValue } from '../../protocol/json';

/** The `page_size` of a strategy: a number, or a template that gives one. */
export const pageSizeField = (examples: JsonValue[]) =>
  field.template({
    accepts: ['integer'],
    title: 'Page size',
    description: 'How many records a page holds: a number or a template. It is sent only where `page_size_option` says.',
    examples,
  });

/** The page size from config alone; anything but a whole number is an error of the manifest or the config. */
export function evaluatePageSize(template: InterpolatedString, path: string): number {
  const value = template.eval();
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw notANumber(template, value, path);
}

/** The page size when an answer may say it; undefined where it renders to nothing (reference section 8, OffsetIncrement). */
export function evaluatePageSizeOf(template: InterpolatedString, vars: Vars, path: string): number | undefined {
  const value = template.eval(vars);
  if (typeof value === 'number') return value;
  if (value === '' || value === null) return undefined;
  throw notANumber(template, value, path);
}

function notANumber(template: InterpolatedString, value: JsonValue, path: string): ConnectorError {
  const type = value === '' ? 'nothing' : Array.isArray(value) ? 'a list' : typeof value;
  return ConnectorError.config(
    'pagination.page_size_invalid',
    `${path}.page_size: ${JSON.stringify(template.source)} must give a whole number, but gives ${type}. Set a number, or correct the template or the config value that it reads.`,
  );
}
