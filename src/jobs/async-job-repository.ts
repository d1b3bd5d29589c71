import type { JsonValue } from '../protocol/json';
import type { StreamSlice } from '../slices/stream-slice';
import type { ApiAnswer } from './api-answer';
import type { AsyncJobStatus } from './async-job-status';

/** A job as the API knows it. */
export interface JobOnApi {
  readonly slice: StreamSlice;
  readonly creation: ApiAnswer | undefined;
  /** The answer that said that it is finished. */
  readonly polling: ApiAnswer | undefined;
}

export interface PollResult {
  readonly answer: ApiAnswer;
  /** The first value that `status_extractor` found; undefined for none. */
  readonly rawStatus: JsonValue | undefined;
  /** Undefined when `status_mapping` does not list the value. */
  readonly status: AsyncJobStatus | undefined;
}

/** The API's side of jobs. Every method sends at most one logical request and throws a ConnectorError when it fails. */
export interface AsyncJobRepository {
  create(slice: StreamSlice, signal: AbortSignal): Promise<ApiAnswer>;
  poll(job: JobOnApi, signal: AbortSignal): Promise<PollResult>;
  /** Does nothing when the manifest has no `abort_requester`. */
  abort(job: JobOnApi, signal: AbortSignal): Promise<void>;
  /** Does nothing when the manifest has no `delete_requester`. */
  delete(job: JobOnApi, signal: AbortSignal): Promise<void>;
  /** Whether `abort` does anything. */
  readonly canAbort: boolean;
  /** Whether `delete` does anything. */
  readonly canDelete: boolean;
  /** What is to be downloaded, in order. Asks again, after a pause, when the answer breaks off or cannot be read. */
  downloadTargets(job: JobOnApi, signal: AbortSignal): Promise<JsonValue[]>;
  /** What the mapping lists and where the status is looked for, for messages. */
  readonly statusSource: string;
}
