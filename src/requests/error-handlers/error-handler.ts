import type { FailureType } from '../../protocol/airbyte';
import type { JsonValue } from '../../protocol/json';

export type ResponseAction =
  | 'SUCCESS'
  | 'FAIL'
  | 'RETRY'
  | 'IGNORE'
  | 'RATE_LIMITED'
  | 'REFRESH_TOKEN_THEN_RETRY'
  | 'RESET_PAGINATION'
  | 'REDUCE_PAGE_SIZE'
  | 'SPLIT_REQUEST_WINDOW';

/** What an error handler sees of an answer. */
export interface ResponseView {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Without query and user info. */
  readonly url: string;
  /** The parsed body when it is JSON and not larger than a limit; `{}` otherwise. Never consumes the body. */
  json(): Promise<JsonValue>;
  /** The beginning of the body as text. */
  text(): Promise<string>;
}

export interface ErrorResolution {
  action: ResponseAction;
  failureType?: FailureType;
  message?: string;
  /** Seconds to wait before the repetition, from a backoff strategy (reference section 3.5). */
  backoffSeconds?: number;
}

export interface ErrorHandler {
  /** Repetitions after the first try. */
  readonly maxRetries: number;
  /** Upper bound of all tries together, seconds. */
  readonly maxTimeSeconds: number;
  /**
   * Judges an answer or a transport error; `attempt` starts at 1. With `canRotate` another credential can serve the
   * repetition of a rate-limited call: no wait is worked out for it, and none is refused.
   */
  interpret(outcome: ResponseView | Error, attempt: number, canRotate?: boolean): Promise<ErrorResolution>;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ErrorHandler: ErrorHandler;
  }
}
