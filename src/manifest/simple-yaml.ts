import { setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { blockValue, doubleQuotedValue, NotSimple, plainValue, SPACE, unfolded, withoutTrailingSpaces, type Chomping } from './simple-yaml-scalars';

/**
 * A map in the YAML that nearly all manifests are written in: block maps and lists, scalars of all five kinds, lists and maps
 * in brackets. Undefined for whatever else a text holds, errors above all (anchors, tags, tabs, `? key`, directives, several documents,
 * numbers in odd notations, comments in odd places): the caller then asks the YAML package, which takes thirty times as long. What this one accepts
 * the package accepts with the same result; `spec/manifest/simple-yaml.spec.ts` compares them.
 */
export function parseSimpleYaml(written: string): JsonObject | undefined {
  const text = written.replace(BYTE_ORDER_MARK, '').replaceAll('\r\n', '\n');
  if (NEVER_SIMPLE.test(text)) return undefined;
  try {
    return new SimpleYaml(text.split('\n')).document();
  } catch (error) {
    if (error instanceof NotSimple) return undefined;
    throw error;
  }
}

const BYTE_ORDER_MARK = /^\ufeff/;
/** Tabs and other control characters. */
const NEVER_SIMPLE = /[\0-\x09\x0b-\x1f\x7f\ufeff]/;
/** Deeper ones are looked at by the package, whose caller refuses them. */
const MAX_NESTING = 100;
/** In characters; the package refuses keys that are longer than 1024. */
const LONGEST_KEY = 1000;

/** What most lines begin with; the rest of the line is the value. */
const COMMON_KEY = /[A-Za-z_$][\w$.-]*:(?: +|$)/y;
/** A plain scalar begins with none of `,[]{}#&*!|>'"%@` and the backtick, nor, here, with `?`, `:`, `<`, `=`. */
const PLAIN_START = /[^ ,[\]{}#&*!|>'"%@`?:<=]/;
const BLOCK_HEADER = /^[|>]([-+]?) *$/;
const FLOW_PLAIN = /[\w$/.+(-][^,[\]{}:#\n'"]*/y;

class SimpleYaml {
  /** The line that is looked at. */
  private at = 0;
  private depth = 0;
  /** The last line with a dash, and the indentation of what follows the dash. */
  private itemAt = -1;
  private itemIndent = 0;

  constructor(private readonly lines: readonly string[]) {}

  document(): JsonObject {
    if (this.nextIndent() === 0 && withoutTrailingSpaces(this.lines[this.at]!) === '---') this.at += 1;
    if (this.nextIndent() !== 0) throw new NotSimple();
    const map = this.map(0);
    if (this.nextIndent() !== END) throw new NotSimple();
    return map;
  }

  /** Goes to the next line that has content; its indentation, or END. */
  private nextIndent(): number {
    if (this.at === this.itemAt) return this.itemIndent;
    for (; this.at < this.lines.length; this.at += 1) {
      const line = this.lines[this.at]!;
      const indent = indentOf(line);
      if (indent < line.length && line.charCodeAt(indent) !== HASH) return indent;
    }
    return END;
  }

  private map(indent: number): JsonObject {
    this.goDown();
    const map: JsonObject = {};
    while (this.nextIndent() === indent) {
      const line = this.lines[this.at]!;
      const start = this.valueStart(line, indent);
      if (start === undefined) throw new NotSimple();
      const key = this.key;
      setOwn(map, key, this.value(line, start, indent, true));
    }
    if (this.nextIndent() > indent) throw new NotSimple();
    this.depth -= 1;
    return map;
  }

  private key = '';

  /** Where the value of the entry begins whose key, put into `key`, stands at `from`. Undefined when no key stands there. */
  private valueStart(line: string, from: number): number | undefined {
    COMMON_KEY.lastIndex = from;
    if (COMMON_KEY.test(line)) {
      this.key = keyOf(line.slice(from, line.indexOf(':', from)));
      return COMMON_KEY.lastIndex;
    }
    const quote = line[from]!;
    const end = quote === '"' || quote === "'" ? closingQuote(line, quote, from + 1) + 1 : plainKeyEnd(line, from);
    if (end <= 0 || line[end] !== ':' || (end + 1 < line.length && line.charCodeAt(end + 1) !== SPACE)) return undefined;
    if (end - from > LONGEST_KEY) throw new NotSimple();
    this.key = quote === '"' || quote === "'" ? quotedValue(line.slice(from, end)) : keyOf(line.slice(from, end));
    return skipSpaces(line, end + 1);
  }

  private list(indent: number): JsonValue[] {
    this.goDown();
    const list: JsonValue[] = [];
    while (this.nextIndent() === indent && isItem(this.lines[this.at]!, indent)) {
      const line = this.lines[this.at]!;
      const start = skipSpaces(line, indent + 1);
      if (start < line.length && line.charCodeAt(start) !== HASH) {
        this.itemAt = this.at;
        this.itemIndent = start;
        list.push(this.node(start, indent));
      } else {
        this.at += 1;
        list.push(this.nodeBelow(indent, false));
      }
    }
    if (this.nextIndent() > indent) throw new NotSimple();
    this.depth -= 1;
    return list;
  }

  /** The value that begins below its key or dash, which is indented by `parent`. */
  private nodeBelow(parent: number, mayBeItem: boolean): JsonValue {
    const indent = this.nextIndent();
    if (indent > parent) return this.node(indent, parent);
    return mayBeItem && indent === parent && isItem(this.lines[this.at]!, indent) ? this.list(indent) : null;
  }

  /** The value that begins at `indent` of this line. */
  private node(indent: number, parent: number): JsonValue {
    const line = this.lines[this.at]!;
    if (isItem(line, indent)) return this.list(indent);
    return this.valueStart(line, indent) === undefined ? this.value(line, indent, parent, false) : this.map(indent);
  }

  /** The value that begins at `start` of this line, or below it when nothing is there. Goes to the line after it. */
  private value(line: string, start: number, parent: number, mayBeItem: boolean): JsonValue {
    switch (line[start]) {
      case undefined:
        this.at += 1;
        return this.nodeBelow(parent, mayBeItem);
      case '#':
        // A comment, for there is a space before it.
        this.at += 1;
        return this.nodeBelow(parent, mayBeItem);
      case '"':
      case "'":
        return this.quoted(line, start, parent);
      case '|':
      case '>':
        return this.block(line, start, parent);
      case '[':
      case '{':
        return this.flow(line, start, parent);
      default:
        return this.plain(line, start, parent);
    }
  }

  private plain(line: string, start: number, parent: number): JsonValue {
    const text = withoutTrailingSpaces(line.slice(start));
    if (!PLAIN_START.test(text[0]!) || isItem(line, start)) throw new NotSimple();
    const comment = text.indexOf(' #');
    const content = comment === -1 ? text : withoutTrailingSpaces(text.slice(0, comment));
    refuseKey(content);
    this.at += 1;
    if (comment !== -1 || !this.goesOn(parent)) return plainValue(content);
    const parts = [content];
    do {
      const part = withoutTrailingSpaces(this.lines[this.at]!);
      refuseKey(part);
      if (part.includes(' #') || isItem(part, indentOf(part))) throw new NotSimple();
      parts.push(part);
      this.at += 1;
    } while (this.goesOn(parent));
    while (parts.at(-1) === '') parts.pop();
    return parts.length === 1 ? plainValue(content) : plainValue(unfolded(parts));
  }

  /** Whether this line may belong to a scalar that began above it: it is empty or indented further than `parent`. */
  private goesOn(parent: number): boolean {
    const line = this.lines[this.at];
    if (line === undefined) return false;
    const indent = indentOf(line);
    return indent === line.length || (indent > parent && line.charCodeAt(indent) !== HASH);
  }

  private quoted(line: string, start: number, parent: number): string {
    const quote = line[start]!;
    let text = line;
    let end = closingQuote(line, quote, start + 1);
    while (end === -1) {
      this.at += 1;
      const next = this.lines[this.at];
      if (next === undefined) throw new NotSimple();
      const indent = indentOf(next);
      if (indent <= parent && indent < next.length) throw new NotSimple();
      text += `\n${next}`;
      end = closingQuote(text, quote, text.length - next.length);
    }
    refuseContent(text, end + 1);
    this.at += 1;
    return quotedValue(text.slice(start, end + 1));
  }

  private block(line: string, start: number, parent: number): string {
    const header = BLOCK_HEADER.exec(line.slice(start));
    if (!header) throw new NotSimple();
    const isFolded = line[start] === '>';
    let indent = -1;
    const content: string[] = [];
    let used = 0;
    let isSpaces = false;
    for (this.at += 1; this.at < this.lines.length; this.at += 1) {
      const next = this.lines[this.at]!;
      const own = indentOf(next);
      if (own === next.length) {
        // Spaces beyond the indentation belong to the text.
        if (own > (indent === -1 ? parent : indent)) isSpaces = true;
        content.push(indent === -1 ? '' : next.slice(indent));
        continue;
      }
      if (indent === -1 && own > parent && !isSpaces) indent = own;
      if (own < indent || indent === -1) break;
      content.push(next.slice(indent));
      used = content.length;
      isSpaces = false;
    }
    const emptyAfter = content.length - used;
    if (used === 0 || isSpaces || (this.at === this.lines.length && header[1] === '+')) throw new NotSimple();
    return blockValue(content.slice(0, used), isFolded, header[1] as Chomping, emptyAfter);
  }

  /** A list or map in brackets, which may go over several lines. */
  private flow(line: string, start: number, parent: number): JsonValue {
    this.text = line;
    this.position = start;
    this.parent = parent;
    const value = this.flowValue();
    refuseContent(this.text, this.position);
    this.at += 1;
    return value;
  }

  private text = '';
  private position = 0;
  private parent = 0;

  private flowValue(): JsonValue {
    const first = this.text[this.position];
    if (first === '[') return this.flowList();
    if (first === '{') return this.flowMap();
    if (first === '"' || first === "'") return this.flowQuoted(first);
    return plainValue(this.flowPlain());
  }

  private flowList(): JsonValue[] {
    this.goDown();
    const list: JsonValue[] = [];
    this.position += 1;
    while (this.flowNext() !== ']') {
      list.push(this.flowValue());
      this.flowComma(']');
    }
    this.position += 1;
    this.depth -= 1;
    return list;
  }

  private flowMap(): JsonObject {
    this.goDown();
    const map: JsonObject = {};
    this.position += 1;
    for (let first = this.flowNext(); first !== '}'; first = this.flowNext()) {
      const isQuoted = first === '"' || first === "'";
      const key = isQuoted ? this.flowQuoted(first) : keyOf(this.flowPlain());
      if (this.text[this.position] !== ':' || (!isQuoted && this.text[this.position + 1] !== ' ')) throw new NotSimple();
      this.position += 1;
      this.flowNext();
      setOwn(map, key, this.flowValue());
      this.flowComma('}');
    }
    this.position += 1;
    this.depth -= 1;
    return map;
  }

  private flowComma(close: string): void {
    const next = this.flowNext();
    if (next === ',') this.position += 1;
    else if (next !== close) throw new NotSimple();
  }

  /** Goes to the next character that is no space, on a line below if need be. */
  private flowNext(): string {
    this.position = skipSpaces(this.text, this.position);
    while (this.position === this.text.length) {
      this.at += 1;
      const line = this.lines[this.at];
      if (line === undefined) throw new NotSimple();
      const indent = indentOf(line);
      if (indent <= this.parent && indent < line.length) throw new NotSimple();
      this.text = line;
      this.position = indent;
    }
    return this.text[this.position]!;
  }

  private flowQuoted(quote: string): string {
    const start = this.position;
    const end = closingQuote(this.text, quote, start + 1);
    if (end === -1) throw new NotSimple();
    this.position = end + 1;
    return quotedValue(this.text.slice(start, end + 1));
  }

  private flowPlain(): string {
    FLOW_PLAIN.lastIndex = this.position;
    const text = FLOW_PLAIN.exec(this.text)?.[0];
    if (text === undefined || /^-(?: |$)/.test(text)) throw new NotSimple();
    this.position += text.length;
    // It would go on below.
    if (this.position === this.text.length && !/^ *[,\]}]/.test(this.lines[this.at + 1] ?? '')) throw new NotSimple();
    return withoutTrailingSpaces(text);
  }

  private goDown(): void {
    this.depth += 1;
    if (this.depth > MAX_NESTING) throw new NotSimple();
  }
}

const END = -1;
const HASH = 35;
const DASH = 45;

function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === SPACE) indent += 1;
  return indent;
}

