import type { ApiSchemaName } from './api-schemas';

/** One endpoint. Routes, checks and openapi.json are made from this list. */
export interface Operation {
  method: 'get' | 'post';
  path: string;
  /** Names the function in generated clients. */
  operationId: string;
  summary: string;
  tag: string;
  request?: ApiSchemaName;
  response: ApiSchemaName;
}

const manifestOperation = <K extends string>(operationId: K, name: string, summary: string, request: ApiSchemaName, response: ApiSchemaName) =>
  ({ method: 'post', path: `/v1/manifest/${name}`, operationId, summary, tag: 'manifest', request, response }) as const;

export const OPERATIONS = {
  health: { method: 'get', path: '/health/', operationId: 'health_health__get', summary: 'Whether the server works.', tag: 'health', response: 'HealthResponse' },
  capabilities: { method: 'get', path: '/capabilities/', operationId: 'getCapabilities', summary: 'What the server may do.', tag: 'capabilities', response: 'CapabilitiesResponse' },
  testRead: manifestOperation('testRead', 'test_read', 'Reads a little of one stream, and shows all requests.', 'StreamTestReadRequest', 'StreamReadResponse'),
  check: manifestOperation('check', 'check', 'Tries whether the source can be read with a config.', 'CheckRequest', 'CheckResponse'),
  discover: manifestOperation('discover', 'discover', 'Lists the streams and their schemas.', 'DiscoverRequest', 'DiscoverResponse'),
  resolve: manifestOperation('resolve', 'resolve', 'The manifest with references and parameters resolved.', 'ResolveRequest', 'ManifestResponse'),
  fullResolve: manifestOperation('fullResolve', 'full_resolve', 'The same, with the streams that dynamic streams make.', 'FullResolveRequest', 'ManifestResponse'),
} as const satisfies Readonly<Record<string, Operation>>;

export type ManifestOperation = Exclude<keyof typeof OPERATIONS, 'health' | 'capabilities'>;
