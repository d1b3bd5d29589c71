import { isAlias, isMap, parseDocument, visit, type Document, type Node } from 'yaml';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { YAML_DIALECT } from '../../manifest/yaml-dialect';
import type { Path } from './path';
import { rewritten, type DocumentEdit } from './rewritten';
import { deleteInText, insertInText, moveInText, renameInText, scalarSpan, scalarText, setInText, type Span } from './text-edits';

export type { Path };

/** Why a text is no manifest, with its place in the text. */
export interface SyntaxProblem {
  message: string;
  /** 1-based. */
  line: number;
  column: number;
  /** Offset in the text. */
  from: number;
  to: number;
}

/**
 * A manifest's text and what it says, never changed: each edit gives a new one. An edit touches the lines of its value
 * only; where that is not possible (aliases, odd notations) the text is written anew, and keeps its comments, order and
 * quotes. A text in JSON stays JSON.
 */
export class ManifestDocument {
  private constructor(
    readonly text: string,
    /** What the text says; an empty object when it has a problem. */
    readonly model: JsonObject,
    readonly problem: SyntaxProblem | null,
    private parsed?: Document,
    /** The scalar that was written last: the next letter of the same field needs no parsing. */
    private readonly last?: Span & { key: string },
  ) {}

  static parse(text: string): ManifestDocument {
    const document: Document = parseDocument(text, YAML_DIALECT);
    const [error] = document.errors;
    if (error) {
      const [start] = error.linePos ?? [{ line: 1, col: 1 }];
      // The first line of a pretty error; the rest shows the source.
      const message = error.message.split(/ at line \d+/)[0]!;
      return new ManifestDocument(text, {}, { message, line: start.line, column: start.col, from: error.pos[0], to: error.pos[1] }, document);
    }
    if (document.contents === null) return new ManifestDocument(text, {}, null, document);
    if (!isMap(document.contents)) {
      return new ManifestDocument(text, {}, { message: 'A manifest is an object with version, check and streams.', line: 1, column: 1, from: 0, to: text.length }, document);
    }
    const model: unknown = document.toJS({ maxAliasCount: 1000 });
    return new ManifestDocument(text, isObject(model) ? model : {}, null, document);
  }

  /** The value as it stands in the text; references (`$ref`) are followed by `readAt` only. */
  getAt(path: Path): JsonValue | undefined {
    return path.reduce<JsonValue | undefined>(memberOf, this.model);
  }

  /** Objects and lists on the way are made when they are missing. `undefined` removes. */
  setAt(path: Path, value: JsonValue | undefined): ManifestDocument {
    if (value === undefined) return this.deleteAt(path);
    const before = this.getAt(path);
    if (JSON.stringify(before) === JSON.stringify(value)) return this;
    if (this.problem) return this;
    return this.setScalar(path, value) ?? this.setParts(path, before, value) ?? this.change((text, root) => setInText(text, root, path, value), withValue(this.model, path, value), { kind: 'set', path, value });
  }

  deleteAt(path: Path): ManifestDocument {
    if (this.getAt(path) === undefined) return this;
    return this.change((text, root) => deleteInText(text, root, path), withValue(this.model, path, undefined), { kind: 'delete', path });
  }

  /** Puts `value` into the list at `path`, which is made when it is missing. */
  insertAt(path: Path, index: number, value: JsonValue): ManifestDocument {
    const list = this.getAt(path);
    if (!Array.isArray(list)) return this.setAt(path, [value]);
    return this.change((text, root) => insertInText(text, root, path, index, value), withValue(this.model, path, list.toSpliced(index, 0, value)), { kind: 'insert', path, index, value });
  }

  /** Moves an item of the list at `path`. */
  moveAt(path: Path, from: number, to: number): ManifestDocument {
    const list = this.getAt(path);
    if (!Array.isArray(list) || list[from] === undefined || list[to] === undefined || from === to) return this;
    const moved = list.toSpliced(from, 1).toSpliced(to, 0, list[from]);
    return this.change((text, root) => moveInText(text, root, path, from, to), withValue(this.model, path, moved), { kind: 'move', path, from, to });
  }

  /** Gives a member of the object at `path` another name, in its place. */
  renameKey(path: Path, from: string, to: string): ManifestDocument {
    const map = this.getAt(path);
    if (!isObject(map) || getOwn(map, from) === undefined) return this;
    const renamed = Object.fromEntries(Object.entries(map).map(([key, value]) => [key === from ? to : key, value]));
    return this.change((text, root) => renameInText(text, root, path, from, to), withValue(this.model, path, renamed), { kind: 'rename', path, from, to });
  }

  /** The offset of the value at `path`, or of the last part of the path that exists. */
  offsetOf(path: Path): number | undefined {
    for (let length = path.length; length > 0; length--) {
      const node = this.document().getIn(path.slice(0, length), true) as Node | undefined;
      if (node?.range) return node.range[0];
    }
    return undefined;
  }

