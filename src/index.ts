/** The library: what other programs import. docs/library.md shows it at work. */
export { Connector, type CallOptions, type ConnectorOptions, type ReadOptions } from './library/connector';
export { ConnectorError, isConnectorError, type ConnectorErrorOptions, type Recovery } from './errors/connector-error';
export { explainError, type ErrorCode, type ErrorExplanation } from './errors/error-catalogue';
export { stringifyJson } from './protocol/lossless-json';
export type * from './protocol/airbyte';
export type { JsonObject, JsonValue } from './protocol/json';
