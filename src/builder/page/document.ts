import { Document, isAlias, isCollection, isMap, isNode, isScalar, isSeq, parseDocument, visit, type Node, type Scalar } from 'yaml';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { YAML_DIALECT } from '../../manifest/yaml-dialect';

/** From the root of the manifest. */
export type Path = readonly (string | number)[];

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
 * A manifest's text and what it says, never changed: each edit gives a new one. Comments, key order, quotes, anchors and
 * the indentation of the text survive edits. A text in JSON stays JSON.
 */
export class ManifestDocument {
  private constructor(
    readonly text: string,
    private readonly document: Document,
    /** What the text says; an empty object when it has a problem. */
    readonly model: JsonObject,
    readonly problem: SyntaxProblem | null,
  ) {}

  static parse(text: string): ManifestDocument {
    const document: Document = parseDocument(text, YAML_DIALECT);
    const [error] = document.errors;
    if (error) {
      const [start] = error.linePos ?? [{ line: 1, col: 1 }];
      // The first line of a pretty error; the rest shows the source.
      const message = error.message.split(/ at line \d+/)[0]!;
      return new ManifestDocument(text, document, {}, { message, line: start.line, column: start.col, from: error.pos[0], to: error.pos[1] });
    }
    if (document.contents === null) return new ManifestDocument(text, document, {}, null);
    if (!isMap(document.contents)) {
      return new ManifestDocument(text, document, {}, { message: 'A manifest is an object with version, check and streams.', line: 1, column: 1, from: 0, to: text.length });
    }
    return new ManifestDocument(text, document, modelOf(document), null);
  }

  /** The value as it stands in the text; references (`$ref`) are followed by `readAt` only. */
  getAt(path: Path): JsonValue | undefined {
    return path.reduce<JsonValue | undefined>((value, key) => memberOf(value, key), this.model);
  }

  /** Objects and lists on the way are made when they are missing. `undefined` removes. */
  setAt(path: Path, value: JsonValue | undefined): ManifestDocument {
    if (value === undefined) return this.deleteAt(path);
    return this.change((document) => {
      const target = this.ownParents(document, path);
      const existing = document.getIn(target, true) as Node | undefined;
      if (existing === undefined || !update(document, existing, value)) document.setIn(target, nodeFor(document, value));
    });
  }

  deleteAt(path: Path): ManifestDocument {
    if (this.getAt(path) === undefined) return this;
    return this.change((document) => {
      const target = this.ownParents(document, path);
      const parent = target.length === 1 ? document.contents : document.getIn(target.slice(0, -1), true);
      if (isMap(parent)) passCommentOn(parent.items, parent.items.findIndex((pair) => keyOf(pair) === String(target.at(-1))));
      document.deleteIn(target);
    });
  }

  /** Puts `value` into the list at `path`, which is made when it is missing. */
  insertAt(path: Path, index: number, value: JsonValue): ManifestDocument {
    const list = this.getAt(path);
    if (!Array.isArray(list)) return this.setAt(path, [value]);
    return this.change((document) => {
      const sequence = document.getIn(this.ownParents(document, [...path, 0]).slice(0, -1), true);
      if (!isSeq(sequence)) return;
      sequence.items.splice(index, 0, nodeFor(document, value));
      // `[]` is written in flow style; its first item need not be.
      if (sequence.items.length === 1) sequence.flow = false;
    });
  }

  /** Moves an item of the list at `path`. */
  moveAt(path: Path, from: number, to: number): ManifestDocument {
    return this.change((document) => {
      const sequence = document.getIn(this.ownParents(document, [...path, 0]).slice(0, -1), true);
      if (isSeq(sequence)) sequence.items.splice(to, 0, ...sequence.items.splice(from, 1));
    });
  }

  /** Gives a member of the object at `path` another name, in its place. */
  renameKey(path: Path, from: string, to: string): ManifestDocument {
    return this.change((document) => {
      const map = document.getIn(this.ownParents(document, [...path, from]).slice(0, -1), true);
      if (!isMap(map)) return;
      const pair = map.items.find((item) => keyOf(item) === from);
      if (pair && isScalar(pair.key)) pair.key.value = to;
      else if (pair) pair.key = to;
    });
  }

  /** The offset of the value at `path`, or of the last part of the path that exists. */
  offsetOf(path: Path): number | undefined {
    // Edits leave nodes without a place.
    const document = parseDocument(this.text, YAML_DIALECT);
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true) as Node | undefined;
      if (node?.range) return node.range[0];
    }
    return undefined;
  }

  /**
   * The path through which a change reaches its place: an alias (`*name`) or a merge key (`<<`) on the way becomes the
   * object's own copy, so that the others that share it keep theirs.
   */
  private ownParents(document: Document, path: Path): (string | number)[] {
    for (let length = 1; length < path.length; length++) {
      const place = path.slice(0, length);
      const node = document.getIn(place, true);
      if (isAlias(node)) {
        const own = node.resolve(document)?.clone() as Node | undefined;
        if (own && 'anchor' in own) delete own.anchor;
        document.setIn(place, own);
      } else if (node === undefined || (isScalar(node) && node.value === null)) {
        document.setIn(place, document.createNode(this.getAt(place) ?? (typeof path[length] === 'number' ? [] : {})));
      } else if (isCollection(node) && node.items.length === 0) {
        node.flow = false;
      }
    }
    return [...path];
  }

  private change(edit: (document: Document) => void): ManifestDocument {
    if (this.problem) return this;
    const document = this.document.clone();
    if (document.contents === null) document.contents = document.createNode({}) as never;
    if (isMap(document.contents) && document.contents.items.length === 0) document.contents.flow = false;
    edit(document);
    const model = modelOf(document);
    return new ManifestDocument(isJson(this.text) ? `${JSON.stringify(model, null, 2)}\n` : document.toString(layoutOf(this.text)), document, model, null);
  }
}

