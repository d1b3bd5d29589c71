import { setOwn, type JsonObject, type JsonValue } from '../protocol/json';

/** Properties that were renamed in the language and that published manifests still carry: type, old name, new name. */
const RENAMED: readonly (readonly [type: string, older: string, current: string])[] = [
  ['AsyncRetriever', 'urls_extractor', 'download_target_extractor'],
  ['AsyncRetriever', 'url_requester', 'download_target_requester'],
];

/** Component types that were renamed. */
const RENAMED_TYPES: Readonly<Record<string, string>> = {
  CustomStreamSlicer: 'CustomPartitionRouter',
  ConfigComponentResolver: 'ConfigComponentsResolver',
};

const OLDER_NAMES: ReadonlySet<string> = new Set([...RENAMED.map(([, older]) => older), ...Object.keys(RENAMED_TYPES)]);

/** Whether an older name stands anywhere, as a key or a text. Few manifests have one, and the others need no copy. */
export function mentionsOlderNames(value: JsonValue): boolean {
  if (typeof value === 'string') return OLDER_NAMES.has(value);
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(mentionsOlderNames);
  return Object.keys(value).some((key) => OLDER_NAMES.has(key) || mentionsOlderNames(value[key]!));
}

/** The manifest with today's names; a name that is already there wins over its older twin. */
export function withCurrentNames(manifest: JsonValue): JsonValue {
  return renamed(manifest, new Map());
}

/** What references share stays shared: written out, large manifests are many times their size. */
function renamed(value: JsonValue, done: Map<JsonValue, JsonValue>): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  const result = Array.isArray(value) ? value.map((item) => renamed(item, done)) : renamedObject(value, done);
  done.set(value, result);
  return result;
}

function renamedObject(value: JsonObject, done: Map<JsonValue, JsonValue>): JsonObject {
  const result: JsonObject = {};
  for (const [key, item] of Object.entries(value)) setOwn(result, key, renamed(item, done));
  if (typeof result.type !== 'string') return result;
  result.type = Object.hasOwn(RENAMED_TYPES, result.type) ? RENAMED_TYPES[result.type]! : result.type;
  // Manifests of that time downloaded CSV unless they said otherwise.
  if (result.type === 'AsyncRetriever' && 'urls_extractor' in result && !('download_decoder' in result)) {
    result.download_extractor ??= { type: 'ResponseToFileExtractor' };
  }
  for (const [type, older, current] of RENAMED) {
    if (result.type !== type || !(older in result)) continue;
    const moved = result[older]!;
    delete result[older];
    result[current] ??= moved;
  }
  return result;
}
