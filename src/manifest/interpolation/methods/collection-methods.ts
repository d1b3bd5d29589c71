import { functionTable } from '../callable';
import { checkListLength } from '../limits';
import { asDict, dictEntries, isDict, PyDict, toJson } from '../python-dict';
import { equals, iterate, truthy } from '../python-operators';
import { numeric, PyList, PyTuple, PyView, sequenceItems, typeName, type Value } from '../python-values';
import { PyError, PyTypeError } from '../template-errors';
import { sorted } from '../sorting';
import { intArgument } from './string-methods';

/** What is put into a list from outside becomes JSON, because it leaves the engine with its owner. */
function storable(list: Value[], value: Value): Value {
  return list instanceof PyList ? value : toJson(value);
}

function position(list: readonly Value[], at: Value, fallback: number): number {
  const index = intArgument(at, fallback);
  return index < 0 ? Math.max(0, index + list.length) : Math.min(index, list.length);
}

function indexOf(items: readonly Value[], wanted: Value, start: Value, end: Value, budget: { step(): void }): number {
  const [from, to] = [position(items, start, 0), position(items, end, items.length)];
  for (let at = from; at < to; at++) if (equals(items[at], wanted, budget)) return at;
  throw new PyError('ValueError', 'the value is not in the list');
}

const count = (items: readonly Value[], wanted: Value, budget: { step(): void }) => items.filter((item) => equals(item, wanted, budget)).length;

/** The methods of Python's `list`. */
export const LIST_METHODS = functionTable({
  'append self value': ([list, value]) => {
    checkListLength(list.length + 1);
    list.push(storable(list, value));
    return null;
  },
  'clear self': ([list]) => {
    list.length = 0;
    return null;
  },
  'copy self': ([list]) => PyList.make(list),
  'count self value': ([list, value], evaluation) => count(list, value, evaluation),
  'extend self values': ([list, values], evaluation) => {
    for (const value of [...iterate(values)]) {
      evaluation.step();
      checkListLength(list.length + 1);
      list.push(storable(list, value));
    }
    return null;
  },
  'index self value start? end?': ([list, value, start, end], evaluation) => indexOf(list, value, start, end, evaluation),
  'insert self index value': ([list, index, value]) => {
    checkListLength(list.length + 1);
    list.splice(position(list, index, 0), 0, storable(list, value));
    return null;
  },
  'pop self index?': ([list, index]) => {
    if (list.length === 0) throw new PyError('IndexError', 'pop from empty list');
    const at = intArgument(index, -1);
    const from = at < 0 ? at + list.length : at;
    if (from < 0 || from >= list.length) throw new PyError('IndexError', 'pop index out of range');
    const value = list[from];
    list.splice(from, 1);
    return value;
  },
  'remove self value': ([list, value], evaluation) => {
    list.splice(indexOf(list, value, undefined, undefined, evaluation), 1);
    return null;
  },
  'reverse self': ([list]) => {
    list.reverse();
    return null;
  },
  'sort self key? reverse?': ([list, key, reverse], evaluation) => {
    if (key !== undefined && key !== null) throw new PyTypeError('sort() with a key is not possible in templates; use the filter sort(attribute=…)');
    const ordered = sorted(list, (value) => value, truthy(reverse), evaluation);
    list.splice(0, list.length, ...ordered);
    return null;
  },
});

export const TUPLE_METHODS = functionTable({
  'count self value': ([tuple, value], evaluation) => count((tuple as PyTuple).items, value, evaluation),
  'index self value start? end?': ([tuple, value, start, end], evaluation) => indexOf((tuple as PyTuple).items, value, start, end, evaluation),
});

/** The pairs of a dict, or of a list of pairs, as `dict(…)` and `update(…)` take them. */
export function pairsOf(source: Value): [Value, Value][] {
  if (isDict(source)) return dictEntries(source);
  return Array.from(iterate(source), (pair, index) => {
    const items = sequenceItems(pair) ?? (typeof pair === 'string' ? Array.from(pair) : undefined);
    if (!items) throw new PyTypeError(`cannot convert dictionary update sequence element #${index} to a sequence`);
    if (items.length !== 2) throw new PyError('ValueError', `dictionary update sequence element #${index} has length ${items.length}; 2 is required`);
    return [items[0], items[1]];
  });
}

/** The methods of Python's `dict`. */
export const DICT_METHODS = functionTable({
  'clear self': ([object]) => {
    const dict = asDict(object);
    for (const key of dict.keys()) dict.delete(key);
    return null;
  },
  'copy self': ([object]) => PyDict.from(dictEntries(object)),
  'fromkeys self keys value?': ([, keys, value]) => PyDict.from(Array.from(iterate(keys), (key) => [key, value ?? null])),
  'get self key default?': ([object, key, fallback]) => {
    const dict = asDict(object);
    return dict.has(key) ? dict.get(key) : (fallback ?? null);
  },
  'items self': ([object]) => new PyView('dict_items', () => dictEntries(object).map((entry) => new PyTuple(entry))),
  'keys self': ([object]) => new PyView('dict_keys', () => asDict(object).keys()),
  'pop self key default?': ([object, key, fallback]) => {
    const dict = asDict(object);
    if (!dict.has(key)) {
      if (fallback === undefined) throw new PyError('KeyError', `the dict has no key ${typeof key === 'string' ? `'${key}'` : typeName(key)}`);
      return fallback;
    }
    const value = dict.get(key);
    dict.delete(key);
    return value;
  },
  'popitem self': ([object]) => {
    const dict = asDict(object);
    const key = dict.keys().at(-1);
    if (key === undefined) throw new PyError('KeyError', 'popitem(): dictionary is empty');
    const value = dict.get(key);
    dict.delete(key);
    return new PyTuple([key, value]);
  },
  'setdefault self key default?': ([object, key, fallback]) => {
    const dict = asDict(object);
    if (!dict.has(key)) dict.set(key, fallback ?? null);
    return dict.get(key);
  },
  'update self other? **': ([object, other, named]) => {
    const dict = asDict(object);
    const entries = [...(other === undefined ? [] : pairsOf(other)), ...named];
    for (const [key, value] of entries) dict.set(key, value);
    checkListLength(dict.size);
    return null;
  },
  'values self': ([object]) => new PyView('dict_values', () => dictEntries(object).map(([, value]) => value)),
});

/** Methods and attributes of numbers. */
export const INT_METHODS = functionTable({
  'bit_length self': ([value]) => {
    const number = BigInt(numeric(value));
    return number === 0n ? 0 : (number < 0n ? -number : number).toString(2).length;
  },
  'conjugate self': ([value]) => value,
});

export const FLOAT_METHODS = functionTable({
  'is_integer self': ([value]) => Number.isInteger(Number(numeric(value))),
  'conjugate self': ([value]) => value,
});