function skipSpaces(text: string, from: number): number {
  let position = from;
  while (text.charCodeAt(position) === SPACE) position += 1;
  return position;
}

function isItem(line: string, at: number): boolean {
  return line.charCodeAt(at) === DASH && (at + 1 === line.length || line.charCodeAt(at + 1) === SPACE);
}

/** Keys are texts: a number is what it is printed as, and other values are left to the package. */
function keyOf(text: string): string {
  if (typeof plainValue(text) === 'string' || String(plainValue(text)) === text && /^\d+$/.test(text)) return text;
  throw new NotSimple();
}

/** Where the colon after a plain key stands, or -1. */
function plainKeyEnd(line: string, from: number): number {
  if (!PLAIN_START.test(line[from]!) || isItem(line, from)) return -1;
  let colon = line.indexOf(':', from);
  while (colon !== -1 && colon + 1 < line.length && line.charCodeAt(colon + 1) !== SPACE) colon = line.indexOf(':', colon + 1);
  if (colon !== -1 && (line.charCodeAt(colon - 1) === SPACE || line.slice(from, colon).includes(' #'))) throw new NotSimple();
  return colon;
}

/** Something that a plain scalar cannot hold: it would be a key. */
function refuseKey(text: string): void {
  if (text.includes(': ') || text.endsWith(':')) throw new NotSimple();
}

/** After a value in quotes or brackets there may be a comment. */
function refuseContent(text: string, from: number): void {
  const next = skipSpaces(text, from);
  if (next < text.length && (next === from || text.charCodeAt(next) !== HASH)) throw new NotSimple();
}

/** Where the quote that ends a text stands, or -1. */
function closingQuote(text: string, quote: string, from: number): number {
  let end = text.indexOf(quote, from);
  if (quote === "'") {
    while (end !== -1 && text[end + 1] === "'") end = text.indexOf("'", end + 2);
    return end;
  }
  while (end !== -1) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}

/** @param text with its quotes */
function quotedValue(text: string): string {
  const raw = text.slice(1, -1);
  if (text[0] === '"') return doubleQuotedValue(raw);
  return (raw.includes('\n') ? unfolded(raw.split('\n')) : raw).replaceAll("''", "'");
}
