import type { Decoder } from '../decode/decoder';
import { isDownloadBroken, isOtherFile } from '../download/download-errors';
import { ConnectorError, isConnectorError } from '../errors/connector-error';
import type { AsyncJob } from '../jobs/async-job';
import type { AsyncJobOrchestrator } from '../jobs/async-job-orchestrator';
import type { AsyncJobRepository } from '../jobs/async-job-repository';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import type { Runtime } from '../platform/runtime';
import { receivedBytes } from '../platform/small-heap';
import type { JsonValue } from '../protocol/json';
import type { RecordExtractor } from '../records/record-extractor';
import type { RecordSelector } from '../records/record-selector';
import { RequestSignal, type Requester } from '../requests/requester';
import type { PageState, Paginator } from '../requests/paginators/paginator';
import type { RecordBatch, StreamPartition } from '../slices/parent-stream';
import type { StreamSlice } from '../slices/stream-slice';
import { DownloadRequester, type DownloadJob } from './async-download';
import { DeliveryTracker } from './delivery-tracker';
import type { DownloadPlace } from './download-place';
import { DownloadsAhead, type OpenableDownload } from './downloads-ahead';
import { PageReader } from './page-reader';
import type { StreamRun } from './retriever';
import { announcedRows, RowCounts, wrongRowCount } from './row-counts';

const PROGRESS_INTERVAL_MS = 250;

export interface DownloadParts {
  requester: Requester;
  decoder: Decoder;
  extractor: RecordExtractor;
  paginator: Paginator;
  /** Filter and normalisation; its own extractor is not used (reference section 2.1). */
  selector: RecordSelector;
  /** How many rows the API says there are. */
  expectedRows: InterpolatedString | undefined;
  /** A fingerprint of how rows are made of bytes. */
  reader: string;
}

interface Target extends OpenableDownload {
  index: number;
  /** Where an earlier run has left it. */
  from: DownloadPlace | undefined;
  pages: PageReader;
}

/** The slice of a finished job: its downloads, one after the other. */
export class AsyncPartition implements StreamPartition {
  private progressAt = 0;
  private bytesOfEarlierFiles = 0;
  private fileCount = 0;
  private records = 0;
  private counts = new RowCounts();
  private readonly tracker: DeliveryTracker;
  /** A test reads so many pages of all files together. */
  private pagesLeft: number;

  constructor(
    private readonly job: AsyncJob,
    private readonly orchestrator: AsyncJobOrchestrator,
    private readonly repository: AsyncJobRepository,
    private readonly parts: DownloadParts,
    private readonly run: StreamRun,
    private readonly runtime: Runtime,
  ) {
    this.tracker = new DeliveryTracker(job.slice, run, parts.reader);
    this.pagesLeft = runtime.testRead?.maxPagesPerSlice ?? Number.POSITIVE_INFINITY;
  }

  get slice(): StreamSlice {
    return this.job.slice;
  }

  /** While nothing of it went out, a result that cannot be had any more is ordered again. */
  async *read(): AsyncGenerator<RecordBatch> {
    const { job, orchestrator, run } = this;
    await orchestrator.report(job, 'read_started');
    let ending: 'reader_left' | 'read_failed' | undefined = 'reader_left';
    try {
      for (;;) {
        try {
          for await (const batch of this.readTargets()) {
            this.records += batch.kind === 'lines' ? batch.count : batch.records.length;
            yield batch;
          }
          this.checkCounts();
          ending = undefined;
          return;
        } catch (error) {
          ending = 'read_failed';
          run.signal.throwIfAborted();
          if (this.tracksPlaces && (this.records > 0 || this.tracker.from) && isDownloadBroken(error)) {
            await orchestrator.interrupt(job, this.records > 0);
            throw error;
          }
          if (this.records > 0 || !isConnectorError(error) || error.recovery !== 'new_job') throw this.explained(error);
          if (isOtherFile(error) && job.place) {
            this.startOver(error.message);
          } else {
            await orchestrator.orderAgain(job, error);
            await orchestrator.report(job, 'read_started');
          }
          this.counts = new RowCounts();
          ending = 'reader_left';
        }
      }
    } finally {
      run.counts?.add(this.counts);
      if (ending && job.phase === 'delivering') await orchestrator.report(job, run.signal.aborted ? 'cancelled' : ending);
    }
  }

