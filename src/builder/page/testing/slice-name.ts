import { isObject, type JsonObject, type JsonValue } from '../../../protocol/json';
import { stringifyJson } from '../../../protocol/lossless-json';

/**
 * A slice in a few words, e.g. `region: EU, 2024-01-01 to 2024-01-31`; empty for the slice without any part.
 * Pairs that tell a beginning and an end are shown as a range.
 */
export function sliceName(slice: JsonObject): string {
  const entries = Object.entries(slice).filter(([, value]) => !isEmpty(value));
  const parts: string[] = [];
  for (const [name, value] of entries) {
    const end = entries.find(([other]) => other === name.replace(/^start/, 'end'));
    if (name.startsWith('start') && end) parts.push(`${text(value)} to ${text(end[1])}`);
    else if (!(name.startsWith('end') && entries.some(([other]) => other === name.replace(/^end/, 'start')))) parts.push(`${name}: ${text(value)}`);
  }
  return parts.join(', ');
}

function isEmpty(value: JsonValue): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

function text(value: JsonValue): string {
  return typeof value === 'string' ? value : stringifyJson(value);
}
