import type { Runtime } from '../platform/runtime';
import { FairSlots } from './fair-slots';

/**
 * Counts the jobs that exist on the API, over all streams of the source, parents included. A slot is free again when the
 * API has finished with the job.
 */
export class JobTracker extends FairSlots {}

declare module '../platform/runtime' {
  interface SharedServices {
    jobTracker: JobTracker;
  }
}

/** Fixes the limit of the run: `max_concurrent_async_job_count`. To be called before the first stream is read. */
export function provideJobTracker(runtime: Runtime, limit: number): JobTracker {
  return runtime.shared('jobTracker', () => new JobTracker(Math.max(1, Math.floor(limit))));
}

/** The tracker of the run; one job at a time unless the source provided another limit. */
export function jobTracker(runtime: Runtime): JobTracker {
  return provideJobTracker(runtime, 1);
}
