import { ConnectorError } from '../errors/connector-error';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { isTypo } from './is-typo';
import { MAX_DEPTH } from './parse-manifest';

/** Config values of the user, not manifest: a text there that looks like a reference is none. */
const VERBATIM_KEYS = new Set(['config_overrides']);
/** A manifest that refers to itself many times over can grow without bound. */
const MAX_NODES = 2_000_000;
/** Of a place in a message. */
const LONGEST_PATH = 200;

/**
 * Replaces each `#/…` text and each `$ref` key by what it points to; keys beside `$ref` win over the target's
 * (reference section 5.8). Shares with `manifest` what has no references. Throws a config_error for a missing or circular reference.
 */
export function resolveReferences(manifest: JsonObject): JsonObject {
  return new ReferenceResolver(manifest).resolve(manifest) as JsonObject;
}

class ReferenceResolver {
  /** What a reference gives, how many values that is, and how deep: they count again wherever it is used. */
  private readonly resolved = new Map<string, { value: JsonValue; size: number; levels: number }>();
  private readonly visiting: string[] = [];
  /** The keys and indexes of the place that is worked on. */
  private readonly place: (string | number)[] = [];
  private nodes = 0;
  private depth = 0;
  private deepest = 0;

  constructor(private readonly root: JsonObject) {}

  resolve(node: JsonValue): JsonValue {
    this.count(1);
    if (typeof node === 'string') return node.startsWith('#/') ? this.follow(node) : node;
    if (typeof node !== 'object' || node === null) return node;
    this.goDown(1);
    this.depth += 1;
    const resolved = Array.isArray(node) ? this.resolveList(node) : this.resolveObject(node);
    this.depth -= 1;
    return resolved;
  }

  private resolveList(list: JsonValue[]): JsonValue[] {
    let changed: JsonValue[] | undefined;
    for (const [index, item] of list.entries()) {
      const value = this.resolveAt(index, item);
      if (value !== item) (changed ??= [...list])[index] = value;
    }
    return changed ?? list;
  }

  private resolveObject(node: JsonObject): JsonValue {
    const ref = getOwn(node, '$ref');
    let own: JsonObject | undefined;
    for (const key of Object.keys(node)) {
      if (key === '$ref' || VERBATIM_KEYS.has(key)) continue;
      const before = node[key]!;
      const value = this.resolveAt(key, before);
      if (value !== before) setOwn((own ??= { ...node }), key, value);
    }
    if (ref === undefined) return own ?? node;
    const target = this.resolve(ref);
    if (!isObject(target)) return target;
    const merged = { ...target };
    for (const [key, value] of Object.entries(own ?? node)) if (key !== '$ref') setOwn(merged, key, value);
    return merged;
  }

  private resolveAt(key: string | number, value: JsonValue): JsonValue {
    this.place.push(key);
    const resolved = this.resolve(value);
    this.place.pop();
    return resolved;
  }

  /** As in messages: `streams[0].retriever`. */
  private path(): string {
    return this.place.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${key}` : key), '');
  }

  private follow(ref: string): JsonValue {
    const known = this.resolved.get(ref);
    if (known !== undefined) {
      this.count(known.size);
      this.goDown(known.levels);
      return known.value;
    }
    if (this.visiting.includes(ref)) {
      throw ConnectorError.config('manifest.circular_reference', `Circular reference in the manifest: ${[...this.visiting, ref].join(' → ')} (used at ${this.path()}).`);
    }
    this.visiting.push(ref);
    const before = this.nodes;
    const deepestBefore = this.deepest;
    this.deepest = this.depth;
    const value = this.resolve(this.lookUp(ref));
    this.visiting.pop();
    this.resolved.set(ref, { value, size: this.nodes - before, levels: this.deepest - this.depth });
    this.deepest = Math.max(this.deepest, deepestBefore);
    return value;
  }

  /** What is resolved is as deep as it looks, and its readers go down into it. */
  private goDown(levels: number): void {
    this.deepest = Math.max(this.deepest, this.depth + levels);
    if (this.deepest > MAX_DEPTH) {
      throw ConnectorError.config('manifest.too_deep', `The manifest is nested deeper than ${MAX_DEPTH} levels when its references are resolved (at ${this.path().slice(0, LONGEST_PATH)}…).`);
    }
  }

  private count(size: number): void {
    this.nodes += size;
    if (this.nodes > MAX_NODES) {
      throw ConnectorError.config('manifest.too_large', `The manifest grows beyond ${MAX_NODES} values when its references are resolved (at ${this.path()}).`);
    }
  }

  /** Keys may hold slashes: the longest rest of the path that is a key wins, as in the reference. */
  private lookUp(ref: string): JsonValue {
    let node: JsonValue | undefined = this.root;
    let rest = ref.slice(2);
    let inside: JsonValue = this.root;
    let missing = rest;
    while (rest && node !== undefined) {
      inside = node;
      missing = rest;
      const whole: JsonValue | undefined = isObject(node) ? getOwn(node, rest) : undefined;
      if (whole !== undefined) return whole;
      const slash = rest.indexOf('/');
      const head = slash < 0 ? rest : rest.slice(0, slash);
      rest = slash < 0 ? '' : rest.slice(slash + 1);
      if (Array.isArray(node)) node = /^-?\d+$/.test(head) ? node.at(Number(head)) : undefined;
      else node = isObject(node) ? getOwn(node, head) : undefined;
    }
    if (node !== undefined) return node;
    throw ConnectorError.config(
      'manifest.undefined_reference',
      `The manifest refers to "${ref}" at ${this.path() || 'its top level'}, but nothing stands there.${suggestion(ref, inside, missing)}`,
    );
  }
}

/** The reference that may have been meant: one to a name like the one that is missing. */
function suggestion(ref: string, inside: JsonValue, missing: string): string {
  const [name = '', ...rest] = missing.split('/');
  const known = isObject(inside) ? Object.keys(inside).find((each) => isTypo(each, name)) : undefined;
  return known === undefined ? '' : ` Did you mean "${ref.slice(0, ref.length - missing.length)}${[known, ...rest].join('/')}"?`;
}