export function memberOf(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) ? getOwn(value, String(key)) : undefined;
}

function modelOf(document: Document): JsonObject {
  const value: unknown = document.toJS({ maxAliasCount: 1000 });
  return isObject(value) ? value : {};
}

const isCollectionValue = (value: JsonValue): boolean => typeof value === 'object' && value !== null;
const isJson = (text: string): boolean => /^\s*\{\s*["}]/.test(text);
const looksLikeDate = (text: string): boolean => /^\d{4}-\d\d?-\d\d?([Tt\s]|$)/.test(text) || text === '=' || text === '<<';

/** PyYAML would make a date of `2024-01-01`, and has no value for `=`. */
function quoteIfDate(node: { value: unknown; type?: string }): void {
  if (typeof node.value === 'string' && looksLikeDate(node.value) && !node.type?.startsWith('QUOTE')) node.type = 'QUOTE_DOUBLE';
}

/** Changes a node to another value of its kind, and no more of it than differs; false when it is of another kind. */
function update(document: Document, node: Node, value: JsonValue): boolean {
  if (isScalar(node)) {
    if (isCollectionValue(value)) return false;
    if (node.value !== value) setScalar(node, value);
    return true;
  }
  if (isMap(node) && isObject(value)) {
    const members = new Map(node.items.map((pair) => [keyOf(pair), pair]));
    if (members.has('<<')) return false;
    const isNew = node.items.length === 0;
    node.items = Object.entries(value).map(([key, item]) => {
      const pair = members.get(key);
      if (!pair) return document.createPair(key, nodeFor(document, item));
      if (!isNode(pair.value) || !update(document, pair.value, item)) pair.value = nodeFor(document, item);
      return pair;
    });
    node.flow = node.items.length === 0 || (isNew ? false : node.flow);
    return true;
  }
  if (isSeq(node) && Array.isArray(value)) {
    const isNew = node.items.length === 0;
    const same = (item: unknown, other: JsonValue | undefined) => JSON.stringify(isNode(item) ? item.toJS(document) : item) === JSON.stringify(other);
    // What was put in or taken out somewhere leaves the items before and after as they are.
    let start = 0;
    while (start < node.items.length && start < value.length && same(node.items[start], value[start])) start++;
    let end = 0;
    while (end < node.items.length - start && end < value.length - start && same(node.items[node.items.length - 1 - end], value[value.length - 1 - end])) end++;
    const replaced = node.items.slice(start, node.items.length - end);
    const middle = value.slice(start, value.length - end).map((item, index) => {
      const before = replaced[index];
      return isNode(before) && update(document, before, item) ? before : nodeFor(document, item);
    });
    node.items.splice(start, replaced.length, ...middle);
    node.flow = node.items.length === 0 || (isNew ? false : node.flow);
    return true;
  }
  return false;
}

/** Another kind of value is written in its own way, a text of one line keeps its quotes. */
function setScalar(node: Scalar, value: JsonValue): void {
  const keepsStyle = typeof value === 'string' && typeof node.value === 'string' && (value.includes('\n') || !node.type?.startsWith('BLOCK'));
  node.value = value;
  if (!keepsStyle) {
    delete node.type;
    delete node.source;
    delete node.format;
  }
  quoteIfDate(node);
}

const keyOf = ({ key }: { key: unknown }): string => String(isScalar(key) ? key.value : key);

function nodeFor(document: Document, value: JsonValue): Node {
  const node = document.createNode(value, { aliasDuplicateObjects: false }) as Node;
  visit(node as never, {
    Scalar: (_, scalar) => quoteIfDate(scalar),
    Collection: (_, collection) => {
      if (collection.items.length === 0) collection.flow = true;
    },
  });
  return node;
}

/** A comment above the removed member may be about the whole block, but never about the next one: only a blank line stays. */
function passCommentOn(items: { key: unknown }[], index: number): void {
  const [removed, next] = [items[index], items[index + 1]];
  if (removed && next && isScalar(removed.key) && isScalar(next.key) && removed.key.spaceBefore) next.key.spaceBefore = true;
}

/** How the text is laid out, as far as the writer can keep it. */
function layoutOf(text: string) {
  const indents = [...text.matchAll(/^( +)[^\s#-]/gm)].map(([, spaces]) => spaces!.length);
  return {
    lineWidth: 0,
    indent: indents.length > 0 && indents.every((width) => width % 4 === 0) ? 4 : 2,
    indentSeq: !/^( *)[^\s#-][^\n]*:\n\1- /m.test(text),
    flowCollectionPadding: !/[^\n]\{\w/.test(text),
  };
}
