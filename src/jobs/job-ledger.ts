import type { Runtime } from '../platform/runtime';
import type { AsyncJob } from './async-job';

/**
 * Hears of every phase that a job enters and of every poll, in order. What a sync must know of its jobs after a crash is
 * written down behind this interface.
 */
export interface JobLedger {
  note(job: AsyncJob, detail?: string): void;
}

/** Tells the listeners of the run, e.g. a progress display. */
export class EventLedger implements JobLedger {
  constructor(
    private readonly streamName: string,
    private readonly runtime: Runtime,
  ) {}

  note(job: AsyncJob, detail?: string): void {
    const { events, clock } = this.runtime;
    if (!events.active) return;
    const polled = job.phase === 'running' || job.phase === 'ready';
    events.emit({
      type: 'job',
      streamName: this.streamName,
      jobId: job.id,
      slice: job.slice.merged,
      phase: job.phase,
      attempt: job.attempt,
      ...(polled && job.polls > 0 ? { rawStatus: job.rawStatus ?? null, status: job.status } : {}),
      ...(job.phase === 'running' ? { nextPollMs: job.nextPollMs } : {}),
      ...(detail !== undefined ? { detail } : {}),
      at: clock.now(),
    });
  }
}
