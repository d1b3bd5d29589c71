import { functionTable, PyCallable } from './callable';
import { arithmetic } from './python-arithmetic';
import { isDict } from './python-dict';
import { contains, equals, isIterable, ordered } from './python-operators';
import { isCased } from './python-characters';
import { str } from './python-text';
import { isFloat, isInt, isNumber, isUndefined, PyBytes, PyTuple, Undefined, type Value } from './python-values';

const isSequence = (value: Value) =>
  typeof value === 'string' || Array.isArray(value) || isDict(value) || value instanceof PyTuple || value instanceof PyBytes || isUndefined(value);

/** Python's `is`, as far as values of the engine have an identity. */
function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  return isNumber(a) && isNumber(b) && typeof a !== 'boolean' && typeof b !== 'boolean' && isInt(a) === isInt(b) && equals(a, b);
}

/** What may stand behind `is`; filters and tests as `is filter` and `is test` are added by the compiler. */
export const TESTS = functionTable({
  'boolean value': ([value]) => typeof value === 'boolean',
  'callable value': ([value]) => value instanceof PyCallable || value instanceof Undefined,
  'defined value': ([value]) => !isUndefined(value),
  'divisibleby value num': ([value, divisor]) => equals(arithmetic('%', value, divisor), 0),
  'escaped value': () => false,
  'even value': ([value]) => equals(arithmetic('%', value, 2), 0),
  'false value': ([value]) => value === false,
  'float value': ([value]) => isFloat(value),
  'in value seq': ([value, container], evaluation) => contains(container, value, evaluation),
  'integer value': ([value]) => isInt(value) && typeof value !== 'boolean',
  'iterable value': ([value]) => isIterable(value),
  'lower value': ([value]) => isCased(str(value), 'lower'),
  'mapping value': ([value]) => isDict(value),
  'none value': ([value]) => value === null,
  'number value': ([value]) => isNumber(value),
  'odd value': ([value]) => equals(arithmetic('%', value, 2), 1),
  'sameas value other': ([value, other]) => isSame(value, other),
  'sequence value': ([value]) => isSequence(value),
  'string value': ([value]) => typeof value === 'string',
  'true value': ([value]) => value === true,
  'undefined value': ([value]) => isUndefined(value),
  'upper value': ([value]) => isCased(str(value), 'upper'),
  ...comparison(['==', 'eq', 'equalto'], equals),
  ...comparison(['!=', 'ne'], (a, b) => !equals(a, b)),
  ...comparison(['<', 'lt', 'lessthan'], (a, b) => ordered('<', a, b)),
  ...comparison(['<=', 'le'], (a, b) => ordered('<=', a, b)),
  ...comparison(['>', 'gt', 'greaterthan'], (a, b) => ordered('>', a, b)),
  ...comparison(['>=', 'ge'], (a, b) => ordered('>=', a, b)),
});

function comparison(names: readonly string[], compare: (a: Value, b: Value) => boolean) {
  return Object.fromEntries(names.map((name) => [`${name} value other`, ([value, other]: readonly Value[]) => compare(value, other)]));
}

