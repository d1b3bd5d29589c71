/** The bounds of one stream's jobs. */
export interface JobPolicy {
  /** How often the job of a slice is ordered at most. */
  maxAttempts: number;
  /** Milliseconds from the creation until we stop waiting; also how long an API may be without capacity. */
  timeoutMs: number;
  /** Milliseconds of rest after a job that the API calls failed; a growing pause when undefined. */
  failedRetryWaitMs: number | undefined;
  /** Polls in a row that may give a status outside the mapping. */
  unknownStatusGracePolls: number;
  /** A person waits for the result of a test: what a sync would wait out ends the job at once. */
  isTest?: boolean;
}
