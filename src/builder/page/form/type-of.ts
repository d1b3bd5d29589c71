import { impliedType } from '../../../manifest/parameters';
import { isObject } from '../../../protocol/json';

/** The type that a component has; types may be left out where there is only one that makes sense. */
export function typeOf(value: unknown, field: string, types: readonly string[]): string | undefined {
  if (!isObject(value)) return undefined;
  if (typeof value.type === 'string') return value.type;
  return impliedType(value, field) ?? (types.length === 1 ? types[0] : undefined);
}
