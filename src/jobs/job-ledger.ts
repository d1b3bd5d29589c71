import type { Runtime } from '../platform/runtime';
import type { StreamSlice } from '../slices/stream-slice';
import type { AsyncJob } from './async-job';
import type { JobBook } from './job-book';
import type { LedgerEntry } from './ledger-state';

/**
 * Hears of every phase that a job enters and of every poll, in order. What a sync must know of its jobs after a crash is
 * written down behind this interface.
 */
export interface JobLedger {
  /** Awaited before anything else happens to the job. */
  note(job: AsyncJob, detail?: string): void | Promise<void>;
  /** The job that an earlier run ordered for this slice; given out once. */
  recall?(slice: StreamSlice): LedgerEntry | undefined;
  /** Jobs of an earlier run that no slice has asked for; given out once. */
  takeLeftOver?(): LedgerEntry[];
}

/** Tells the listeners of the run and writes the jobs down for a later one. */
export class RecordingLedger implements JobLedger {
  constructor(
    private readonly events: EventLedger,
    private readonly book: JobBook,
  ) {}

  note(job: AsyncJob, detail?: string): Promise<void> {
    this.events.note(job, detail);
    return this.book.note(job, detail);
  }

  recall(slice: StreamSlice): LedgerEntry | undefined {
    return this.book.claim(slice);
  }

  takeLeftOver(): LedgerEntry[] {
    return this.book.takeLeftOver();
  }
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
    events.emit({
      type: 'job',
      streamName: this.streamName,
      jobId: job.id,
      slice: job.slice.merged,
      phase: job.phase,
      attempt: job.attempt,
      polls: job.polls,
      ...(job.polls > 0 ? { rawStatus: job.rawStatus ?? null, status: job.status } : {}),
      ...(job.phase === 'running' ? { nextPollMs: job.nextPollMs } : {}),
      ...(detail !== undefined ? { detail } : {}),
      at: clock.now(),
    });
  }
}
