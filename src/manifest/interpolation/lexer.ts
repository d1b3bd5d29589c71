import { decodeEscapes } from './string-escapes';
import { TemplateSyntaxError } from './template-errors';

export type TokenType = 'name' | 'string' | 'integer' | 'float' | 'operator' | 'end';

export interface Token {
  type: TokenType;
  /** The text; decoded for strings. */
  value: string;
  position: number;
}

/** A template in pieces: text as it is, the tokens of a `{{ … }}` or of a `{% … %}`. */
export type Piece =
  | { kind: 'text'; text: string; position: number }
  | { kind: 'print' | 'statement'; tokens: Token[]; position: number };

const OPENING = /\{\{|\{%|\{#/g;
const TOKEN =
  /\s+|((?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+))|(0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*)|([a-z_]\w*)|('[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*")|(\*\*|\/\/|==|!=|<=|>=|[-+*/%~<>=()[\]{}.,:|])/iy;
const LAST_ASCII = 0x7f;
/** After a dot, `0.1` is two indexes and not a number. */
const INTEGER = /0(?:_?0)*|[1-9](?:_?\d)*/y;
const RAW_END = /\{%([-+]?)\s*endraw\s*(?:(-)%\}\s*|\+?%\})/g;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** True when the text has anything that the engine must look at. */
export function hasTemplateSyntax(source: string): boolean {
  return source.includes('{') && /\{[{%#]/.test(source);
}

/** Line ends become `\n`, and one at the very end goes away. */
export function normalizeSource(source: string): string {
  const lines = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  return lines.endsWith('\n') ? lines.slice(0, -1) : lines;
}

/** Cuts a normalised source into pieces. @throws TemplateSyntaxError */
export function tokenize(source: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < source.length) {
    OPENING.lastIndex = at;
    const opening = OPENING.exec(source);
    if (!opening) {
      pieces.push({ kind: 'text', text: source.slice(at), position: at });
      break;
    }
    const start = opening.index;
    const trim = source[start + 2] === '-';
    const inside = start + 2 + (trim || source[start + 2] === '+' ? 1 : 0);
    const before = source.slice(at, start);
    const text = trim ? before.replace(/\s+$/, '') : before;
    if (text) pieces.push({ kind: 'text', text, position: at });
    if (opening[0] === '{#') at = skipComment(source, start, inside);
    else {
      const raw = opening[0] === '{%' ? readRaw(source, inside) : undefined;
      if (raw) {
        if (raw.text) pieces.push({ kind: 'text', text: raw.text, position: inside });
        at = raw.next;
        continue;
      }
      const kind = opening[0] === '{{' ? 'print' : 'statement';
      const { tokens, next } = readTokens(source, inside, kind === 'print' ? '}}' : '%}', start);
      pieces.push({ kind, tokens, position: start });
      at = next;
    }
  }
  return pieces;
}

function skipComment(source: string, start: number, inside: number): number {
  // At the very end an opening alone is nothing.
  if (inside >= source.length) return inside;
  const end = source.indexOf('#}', inside);
  if (end < 0) throw new TemplateSyntaxError('a comment is not closed with #}', start);
  const next = end + 2;
  return source[end - 1] === '-' && end > inside ? skipSpace(source, next) : next;
}

function skipSpace(source: string, at: number): number {
  const space = /\s*/y;
  space.lastIndex = at;
  space.exec(source);
  return space.lastIndex;
}

function readRaw(source: string, inside: number): { text: string; next: number } | undefined {
  const begin = /\s*raw\s*(?:-%\}\s*|%\})/y;
  begin.lastIndex = inside;
  if (!begin.test(source)) return undefined;
  RAW_END.lastIndex = begin.lastIndex;
  const end = RAW_END.exec(source);
  if (!end) throw new TemplateSyntaxError('a raw block is not closed with {% endraw %}', inside);
  const text = source.slice(begin.lastIndex, end.index);
  return { text: end[1] === '-' ? text.replace(/\s+$/, '') : text, next: RAW_END.lastIndex };
}

function readTokens(source: string, inside: number, close: string, start: number): { tokens: Token[]; next: number } {
  const tokens: Token[] = [];
  const open: string[] = [];
  let at = inside;
  for (;;) {
    if (open.length === 0) {
      if (source.startsWith(`-${close}`, at)) {
        tokens.push({ type: 'end', value: '', position: at });
        return { tokens, next: skipSpace(source, at + 3) };
      }
      const plain = source.startsWith(close, at) ? 2 : close === '%}' && source.startsWith(`+${close}`, at) ? 3 : 0;
      if (plain) {
        tokens.push({ type: 'end', value: '', position: at });
        return { tokens, next: at + plain };
      }
    }
    if (at >= source.length) throw new TemplateSyntaxError(`${source.slice(start, start + 2)} is not closed with ${close}`, start);
    const token = readToken(source, at);
    if (token.type) {
      if (token.type === 'operator') checkBrackets(token.value, open, at);
      tokens.push({ type: token.type, value: token.value, position: at });
    }
    at = token.next;
  }
}

function checkBrackets(operator: string, open: string[], position: number): void {
  const closing = CLOSING[operator];
  if (closing) open.push(closing);
  else if (operator === ')' || operator === ']' || operator === '}') {
    const expected = open.pop();
    if (expected !== operator) throw new TemplateSyntaxError(`unexpected "${operator}"${expected ? `, expected "${expected}"` : ''}`, position);
  }
}

function readToken(source: string, at: number): { type?: TokenType; value: string; next: number } {
  if (source[at - 1] === '.' && /\d/.test(source[at] ?? '')) {
    INTEGER.lastIndex = at;
    const digits = INTEGER.exec(source);
    if (digits) return { type: 'integer', value: digits[0], next: INTEGER.lastIndex };
  }
  TOKEN.lastIndex = at;
  const match = TOKEN.exec(source);
  if (match ? match[3] !== undefined && source.charCodeAt(TOKEN.lastIndex) > LAST_ASCII : source.charCodeAt(at) > LAST_ASCII) {
    const value = nameInUnicode(source, at);
    if (value) return { type: 'name', value, next: at + value.length };
  }
  if (!match) throw new TemplateSyntaxError(`unexpected ${/['"]/.test(source[at] as string) ? 'quote that is never closed' : `character ${JSON.stringify(source[at])}`}`, at);
  const [, float, integer, name, string, operator] = match;
  const next = TOKEN.lastIndex;
  if (float !== undefined) return { type: 'float', value: float, next };
  if (integer !== undefined) return { type: 'integer', value: integer, next };
  if (name !== undefined) return { type: 'name', value: name, next };
  if (string !== undefined) {
    const value = decodeEscapes(string.slice(1, -1), 'text');
    if (value === undefined) throw new TemplateSyntaxError('a text has an invalid backslash escape', at);
    return { type: 'string', value, next };
  }
  return operator === undefined ? { value: '', next } : { type: 'operator', value: operator, next };
}

/** A pattern with classes of Unicode takes 2 ms to make, which few templates need. */
function nameInUnicode(source: string, at: number): string | undefined {
  const name = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/iuy;
  name.lastIndex = at;
  return name.exec(source)?.[0];
}
