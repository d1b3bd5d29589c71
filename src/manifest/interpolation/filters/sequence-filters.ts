import { randomInt } from 'node:crypto';
import { getItem } from '../attributes';
import { functionTable } from '../callable';
import type { Evaluation } from '../evaluation';
import { checkListLength, checkTextLength } from '../limits';
import { intArgument } from '../methods/string-methods';
import { arithmetic } from '../python-arithmetic';
import { dictEntries, isDict } from '../python-dict';
import { jsonText } from '../python-json';
import { compareOrder, equals, iterate, ordered, truthy } from '../python-operators';
import { repr, str } from '../python-text';
import {
  hashKey, isUndefined, NamedTuple, PyIterator, PyList, PySet, PyTuple, typeName, Undefined, type Value,
} from '../python-values';
import { sorted } from '../sorting';
import { PyError, PyTypeError } from '../template-errors';
import { lengthOf } from './length';

/** Reads `a.b.0` of an item; whole numbers are indexes. */
export function attributeGetter(attribute: Value, fallback?: Value): (item: Value) => Value {
  if (attribute === undefined || attribute === null) return (item) => item;
  const parts: Value[] = typeof attribute === 'string' ? attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part)) : [attribute];
  return (item) =>
    parts.reduce((value, part) => {
      const found = getItem(value, part);
      return isUndefined(found) && fallback !== undefined && fallback !== null ? fallback : found;
    }, item);
}

/** Keys for comparing; texts without regard to case unless asked for. */
function comparisonKey(attribute: Value, caseSensitive: Value, fallback?: Value): (item: Value) => Value {
  const get = attributeGetter(attribute, fallback);
  return truthy(caseSensitive) ? get : (item) => ignoreCase(get(item));
}

const ignoreCase = (value: Value) => (typeof value === 'string' ? value.toLowerCase() : value);

function extreme(operator: '<' | '>', value: Value, caseSensitive: Value, attribute: Value, evaluation: Evaluation): Value {
  const key = comparisonKey(attribute, caseSensitive);
  let best: { item: Value; key: Value } | undefined;
  for (const item of iterate(value)) {
    evaluation.step();
    const itemKey = key(item);
    if (!best || ordered(operator, itemKey, best.key, evaluation)) best = { item, key: itemKey };
  }
  return best ? best.item : new Undefined('No aggregated item, sequence was empty.');
}

function reversed(value: Value): Value[] {
  if (typeof value === 'string') return Array.from(value).reverse();
  if (value instanceof PyIterator || value instanceof PySet) throw new PyTypeError(`'${typeName(value)}' object is not reversible`);
  return [...iterate(value)].reverse();
}

function* batch(value: Value, size: number, fill: Value, evaluation: Evaluation): Iterable<Value> {
  let group = new PyList();
  for (const item of iterate(value)) {
    evaluation.step();
    if (group.length === size) {
      yield group;
      group = new PyList();
    }
    group.push(item);
  }
  if (group.length === 0) return;
  if (fill !== undefined && fill !== null) {
    checkListLength(size);
    while (group.length < size) group.push(fill);
  }
  yield group;
}

/** Cuts into `slices` columns; the first ones take what does not divide evenly. */
function* slice(value: Value, slices: number, fill: Value, evaluation: Evaluation): Iterable<Value> {
  const items = [...iterate(value)];
  if (slices === 0) throw new PyError('ZeroDivisionError', 'integer division or modulo by zero');
  const size = Math.floor(items.length / slices);
  const withExtra = items.length - size * slices;
  let offset = 0;
  for (let column = 0; column < slices; column++) {
    evaluation.step();
    const start = offset + column * size;
    if (column < withExtra) offset++;
    const part = PyList.make(items.slice(start, offset + (column + 1) * size));
    if (fill !== undefined && fill !== null && column >= withExtra && withExtra >= 0) part.push(fill);
    yield part;
  }
}

function* unique(value: Value, key: (item: Value) => Value, evaluation: Evaluation): Iterable<Value> {
  const seen = new Set<unknown>();
  for (const item of iterate(value)) {
    evaluation.step();
    const hash = hashKey(key(item));
    if (seen.has(hash)) continue;
    seen.add(hash);
    yield item;
  }
}

function groupBy(value: Value, attribute: Value, fallback: Value, caseSensitive: Value, evaluation: Evaluation): PyList {
  const key = comparisonKey(attribute, caseSensitive, fallback);
  const exact = attributeGetter(attribute, fallback);
  const groups: { key: Value; items: PyList }[] = [];
  for (const item of sorted(value, key, false, evaluation)) {
    const itemKey = key(item);
    const last = groups.at(-1);
    if (last && equals(last.key, itemKey, evaluation)) last.items.push(item);
    else groups.push({ key: itemKey, items: PyList.make([item]) });
  }
  return PyList.make(groups.map((group) => groupTuple(truthy(caseSensitive) ? group.key : exact(group.items[0]), group.items)));
}

const groupTuple = (grouper: Value, list: Value) => new NamedTuple('_GroupTuple', new Map([['grouper', grouper], ['list', list]]));

function sort(value: Value, reverse: Value, caseSensitive: Value, attribute: Value, evaluation: Evaluation): PyList {
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const keys = attributes.map((each) => comparisonKey(each, caseSensitive));
  // A list even of one key: undefined keys are equal inside lists, and cannot be compared alone.
  const key = (item: Value) => keys.map((each) => each(item));
  return PyList.make(sorted(value, key, truthy(reverse), evaluation));
}

