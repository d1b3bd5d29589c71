import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, type Document, type Node, type Scalar } from 'yaml';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import type { Path } from './path';
import { layoutOf, nodeFor, quoteIfDate } from './text-layout';

export type DocumentEdit =
  | { kind: 'set'; path: Path; value: JsonValue }
  | { kind: 'delete'; path: Path }
  | { kind: 'insert'; path: Path; index: number; value: JsonValue }
  | { kind: 'move'; path: Path; from: number; to: number }
  | { kind: 'rename'; path: Path; from: string; to: string };

/** The whole text written anew after an edit: comments, order, quotes and anchors stay, line breaks may move. */
export function rewritten(original: Document, text: string, model: JsonObject, edit: DocumentEdit): string {
  const document = original.clone();
  if (document.contents === null) document.contents = document.createNode({}) as never;
  if (isMap(document.contents) && document.contents.items.length === 0) document.contents.flow = false;
  apply(document, model, edit);
  return document.toString({ lineWidth: 0, ...layoutOf(text) });
}

function apply(document: Document, model: JsonObject, edit: DocumentEdit): void {
  const inside = edit.kind === 'insert' || edit.kind === 'move' ? 0 : edit.kind === 'rename' ? edit.from : undefined;
  makeOwn(document, model, inside === undefined ? edit.path : [...edit.path, inside]);
  const target = document.getIn(edit.path, true) as Node | undefined;
  switch (edit.kind) {
    case 'set':
      if (target === undefined || !update(document, target, edit.value)) document.setIn(edit.path, nodeFor(document, edit.value));
      break;
    case 'delete':
      document.deleteIn(edit.path);
      break;
    case 'insert':
      if (isSeq(target)) target.items.splice(edit.index, 0, nodeFor(document, edit.value));
      break;
    case 'move':
      if (isSeq(target)) target.items.splice(edit.to, 0, ...target.items.splice(edit.from, 1));
      break;
    case 'rename': {
      const pair = isMap(target) ? target.items.find((item) => keyOf(item) === edit.from) : undefined;
      if (pair && isScalar(pair.key)) pair.key.value = edit.to;
    }
  }
}

/**
 * Makes the path real: what is missing on the way is made, and an alias (`*name`) or a merge key (`<<`) becomes the
 * object's own copy, so that the others that share it keep theirs.
 */
function makeOwn(document: Document, model: JsonObject, path: Path): void {
  for (let length = 1; length < path.length; length++) {
    const place = path.slice(0, length);
    const node = document.getIn(place, true);
    if (isAlias(node)) {
      const own = node.resolve(document)?.clone() as Node | undefined;
      if (own && 'anchor' in own) delete own.anchor;
      document.setIn(place, own);
    } else if (node === undefined || (isScalar(node) && node.value === null)) {
      const value = place.reduce<JsonValue | undefined>((whole, key) => (Array.isArray(whole) ? whole[Number(key)] : isObject(whole) ? getOwn(whole, String(key)) : undefined), model);
      document.setIn(place, document.createNode(value ?? (typeof path[length] === 'number' ? [] : {})));
    } else if (isCollection(node) && node.items.length === 0) {
      node.flow = false;
    }
  }
}

/** Changes a node to another value of its kind, and no more of it than differs; false when it is of another kind. */
function update(document: Document, node: Node, value: JsonValue): boolean {
  if (isScalar(node)) {
    if (typeof value === 'object' && value !== null) return false;
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
