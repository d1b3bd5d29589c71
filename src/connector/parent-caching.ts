import { isObject, type JsonObject, type JsonValue } from '../protocol/json';

/**
 * Parents are read by each of their children and often as a stream of their own, so their requests are cached unless
 * the manifest says `use_cache: false` (reference section 3.7). Returns copies; asynchronous parents have no request to
 * cache: their polling must not be frozen.
 */
export function cacheParentRequests(streams: readonly JsonObject[]): JsonObject[] {
  const parents = new Set<string>();
  for (const stream of streams) collectParents(stream, parents);
  return streams.map((stream) => withCaching(stream, parents.has(String(stream.name)), parents));
}

function collectParents(stream: JsonObject, names: Set<string>): void {
  for (const parent of parentStreams(routersOf(stream))) {
    names.add(String(parent.name));
    collectParents(parent, names);
  }
}

function routersOf(stream: JsonObject): JsonValue {
  return isObject(stream.retriever) ? (stream.retriever.partition_router ?? null) : null;
}

function parentStreams(router: JsonValue): JsonObject[] {
  if (Array.isArray(router)) return router.flatMap(parentStreams);
  if (!isObject(router)) return [];
  const configs = Array.isArray(router.parent_stream_configs) ? router.parent_stream_configs : [];
  return [
    ...configs.flatMap((config) => (isObject(config) && isObject(config.stream) ? [config.stream] : [])),
    ...parentStreams(router.partition_routers ?? null),
    ...parentStreams(router.underlying_partition_router ?? null),
  ];
}

function withCaching(stream: JsonObject, isParent: boolean, parents: ReadonlySet<string>): JsonObject {
  const copy: JsonObject = { ...stream };
  for (const part of ['full_refresh_stream', 'incremental_stream'] as const) {
    if (isObject(stream[part])) copy[part] = withCaching(stream[part], isParent, parents);
  }
  if (!isObject(stream.retriever)) return copy;
  const retriever: JsonObject = { ...stream.retriever };
  copy.retriever = retriever;
  if (isParent && isObject(retriever.requester) && retriever.requester.use_cache !== false) {
    retriever.requester = { ...retriever.requester, use_cache: true };
  }
  if (retriever.partition_router !== undefined) retriever.partition_router = routerWithCaching(retriever.partition_router, parents);
  return copy;
}

function routerWithCaching(router: JsonValue, parents: ReadonlySet<string>): JsonValue {
  if (Array.isArray(router)) return router.map((each) => routerWithCaching(each, parents));
  if (!isObject(router)) return router;
  const copy: JsonObject = { ...router };
  if (Array.isArray(router.parent_stream_configs)) {
    copy.parent_stream_configs = router.parent_stream_configs.map((config) =>
      isObject(config) && isObject(config.stream) ? { ...config, stream: withCaching(config.stream, true, parents) } : config,
    );
  }
  for (const part of ['partition_routers', 'underlying_partition_router'] as const) {
    const nested = router[part];
    if (nested !== undefined) copy[part] = routerWithCaching(nested, parents);
  }
  return copy;
}
