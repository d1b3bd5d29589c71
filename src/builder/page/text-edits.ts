import { Document, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import type { JsonValue } from '../../protocol/json';
import type { Path } from './path';
import { indented, layoutOf, nodeFor, write, type Layout } from './text-layout';

/**
 * Edits of a YAML text that touch the lines of one value only. Each function gives the new text, or null where the text
 * is written in a way that it does not know; a result is to be read again before it is trusted.
 */

/** Where a scalar stands. */
export interface Span {
  start: number;
  end: number;
}

export function setInText(text: string, root: Node, path: Path, value: JsonValue): string | null {
  const layout = layoutOf(text);
  let node: unknown = root;
  for (let depth = 0; depth < path.length; depth++) {
    const key = path[depth]!;
    const rest = path.slice(depth + 1);
    if (isFlow(node)) return node.items.length === 0 ? (depth === 0 ? null : setInText(text, root, path.slice(0, depth), wrapped(path.slice(depth), value))) : editFlow(text, node, layout, (document) => document.setIn(path.slice(depth), nodeFor(document, value)));
    if (isMap(node)) {
      const pair = pairOf(node, key);
      if (!pair) return appendPair(text, node, String(key), wrapped(rest, value), layout);
      if (rest.length === 0) return replaceValue(text, node, pair, value, layout);
      if (isAbsent(pair.value)) return replaceValue(text, node, pair, wrapped(rest, value), layout);
      node = pair.value;
    } else if (isSeq(node)) {
      const index = Number(key);
      if (index === node.items.length) return insertItem(text, node, index, wrapped(rest, value), layout);
      if (index > node.items.length) return null;
      if (rest.length === 0) return replaceItem(text, node, index, value, layout);
      node = node.items[index];
    } else return null;
  }
  return null;
}

export function deleteInText(text: string, root: Node, path: Path): string | null {
  const layout = layoutOf(text);
  const holderPath = path.slice(0, -1);
  const key = path.at(-1)!;
  let holder: unknown = root;
  for (const [depth, part] of holderPath.entries()) {
    if (isFlow(holder)) return editFlow(text, holder, layout, (document) => void document.deleteIn(path.slice(depth)));
    holder = childOf(holder, part);
  }
  if (isFlow(holder)) return editFlow(text, holder, layout, (document) => void document.deleteIn([key]));
  if (isMap(holder)) {
    const index = holder.items.findIndex((pair) => keyOf(pair) === String(key));
    if (index < 0) return null;
    if (holder.items.length === 1) return holderPath.length === 0 ? null : setInText(text, root, holderPath, {});
    return deletePair(text, holder, index);
  }
  if (isSeq(holder)) {
    if (holder.items.length === 1) return holderPath.length === 0 ? null : setInText(text, root, holderPath, []);
    const item = itemSpan(text, holder, Number(key));
    return item && text.slice(0, item.start) + text.slice(item.end);
  }
  return null;
}

export function insertInText(text: string, root: Node, path: Path, index: number, value: JsonValue): string | null {
  const list = path.reduce<unknown>(childOf, root);
  const layout = layoutOf(text);
  if (!isSeq(list)) return null;
  if (isFlow(list)) return list.items.length === 0 ? setInText(text, root, path, [value]) : editFlow(text, list, layout, (document) => void (isSeq(document.contents) && document.contents.items.splice(index, 0, nodeFor(document, value))));
  return insertItem(text, list, index, value, layout);
}

/** Moves the lines of an item before or after those of the others. */
export function moveInText(text: string, root: Node, path: Path, from: number, to: number): string | null {
  const list = path.reduce<unknown>(childOf, root);
  if (!isSeq(list) || isFlow(list)) return null;
  const [moved, target] = [itemSpan(text, list, from), itemSpan(text, list, to)];
  if (!moved || !target) return null;
  const lines = text.slice(moved.start, moved.end);
  const whole = lines.endsWith('\n') ? lines : `${lines}\n`;
  const position = to > from ? target.end : target.start;
  const before = text.slice(0, position);
  const joint = before !== '' && !before.endsWith('\n') ? '\n' : '';
  return to > from ? text.slice(0, moved.start) + text.slice(moved.end, position) + joint + whole + text.slice(position) : before + whole + text.slice(position, moved.start) + text.slice(moved.end);
}

export function renameInText(text: string, root: Node, path: Path, from: string, to: string): string | null {
  const map = path.reduce<unknown>(childOf, root);
  const pair = isMap(map) ? pairOf(map, from) : undefined;
  if (!pair || !isNode(pair.key) || !pair.key.range) return null;
  const document = new Document();
  return text.slice(0, pair.key.range[0]) + write(nodeFor(document, to), layoutOf(text)) + text.slice(pair.key.range[1]);
}

/** Where the scalar at `path` stands, when it is written in one line and not inside of brackets. */
export function scalarSpan(text: string, root: Node, path: Path): Span | null {
  let node: unknown = root;
  for (const part of path) {
    if (isFlow(node)) return null;
    node = childOf(node, part);
  }
  if (!isScalar(node) || !node.range || node.anchor || isAbsent(node)) return null;
  const [start, end] = node.range;
  return text.slice(start, end).includes('\n') ? null : { start, end };
}

/** A scalar as it stands behind `key: `; null when it needs several lines. */
export function scalarText(value: JsonValue, like: string): string | null {
  const node = nodeFor(new Document(), value);
  // A text keeps the quotes that it had, unless it needed them only for being empty.
  if (isScalar(node) && typeof value === 'string' && /^(?!''$|""$)['"]/.test(like)) node.type = like.startsWith("'") ? 'QUOTE_SINGLE' : 'QUOTE_DOUBLE';
  const text = write(new Document().createNode({ k: node }), { indent: 2, indentSeq: true, flowCollectionPadding: true });
  return text.includes('\n') ? null : text.slice('k: '.length);
}

function replaceValue(text: string, map: YAMLMap, pair: Pair, value: JsonValue, layout: Layout): string | null {
  const colon = colonOf(text, pair);
  if (colon === null || hasAnchor(pair.value)) return null;
  // A comment behind the last line of several is part of what goes.
  const end = isBlock(pair.value) ? lineEndAfter(text, endOf(text, pair)) : endOf(text, pair);
  const before = text.slice(colon + 1, end);
  const scalar = isScalar(pair.value) && !before.includes('\n') && !isCollection(value) ? scalarText(value, before.trimStart()) : null;
  const written = scalar !== null ? ` ${scalar}` : indented(write(new Document().createNode({ k: nodeFor(new Document(), value) }), layout), columnOf(text, map)).slice('k:'.length);
  return splice(text, colon + 1, end, written);
}

function replaceItem(text: string, list: YAMLSeq, index: number, value: JsonValue, layout: Layout): string | null {
  const item = list.items[index];
  if (!isNode(item) || !item.range || hasAnchor(item)) return null;
  const [start] = item.range;
  const before = text.slice(start, endOfNode(text, item));
  const scalar = isScalar(item) && !before.includes('\n') && !isCollection(value) ? scalarText(value, before) : null;
  return splice(text, start, endOfNode(text, item), scalar ?? indented(write(new Document().createNode([nodeFor(new Document(), value)]), layout), columnOf(text, list)).slice('- '.length));
}

function appendPair(text: string, map: YAMLMap, key: string, value: JsonValue, layout: Layout): string | null {
  const last = map.items.at(-1);
  if (!last) return null;
  const column = columnOf(text, map);
  const document = new Document();
  const written = ' '.repeat(column) + indented(write(document.createNode({ [key]: nodeFor(document, value) }), layout), column);
  return insertLines(text, endOf(text, last), written);
}

function insertItem(text: string, list: YAMLSeq, index: number, value: JsonValue, layout: Layout): string | null {
  const column = columnOf(text, list);
  const document = new Document();
  const written = ' '.repeat(column) + indented(write(document.createNode([nodeFor(document, value)]), { ...layout, indentSeq: true }), column);
  const next = list.items[index];
  if (index === 0 && next) {
    const first = itemSpan(text, list, 0);
    return first && `${text.slice(0, first.start)}${written}\n${text.slice(first.start)}`;
  }
  const previous = list.items[index - 1];
  return isNode(previous) ? insertLines(text, endOfNode(text, previous), written) : null;
}

function deletePair(text: string, map: YAMLMap, index: number): string | null {
  const pair = map.items[index]!;
  const start = startOf(pair);
  if (start === null) return null;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const end = lineEndAfter(text, endOf(text, pair));
  // Alone on its lines, or the first of a list's item (`- name: …`): the next one takes its place.
  if (text.slice(lineStart, start).trim() === '') return text.slice(0, lineStart) + text.slice(end);
  const next = map.items[index + 1];
  const nextStart = next && startOf(next);
  if (index > 0 || typeof nextStart !== 'number' || text.slice(end, nextStart).trim() !== '') return null;
  return text.slice(0, start) + text.slice(nextStart);
}

/** The lines of an item with its dash, when nothing else stands in them. */
function itemSpan(text: string, list: YAMLSeq, index: number): Span | null {
  const item = list.items[index];
  if (!isNode(item) || !item.range) return null;
  const dash = text.lastIndexOf('-', item.range[0] - 1);
  const start = text.lastIndexOf('\n', dash - 1) + 1;
  if (dash < 0 || text.slice(start, dash).trim() !== '' || text.slice(dash + 1, item.range[0]).trim() !== '') return null;
  return { start, end: lineEndAfter(text, endOfNode(text, item)) };
}

/** `{…}` and `[…]` are written anew as a whole, in their style. */
function editFlow(text: string, node: YAMLMap | YAMLSeq, layout: Layout, edit: (document: Document) => void): string | null {
  if (!node.range || node.anchor) return null;
  const document = new Document();
  document.contents = node.clone() as never;
  edit(document);
  const [start, end] = node.range;
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const margin = /^ */.exec(text.slice(line))![0].length;
  return splice(text, start, end, indented(write(document.contents as unknown as Node, layout), margin));
}

function splice(text: string, start: number, end: number, written: string): string {
  // What ended with its line goes on doing so.
  const isLineEnd = text[end - 1] === '\n' && !written.endsWith('\n');
  return text.slice(0, start) + written + (isLineEnd ? '\n' : '') + text.slice(end);
}

function insertLines(text: string, after: number, lines: string): string {
  const end = lineEndAfter(text, after);
  const joint = end > 0 && text[end - 1] !== '\n' ? '\n' : '';
  return `${text.slice(0, end)}${joint}${lines}\n${text.slice(end)}`;
}

/** Behind the line break of the line with `position`; a block scalar ends behind it already. */
function lineEndAfter(text: string, position: number): number {
  if (position > 0 && text[position - 1] === '\n') return position;
  const end = text.indexOf('\n', position);
  return end < 0 ? text.length : end + 1;
}

function endOf(text: string, pair: Pair): number {
  return isNode(pair.value) && !isAbsent(pair.value) ? endOfNode(text, pair.value) : (colonOf(text, pair) ?? 0) + 1;
}

/** The ranges of collections take in what follows them. */
function endOfNode(text: string, node: Node): number {
  if (!isFlow(node)) {
    if (isMap(node) && node.items.length > 0) return endOf(text, node.items.at(-1)!);
    const last = isSeq(node) ? node.items.at(-1) : undefined;
    if (isNode(last)) return endOfNode(text, last);
  }
  return node.range?.[1] ?? 0;
}

function startOf({ key }: Pair): number | null {
  return isNode(key) && key.range ? key.range[0] : null;
}

function colonOf(text: string, { key }: Pair): number | null {
  if (!isNode(key) || !key.range) return null;
  let position = key.range[1];
  while (text[position] === ' ') position++;
  return text[position] === ':' ? position : null;
}

/** Of the names of a map, or of the dashes of a list. */
function columnOf(text: string, node: YAMLMap | YAMLSeq): number {
  const [first] = node.items;
  const start = isMap(node) ? startOf(node.items[0]!) : isNode(first) && first.range ? text.lastIndexOf('-', first.range[0] - 1) : 0;
  return start === null ? 0 : start - (text.lastIndexOf('\n', start - 1) + 1);
}

function wrapped(path: Path, value: JsonValue): JsonValue {
  return path.reduceRight<JsonValue>((inner, key) => (typeof key === 'number' ? [inner] : { [key]: inner }), value);
}

function childOf(node: unknown, key: string | number): unknown {
  if (isMap(node)) return pairOf(node, key)?.value;
  return isSeq(node) ? node.items[Number(key)] : undefined;
}

const keyOf = ({ key }: Pair): string => String(isScalar(key) ? key.value : key);
const pairOf = (map: YAMLMap, key: string | number): Pair | undefined => map.items.find((pair) => keyOf(pair) === String(key));
const isFlow = (node: unknown): node is YAMLMap | YAMLSeq => (isMap(node) || isSeq(node)) && node.flow === true;
const isBlock = (node: unknown): boolean => (isMap(node) || isSeq(node)) && !node.flow;
const isCollection = (value: JsonValue): boolean => typeof value === 'object' && value !== null;
const hasAnchor = (node: unknown): boolean => isNode(node) && 'anchor' in node && node.anchor !== undefined;
/** `key:` with nothing behind it. */
const isAbsent = (node: unknown): boolean => node === null || node === undefined || (isScalar(node) && node.value === null && (node.source ?? '') === '');
