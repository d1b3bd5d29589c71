import { getOwn, isObject, type JsonObject, type JsonValue } from '../../../protocol/json';
import type { ManifestDocument, Path } from '../document';
import { readAt } from '../references';

export const SPECIFICATION: Path = ['spec', 'connection_specification'];
export const PROPERTIES: Path = [...SPECIFICATION, 'properties'];

export type InputKind = 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'enum' | 'date' | 'date-time';

/** A thing that the user of the connector fills in: a property of the spec. */
export interface Input {
  key: string;
  /** In the config: inputs may hold inputs. */
  path: readonly string[];
  title: string;
  kind: InputKind;
  isSecret: boolean;
  isRequired: boolean;
  schema: JsonObject;
}

/** In the order in which they are asked for. */
export function inputsOf(model: JsonObject): Input[] {
  const specification = readAt(model, SPECIFICATION);
  return isObject(specification) ? inputsIn(specification) : [];
}

/** The inputs that an object of inputs has. */
export function inputsIn({ properties, required }: JsonObject, holder: readonly string[] = []): Input[] {
  if (!isObject(properties)) return [];
  const inputs = Object.entries(properties).map(([key, value]): Input => {
    const schema = isObject(value) ? value : {};
    return {
      key,
      path: [...holder, key],
      title: typeof schema.title === 'string' && schema.title !== '' ? schema.title : key,
      kind: kindOf(schema),
      isSecret: schema.airbyte_secret === true,
      isRequired: Array.isArray(required) && required.includes(key),
      schema,
    };
  });
  const order = ({ schema }: Input) => (typeof schema.order === 'number' ? schema.order : Infinity);
  return inputs.sort((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
}

/** The ways in which an object of inputs may be filled, e.g. methods of authentication; none when there is one only. */
export function variantsOf({ oneOf }: JsonObject): JsonObject[] {
  return Array.isArray(oneOf) ? oneOf.filter(isObject) : [];
}

/** What tells one way from the others: its members with one value. */
export function constantsOf({ properties }: JsonObject): [key: string, value: JsonValue][] {
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([key, schema]): [string, JsonValue][] => {
    if (!isObject(schema)) return [];
    if (schema.const !== undefined) return [[key, schema.const]];
    return Array.isArray(schema.enum) && schema.enum.length === 1 ? [[key, schema.enum[0]!]] : [];
  });
}

/** Which way was chosen: the one whose members with one value are set, else the first. */
export function chosenVariant(variants: readonly JsonObject[], value: JsonValue | undefined): number {
  const index = variants.findIndex((variant) => {
    const constants = constantsOf(variant);
    return constants.length > 0 && isObject(value) && constants.every(([key, constant]) => getOwn(value, key) === constant);
  });
  return Math.max(index, 0);
}

export function inputKeys(model: JsonObject): string[] {
  return inputsOf(model).map(({ key }) => key);
}

/** Adds an input, or leaves one of that key as it is. */
export function addInput(manifest: ManifestDocument, key: string, schema: JsonObject, isRequired: boolean): ManifestDocument {
  let next = manifest;
  if (next.getAt(['spec']) === undefined) next = next.setAt(['spec'], { type: 'Spec', connection_specification: { type: 'object', $schema: 'http://json-schema.org/draft-07/schema#', required: [], properties: {} } });
  if (next.getAt([...PROPERTIES, key]) !== undefined) return next;
  next = next.setAt([...PROPERTIES, key], { ...schema, order: inputsOf(next.model).length });
  return isRequired ? setRequired(next, key, true) : next;
}

export function removeInput(manifest: ManifestDocument, key: string): ManifestDocument {
  return setRequired(manifest.deleteAt([...PROPERTIES, key]), key, false);
}

export function setRequired(manifest: ManifestDocument, key: string, isRequired: boolean): ManifestDocument {
  const path = [...SPECIFICATION, 'required'];
  const before = manifest.getAt(path);
  const list = Array.isArray(before) ? before : [];
  if (list.includes(key) === isRequired) return manifest;
  return manifest.setAt(path, isRequired ? [...list, key] : list.filter((each) => each !== key));
}

/** Templates that read the input follow. */
export function renameInput(manifest: ManifestDocument, from: string, to: string): ManifestDocument {
  const isRequired = inputsOf(manifest.model).some(({ key, isRequired: required }) => key === from && required);
  let next = manifest.renameKey(PROPERTIES, from, to);
  if (isRequired) next = setRequired(setRequired(next, from, false), to, true);
  const pattern = usePattern(from);
  for (const { path, text } of textsIn(next.model)) {
    if (path[0] !== 'spec' && pattern.test(text)) next = next.setAt(path, text.replace(usePattern(from, 'g'), (_, before?: string, after?: string) => (before ? `config${before}${to}${after}` : `config['${to}']`)));
  }
  return next;
}

/** Moves an input before or after its neighbour. */
export function moveInput(manifest: ManifestDocument, key: string, by: -1 | 1): ManifestDocument {
  const keys = inputKeys(manifest.model);
  const from = keys.indexOf(key);
  const to = from + by;
  if (from < 0 || to < 0 || to >= keys.length) return manifest;
  keys.splice(to, 0, ...keys.splice(from, 1));
  return keys.reduce((next, each, order) => next.setAt([...PROPERTIES, each, 'order'], order), manifest);
}

/** Changes what kind of value an input is; other facts of it stay. */
export function withKind(schema: JsonObject, kind: InputKind): JsonObject {
  const { type: _type, enum: _enum, format: _format, items: _items, pattern: _pattern, ...rest } = schema;
  switch (kind) {
    case 'enum':
      return { type: 'string', enum: [], ...rest };
    case 'date':
      return { type: 'string', format: 'date', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$', ...rest };
    case 'date-time':
      return { type: 'string', format: 'date-time', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$', ...rest };
    case 'array':
      return { type: 'array', items: { type: 'string' }, ...rest };
    default:
      return { type: kind, ...rest };
  }
}

/** Whether anything outside of the spec reads the input. */
export function isUsed({ spec: _spec, ...rest }: JsonObject, key: string): boolean {
  return readsInput(rest, key);
}

/** Whether a template inside of a value names the input, or a path leads to it. Rather too often than not: it is for what may be removed. */
export function readsInput(value: JsonValue | undefined, key: string): boolean {
  const word = new RegExp(`(?<![\\w-])${key.replace(/[^\w]/g, '\\$&')}(?![\\w-])`);
  return value !== undefined && textsIn(value).some(({ text }) => text === key || (/\{[{%]/.test(text) && word.test(text)));
}

/** The input that a template gives and nothing else, e.g. `{{ config['api_key'] }}`. */
export function inputIn(template: JsonValue | undefined): string | null {
  return typeof template === 'string' ? (/^\{\{\s*config(?:\[\s*['"]([^'"]+)['"]\s*\]|\.(\w+))\s*\}\}$/.exec(template)?.slice(1).find(Boolean) ?? null) : null;
}

/** A key from what was typed as title: `API Key` → `api_key`. */
export function slug(title: string): string {
  return title.trim().toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
}

function kindOf(schema: JsonObject): InputKind {
  if (Array.isArray(schema.enum)) return 'enum';
  if (schema.format === 'date' || schema.format === 'date-time') return schema.format;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'string'];
  return (['integer', 'number', 'boolean', 'array', 'object'] as const).find((kind) => types.includes(kind)) ?? 'string';
}

/** `config['key']`, `config["key"]`, `config.get('key'` or `config.key`; the groups are what stands around the key. */
function usePattern(key: string, flags = ''): RegExp {
  const name = key.replace(/[^\w]/g, '\\$&');
  return new RegExp(`\\bconfig(?:((?:\\[|\\.get\\()\\s*['"])${name}(['"])|\\.${name}\\b)`, flags);
}

function textsIn(value: JsonValue, path: Path = []): { path: Path; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsIn(item, [...path, index]));
  return isObject(value) ? Object.keys(value).flatMap((key) => textsIn(getOwn(value, key)!, [...path, key])) : [];
}