  close(): Promise<void> {
    return this.orchestrator.report(this.job, 'delivered');
  }

  /** Nothing was lost between the bytes and the records, nor before them, as far as the API tells. */
  private checkCounts(): void {
    const { counts, job, records } = this;
    if (counts.rows !== records + counts.filtered) {
      throw ConnectorError.system(
        'download.rows_lost',
        `The slice ${job.label} has ${counts.rows} rows, but ${records} went out and ${counts.filtered} were filtered. This is a bug of the connector; please report it.`,
      );
    }
    // A test read may have left pages out.
    const announced = this.parts.expectedRows && job.status !== 'skipped' && this.pagesLeft > 0 ? announcedRows(this.parts.expectedRows, job) : undefined;
    const rows = this.tracker.rowsBefore + counts.rows;
    if (announced !== undefined && announced !== rows) throw wrongRowCount(job, announced, rows);
  }

  private async *readTargets(): AsyncGenerator<RecordBatch> {
    if (this.job.status === 'skipped') return;
    let targets = await this.repository.downloadTargets(this.job, this.run.signal);
    this.fileCount = targets.length;
    if (this.tracksPlaces) this.tracker.start(targets, this.job.place);
    if (this.job.place && !this.tracker.from) this.startOver('The place where an interrupted sync has left the downloads means nothing for them any more.');
    const renew = async () => {
      targets = await this.freshTargets(targets.length);
    };
    const open = (index: number) => this.openTarget({ job: this.job, renew, get target() { return targets[index] as JsonValue; } }, index);
    const downloads = new DownloadsAhead(open, this.run.signal);
    try {
      for (let index = this.tracker.from?.target ?? 0; index < targets.length && this.pagesLeft > 0; index += 1) {
        const target = downloads.take(index, targets.length);
        yield* this.readTarget(target);
        if (this.mayGoAhead) downloads.wasRead(target.requester.bodyMs);
      }
    } finally {
      downloads.close();
    }
  }

  /**
   * Not where the reader may leave, where a paginator decides what is asked for, where the manifest wants one thing at a time, nor
   * where a body would be read into memory instead of waiting in its socket.
   */
  private get mayGoAhead(): boolean {
    const { concurrency = 1 } = this.run;
    const { paginator, requester } = this.parts;
    return concurrency > 1 && !this.runtime.testRead && paginator.hasPages === false && !requester.isCached;
  }

  private startOver(why: string): void {
    const { job, run, runtime } = this;
    job.place = undefined;
    runtime.logger.warn(`Stream ${run.streamName}: ${why} The downloads are read from their start; records of the slice ${job.label} that went out before come again.`);
  }

  /** It is known to be the file that an earlier run has begun. */
  private takeUp({ target, rowsBefore, rows, border, seen }: DownloadPlace): void {
    const { run, slice, job, runtime } = this;
    if (seen !== undefined) run.cursor.seenBefore?.(slice, seen);
    const how = border && border.bytes > 0 ? `from byte ${border.bytes} of file ${target + 1}` : `in file ${target + 1}`;
    runtime.logger.info(`Job ${job.id}: goes on ${how}; ${rowsBefore + rows} rows went out before.`);
  }

  private async freshTargets(expected: number): Promise<JsonValue[]> {
    await this.orchestrator.pollAgain(this.job);
    const targets = await this.repository.downloadTargets(this.job, this.run.signal);
    if (targets.length === expected) return targets;
    throw ConnectorError.transient('jobs.other_targets', `The job for the slice ${this.job.label} had ${expected} files to download and now has ${targets.length}.`, { recovery: 'new_job' });
  }

