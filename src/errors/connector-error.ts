import type { FailureType } from '../protocol/airbyte';
import type { ErrorCode } from './error-catalogue';

/**
 * Who acts on an error, and how. Callers switch on this value; see docs/ARCHITECTURE.md.
 * - `retry_call`: the HTTP client repeats the call with backoff
 * - `wait_for_capacity`: the orchestrator gives the job slot back and waits; no attempt is spent
 * - `resume_body`: the downloader continues with Range and ETag
 * - `renew_link`: the same job is polled again for a fresh link
 * - `new_job`: the orchestrator creates the job again; the attempt is counted
 * - `reattach_later`: the stream ends INCOMPLETE and the job identity stays in STATE
 * - `stop_stream`: this stream ends INCOMPLETE, the others go on
 * - `stop_sync`: the run ends (in `check`: CONNECTION_STATUS FAILED)
 * - `cancelled`: a signal asked to stop
 */
export type Recovery =
  | 'retry_call'
  | 'wait_for_capacity'
  | 'resume_body'
  | 'renew_link'
  | 'new_job'
  | 'reattach_later'
  | 'stop_stream'
  | 'stop_sync'
  | 'cancelled';

export interface ConnectorErrorOptions {
  /** People search by it; `ERROR_CATALOGUE` says what it means. */
  code: ErrorCode;
  /** For the user: what happened, where, and what to do next. */
  message: string;
  failureType?: FailureType;
  recovery?: Recovery;
  /** For the developer; may hold the API's own words. */
  internalMessage?: string;
  cause?: unknown;
  /** Milliseconds after which a repetition makes sense, when the API said so. */
  retryAfterMs?: number;
}

/** The one error class of the connector. Everything else that is thrown is a bug and becomes a system_error. */
export class ConnectorError extends Error {
  readonly code: ErrorCode;
  readonly failureType: FailureType;
  readonly recovery: Recovery;
  readonly internalMessage: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(options: ConnectorErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = 'ConnectorError';
    this.code = options.code;
    this.failureType = options.failureType ?? 'system_error';
    this.recovery = options.recovery ?? 'stop_stream';
    this.internalMessage = options.internalMessage;
    this.retryAfterMs = options.retryAfterMs;
  }

  static config(code: ErrorCode, message: string, more: Partial<ConnectorErrorOptions> = {}): ConnectorError {
    return new ConnectorError({ recovery: 'stop_sync', ...more, code, message, failureType: 'config_error' });
  }

  static system(code: ErrorCode, message: string, more: Partial<ConnectorErrorOptions> = {}): ConnectorError {
    return new ConnectorError({ ...more, code, message, failureType: 'system_error' });
  }

  static transient(code: ErrorCode, message: string, more: Partial<ConnectorErrorOptions> = {}): ConnectorError {
    return new ConnectorError({ ...more, code, message, failureType: 'transient_error' });
  }
}

export function isConnectorError(error: unknown): error is ConnectorError {
  return error instanceof ConnectorError;
}

/** The words of anything that was thrown. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
