import { isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { canonicalJson } from '../slices/stream-slice';

/** Properties that the web app can edit in one place for many components. */
const LINKABLE = new Set([
  'authenticator',
  'error_handler',
  'file_uploader',
  'paginator',
  'request_body',
  'request_headers',
  'request_parameters',
  'transformations',
  'url_base',
]);

interface Occurrence {
  parent: JsonObject;
  key: string;
  value: JsonValue;
}

/**
 * The form that the web app edits: values that stand in several places move to `definitions.linked` and are referred
 * to, parents that equal a stream refer to it, and what nothing refers to is dropped. Takes a resolved manifest;
 * returns a copy.
 */
export function normalizeManifest(manifest: JsonObject): JsonObject {
  const result = structuredClone(manifest);
  const { linked } = isObject(result.definitions) ? result.definitions : { linked: undefined };
  const links: JsonObject = isObject(linked) ? linked : {};
  linkRepeated(result, links);
  referToParents(result);
  delete result.schemas;
  delete result.definitions;
  // A linked value may refer to another one.
  if (Object.keys(links).length > 0 && isReferred(result, '#/definitions/linked/')) result.definitions = { linked: links };
  return result;
}

/** More frequent values go first; a name that is taken stays with its value. */
function linkRepeated(manifest: JsonObject, links: JsonObject): void {
  const groups = new Map<string, Occurrence[]>();
  collect(manifest, groups);
  const repeated = [...groups.values()].filter((group) => group.length > 1).sort((a, b) => b.length - a.length);
  for (const group of repeated) {
    const { parent, key, value } = group[0]!;
    if (typeof parent.type !== 'string') continue;
    const ofType = (isObject(links[parent.type]) ? links[parent.type] : (links[parent.type] = {})) as JsonObject;
    ofType[key] ??= value;
    const linked = canonicalJson(ofType[key]!);
    const $ref = `#/definitions/linked/${parent.type}/${key}`;
    for (const occurrence of group) if (canonicalJson(occurrence.value) === linked) occurrence.parent[occurrence.key] = { $ref };
  }
}

function collect(node: JsonObject, groups: Map<string, Occurrence[]>): void {
  for (const [key, value] of Object.entries(node)) {
    if (key === 'definitions' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (isObject(item)) collect(item, groups);
      continue;
    }
    if (isObject(value)) collect(value, groups);
    if (!LINKABLE.has(key)) continue;
    const identity = isObject(value) ? canonicalJson(value) : `${key}: ${canonicalJson(value)}`;
    const group = groups.get(identity);
    if (group) group.push({ parent: node, key, value });
    else groups.set(identity, [{ parent: node, key, value }]);
  }
}

function referToParents(manifest: JsonObject): void {
  const streams = (Array.isArray(manifest.streams) ? manifest.streams : []) as JsonObject[];
  const indexes = new Map(streams.map((stream, index) => [canonicalJson(stream), index]));
  for (const { retriever } of streams) {
    const routers = isObject(retriever) ? [retriever.partition_router ?? []].flat() : [];
    for (const router of routers) {
      if (!isObject(router) || router.type !== 'SubstreamPartitionRouter' || !Array.isArray(router.parent_stream_configs)) continue;
      for (const parent of router.parent_stream_configs) {
        const index = isObject(parent) && isObject(parent.stream) ? indexes.get(canonicalJson(parent.stream)) : undefined;
        if (index !== undefined) (parent as JsonObject).stream = { $ref: `#/streams/${index}` };
      }
    }
  }
}

function isReferred(value: JsonValue, prefix: string): boolean {
  if (Array.isArray(value)) return value.some((item) => isReferred(item, prefix));
  if (!isObject(value)) return false;
  return (typeof value.$ref === 'string' && value.$ref.startsWith(prefix)) || Object.values(value).some((item) => isReferred(item, prefix));
}
