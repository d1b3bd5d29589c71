import type { JsonObject } from '../../../protocol/json';
import { isObject } from '../../../protocol/json';

/** The version of the definitions that a new manifest is written for. */
const MANIFEST_VERSION = '7.39.1';

/** What the editor starts from: a manifest without streams. */
export function newManifest(): JsonObject {
  return {
    version: MANIFEST_VERSION,
    type: 'DeclarativeSource',
    check: { type: 'CheckStream', stream_names: [] },
    streams: [],
    spec: {
      type: 'Spec',
      connection_specification: { type: 'object', $schema: 'http://json-schema.org/draft-07/schema#', required: [], properties: {}, additionalProperties: true },
    },
  };
}

export function newStream(kind: 'sync' | 'async', name: string): JsonObject {
  return { type: 'DeclarativeStream', name, retriever: kind === 'async' ? asyncRetriever() : syncRetriever() };
}

/** A stream of the other kind: only its name and its address stay. */
export function switchedStream(stream: JsonObject, kind: 'sync' | 'async'): JsonObject {
  const fresh = newStream(kind, typeof stream.name === 'string' ? stream.name : '');
  if (stream.name === undefined) delete fresh.name;
  const before = isObject(stream.retriever) ? (stream.retriever.creation_requester ?? stream.retriever.requester) : undefined;
  const retriever = fresh.retriever as JsonObject;
  const requester = (retriever.creation_requester ?? retriever.requester) as JsonObject;
  if (isObject(before)) {
    const address = Object.fromEntries(Object.entries(before).filter(([key]) => key === 'url' || key === 'url_base' || key === 'path' || key === '$ref'));
    if (address.url === undefined && Object.keys(address).length > 0) delete requester.url;
    Object.assign(requester, address);
  }
  // Parameters may name the stream.
  return { ...fresh, ...(stream.$parameters !== undefined && { $parameters: stream.$parameters }) };
}

const requester = (method: string): JsonObject => ({ type: 'HttpRequester', url: '', http_method: method });
const extractor = (): JsonObject => ({ type: 'DpathExtractor', field_path: [] });
const recordSelector = (): JsonObject => ({ type: 'RecordSelector', extractor: extractor() });

function syncRetriever(): JsonObject {
  return { type: 'SimpleRetriever', requester: requester('GET'), record_selector: recordSelector() };
}

function asyncRetriever(): JsonObject {
  return {
    type: 'AsyncRetriever',
    creation_requester: requester('POST'),
    polling_requester: requester('GET'),
    status_extractor: extractor(),
    status_mapping: { type: 'AsyncJobStatusMap', completed: [], failed: [], running: [], timeout: [] },
    download_target_extractor: extractor(),
    download_requester: requester('GET'),
    record_selector: recordSelector(),
  };
}
