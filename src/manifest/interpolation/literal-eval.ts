import { PyDict } from './python-dict';
import { parseInteger } from './python-numbers';
import { negate } from './python-operators';
import { isNumber, PyBytes, PyList, PySet, PySymbol, PyTuple, toFloat, type Value } from './python-values';
import { decodeEscapes } from './string-escapes';
import { PyTypeError } from './template-errors';

/** Stands for "this text is not a Python literal". */
export const NOT_LITERAL: unique symbol = Symbol('not a literal');

/** As deep as Python's own parser nests brackets. */
const MAX_NESTING = 199;

/** Only texts that begin like this can be literals: most texts are judged by their first character. */
const FIRST = /^[\s\d+\-.([{'"\\#]|^(?:[TFN]|set\()|^(?:[rRbBuU]|[rR][bB]|[bB][rR])['"]/;
const LITERAL_LETTERS = [...'bfnrstu'].map((letter) => letter.charCodeAt(0));
const SMALL_INT = /^(?:0|[1-9]\d{0,14})$/;
/** Begins like a number and goes on like a word, a date or a path. */
const NOT_A_NUMBER = /^[-+]?\d+(?:-\d|[:/;@!?&=%$|~^<>]|[acdf-ik-np-wyzACDF-IK-NP-WYZ]|\.\d+\.)/;

/**
 * Python's `ast.literal_eval(text)` (reference section 5.2): numbers, texts, True, False, None, tuples, lists, dicts,
 * sets, bytes and `...`; NOT_LITERAL for everything else.
 */
export function literalEval(text: string): Value | typeof NOT_LITERAL {
  const first = text.charCodeAt(0) | 0x20;
  // Most texts begin with a letter that no literal begins with: one comparison decides. b f n r s t u may go on as one.
  if (first >= 0x61 && first <= 0x7a && !LITERAL_LETTERS.includes(first)) return NOT_LITERAL;
  if (SMALL_INT.test(text)) return Number(text);
  if (!FIRST.test(text) || NOT_A_NUMBER.test(text)) return NOT_LITERAL;
  try {
    return new LiteralParser(text.replace(/\r\n?/g, '\n')).parseAll();
  } catch (error) {
    if (error === NOT_LITERAL || error instanceof PyTypeError) return NOT_LITERAL;
    throw error;
  }
}

/** Complex numbers exist only to be refused where Python refuses them. */
const COMPLEX = new PySymbol('complex', '<complex>');
const ELLIPSIS = new PySymbol('ellipsis', 'Ellipsis');

const NUMBER =
  /(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+)|((?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][-+]?\d(?:_?\d)*)|\d(?:_?\d)*\.)|(\d(?:_?\d)*)/y;
const STRING_START = /([rR][bB]?|[bB][rR]?|[uU])?('''|"""|'|")/y;
const WORD = /[A-Za-z_]\w*/y;

class LiteralParser {
  private at = 0;
  private nesting = 0;

  constructor(private readonly text: string) {}

  parseAll(): Value {
    if (this.text.includes('\0')) throw NOT_LITERAL;
    this.at = (/^[ \t]*/.exec(this.text) as RegExpExecArray)[0].length;
    this.skipBlankLines();
    const value = this.tupleOrValue();
    // Only blank lines and comments may follow; a last line of nothing but blanks is an indent that Python refuses.
    const after = this.text.slice(this.at);
    if (!/^[ \t\f]*(?:#[^\n]*)?(?:\n[ \t\f]*(?:#[^\n]*)?)*$/.test(after) || /\n[ \t\f]*[ \t]$/.test(after)) throw NOT_LITERAL;
    return value;
  }

  private skipBlankLines(): void {
    const blank = /(?:[ \t\f]*(?:#[^\n]*)?\n)*/y;
    blank.lastIndex = this.at;
    blank.exec(this.text);
    this.at = blank.lastIndex;
  }

  private skipSpace(): void {
    const space = this.nesting > 0 ? /(?:[ \t\f\n]|\\\n|#[^\n]*)*/y : /(?:[ \t\f]|\\\n)*/y;
    space.lastIndex = this.at;
    space.exec(this.text);
    this.at = space.lastIndex;
  }

  private take(token: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw NOT_LITERAL;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at = pattern.lastIndex;
    return match;
  }

  private tupleOrValue(): Value {
    const first = this.value();
    if (!this.take(',')) return first;
    const items = [first];
    do {
      this.skipSpace();
      if (!this.startsValue()) break;
      items.push(this.value());
    } while (this.take(','));
    return new PyTuple(items);
  }

  private startsValue(): boolean {
    const next = this.text[this.at];
    return next !== undefined && !')]}#\n'.includes(next);
  }

  /** A value, or a sum of a real and an imaginary number. */
  private value(): Value {
    this.skipSpace();
    const sign = this.take('-') ? '-' : this.take('+') ? '+' : undefined;
    const operand = sign ? this.signed(sign) : this.atom();
    if (!isNumber(operand) || typeof operand === 'boolean') return operand;
    const mark = this.at;
    this.skipSpace();
    if (this.text[this.at] !== '+' && this.text[this.at] !== '-') {
      this.at = mark;
      return operand;
    }
    this.at++;
    this.skipSpace();
    if (this.atom() !== COMPLEX) throw NOT_LITERAL;
    return COMPLEX;
  }

  private signed(sign: string): Value {
    this.skipSpace();
    const operand = this.atom();
    if (operand === COMPLEX) return operand;
    if (!isNumber(operand) || typeof operand === 'boolean') throw NOT_LITERAL;
    return sign === '-' ? negate(operand) : operand;
  }

  private atom(): Value {
    const next = this.text[this.at];
    if (next === undefined) throw NOT_LITERAL;
    if (next === '(') return this.parenthesis();
    if (next === '[') return this.inBrackets(']', () => PyList.make(this.items(']')));
    if (next === '{') return this.inBrackets('}', () => this.dictOrSet());
    if (this.text.startsWith('...', this.at)) {
      this.at += 3;
      return ELLIPSIS;
    }
    if (/[\d.]/.test(next)) return this.number();
    STRING_START.lastIndex = this.at;
    if (STRING_START.test(this.text)) return this.strings();
    return this.word();
  }

  private inBrackets(close: string, read: () => Value): Value {
    if (++this.nesting > MAX_NESTING) throw NOT_LITERAL;
    this.at++;
    const value = read();
    this.skipSpace();
    // The bracket is taken before the nesting ends: what follows it may end the line.
    if (this.text[this.at] !== close) throw NOT_LITERAL;
    this.at++;
    this.nesting--;
    return value;
  }

  private parenthesis(): Value {
    return this.inBrackets(')', () => {
      this.skipSpace();
      return this.text[this.at] === ')' ? new PyTuple([]) : this.tupleOrValue();
    });
  }

  private items(close: string): Value[] {
    const items: Value[] = [];
    for (;;) {
      this.skipSpace();
      if (this.text[this.at] === close) return items;
      items.push(this.value());
      if (!this.take(',')) return items;
    }
  }

  private dictOrSet(): Value {
    this.skipSpace();
    const dict = new PyDict();
    if (this.text[this.at] === '}') return dict;
    const first = this.value();
    if (!this.take(':')) {
      const rest = this.take(',') ? this.items('}') : [];
      const unique = PyDict.from([first, ...rest].map((item) => [item, null]));
      return new PySet(unique.keys());
    }
    dict.set(first, this.value());
    while (this.take(',')) {
      this.skipSpace();
      if (this.text[this.at] === '}') break;
      const key = this.value();
      this.expect(':');
      dict.set(key, this.value());
    }
    return dict;
  }

  private number(): Value {
    const match = this.match(NUMBER);
    if (!match) throw NOT_LITERAL;
    const [, prefixed, float, decimal] = match;
    if (/^[jJ]/.test(this.text.slice(this.at, this.at + 1)) && !prefixed) {
      this.at++;
      return COMPLEX;
    }
    if (/^\w/.test(this.text.slice(this.at, this.at + 1))) throw NOT_LITERAL;
    if (float !== undefined) return toFloat(Number(float.replaceAll('_', '')));
    const value = prefixed !== undefined ? parseInteger(prefixed, 0) : /^0[0_]*[1-9]/.test(decimal as string) ? undefined : parseInteger(decimal as string);
    if (value === undefined) throw NOT_LITERAL;
    return value;
  }

  /** One or more adjacent texts, which count as one. */
  private strings(): Value {
    let text = '';
    let bytes: boolean | undefined;
    for (;;) {
      const start = this.match(STRING_START);
      if (!start) break;
      const prefix = (start[1] ?? '').toLowerCase();
      const isBytes = prefix.includes('b');
      if (bytes !== undefined && bytes !== isBytes) throw NOT_LITERAL;
      bytes = isBytes;
      const body = this.stringBody(start[2] as string);
      if (isBytes && /[^\x00-\x7f]/.test(body)) throw NOT_LITERAL;
      const decoded = prefix.includes('r') ? body : decodeEscapes(body, isBytes ? 'bytes' : 'text');
      if (decoded === undefined) throw NOT_LITERAL;
      text += decoded;
      this.skipSpace();
    }
    return bytes ? new PyBytes(Buffer.from(text, 'latin1')) : text;
  }

  private stringBody(quote: string): string {
    const start = this.at;
    for (let at = start; at < this.text.length; at++) {
      const char = this.text[at];
      if (char === '\\') at++;
      else if (char === '\n' && quote.length === 1) break;
      else if (this.text.startsWith(quote, at)) {
        this.at = at + quote.length;
        return this.text.slice(start, at);
      }
    }
    throw NOT_LITERAL;
  }

  private word(): Value {
    switch (this.match(WORD)?.[0]) {
      case 'True':
        return true;
      case 'False':
        return false;
      case 'None':
        return null;
      case 'set':
        this.expect('(');
        this.expect(')');
        return new PySet([]);
      default:
        throw NOT_LITERAL;
    }
  }
}
