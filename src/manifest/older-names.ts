import { isObject, type JsonObject, type JsonValue } from '../protocol/json';

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

/** The manifest with today's names; a name that is already there wins over its older twin. */
export function withCurrentNames(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withCurrentNames);
  if (!isObject(value)) return value;
  const result: JsonObject = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withCurrentNames(item)]));
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
