import { setMaxListeners } from 'node:events';
import { errorText, type ConnectorError } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import type { AsyncJob } from './async-job';
import type { AsyncJobRepository } from './async-job-repository';
import type { CancelPolicy } from './cancel-policy';
import { CreationGate } from './creation-gate';
import { FairSlots } from './fair-slots';
import * as errors from './job-errors';
import type { JobLedger } from './job-ledger';
import type { PhaseEvents } from './job-phase';
import type { JobPolicy } from './job-policy';
import type { JobPoller } from './job-poller';
import type { JobTracker } from './job-tracker';

/** Requests about jobs of one stream that are under way at once. */
const MAX_CREATIONS = 8;
/** How long the end of a stream waits for creations that are under way. */
const CREATION_GRACE_MS = 30_000;
/** The part of the grace period after a cancel for creations under way; then jobs may be aborted, and the last messages follow. */
const CREATION_SHARE = 0.4;

interface CreatorOptions {
  streamName: string;
  repository: AsyncJobRepository;
  tracker: JobTracker;
  policy: JobPolicy;
  ledger: JobLedger;
  cancel: CancelPolicy;
  runtime: Runtime;
  /** Of the run: tells a cancel from a stream that ends early. */
  signal: AbortSignal;
}

type CreatingEvent = PhaseEvents['creating'];

/** Lets jobs in when there is a slot and the API has capacity, orders them, and says what the answer means. */
export class JobCreator {
  private readonly gate: CreationGate;
  private readonly creations = new FairSlots(MAX_CREATIONS);
  /** Creations get some grace after a stop or a cancel: a job that may have been made must become known. */
  private readonly grace = new AbortController();
  private readonly over = new AbortController();

  /** @param alive aborted when the stream ends early or the run is cancelled */
  constructor(
    private readonly options: CreatorOptions,
    private readonly poller: JobPoller,
    private readonly alive: AbortSignal,
  ) {
    // Every creation listens.
    setMaxListeners(0, this.grace.signal);
    this.gate = new CreationGate(options.runtime.clock, options.runtime.random);
    alive.addEventListener('abort', this.limitGrace, { once: true });
  }

  /** The turn at the gate first: nobody holds a slot while the API has no capacity. */
  async admit(job: AsyncJob): Promise<'admitted'> {
    job.gatePass = await this.gate.enter(this.alive);
    try {
      job.slot = await this.options.tracker.acquire(this.alive);
    } catch (error) {
      job.gatePass?.release();
      throw error;
    }
    return 'admitted';
  }

  async create(job: AsyncJob): Promise<CreatingEvent> {
    const { repository, runtime, streamName, ledger } = this.options;
    try {
      const entry = ledger.recall?.(job.slice);
      if (entry) {
        job.recall(entry, runtime.clock);
        runtime.logger.info(`Job ${job.id}: goes on with what an interrupted sync ordered for the slice ${job.label} at ${new Date(entry.createdAt).toISOString()}.`);
        return 'created';
      }
      const creation = await this.creations.with(this.grace.signal, () => {
        this.alive.throwIfAborted();
        return repository.create(job.slice, this.grace.signal);
      });
      job.started(creation, runtime.clock.monotonic());
      this.gate.open();
      this.poller.plan(job);
      return 'created';
    } catch (error) {
      this.alive.throwIfAborted();
      if (errors.isNoCapacity(error)) return this.noCapacity(job, error);
      if (errors.isCreationRefusal(error)) {
        job.failure = errors.creationRefused(job, streamName, error);
        return 'refused';
      }
      job.failure = errors.creationFailed(job, error);
      runtime.logger.warn(`Job ${job.id}: ${job.failure.message}`);
      return 'creation_failed';
    } finally {
      job.gatePass?.release();
    }
  }

  private noCapacity(job: AsyncJob, error: ConnectorError): CreatingEvent {
    const { clock, events, logger, platform } = this.options.runtime;
    const now = clock.monotonic();
    job.refusedSince ??= now;
    const pauseMs = this.gate.pauseAfterRefusal(error.retryAfterMs);
    if (this.options.policy.isTest || now - job.refusedSince + pauseMs > this.options.policy.timeoutMs) {
      job.failure = errors.capacityExhausted(job, now - job.refusedSince, pauseMs, error);
      return 'capacity_exhausted';
    }
    this.gate.close(pauseMs);
    logger.warn(`Job ${job.id}: waits ${Math.ceil(pauseMs / 1000)} s, because the API has no capacity for more jobs: ${errorText(error)}`);
    platform.rateLimited(this.options.streamName, clock.now() + pauseMs);
    if (events.active) events.emit({ type: 'wait', streamName: this.options.streamName, reason: 'no capacity for more jobs', ms: pauseMs, at: clock.now() });
    return 'no_capacity';
  }

  /** No creation is waited for any more. */
  end(): void {
    this.over.abort();
    // Node keeps a signal that was made of others, and all that its listeners know, for as long as there are listeners.
    this.alive.removeEventListener('abort', this.limitGrace);
  }

  private readonly limitGrace = (): void => {
    const { runtime, signal, cancel } = this.options;
    runtime.clock.background(signal.aborted ? cancel.graceMs * CREATION_SHARE : CREATION_GRACE_MS, this.over.signal).then(
      () => this.grace.abort(this.alive.reason),
      () => undefined,
    );
  };
}
