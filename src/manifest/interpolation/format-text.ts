import { formatValue } from './format-spec';
import { checkTextLength, type Budget } from './limits';
import { repr, str } from './python-text';
import type { Value } from './python-values';
import { PyError } from './template-errors';

const MAX_NESTED_SPECS = 2;

/** How attributes and items are found. */
export interface Lookup {
  attribute(object: Value, name: string): Value;
  item(object: Value, key: Value): Value;
}

/** Python's `text.format(…)`. */
export function formatText(text: string, positional: readonly Value[] | undefined, named: (name: string) => Value, lookup: Lookup, budget: Budget): string {
  return new Formatter(positional, named, lookup, budget).format(text, MAX_NESTED_SPECS);
}

class Formatter {
  /** Undefined until a field shows how the fields are numbered. */
  private next: number | 'numbered' | undefined;

  constructor(
    private readonly positional: readonly Value[] | undefined,
    private readonly named: (name: string) => Value,
    private readonly lookup: Lookup,
    private readonly budget: Budget,
  ) {}

  format(text: string, depth: number): string {
    if (depth === 0) throw new PyError('ValueError', 'Max string recursion exceeded');
    let result = '';
    for (let at = 0; at < text.length; at++) {
      const char = text[at] as string;
      if (char !== '{' && char !== '}') result += char;
      else if (text[at + 1] === char) {
        result += char;
        at++;
      } else if (char === '}') throw new PyError('ValueError', "Single '}' encountered in format string");
      else {
        const end = closingBrace(text, at);
        result += this.field(text.slice(at + 1, end), depth);
        at = end;
      }
      checkTextLength(result.length);
    }
    return result;
  }

  private field(field: string, depth: number): string {
    this.budget.step();
    const match = /^((?:[^!:[]|\[[^\]]*\])*)(?:!(.))?(?::([\s\S]*))?$/.exec(field);
    if (!match) throw new PyError('ValueError', 'expected a field such as {name!r:>10} in the format string');
    const [, name, conversion, spec] = match as unknown as [string, string, string | undefined, string | undefined];
    const value = this.lookUp(name);
    const converted = conversion === undefined ? value : this.convert(value, conversion);
    return formatValue(converted, spec?.includes('{') ? this.format(spec, depth - 1) : (spec ?? ''));
  }

  private convert(value: Value, conversion: string): string {
    if (conversion === 's') return str(value);
    if (conversion === 'r') return repr(value);
    if (conversion === 'a') return repr(value).replace(/[^\x00-\x7f]/gu, escapeCharacter);
    throw new PyError('ValueError', `Unknown conversion specifier '${conversion}'`);
  }

  private lookUp(path: string): Value {
    const [, first, rest] = /^([^.[]*)([\s\S]*)$/.exec(path) as unknown as [string, string, string];
    let value = this.first(first);
    for (const [, attribute, item] of rest.matchAll(/\.([^.[]*)|\[([^\]]*)\]/g)) {
      if (attribute === '' || item === '') throw new PyError('ValueError', 'Empty attribute in format string');
      value = attribute !== undefined ? this.lookup.attribute(value, attribute) : this.lookup.item(value, /^\d+$/.test(item as string) ? Number(item) : item);
    }
    return value;
  }

  private first(name: string): Value {
    if (name === '' || /^\d+$/.test(name)) {
      const index = this.index(name);
      if (!this.positional) throw new PyError('ValueError', 'Format string contains positional fields');
      if (index >= this.positional.length) throw new PyError('IndexError', `Replacement index ${index} out of range for positional args tuple`);
      return this.positional[index];
    }
    const value = this.named(name);
    if (value === undefined) throw new PyError('KeyError', `the format string names "${name}", which was not given`);
    return value;
  }

  /** Fields are numbered all by themselves (`{}`) or all by hand (`{0}`). */
  private index(name: string): number {
    const automatic = name === '';
    if (this.next !== undefined && automatic === (this.next === 'numbered')) {
      throw new PyError('ValueError', 'a format string cannot mix {} with numbered fields');
    }
    if (!automatic) {
      this.next = 'numbered';
      return Number(name);
    }
    const index = typeof this.next === 'number' ? this.next : 0;
    this.next = index + 1;
    return index;
  }
}

function closingBrace(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  throw new PyError('ValueError', "expected '}' before end of string");
}

function escapeCharacter(char: string): string {
  const code = char.codePointAt(0) as number;
  return code <= 0xff ? `\\x${code.toString(16)}` : code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}

