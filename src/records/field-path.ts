import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';

type Key = string | number;

export interface PathMatch {
  path: readonly Key[];
  value: JsonValue;
}

type Segment =
  | { kind: 'key'; text: string; index: number | undefined }
  /** `*`: each child. */
  | { kind: 'any' }
  /** `**`: any number of levels, none included. */
  | { kind: 'deep' }
  | { kind: 'glob'; text: string; pattern: RegExp };

/** An element that a template or a typing error puts far behind the end of a list would fill memory with nulls. */
const LONGEST_LIST = 100_000;

/**
 * A path into JSON in the way of the `dpath` library: one glob a segment (`*`, `**`, `?`, `[ab]`, `[!ab]`), compiled
 * once. A number reaches into lists, from the end when it is negative. Only own properties are seen. Matches come in
 * document order (reference section 6.2).
 */
export class FieldPath {
  private readonly segments: readonly Segment[];
  private readonly hasDeep: boolean;
  /** True when one of the segments is `*`: then all matches are meant, otherwise one value is. */
  readonly hasStar: boolean;
  /** True when no segment is a glob: the path names one place. */
  readonly isPlain: boolean;

  constructor(readonly texts: readonly string[]) {
    this.segments = texts.map(parseSegment);
    this.hasDeep = texts.includes('**');
    this.hasStar = texts.includes('*');
    this.isPlain = this.segments.every((segment) => segment.kind === 'key');
  }

  /** The value of the first match; undefined without one. The empty path is the root itself. */
  get(root: JsonValue): JsonValue | undefined {
    if (!this.isPlain) return this.matches(root)[0]?.value;
    let value: JsonValue | undefined = root;
    for (const segment of this.segments) {
      value = child(value, segment as Segment & { kind: 'key' });
      if (value === undefined) return undefined;
    }
    return value;
  }

  values(root: JsonValue): JsonValue[] {
    return this.matches(root).map((match) => match.value);
  }

  matches(root: JsonValue): PathMatch[] {
    const found: PathMatch[] = [];
    if (this.hasDeep) {
      for (const match of walk(root, [])) if (this.fits(match.path, containerSizes(root, match.path), 0, 0)) found.push(match);
    } else {
      this.collect(root, 0, [], found);
    }
    return found;
  }

  /** Removes what matches and `accept`s; see `deleteAt`. */
  delete(root: JsonValue, accept: (value: JsonValue) => boolean = () => true): void {
    for (const { path, value } of this.matches(root)) if (accept(value)) deleteAt(root, path);
  }

  private collect(value: JsonValue, at: number, path: readonly Key[], found: PathMatch[]): void {
    const segment = this.segments[at];
    if (!segment) {
      found.push({ path, value });
      return;
    }
    if (segment.kind === 'key') {
      const next = child(value, segment);
      if (next === undefined) return;
      const key = Array.isArray(value) ? listIndex(segment.index as number, value.length) : segment.text;
      this.collect(next, at + 1, [...path, key], found);
      return;
    }
    for (const [key, next] of children(value)) {
      if (segmentFits(segment, key, 0)) this.collect(next, at + 1, [...path, key], found);
    }
  }

  private fits(path: readonly Key[], sizes: readonly number[], at: number, segmentAt: number): boolean {
    const segment = this.segments[segmentAt];
    if (!segment) return at === path.length;
    if (segment.kind === 'deep') {
      return this.fits(path, sizes, at, segmentAt + 1) || (at < path.length && this.fits(path, sizes, at + 1, segmentAt));
    }
    const key = path[at];
    return key !== undefined && segmentFits(segment, key, sizes[at] ?? 0) && this.fits(path, sizes, at + 1, segmentAt + 1);
  }
}

/**
 * Puts a value at a path whose segments are taken literally, making what is missing on the way: a list before a
 * segment of digits, otherwise an object. Lists grow with nulls. Throws a RangeError or TypeError that says which
 * segment cannot be walked.
 */
export function setAtPath(root: JsonObject, path: readonly string[], value: JsonValue): void {
  let current: JsonObject | JsonValue[] = root;
  path.forEach((segment, at) => {
    const isLast = at === path.length - 1;
    const existing = isLast ? undefined : childOf(current, segment);
    if (existing !== undefined && existing !== null) {
      if (typeof existing !== 'object')
        throw new TypeError(`"${segment}" holds ${typeof existing === 'string' ? 'a text' : `a ${typeof existing}`}, not an object or a list`);
      current = existing;
      return;
    }
    const next: JsonValue = isLast ? value : /^\d+$/.test(path[at + 1] as string) ? [] : {};
    if (Array.isArray(current)) putInList(current, segment, next);
    else setOwn(current, segment, next);
    current = next as JsonObject | JsonValue[];
  });
}

