import { ConnectorError, errorText } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import type { AsyncJob } from './async-job';
import type { AsyncJobRepository, PollResult } from './async-job-repository';
import { FairSlots } from './fair-slots';
import { deadlinePassed, endedByApi, isForgotten, isRefusal, pollFailed, pollingRefused, unknownStatus } from './job-errors';
import type { PhaseEvents } from './job-phase';
import type { JobPolicy } from './job-policy';
import { PollPlanner } from './poll-planner';
import { PollQueue } from './poll-queue';
import type { PollingSchedule } from './polling-schedule';

/** Polls of one stream that are under way at once. */
const MAX_POLLS = 32;
/** Polls in a row that may fail before the attempt is over. */
const MAX_FAILED_POLLS = 8;

interface PollerOptions {
  streamName: string;
  repository: AsyncJobRepository;
  schedule: PollingSchedule;
  policy: JobPolicy;
  runtime: Runtime;
}

type RunningEvent = PhaseEvents['running'];

/** Waits until a job is due, asks the API about it, and says what the answer means. */
export class JobPoller {
  private readonly polls = new FairSlots(MAX_POLLS);
  private readonly queue: PollQueue;
  private readonly planner: PollPlanner;

  constructor(
    private readonly options: PollerOptions,
    private readonly signal: AbortSignal,
  ) {
    this.queue = new PollQueue(options.runtime.clock, signal);
    this.planner = new PollPlanner(options.schedule);
  }

  /** Sets when the job is asked about next: as planned, and not before the API wants it. */
  plan(job: AsyncJob, retryAfterMs = 0): void {
    const now = this.options.runtime.clock.monotonic();
    job.notBefore = now + retryAfterMs;
    job.nextPollMs = Math.max(retryAfterMs, this.planner.delay(job, now));
  }

  async poll(job: AsyncJob): Promise<RunningEvent> {
    let event: RunningEvent | undefined;
    try {
      return (event = await this.nextAnswer(job));
    } finally {
      if (event !== 'still_running' && event !== 'unclear') this.planner.left(job);
    }
  }

  private async nextAnswer(job: AsyncJob): Promise<RunningEvent> {
    const { repository, policy } = this.options;
    const { clock } = this.options.runtime;
    const deadline = job.createdAt + policy.timeoutMs;
    // The last poll is due at the deadline: what is finished by then counts, however late it is seen.
    await this.queue.wait(job, Math.min(clock.monotonic() + job.nextPollMs, deadline));
    job.isHurried = false;
    const isLast = clock.monotonic() >= deadline - 1;
    let result: PollResult;
    try {
      result = await this.polls.with(this.signal, () => repository.poll(job, this.signal));
    } catch (error) {
      this.signal.throwIfAborted();
      return this.failedPoll(job, error, isLast);
    }
    this.note(job, result);
    switch (result.status) {
      case 'running':
        if (isLast) return this.tooLate(job);
        job.seenRunningMs = clock.monotonic() - job.createdAt;
        this.plan(job, result.answer.retryAfterMs);
        return 'still_running';
      case 'completed':
        return this.finished(job, 'completed');
      case 'skipped':
        return this.finished(job, 'skipped (no data to return)');
      case 'failed':
      case 'timeout':
        job.failure = endedByApi(job);
        this.warn(job, job.failure.message);
        return result.status === 'failed' ? 'failed' : 'timed_out';
      case undefined:
        return this.unlisted(job, result.answer.retryAfterMs, isLast);
    }
  }

  private failedPoll(job: AsyncJob, error: unknown, isLast: boolean): RunningEvent {
    if (job.isRecalled && isForgotten(error)) {
      this.warn(job, `was ordered by an interrupted sync and the API does not know it any more; it will be ordered again: ${errorText(error)}`);
      return 'forgotten';
    }
    if (isRefusal(error)) {
      job.failure = pollingRefused(job, this.options.streamName, error);
      return 'refused';
    }
    job.failedPolls += 1;
    job.failure = pollFailed(job, error);
    if (isLast) return this.tooLate(job);
    if (this.options.policy.isTest || job.failedPolls >= MAX_FAILED_POLLS) return 'lost';
    this.planRepetition(job, job.failedPolls, error instanceof ConnectorError ? error.retryAfterMs : undefined);
    this.warn(job, `will be polled again in ${seconds(job.nextPollMs)}: ${errorText(error)}`);
    return 'unclear';
  }

  private unlisted(job: AsyncJob, retryAfterMs: number | undefined, isLast: boolean): RunningEvent {
    job.failure = unknownStatus(job, this.options.repository.statusSource);
    const { isTest, unknownStatusGracePolls } = this.options.policy;
    if (isTest || job.unknownPolls > unknownStatusGracePolls) return 'unknown_status';
    if (isLast) return this.tooLate(job);
    this.planRepetition(job, job.unknownPolls, retryAfterMs);
    this.warn(job, `has a status that status_mapping does not list (${String(job.rawStatus)}); it will be polled again in ${seconds(job.nextPollMs)}.`);
    return 'unclear';
  }

  private planRepetition(job: AsyncJob, times: number, retryAfterMs = 0): void {
    job.nextPollMs = Math.max(retryAfterMs, this.options.schedule.delayAfterFailure(times));
    job.notBefore = this.options.runtime.clock.monotonic() + job.nextPollMs;
  }

  private tooLate(job: AsyncJob): RunningEvent {
    job.failure = deadlinePassed(job, this.options.policy.timeoutMs);
    this.warn(job, job.failure.message);
    return 'deadline_passed';
  }

  private finished(job: AsyncJob, what: string): 'completed' | 'skipped' {
    this.planner.finished(job, this.options.runtime.clock.monotonic(), this.queue);
    this.options.runtime.logger.info(`The following jobs for stream slice ${job.label} have been ${what}: ['${job.id}'].`);
    return job.status === 'skipped' ? 'skipped' : 'completed';
  }

  private note(job: AsyncJob, { answer, rawStatus, status }: PollResult): void {
    this.options.runtime.logger.debug(
      status === job.status ? `Status of job ${job.id} is still ${String(status)}` : `Status of job ${job.id} changed from ${String(job.status)} to ${String(status)}`,
    );
    job.polling = answer;
    job.rawStatus = rawStatus;
    job.status = status;
    job.isRecalled = false;
    job.polls += 1;
    job.failedPolls = 0;
    job.unknownPolls = status === undefined ? job.unknownPolls + 1 : 0;
    job.failure = undefined;
  }

  private warn(job: AsyncJob, text: string): void {
    this.options.runtime.logger.warn(`Job ${job.id}: ${text}`);
  }
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}
