import type { JsonValue } from '../../protocol/json';
import { literalEval, NOT_LITERAL } from './literal-eval';
import { copyAsJson, isDict, NOT_JSON } from './python-dict';
import { str } from './python-text';
import { isFloat, isInt, PyBytes, PySet, PySymbol, PyTuple, type Value } from './python-values';

/** The Python type names that literal typing may be limited to (reference: `valid_types`). */
export type ValidType = 'str' | 'int' | 'float' | 'bool' | 'list' | 'dict';

/** Literal typing of a rendered text: the engine's value, or the text itself when it is no literal of these types. */
export function typed(text: string, validTypes?: readonly ValidType[]): Value {
  const value = literalEval(text);
  if (value === NOT_LITERAL) return text;
  // What JSON has no place for stays the text that it was: complex numbers as in the reference, sets, bytes and `...` besides.
  if (value instanceof PySymbol || value instanceof PySet || value instanceof PyBytes) return text;
  return !validTypes || validTypes.some((type) => isOfType(value, type)) ? value : text;
}

function isOfType(value: Value, type: ValidType): boolean {
  switch (type) {
    case 'str':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      // A bool is an int in Python.
      return isInt(value);
    case 'float':
      return isFloat(value);
    case 'list':
      return Array.isArray(value);
    case 'dict':
      return isDict(value);
  }
}

/** What a value becomes when a template prints it and the text is typed, as JSON. */
export function typedJson(value: Value, validTypes?: readonly ValidType[]): JsonValue {
  if (typeof value === 'string') {
    const result = typed(value, validTypes);
    if (typeof result === 'string') return result;
    const json = copyAsJson(result);
    return json === NOT_JSON ? value : json;
  }
  if (!validTypes && !(value instanceof PyTuple)) {
    // Printing and reading back gives a copy.
    const json = copyAsJson(value);
    if (json !== NOT_JSON) return json;
  }
  return typedJson(str(value), validTypes);
}

/** Python's `str()` of that. */
export function typedText(value: Value): string {
  if (typeof value !== 'string') return str(value);
  const result = typed(value);
  return copyAsJson(result) === NOT_JSON ? value : str(result);
}
