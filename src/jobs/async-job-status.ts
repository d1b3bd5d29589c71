/** What the API says about a job, after `status_mapping`. What we have done about it is a `JobPhase`. */
export type AsyncJobStatus = 'running' | 'completed' | 'failed' | 'timeout' | 'skipped';

export const asyncJobStatuses = ['running', 'completed', 'failed', 'timeout', 'skipped'] as const satisfies readonly AsyncJobStatus[];
