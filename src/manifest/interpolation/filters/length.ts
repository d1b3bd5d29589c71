import { asDict, isDict } from '../python-dict';
import { characters, isUndefined, PyBytes, PySet, PyTuple, PyView, typeName, type Value } from '../python-values';
import { PyTypeError } from '../template-errors';

/** Python's `len(value)`. */
export function lengthOf(value: Value): number {
  if (typeof value === 'string') return characters(value).length;
  if (Array.isArray(value)) return value.length;
  if (value instanceof PyTuple || value instanceof PySet) return value.items.length;
  if (value instanceof PyView) return value.list().length;
  if (value instanceof PyBytes) return value.bytes.length;
  if (isUndefined(value)) return 0;
  if (isDict(value)) return asDict(value).size;
  throw new PyTypeError(`object of type '${typeName(value)}' has no len()`);
}
