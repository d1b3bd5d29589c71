import { str } from '../manifest/interpolation/python-text';
import type { JsonValue } from '../protocol/json';

/** A JSON value as Python's `str()` writes it: what the reference puts into headers, parameters and forms. */
export function pythonText(value: JsonValue): string {
  return str(value);
}
