import { ConnectorError } from '../errors/connector-error';
import { AsyncJobOrchestrator } from '../jobs/async-job-orchestrator';
import { HttpJobRepository, type HttpJobParts } from '../jobs/http-job-repository';
import { cancelPolicy } from '../jobs/cancel-policy';
import { creationNeeds } from '../jobs/creation-memory';
import { EventLedger, RecordingLedger } from '../jobs/job-ledger';
import type { JobBook } from '../jobs/job-book';
import type { JobPolicy } from '../jobs/job-policy';
import { jobTracker } from '../jobs/job-tracker';
import { PollingSchedule, type PollingInterval } from '../jobs/polling-schedule';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import type { Runtime } from '../platform/runtime';
import type { JsonValue } from '../protocol/json';
import type { StreamPartition } from '../slices/parent-stream';
import type { PartitionRouter } from '../slices/partition-router';
import type { StreamSlice } from '../slices/stream-slice';
import { creationOptions } from './async-creation-options';
import { AsyncPartition, type DownloadParts } from './async-partition';
import type { Retriever, StreamRun } from './retriever';

const DEFAULT_TIMEOUT_MINUTES = 60;
const TEST_READ_TIMEOUT_MINUTES = 15;
const DEFAULT_MAX_ATTEMPTS = 3;

export interface AsyncRetrieverParts {
  jobs: HttpJobParts;
  download: Omit<DownloadParts, 'reader'>;
  /** A fingerprint of how rows are made of bytes. */
  reader: () => string;
  /** The model of the creation requester: which options it sets by itself. */
  creationModel: JsonValue | undefined;
  /** The models whose templates may look at the answer to a creation. */
  laterModels: readonly (JsonValue | undefined)[];
  /** A fingerprint of what is ordered. */
  order: () => string;
  pollingInterval: PollingInterval | undefined;
  /** Minutes. */
  pollingJobTimeout: number | InterpolatedString | undefined;
  /** Seconds. */
  failedRetryWait: number | InterpolatedString | undefined;
  maxAttempts: number | undefined;
  unknownStatusGracePolls: number;
}

/** Orders a job for each slice, and reads what the job left to download (reference section 2). */
export class AsyncRetriever implements Retriever {
  readonly readsCursorSlices = true;

  constructor(
    private readonly parts: AsyncRetrieverParts,
    readonly partitionRouter: PartitionRouter | undefined,
    private readonly path: string,
    private readonly runtime: Runtime,
  ) {}

  /** In the order in which the jobs finish. Ends with an error that names the slices whose jobs failed. */
  async *partitions(run: StreamRun): AsyncGenerator<StreamPartition> {
    const { runtime, parts } = this;
    const policy = this.policy();
    const events = new EventLedger(run.streamName, runtime);
    this.pickUp(run, policy);
    const repository = new HttpJobRepository(parts.jobs, (slice) => creationOptions(run.cursor.requestOptions(slice), parts.creationModel), runtime);
    const orchestrator = new AsyncJobOrchestrator({
      streamName: run.streamName,
      slices: unread(atMost(run.cursor.slices(), run.maxSlices), run.jobBook),
      repository,
      tracker: jobTracker(runtime),
      schedule: new PollingSchedule(parts.pollingInterval, runtime.random),
      policy,
      ledger: run.jobBook ? new RecordingLedger(events, run.jobBook) : events,
      // Jobs that no later run can pick up are not left to themselves.
      cancel: { ...cancelPolicy(runtime.env), ...(run.jobBook ? {} : { jobs: 'abort' }) },
      runtime,
      signal: run.signal,
    });
    const download = { ...parts.download, reader: parts.reader() };
    for await (const job of orchestrator.jobs()) yield new AsyncPartition(job, orchestrator, repository, download, run, runtime);
  }

  /** What an interrupted sync has ordered and read is left out of this one's slices, or found again by their keys. */
  private pickUp({ jobBook, cursor }: StreamRun, { timeoutMs }: JobPolicy): void {
    if (!jobBook) return;
    const { order, laterModels, jobs } = this.parts;
    const left = jobBook.open({ order: order(), needs: creationNeeds(laterModels), timeoutMs, deletes: jobs.deleteRequester !== undefined });
    cursor.resume?.(left.sync, left.slices);
  }

  /** A test read shows a failure at once instead of trying again, and does not wait as long. */
  private policy(): JobPolicy {
    const { pollingJobTimeout, failedRetryWait, maxAttempts, unknownStatusGracePolls } = this.parts;
    const isTest = this.runtime.testRead !== undefined;
    const minutes = this.wholeNumber('polling_job_timeout', pollingJobTimeout, 0) || (isTest ? TEST_READ_TIMEOUT_MINUTES : DEFAULT_TIMEOUT_MINUTES);
    const wait = this.wholeNumber('failed_retry_wait_time_in_seconds', failedRetryWait, 1);
    return {
      maxAttempts: isTest ? 1 : (maxAttempts ?? DEFAULT_MAX_ATTEMPTS),
      timeoutMs: minutes * 60_000,
      failedRetryWaitMs: wait === undefined ? undefined : wait * 1000,
      unknownStatusGracePolls,
      isTest,
    };
  }

  private wholeNumber(property: string, value: number | InterpolatedString | undefined, minimum: number): number | undefined {
    if (value === undefined) return undefined;
    const evaluated = typeof value === 'number' ? value : value.eval();
    const number = typeof evaluated === 'string' && evaluated.trim() !== '' ? Number(evaluated) : evaluated;
    if (typeof number === 'number' && Number.isFinite(number) && Math.trunc(number) >= minimum) return Math.trunc(number);
    throw ConnectorError.config('jobs.invalid_number', `${this.path}.${property} must be a whole number from ${minimum} on; it came out as ${JSON.stringify(evaluated)}.`);
  }
}

/** Without those that an interrupted full refresh has delivered. */
async function* unread(slices: AsyncIterable<StreamSlice>, book: JobBook | undefined): AsyncGenerator<StreamSlice> {
  for await (const slice of slices) if (!book?.wasRead(slice)) yield slice;
}

async function* atMost(slices: AsyncIterable<StreamSlice>, limit = Number.POSITIVE_INFINITY): AsyncGenerator<StreamSlice> {
  let count = 0;
  for await (const slice of slices) {
    yield slice;
    if ((count += 1) >= limit) return;
  }
}
