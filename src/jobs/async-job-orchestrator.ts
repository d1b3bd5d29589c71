import { setMaxListeners } from 'node:events';
import { ConnectorError } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import type { StreamSlice } from '../slices/stream-slice';
import { AsyncJob } from './async-job';
import type { AsyncJobRepository } from './async-job-repository';
import type { CancelPolicy } from './cancel-policy';
import { JobCleanUp } from './job-clean-up';
import { JobCreator } from './job-creator';
import type { JobLedger } from './job-ledger';
import { isActive, type JobEventName, type PhaseEvents } from './job-phase';
import type { JobPolicy } from './job-policy';
import type { LedgerEntry } from './ledger-state';
import { JobPoller } from './job-poller';
import type { JobTracker } from './job-tracker';
import { transition, type JobEffect } from './job-transitions';
import { orAborted } from './or-aborted';
import type { PollingSchedule } from './polling-schedule';
import { ReadyQueue } from './ready-queue';
import { SliceFailures } from './slice-failures';

/** Finished jobs that wait for a reader: beyond, no new ones are ordered, for links expire and answers take memory. */
const MAX_READY = 100;
const COOL_DOWN_FIRST_MS = 5_000;
const COOL_DOWN_MAX_MS = 300_000;

export interface OrchestratorOptions {
  streamName: string;
  slices: AsyncIterable<StreamSlice>;
  repository: AsyncJobRepository;
  tracker: JobTracker;
  schedule: PollingSchedule;
  policy: JobPolicy;
  ledger: JobLedger;
  cancel: CancelPolicy;
  runtime: Runtime;
  signal: AbortSignal;
}

/**
 * Orders a job for each slice and waits for all of them at the same time: every job is a task with timers of its own, and
 * what happens to it is decided by `transition` alone. One use.
 */
export class AsyncJobOrchestrator {
  private readonly ready = new ReadyQueue<AsyncJob>();
  private readonly tasks = new Set<Promise<void>>();
  private readonly failures: SliceFailures;
  private readonly creator: JobCreator;
  private readonly poller: JobPoller;
  private readonly cleanUp: JobCleanUp;
  /** The stream ends early; what runs is cleaned up. */
  private readonly stopping = new AbortController();
  private readonly alive: AbortSignal;
  private stoppedBy: ConnectorError | undefined;
  private jobCount = 0;

  constructor(private readonly options: OrchestratorOptions) {
    this.alive = AbortSignal.any([options.signal, this.stopping.signal]);
    // Every job listens to them.
    setMaxListeners(0, options.signal, this.alive);
    this.poller = new JobPoller(options, this.alive);
    this.creator = new JobCreator(options, this.poller, this.alive);
    this.cleanUp = new JobCleanUp(options);
    this.failures = new SliceFailures(options.streamName);
  }

  /**
   * Jobs that are `ready`, in the order in which they finish. Throws at the end, after all that could be delivered, when
   * slices failed. Leaving early aborts what runs.
   */
  async *jobs(): AsyncGenerator<AsyncJob> {
    const working = this.work();
    let finished = false;
    try {
      for (;;) {
        const job = await this.ready.next(this.options.signal);
        if (!job) break;
        yield job;
      }
      finished = true;
    } finally {
      if (!finished) await this.leave(working);
    }
    const failure = this.stoppedBy ?? this.failures.toError();
    if (failure) throw failure;
  }

  /** What the reader of a job has to report. */
  async report(job: AsyncJob, event: PhaseEvents['ready' | 'delivering']): Promise<void> {
    await this.apply(job, event);
  }

  /**
   * The download broke after some of it went out: a later run may go on there. One that comes no further counts as an attempt, so that
   * the job is ordered again in the end.
   */
  async interrupt(job: AsyncJob, hasProgress: boolean): Promise<void> {
    if (!hasProgress && job.attempt >= this.options.policy.maxAttempts) return this.apply(job, 'read_failed');
    if (!hasProgress) job.startAttempt();
    this.options.runtime.logger.info(`Job ${job.id}: the next sync goes on where the download broke.`);
    await this.apply(job, 'read_interrupted');
  }

  /** The result is gone and none of its records went out: orders the job again. Resolves when it is ready. */
  async orderAgain(job: AsyncJob, cause: ConnectorError): Promise<void> {
    job.failure = cause;
    this.options.runtime.logger.warn(`Job ${job.id}: must be ordered again: ${cause.message}`);
    await this.apply(job, 'result_lost');
    await this.run(job);
    if (job.phase === 'ready') return;
    this.options.signal.throwIfAborted();
    throw job.failure ?? cause;
  }

  /** Asks for the status of a finished job once more, for fresh links. */
  async pollAgain(job: AsyncJob): Promise<void> {
    const { answer, status } = await this.options.repository.poll(job, this.options.signal);
    if (status !== 'completed') {
      throw ConnectorError.transient('jobs.no_fresh_link', `The job for the slice ${job.label} was completed, but now the API answers: ${answer.excerpt}`, { recovery: 'new_job' });
    }
    job.polling = answer;
  }

  private async work(): Promise<void> {
    try {
      await this.feed();
    } catch (error) {
      if (!this.alive.aborted) this.failures.add(error);
    }
    await Promise.all(this.tasks);
    this.creator.end();
    this.ready.end();
  }

