import { errorText } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import type { AsyncJob } from './async-job';
import type { AsyncJobRepository } from './async-job-repository';
import type { CancelPolicy } from './cancel-policy';
import { FairSlots } from './fair-slots';
import { within } from './within';

/** Requests of one stream that are under way at once. */
const MAX_CLEAN_UPS = 8;
/** An abort or a delete holds nothing up for longer. */
const LIMIT_MS = 60_000;
/** The part of the grace period after a cancel for aborting jobs; the rest is for creations under way and the last messages. */
const ABANDON_SHARE = 0.3;

interface CleanUpOptions {
  repository: AsyncJobRepository;
  cancel: CancelPolicy;
  runtime: Runtime;
  signal: AbortSignal;
}

/** Tells the API that a job is not needed any more. Trouble is logged, no more. */
export class JobCleanUp {
  private readonly slots = new FairSlots(MAX_CLEAN_UPS);

  constructor(private readonly options: CleanUpOptions) {}

  async abort(job: AsyncJob): Promise<void> {
    const { repository, signal } = this.options;
    if (repository.canAbort) await this.tell(job, 'aborted at the API', LIMIT_MS, signal, (limited) => repository.abort(job, limited));
  }

  async delete(job: AsyncJob): Promise<void> {
    const { repository, signal } = this.options;
    if (repository.canDelete) await this.tell(job, 'deleted at the API', LIMIT_MS, signal, (limited) => repository.delete(job, limited));
  }

  /**
   * After a cancel, when the policy says so: aborts a running job, deletes a finished one. True when that is done. The signal of the run
   * is aborted already; the request has its part of the grace period.
   */
  async abandon(job: AsyncJob): Promise<boolean> {
    const { repository, cancel } = this.options;
    if (cancel.jobs === 'leave' || !repository.canAbort) return false;
    const isRunning = job.status === 'running' || job.status === undefined;
    return this.tell(job, 'aborted at the API before the end', cancel.graceMs * ABANDON_SHARE, new AbortController().signal, (limited) =>
      isRunning ? repository.abort(job, limited) : repository.delete(job, limited),
    );
  }

  private async tell(job: AsyncJob, what: string, limitMs: number, signal: AbortSignal, request: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    if (!job.creation) return false;
    const { clock, logger } = this.options.runtime;
    try {
      await this.slots.with(signal, () => within(limitMs, clock, signal, request));
      return true;
    } catch (error) {
      logger.warn(`Job ${job.id}: could not be ${what}: ${errorText(error)}`);
      return false;
    }
  }
}
