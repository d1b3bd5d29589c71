import type { JsonObject, JsonValue } from '../protocol/json';

/** The answer of a test read, field by field as Airbyte's manifest server gives it (reference section 11.3). */
export interface StreamRead {
  logs: LogMessage[];
  slices: StreamReadSlice[];
  test_read_limit_reached: boolean;
  /** Logins, parents, and requests of slices that came to no page. */
  auxiliary_requests: AuxiliaryRequest[];
  inferred_schema: JsonObject | null;
  inferred_datetime_formats: Record<string, string>;
  latest_config_update: JsonObject | null;
}

export interface LogMessage {
  message: string;
  level: 'INFO' | 'WARN' | 'ERROR' | 'FATAL';
  internal_message: string | null;
  stacktrace: string | null;
}

export interface StreamReadSlice {
  pages: StreamReadPage[];
  slice_descriptor: JsonObject;
  state: StateMessage[];
  auxiliary_requests: AuxiliaryRequest[];
}

export interface StreamReadPage {
  records: JsonObject[];
  request: ShownRequest | null;
  response: ShownResponse | null;
}

/** A STATE as the reference's server writes it, absent members included. */
export interface StateMessage {
  type: 'STREAM';
  stream: { stream_descriptor: { name: string; namespace: null }; stream_state: JsonObject };
  global_: null;
  data: null;
  sourceStats: { recordCount: number };
  destinationStats: null;
}

export interface ShownRequest {
  /** With its parameters. */
  url: string;
  headers: Record<string, string>;
  http_method: string;
  body: string | null;
}

export interface ShownResponse {
  /** 0 when there was no answer; the body says why. */
  status: number;
  body: string;
  headers: Record<string, string>;
}

/** A request that gives no records by itself: "Other Requests" in the Builder. */
export interface AuxiliaryRequest {
  title: string;
  /** The platform's client knows these and no others. */
  type: 'HTTP' | 'AUTH' | 'PARENT_STREAM' | 'ASYNC_CREATE' | 'ASYNC_POLL' | 'ASYNC_ABORT' | 'ASYNC_DELETE';
  description: string;
  request: ShownRequest;
  response: ShownResponse;
}

/** What a run is about, for the functions of this room. */
export interface TestReadRequest {
  manifest: JsonObject;
  config: JsonObject;
  streamName: string;
  /** STATE messages. */
  state: readonly JsonValue[];
  recordLimit: number;
  pageLimit: number;
  sliceLimit: number;
  /** In place of the manifest's polling interval, so that a person need not wait. */
  pollEverySeconds?: number;
}