function sortDict(value: Value, caseSensitive: Value, by: Value, reverse: Value, evaluation: Evaluation): PyList {
  if (value instanceof Undefined) throw value.error();
  if (!isDict(value)) throw new PyTypeError(`dictsort needs a dict, not ${typeName(value)}`);
  if (by !== undefined && by !== 'key' && by !== 'value') throw new PyError('FilterArgumentError', 'You can only sort by either "key" or "value"');
  const key = comparisonKey(by === 'value' ? 1 : 0, caseSensitive);
  return PyList.make(sorted(dictEntries(value).map((entry) => new PyTuple(entry)), key, truthy(reverse), evaluation));
}

function join(value: Value, separator: Value, attribute: Value, evaluation: Evaluation): string {
  const get = attributeGetter(attribute);
  const glue = separator === undefined ? '' : str(separator);
  let joined: string | undefined;
  for (const item of iterate(value)) {
    evaluation.step();
    const text = str(get(item));
    joined = joined === undefined ? text : joined + glue + text;
    checkTextLength(joined.length);
  }
  return joined ?? '';
}

function toJsonFilter(value: Value, indent: Value): string {
  const style = indent === undefined || indent === null ? {} : { indent: typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, intArgument(indent, 0))) };
  const text = jsonText(value, { ...style, sortKeys: true });
  return text.replace(/[<>&']/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

/** Like `pprint.pformat` for what fits a line: dicts sorted by key, keys that do not compare by type. */
function prettyPrint(value: Value): string {
  if (!isDict(value)) return repr(value);
  const entries = dictEntries(value).sort(([a], [b]) => {
    try {
      return compareOrder(a, b);
    } catch {
      return typeName(a) < typeName(b) ? -1 : 1;
    }
  });
  return `{${entries.map((entry) => entry.map(repr).join(': ')).join(', ')}}`;
}

export const SEQUENCE_FILTERS = functionTable({
  'batch value linecount fill_with?': ([value, size, fill], evaluation) => new PyIterator(batch(value, intArgument(size, 0), fill, evaluation)),
  'count value': ([value]) => lengthOf(value),
  'd value default_value? boolean?': ([value, fallback, boolean]) => orDefault(value, fallback, boolean),
  'default value default_value? boolean?': ([value, fallback, boolean]) => orDefault(value, fallback, boolean),
  'dictsort value case_sensitive? by? reverse?': ([value, caseSensitive, by, reverse], evaluation) => sortDict(value, caseSensitive, by, reverse, evaluation),
  'first value': ([value]) => {
    for (const item of iterate(value)) return item;
    return new Undefined('No first item, sequence was empty.');
  },
  'groupby value attribute default? case_sensitive?': ([value, attribute, fallback, caseSensitive], evaluation) =>
    groupBy(value, attribute, fallback, caseSensitive, evaluation),
  'items value': ([value]) => {
    if (isUndefined(value)) return new PyIterator([]);
    if (!isDict(value)) throw new PyTypeError('Can only get item pairs from a mapping.');
    return new PyIterator(dictEntries(value).map((entry) => new PyTuple(entry)));
  },
  'join value d? attribute?': ([value, separator, attribute], evaluation) => join(value, separator, attribute, evaluation),
  'last value': ([value]) => {
    const items = reversed(value);
    return items.length > 0 ? items[0] : new Undefined('No last item, sequence was empty.');
  },
  'length value': ([value]) => lengthOf(value),
  'list value': ([value]) => {
    const list = new PyList();
    for (const item of iterate(value)) {
      list.push(item);
      checkListLength(list.length);
    }
    return list;
  },
  'max value case_sensitive? attribute?': ([value, caseSensitive, attribute], evaluation) => extreme('>', value, caseSensitive, attribute, evaluation),
  'min value case_sensitive? attribute?': ([value, caseSensitive, attribute], evaluation) => extreme('<', value, caseSensitive, attribute, evaluation),
  'pprint value': ([value]) => prettyPrint(value),
  'random value': ([value]) => {
    const items = typeof value === 'string' ? Array.from(value) : Array.isArray(value) ? value : value instanceof PyTuple ? value.items : isUndefined(value) ? [] : undefined;
    if (!items) throw new PyTypeError(`random needs a list, not ${typeName(value)}`);
    return items.length > 0 ? items[randomInt(items.length)] : new Undefined('No random item, sequence was empty.');
  },
  'reverse value': ([value]) => {
    if (typeof value === 'string') return reversed(value).join('');
    return new PyIterator(value instanceof PyIterator || value instanceof PySet ? [...iterate(value)].reverse() : reversed(value), 'list_reverseiterator');
  },
  'slice value slices fill_with?': ([value, slices, fill], evaluation) => new PyIterator(slice(value, intArgument(slices, 0), fill, evaluation)),
  'sort value reverse? case_sensitive? attribute?': ([value, reverse, caseSensitive, attribute], evaluation) =>
    sort(value, reverse, caseSensitive, attribute, evaluation),
  'sum value attribute? start?': ([value, attribute, start], evaluation) => {
    const get = attributeGetter(attribute);
    let total: Value = start ?? 0;
    if (typeof total === 'string') throw new PyTypeError("sum() can't sum strings [use ''.join(seq) instead]");
    for (const item of iterate(value)) {
      evaluation.step();
      total = arithmetic('+', total, get(item));
    }
    return total;
  },
  'tojson value indent?': ([value, indent]) => toJsonFilter(value, indent),
  'unique value case_sensitive? attribute?': ([value, caseSensitive, attribute], evaluation) =>
    new PyIterator(unique(value, comparisonKey(attribute, caseSensitive), evaluation)),
});

function orDefault(value: Value, fallback: Value, boolean: Value): Value {
  return isUndefined(value) || (truthy(boolean) && !truthy(value)) ? (fallback === undefined ? '' : fallback) : value;
}

