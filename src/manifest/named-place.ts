import { isObject, type JsonObject } from '../protocol/json';

/** `streams[13].retriever` as `streams[13] (orders).retriever`: of many streams, the name says which. */
export function namedPlace(path: string, manifest: JsonObject): string {
  const [whole, index] = /^streams\[(\d+)\]/.exec(path) ?? [];
  const stream = whole && Array.isArray(manifest.streams) ? manifest.streams[Number(index)] : undefined;
  const name = isObject(stream) ? stream.name : undefined;
  return whole && typeof name === 'string' ? `${whole} (${name})${path.slice(whole.length)}` : path;
}

/** The other way round: the place that a message names, without the name of the stream. Undefined when it names none. */
export function placeIn(message: string): string | undefined {
  const [, stream, rest] = /(streams\[\d+\])(?: \(.*?\)(?=[.:\s]|$))?([\w.[\]$-]*)/.exec(message) ?? [];
  return stream && stream + rest;
}