/**
 * Removes one place, when it is still there. An item of a list becomes null so that its neighbours keep their places;
 * only the last one goes.
 */
export function deleteAt(root: JsonValue, path: readonly Key[]): void {
  const parent = valueAt(root, path.slice(0, -1));
  const key = path.at(-1);
  if (key === undefined) return;
  if (Array.isArray(parent)) {
    if (key === parent.length - 1) parent.pop();
    else if ((key as number) < parent.length) parent[key as number] = null;
  } else if (isObject(parent)) {
    delete parent[key];
  }
}

/** A copy that shares nothing. */
export function deepCopy<T extends JsonValue>(value: T): T {
  if (Array.isArray(value)) return value.map(deepCopy) as T;
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [key, item] of Object.entries(value)) setOwn(copy, key, deepCopy(item));
  return copy as T;
}

function putInList(list: JsonValue[], segment: string, value: JsonValue): void {
  if (!/^\d+$/.test(segment)) throw new TypeError(`"${segment}" is no index of a list`);
  const index = Number(segment);
  if (index >= LONGEST_LIST) throw new RangeError(`the index ${segment} is too large`);
  while (list.length <= index) list.push(null);
  list[index] = value;
}

function parseSegment(text: string): Segment {
  if (text === '**') return { kind: 'deep' };
  if (text === '*') return { kind: 'any' };
  if (/[*?[]/.test(text)) {
    const pattern = globPattern(text);
    if (pattern) return { kind: 'glob', text, pattern };
  }
  return { kind: 'key', text, index: /^\s*[-+]?\d+\s*$/.test(text) ? Number(text) : undefined };
}

/** Shell globs as Python's `fnmatch` reads them; undefined for text that only looks like one. */
function globPattern(glob: string): RegExp | undefined {
  const source = glob.replace(/\[(!?)(\]?[^\]]*)\]|[\s\S]/gu, (part: string, negation: string | undefined, set: string | undefined) => {
    if (set !== undefined) return set === '' ? escapeRegExp(part) : `[${negation ? '^' : ''}${set.replace(/[\\\][^]/g, '\\$&')}]`;
    return part === '*' ? '.*' : part === '?' ? '.' : escapeRegExp(part);
  });
  try {
    return new RegExp(`^${source}$`, 'su');
  } catch {
    return undefined; // a range such as [z-a]
  }
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function segmentFits(segment: Segment, key: Key, listSize: number): boolean {
  switch (segment.kind) {
    case 'any':
    case 'deep':
      return true;
    case 'key':
      return typeof key === 'number' ? segment.index !== undefined && listIndex(segment.index, listSize) === key : segment.text === key;
    case 'glob':
      // A key that is spelt like the glob is meant, too: `items[0]`.
      return segment.pattern.test(String(key)) || segment.text === key;
  }
}

const listIndex = (index: number, size: number): number => (index < 0 ? index + size : index);

function child(value: JsonValue, segment: Segment & { kind: 'key' }): JsonValue | undefined {
  if (Array.isArray(value)) return segment.index === undefined ? undefined : value[listIndex(segment.index, value.length)];
  return isObject(value) ? getOwn(value, segment.text) : undefined;
}

/** For writing: only digits reach into lists. */
function childOf(container: JsonObject | JsonValue[], segment: string): JsonValue | undefined {
  if (Array.isArray(container)) return /^\d+$/.test(segment) ? container[Number(segment)] : undefined;
  return getOwn(container, segment);
}

function children(value: JsonValue): [Key, JsonValue][] {
  if (Array.isArray(value)) return value.map((item, index): [Key, JsonValue] => [index, item]);
  return isObject(value) ? Object.entries(value) : [];
}

/** Every place below a value: the children first, then what is below each of them, as dpath walks. */
function* walk(value: JsonValue, path: readonly Key[]): Generator<PathMatch> {
  const below = children(value);
  for (const [key, item] of below) yield { path: [...path, key], value: item };
  for (const [key, item] of below) if (typeof item === 'object') yield* walk(item, [...path, key]);
}

function valueAt(root: JsonValue, path: readonly Key[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const key of path) {
    if (Array.isArray(value)) value = value[key as number];
    else value = isObject(value) ? getOwn(value, String(key)) : undefined;
  }
  return value;
}

/** For each step of a path the length of the list that it goes into; negative indexes need it. */
function containerSizes(root: JsonValue, path: readonly Key[]): number[] {
  let value: JsonValue | undefined = root;
  return path.map((key) => {
    const size = Array.isArray(value) ? value.length : 0;
    value = Array.isArray(value) ? value[key as number] : isObject(value) ? getOwn(value, String(key)) : undefined;
    return size;
  });
}
