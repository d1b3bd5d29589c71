/** The messages of the Airbyte protocol (v0) that a source sends and the files that it reads. Types only. */
import type { JsonObject, JsonValue } from './json';

export type SyncMode = 'full_refresh' | 'incremental';
export type LogLevel = 'FATAL' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG' | 'TRACE';
export type FailureType = 'config_error' | 'system_error' | 'transient_error';
export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';

export interface StreamDescriptor {
  name: string;
  namespace?: string;
}

export interface AirbyteStream {
  name: string;
  namespace?: string;
  json_schema: JsonObject;
  supported_sync_modes: SyncMode[];
  source_defined_cursor?: boolean;
  default_cursor_field?: string[];
  source_defined_primary_key?: string[][];
  is_resumable?: boolean;
  is_file_based?: boolean;
}

export interface AirbyteCatalog {
  streams: AirbyteStream[];
}

export interface ConfiguredAirbyteStream {
  stream: AirbyteStream;
  sync_mode: SyncMode;
  destination_sync_mode?: string;
  cursor_field?: string[];
  primary_key?: string[][];
}

export interface ConfiguredAirbyteCatalog {
  streams: ConfiguredAirbyteStream[];
}

export interface ConnectorSpecification {
  documentationUrl?: string;
  connectionSpecification: JsonObject;
  advanced_auth?: JsonObject;
}

/** What `check` found out. */
export interface ConnectionStatus {
  status: 'SUCCEEDED' | 'FAILED';
  /** Why it failed. */
  message?: string;
}

export interface StreamStatusReason {
  type: 'RATE_LIMITED';
  /** `quota_reset` in epoch milliseconds, when the API says when it goes on. */
  rate_limited?: { quota_reset?: number };
}

/** STATE of one stream; `recordCount` counts the records of the stream since its previous STATE. */
export interface StateMessage {
  type: 'STATE';
  state: {
    type: 'STREAM';
    stream: { stream_descriptor: StreamDescriptor; stream_state: JsonObject };
    sourceStats: { recordCount: number };
  };
}

export interface TraceErrorBody {
  message: string;
  internal_message?: string;
  stack_trace?: string;
  failure_type: FailureType;
  stream_descriptor?: StreamDescriptor;
}

export type AirbyteMessage =
  | { type: 'SPEC'; spec: ConnectorSpecification }
  | { type: 'CONNECTION_STATUS'; connectionStatus: ConnectionStatus }
  | { type: 'CATALOG'; catalog: AirbyteCatalog }
  | { type: 'LOG'; log: { level: LogLevel; message: string; stack_trace?: string } }
  | StateMessage
  | { type: 'CONTROL'; control: { type: 'CONNECTOR_CONFIG'; emitted_at: number; connectorConfig: { config: JsonObject } } }
  | { type: 'TRACE'; trace: { type: 'ERROR'; emitted_at: number; error: TraceErrorBody } }
  | {
      type: 'TRACE';
      trace: {
        type: 'STREAM_STATUS';
        emitted_at: number;
        stream_status: { stream_descriptor: StreamDescriptor; status: StreamStatus; reasons?: StreamStatusReason[] };
      };
    }
  | { type: 'RECORD'; record: { stream: string; namespace?: string; data: JsonObject; emitted_at: number; file_reference?: JsonObject } };

export type { JsonObject, JsonValue };