  /** A place in one of several pages would mean nothing to a later run. */
  private get tracksPlaces(): boolean {
    return this.run.jobBook !== undefined && this.parts.paginator.hasPages === false;
  }

  private openTarget(download: DownloadJob, index: number): Target {
    const { decoder, extractor, paginator, selector } = this.parts;
    const { tracker } = this;
    const from = tracker.from?.target === index ? tracker.from : undefined;
    const requester: DownloadRequester = new DownloadRequester(this.parts.requester, download, this.runtime, this.run.signal, () => this.tellProgress(requester), from);
    const pages = new PageReader(
      { requester, decoder, selector: withExtractor(selector, extractor), paginator, ignoresSlicerOptionsOnLaterPages: false, slicerOptions: {}, heap: receivedBytes(this.runtime) },
      // A data feed has no pages to stop at here: its known records are filtered like everybody's.
      { ...this.run, isDataFeed: false, counts: this.counts },
      (message) => this.runtime.logger.warn(`Stream ${this.run.streamName}: ${message}`),
    );
    return { index, from, requester, pages, input: () => pages.requestInput({ requestSlice: this.slice, state: paginator.first() }) };
  }

  private async *readTarget({ index, from, requester, pages }: Target): AsyncGenerator<RecordBatch> {
    const { paginator } = this.parts;
    const { tracker, counts } = this;
    if (this.tracksPlaces) tracker.enter(index, counts.rows, requester);
    // What may come of another file than the one that was begun.
    const held: RecordBatch[] = [];
    let isTaken = !from;
    const letGo = () => {
      if (!isTaken && from) this.takeUp(from);
      isTaken = true;
      return held.splice(0);
    };
    let state: PageState | undefined = paginator.first();
    for (; state && this.pagesLeft > 0; this.pagesLeft -= 1) {
      this.run.signal.throwIfAborted();
      const batches = pages.read({ requestSlice: this.slice, recordSlice: this.slice, state, wantsPlaces: this.tracksPlaces, ...(from ? { skip: from.rows - (from.border?.rows ?? 0) } : {}) });
      let step = await batches.next();
      try {
        for (; !step.done; step = await batches.next()) {
          held.push(tracker.mark(step.value, counts.rows));
          if (requester.isProven) yield* letGo();
          this.tellProgress(requester);
        }
        yield* letGo();
      } finally {
        if (!step.done) await batches.return(undefined);
      }
      state = step.value && paginator.next(step.value, state);
    }
    this.tellProgress(requester, true);
    this.bytesOfEarlierFiles += requester.bytes;
  }

  private tellProgress({ bytes, total }: DownloadRequester, isLast = false): void {
    const { events, clock } = this.runtime;
    if (!events.active || (!isLast && clock.monotonic() - this.progressAt < PROGRESS_INTERVAL_MS)) return;
    this.progressAt = clock.monotonic();
    events.emit({ type: 'download', streamName: this.run.streamName, jobId: this.job.id, bytes: this.bytesOfEarlierFiles + bytes, ...(total === undefined || this.fileCount > 1 ? {} : { total }), records: this.records, at: clock.now() });
  }

  private explained(error: unknown): unknown {
    if (!(error instanceof RequestSignal)) return error;
    return ConnectorError.config(
      'jobs.unsupported_action',
      `An error handler of the asynchronous stream "${this.run.streamName}" says ${error.action}, which means nothing for downloads. Use RETRY, FAIL or IGNORE.`,
      { recovery: 'stop_stream', internalMessage: error.message },
    );
  }
}

function withExtractor(selector: RecordSelector, extractor: RecordExtractor): RecordSelector {
  return {
    extractor,
    needsSchema: selector.needsSchema,
    isIdentity: (transformations) => selector.isIdentity(transformations),
    ...(selector.planner ? { planner: (context) => selector.planner!(context) } : {}),
    select: (records, context) => selector.select(records, context),
  };
}