  private document(): Document {
    return (this.parsed ??= parseDocument(this.text, YAML_DIALECT));
  }

  /** A scalar of one line in the place of another: the frequent case, for which a large text is not parsed again. */
  private setScalar(path: Path, value: JsonValue): ManifestDocument | undefined {
    const before = this.getAt(path);
    if (isJson(this.text) || isCollection(value) || before === undefined || isCollection(before)) return undefined;
    const key = path.join('\0');
    const root = this.last?.key === key ? null : this.document().contents;
    const span = this.last?.key === key ? this.last : isMap(root) && !hasAliases(this.document()) ? scalarSpan(this.text, root, path) : null;
    const written = span && scalarText(value, this.text.slice(span.start, span.end));
    if (!span || written === null) return undefined;
    const text = this.text.slice(0, span.start) + written + this.text.slice(span.end);
    return new ManifestDocument(text, withValue(this.model, path, value) as JsonObject, null, undefined, { key, start: span.start, end: span.start + written.length });
  }

  /** An object or a list that differs in some parts only: those are changed one by one. */
  private setParts(path: Path, before: JsonValue | undefined, value: JsonValue): ManifestDocument | undefined {
    if (isObject(before) && isObject(value)) {
      const kept = Object.keys(before).filter((key) => getOwn(value, key) !== undefined);
      const added = Object.keys(value).filter((key) => getOwn(before, key) === undefined);
      // In another order, or all new: written as a whole.
      if (kept.length === 0 || JSON.stringify([...kept, ...added]) !== JSON.stringify(Object.keys(value))) return undefined;
      const removed = Object.keys(before).filter((key) => getOwn(value, key) === undefined);
      const without = removed.reduce<ManifestDocument>((document, key) => document.deleteAt([...path, key]), this);
      return Object.keys(value).reduce((document, key) => document.setAt([...path, key], getOwn(value, key)), without);
    }
    if (!Array.isArray(before) || !Array.isArray(value) || before.length === 0 || value.length === 0) return undefined;
    const same = (one: JsonValue | undefined, other: JsonValue | undefined) => JSON.stringify(one) === JSON.stringify(other);
    const start = value.findIndex((item, index) => !same(item, before[index]));
    const from = start < 0 ? value.length : start;
    const grown = value.length - before.length;
    if (grown === 1 && same(before.slice(from), value.slice(from + 1))) return this.insertAt(path, from, value[from]!);
    if (grown === -1 && same(before.slice(from + 1), value.slice(from))) return this.deleteAt([...path, from]);
    return grown === 0 ? value.reduce<ManifestDocument>((document, item, index) => document.setAt([...path, index], item), this) : undefined;
  }

  /** Tries it in the text first, and believes the result only when it says what it should. */
  private change(inText: (text: string, root: Node) => string | null, expected: JsonValue, edit: DocumentEdit): ManifestDocument {
    if (this.problem) return this;
    if (isJson(this.text)) return ManifestDocument.parse(`${JSON.stringify(expected, null, 2)}\n`);
    const document = this.document();
    const text = isMap(document.contents) && !document.contents.flow && !hasAliases(document) ? inText(this.text, document.contents) : null;
    if (text !== null) {
      const changed = ManifestDocument.parse(text);
      if (changed.problem === null && JSON.stringify(changed.model) === JSON.stringify(expected)) return changed;
    }
    return ManifestDocument.parse(rewritten(document, this.text, this.model, edit));
  }
}

export function memberOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? getOwn(value, String(key)) : undefined;
}

/** A copy with another value in one place; `undefined` removes. What is not on the way is shared. */
export function withValue(whole: JsonValue | undefined, [key, ...rest]: Path, value: JsonValue | undefined): JsonValue {
  if (key === undefined) return value ?? null;
  const isLast = rest.length === 0;
  if (Array.isArray(whole) || (!isObject(whole) && typeof key === 'number')) {
    const list = Array.isArray(whole) ? whole : [];
    if (isLast && value === undefined) return list.toSpliced(Number(key), 1);
    const copy = [...list];
    copy[Number(key)] = isLast ? value! : withValue(list[Number(key)], rest, value);
    return copy;
  }
  const copy: JsonObject = {};
  const name = String(key);
  for (const [each, item] of Object.entries(isObject(whole) ? whole : {})) if (each !== name || !isLast || value !== undefined) setOwn(copy, each, item);
  if (!isLast) setOwn(copy, name, withValue(memberOf(whole, key), rest, value));
  else if (value !== undefined) setOwn(copy, name, value);
  return copy;
}

const isCollection = (value: JsonValue): boolean => typeof value === 'object' && value !== null;
const isJson = (text: string): boolean => /^\s*\{\s*["}]/.test(text);

/** A change in one place of such a text shows in others. */
function hasAliases(document: Document): boolean {
  let found = false;
  visit(document, (_, node) => {
    if (!isAlias(node)) return undefined;
    found = true;
    return visit.BREAK;
  });
  return found;
}
