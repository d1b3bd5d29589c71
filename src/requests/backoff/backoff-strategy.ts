import type { ResponseView } from '../error-handlers/error-handler';

/** Says how long to wait before a repetition. */
export interface BackoffStrategy {
  /** Seconds, or undefined when the strategy has no opinion on this outcome; `attempt` starts at 1. */
  backoffSeconds(outcome: ResponseView | Error, attempt: number): Promise<number | undefined>;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    BackoffStrategy: BackoffStrategy;
  }
}
