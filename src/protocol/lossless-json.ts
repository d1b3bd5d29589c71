import { isObject, setOwn, type JsonObject, type JsonValue } from './json';

/** JSON that cannot be read; `position` counts characters of the text from 0. */
export class JsonSyntaxError extends Error {
  constructor(
    readonly problem: string,
    readonly position: number,
    readonly line: number,
    readonly column: number,
  ) {
    super(`${problem} at line ${line}, column ${column} (character ${position})`);
    this.name = 'JsonSyntaxError';
  }
}

/** Deeper nesting is refused by the own parser and serialiser, which recurse. */
const MAX_DEPTH = 2000;

/** Integers that a double may not hold exactly; 16 digits below 9.0e15 always fit. Digits inside texts rarely match. */
const BIG_INTEGER = /(?:^|[\s:,[])-?(?:9\d{15}|\d{17,})(?![\d.eE])/;
const SIXTEEN_DIGITS = /\d{16}/;

/**
 * Parses a JSON document without losing digits: integers beyond 2^53 become `bigint`. Accepts NaN, Infinity and
 * -Infinity, which Python's json writes; they become null, as nothing else can be written for them.
 * Bytes may be UTF-8, UTF-16 or UTF-32, told apart by the byte order mark or the zero bytes.
 * @throws JsonSyntaxError when the text is not JSON, TypeError when the bytes are not text
 */
export function parseJson(source: string | Uint8Array): JsonValue {
  const text = typeof source === 'string' ? source : decodeJsonText(source);
  try {
    const value = JSON.parse(text) as JsonValue;
    if (!SIXTEEN_DIGITS.test(text) || !BIG_INTEGER.test(text)) return value;
  } catch {
    // The own parser reads what Python writes in addition, or says precisely what is wrong.
  }
  return new LosslessParser(text).parse();
}

/** Serialises like JSON.stringify, with every digit of a `bigint`. @param indent spaces a level, for people; none without it */
export function stringifyJson(value: JsonValue, indent = 0): string {
  try {
    return JSON.stringify(value, null, indent);
  } catch {
    return stringifySlowly(value, ' '.repeat(indent), 0);
  }
}

function stringifySlowly(value: JsonValue, indent: string, depth: number): string {
  if (depth > MAX_DEPTH) throw new RangeError(`JSON nested deeper than ${MAX_DEPTH} levels cannot be written`);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return enclosed('[]', value.map((each) => stringifySlowly(each ?? null, indent, depth + 1)), indent, depth);
  if (!isObject(value)) return JSON.stringify(value);
  const parts: string[] = [];
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== undefined) parts.push(`${JSON.stringify(key)}:${indent && ' '}${stringifySlowly(member, indent, depth + 1)}`);
  }
  return enclosed('{}', parts, indent, depth);
}

function enclosed([open, close]: string, parts: string[], indent: string, depth: number): string {
  if (!indent || parts.length === 0) return `${open}${parts.join(',')}${close}`;
  const line = `\n${indent.repeat(depth)}`;
  return `${open}${line}${indent}${parts.join(`,${line}${indent}`)}${line}${close}`;
}

/** The Unicode encoding of a JSON text by its first bytes, as RFC 4627 section 3 describes. */
export function jsonTextEncoding(start: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be' {
  const [a = 1, b = 1, c = 1, d = 1] = start;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0) return c === 0xfe || c === 0 ? 'utf-32be' : 'utf-8';
  if (a === 0 && b !== 0) return 'utf-16be';
  if (a !== 0 && b === 0) return c === 0 && d === 0 ? 'utf-32le' : 'utf-16le';
  return 'utf-8';
}

function decodeJsonText(bytes: Uint8Array): string {
  const encoding = jsonTextEncoding(bytes);
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return decodeUtf32(bytes, encoding === 'utf-32le');
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}

/** A byte order mark is kept. @throws TypeError when a code point does not exist or the length is not a multiple of four */
export function decodeUtf32(bytes: Uint8Array, littleEndian: boolean): string {
  if (bytes.length % 4 !== 0) throw new TypeError('The UTF-32 text ends inside a character');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const code = view.getUint32(at, littleEndian);
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) throw new TypeError(`Invalid UTF-32 character at byte ${at}`);
    parts.push(String.fromCodePoint(code));
  }
  return parts.join('');
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const WORDS: readonly [string, JsonValue][] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', null],
  ['Infinity', null],
  ['-Infinity', null],
];

class LosslessParser {
  private at = 0;

  constructor(private readonly text: string) {}

  parse(): JsonValue {
    if (this.text.charCodeAt(0) === 0xfeff) this.at = 1;
    const value = this.value(0);
    this.skipSpace();
    if (this.at < this.text.length) this.fail('unexpected text after the JSON value');
    return value;
  }

  private value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) this.fail(`more than ${MAX_DEPTH} nested levels`);
    this.skipSpace();
    const char = this.text[this.at];
    if (char === '{') return this.object(depth);
    if (char === '[') return this.array(depth);
    if (char === '"') return this.string();
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private object(depth: number): JsonObject {
    const result: JsonObject = {};
    this.at++;
    if (this.take('}')) return result;
    do {
      this.skipSpace();
      if (this.text[this.at] !== '"') this.fail('a property name in double quotes was expected');
      const key = this.string();
      if (!this.take(':')) this.fail('":" was expected');
      setOwn(result, key, this.value(depth + 1));
    } while (this.take(','));
    if (!this.take('}')) this.fail('"," or "}" was expected');
    return result;
  }

  private array(depth: number): JsonValue[] {
    const result: JsonValue[] = [];
    this.at++;
    if (this.take(']')) return result;
    do result.push(this.value(depth + 1));
    while (this.take(','));
    if (!this.take(']')) this.fail('"," or "]" was expected');
    return result;
  }

  private string(): string {
    this.at++;
    let result = '';
    for (;;) {
      result += this.match(PLAIN_TEXT)![0];
      const char = this.text[this.at];
      if (char === '"') {
        this.at++;
        return result;
      }
      if (char !== '\\') this.fail(char === undefined ? 'the text ends inside a string' : 'a control character inside a string');
      const escape = this.text[this.at + 1] ?? '';
      if (escape === 'u') {
        const hex = this.text.slice(this.at + 2, this.at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) this.fail('a \\u escape without four hexadecimal digits');
        result += String.fromCharCode(parseInt(hex, 16));
        this.at += 6;
      } else {
        const plain = Object.hasOwn(ESCAPES, escape) ? ESCAPES[escape] : undefined;
        if (plain === undefined) this.fail('an unknown escape inside a string');
        result += plain;
        this.at += 2;
      }
    }
  }

  private number(): number | bigint {
    const found = this.match(NUMBER);
    if (!found) this.fail(this.at >= this.text.length ? 'the text ends where a value was expected' : 'a value was expected');
    const number = Number(found[0]);
    const isInteger = found[1] === undefined && found[2] === undefined;
    return isInteger && !Number.isSafeInteger(number) ? BigInt(found[0]) : number;
  }

  private take(char: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    this.match(SPACE);
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  private fail(problem: string): never {
    const before = this.text.slice(0, this.at);
    const line = before.split('\n').length;
    throw new JsonSyntaxError(problem, this.at, line, this.at - before.lastIndexOf('\n'));
  }
}