  /** One slice at a time gets ready to be ordered; while it waits for a slot or for capacity, no other is taken. */
  private async feed(): Promise<void> {
    const iterator = this.options.slices[Symbol.asyncIterator]();
    try {
      for (;;) {
        await this.ready.room(MAX_READY, this.alive);
        const next = await orAborted(Promise.resolve(iterator.next()), this.alive);
        if (next.done) break;
        const job = new AsyncJob(`${this.options.streamName}#${(this.jobCount += 1)}`, next.value);
        await this.options.ledger.note(job);
        await this.apply(job, await this.nextEvent(job));
        this.launch(job);
      }
      for (const entry of this.options.ledger.takeLeftOver?.() ?? []) this.removeLeftOver(entry);
    } finally {
      // Not awaited: a generator that hangs in a parent's request must not keep this stream from ending.
      iterator.return?.().then(undefined, () => undefined);
    }
  }

  private launch(job: AsyncJob): void {
    const task = this.run(job)
      .then(() => {
        if (job.phase === 'ready') this.ready.push(job);
        else if (job.phase === 'given_up' && !this.stopping.signal.aborted) this.failures.add(job.failure);
      })
      .catch((error: unknown) => this.failures.add(error))
      .finally(() => this.tasks.delete(task));
    this.tasks.add(task);
  }

  /** Works on the job until a reader must take over, or it is over. Holds nothing afterwards, however it ends. */
  private async run(job: AsyncJob): Promise<void> {
    try {
      while (isActive(job.phase)) await this.apply(job, await this.nextEvent(job));
    } finally {
      job.slot?.release();
      job.gatePass?.release();
    }
  }

  private async nextEvent(job: AsyncJob): Promise<JobEventName> {
    try {
      this.alive.throwIfAborted();
      return await this.act(job);
    } catch (error) {
      if (this.options.signal.aborted) return 'cancelled';
      if (this.stopping.signal.aborted) return 'stopped';
      throw error;
    }
  }

  /** Does what the phase is about, and says what came of it. */
  private async act(job: AsyncJob): Promise<JobEventName> {
    switch (job.phase) {
      case 'cooling_down':
        await this.options.runtime.clock.sleep(job.coolDownMs, this.alive);
        return this.creator.admit(job);
      case 'planned':
      case 'waiting_for_capacity':
        return this.creator.admit(job);
      case 'creating':
        return this.creator.create(job);
      case 'running':
        return this.poller.poll(job);
      default:
        throw new Error(`The orchestrator has nothing to do in the phase ${job.phase}`);
    }
  }

  private async apply(job: AsyncJob, event: JobEventName): Promise<void> {
    const step = transition(job.phase, event, job.attempt < this.options.policy.maxAttempts);
    if (!step) throw ConnectorError.system('jobs.impossible_event', `The job ${job.id} is ${job.phase} and cannot hear of "${event}". This is a bug of the connector.`);
    job.phase = step.to;
    await this.options.ledger.note(job, event);
    for (const effect of step.effects) await this.perform(effect, job, event);
  }

  private async perform(effect: JobEffect, job: AsyncJob, event: JobEventName): Promise<void> {
    switch (effect) {
      case 'abort':
        return this.cleanUp.abort(job);
      case 'delete':
        return this.cleanUp.delete(job);
      case 'abandon':
        if (await this.cleanUp.abandon(job)) await this.options.ledger.note(job, 'abandoned');
        return;
      case 'release_slot':
        return job.slot?.release();
      case 'forget':
        return job.forget();
      case 'next_attempt':
        job.coolDownMs = this.coolDown(job, event);
        job.startAttempt();
        return;
      case 'stop_stream':
        this.stoppedBy ??= job.failure;
        return this.stop();
    }
  }

  private coolDown(job: AsyncJob, event: JobEventName): number {
    const { policy, runtime } = this.options;
    if (event === 'failed' && policy.failedRetryWaitMs !== undefined) {
      runtime.logger.info(`Job ${job.id} failed. Deferring retry for ${policy.failedRetryWaitMs / 1000} seconds.`);
      return policy.failedRetryWaitMs;
    }
    return Math.min(COOL_DOWN_MAX_MS, COOL_DOWN_FIRST_MS * 2 ** Math.min(job.attempt - 1, 10)) * (0.9 + 0.2 * runtime.random());
  }

  /** Nobody wants the slice any more: the job shall not burn the API's quota. */
  private removeLeftOver(entry: LedgerEntry): void {
    const job = new AsyncJob(`${this.options.streamName}#${(this.jobCount += 1)}`, entry.slice);
    job.recall(entry, this.options.runtime.clock);
    this.options.runtime.logger.info(`Job ${job.id}, which an interrupted sync ordered, is not needed any more (slice ${job.label}).`);
    const task = (async () => {
      await this.cleanUp.abort(job);
      await this.cleanUp.delete(job);
    })().finally(() => this.tasks.delete(task));
    this.tasks.add(task);
  }

  private async leave(working: Promise<void>): Promise<void> {
    this.stop();
    await working;
    for (const job of this.ready.drain()) await this.apply(job, this.options.signal.aborted ? 'cancelled' : 'stopped');
  }

  private stop(): void {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort(new Error(`The stream ${this.options.streamName} is not read any further`));
  }
}
