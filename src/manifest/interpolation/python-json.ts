import { MAX_VALUE_DEPTH } from './limits';
import { dictEntries, isDict, jsonKey } from './python-dict';
import { floatText } from './python-float';
import { compareOrder } from './python-operators';
import { str } from './python-text';
import { isFloat, isNumber, numeric, sequenceItems, typeName, type Value } from './python-values';
import { LimitError, PyTypeError } from './template-errors';

export interface JsonStyle {
  indent?: string;
  sortKeys?: boolean;
}

/** Python's `json.dumps`: blanks after `,` and `:`, characters beyond ASCII escaped. */
export function jsonText(value: Value, style: JsonStyle = {}, depth = 0): string {
  if (depth > MAX_VALUE_DEPTH) throw new LimitError('the value is nested too deeply');
  if (value === null) return 'null';
  if (typeof value === 'string') return jsonString(value);
  if (typeof value === 'boolean') return String(value);
  if (isFloat(value)) return jsonFloat(Number(numeric(value)));
  if (isNumber(value)) return str(value);
  const items = sequenceItems(value);
  if (items) {
    return wrap('[', items.map((item) => jsonText(item, style, depth + 1)), ']', style, depth);
  }
  if (!isDict(value) || typeName(value) !== 'dict') throw new PyTypeError(`Object of type ${typeName(value)} is not JSON serializable`);
  const entries = dictEntries(value);
  if (style.sortKeys) entries.sort(([a], [b]) => compareOrder(a, b));
  const members = entries.map(([key, item]) => {
    const name = jsonKey(key);
    if (name === undefined) throw new PyTypeError(`keys must be str, int, float, bool or None, not ${typeName(key)}`);
    return `${jsonString(name)}: ${jsonText(item, style, depth + 1)}`;
  });
  return wrap('{', members, '}', style, depth);
}

function wrap(open: string, parts: string[], close: string, style: JsonStyle, depth: number): string {
  if (style.indent === undefined || parts.length === 0) return open + parts.join(', ') + close;
  const inner = `\n${style.indent.repeat(depth + 1)}`;
  return `${open}${inner}${parts.join(`,${inner}`)}\n${style.indent.repeat(depth)}${close}`;
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? floatText(value) : value > 0 ? 'Infinity' : '-Infinity';
}

function jsonString(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
