import { ConnectorError } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import { getOwn, setOwn, type JsonObject } from '../protocol/json';
import type { PageState, PageView, Paginator } from '../requests/paginators/paginator';
import type { QueryProperties } from '../requests/query-properties/query-properties';
import { RequestSignal } from '../requests/requester';
import type { RecordBatch } from '../slices/parent-stream';
import { StreamSlice } from '../slices/stream-slice';
import { mapBatches } from './map-batches';
import { PageReader, type PageReaderParts } from './page-reader';
import { PageSizeReducer } from './page-size-reducer';
import type { PageSizeReduction } from './page-size-reduction';
import type { PaginationReset } from './pagination-reset';
import { PaginationTracker } from './pagination-tracker';
import { PropertyChunkMerger } from './property-chunk-merger';
import type { RequestWindowSplitting } from './request-window-splitting';
import type { StreamRun } from './retriever';

/** Ten halvings make a window a thousand times smaller; an API that still refuses it will not be pleased by more. */
const MAX_SPLIT_DEPTH = 10;

export interface SliceReadingParts extends PageReaderParts {
  paginator: Paginator;
  /** `parameter`: the request parameter that gets the names; otherwise templates read them from the slice. */
  queryProperties: { parameter: string | undefined; properties: QueryProperties } | undefined;
  paginationReset: PaginationReset | undefined;
  pageSizeReduction: PageSizeReduction | undefined;
  windowSplitting: RequestWindowSplitting | undefined;
}

interface PagePosition {
  slice: StreamSlice;
  requestSlice: StreamSlice;
  state: PageState;
  isFirst: boolean;
  tracker: PaginationTracker;
}

/** A page, an error that the manifest ignores, or what an error handler asked for instead of a page. */
type PageOutcome = PageView | 'ignored' | RequestSignal;

/** One reading of one slice: what changes while pages come in lives here, because slices are read side by side. */
export class SimpleSliceReading {
  private readonly pages: PageReader;

  constructor(
    private readonly parts: SliceReadingParts,
    private readonly run: StreamRun,
    private readonly runtime: Runtime,
  ) {
    const needsObjects = parts.queryProperties !== undefined || parts.paginationReset !== undefined;
    this.pages = new PageReader(parts, needsObjects ? { ...run, lineEnvelope: undefined } : run, (message) => this.warn(message));
  }

  /** Reads the slice; when the API finds its window too large, its halves one after the other. */
  async *read(slice: StreamSlice, depth = 0): AsyncGenerator<RecordBatch> {
    let emitted = 0;
    let halves: StreamSlice[];
    try {
      for await (const batch of this.readPages(slice)) {
        const wanted = batch.kind === 'objects' && this.run.isDataFeed ? this.withoutSynced(batch.records, slice) : batch;
        emitted += wanted.kind === 'lines' ? wanted.count : wanted.records.length;
        yield wanted;
      }
      return;
    } catch (error) {
      if (!(error instanceof RequestSignal) || error.action !== 'SPLIT_REQUEST_WINDOW') throw error;
      halves = this.split(slice, depth, emitted, error);
    }
    for (const half of halves) yield* this.read(half, depth + 1);
  }

  private async *readPages(slice: StreamSlice): AsyncGenerator<RecordBatch> {
    const { paginator, pageSizeReduction, paginationReset } = this.parts;
    const { streamName, signal, cursor } = this.run;
    const first = paginator.first();
    const tracker = new PaginationTracker(paginationReset, cursor, slice, streamName);
    const reducer = pageSizeReduction && new PageSizeReducer(pageSizeReduction, paginator.withPageSize && first.pageSize, streamName);
    const maxPages = this.runtime.testRead?.maxPagesPerSlice ?? Number.POSITIVE_INFINITY;
    let requestSlice = slice;
    let pagesRead = 0;
    let state: PageState | undefined = first;
    while (state && pagesRead < maxPages) {
      signal.throwIfAborted();
      const position: PagePosition = { slice, requestSlice, state, isFirst: pagesRead === 0, tracker };
      const page: PageOutcome = yield* this.readPage(position);
      if (page === 'ignored') return this.tellOfUnreadPages(slice, pagesRead);
      if (page instanceof RequestSignal && page.action === 'REDUCE_PAGE_SIZE') {
        state = await this.reducePageSize(reducer, state, page);
        continue;
      }
      pagesRead += 1;
      if (!(page instanceof RequestSignal)) reducer?.succeeded();
      if (page instanceof RequestSignal || tracker.limitReached) {
        const previous = requestSlice;
        requestSlice = tracker.restart(previous);
        state = first;
        this.runtime.logger.info(`Stream ${streamName}: pagination starts again; the slice was ${previous.key} and is now ${requestSlice.key}.`);
      } else {
        state = this.nextState(page, position);
      }
      if (state && reducer?.pageSize) state = paginator.withPageSize?.(state, reducer.pageSize);
    }
  }

  /** The records of one page. Signals of the error handler become an outcome, as they change how the reading goes on. */
  private async *readPage(position: PagePosition): AsyncGenerator<RecordBatch, PageOutcome> {
    let emitted = 0;
    try {
      const batches = this.parts.queryProperties ? this.readChunks(position, this.parts.queryProperties) : this.readRequest(position);
      const page = yield* mapBatches(batches, (batch) => {
        if (batch.kind === 'objects') {
          position.tracker.observe(batch.records);
          emitted += batch.records.length;
        }
        return batch;
      });
      return page ?? 'ignored';
    } catch (error) {
      if (!(error instanceof RequestSignal) || error.action === 'SPLIT_REQUEST_WINDOW') throw error;
      if (error.action === 'REDUCE_PAGE_SIZE' && emitted > 0) {
        throw ConnectorError.config(
          'pagination.reduced_within_page',
          `Stream ${this.run.streamName}: the API asked for a smaller page after ${emitted} records of the page had been read; asking again would repeat them. Move the REDUCE_PAGE_SIZE action to the error handler of the stream's own requester.`,
          { internalMessage: error.message },
        );
      }
      return error;
    }
  }

  private readRequest({ slice, requestSlice, state, isFirst }: PagePosition): AsyncGenerator<RecordBatch, PageView | undefined> {
    const request = { requestSlice, recordSlice: slice, state };
    const embedded = isFirst ? getOwn(slice.extraFields, 'child_response') : undefined;
    return embedded !== undefined ? this.pages.readElements(request, Array.isArray(embedded) ? embedded : [embedded]) : this.pages.read(request);
  }

  /** One request a list of properties; the parts of a record are merged once all have come. */
  private async *readChunks(
    { slice, requestSlice, state }: PagePosition,
    { parameter, properties }: NonNullable<SliceReadingParts['queryProperties']>,
  ): AsyncGenerator<RecordBatch, PageView | undefined> {
    const { chunking } = properties;
    const merger = chunking && new PropertyChunkMerger((record) => chunking.mergeKey(record));
    let page: PageView | undefined;
    let emittedCount = 0;
    let lastRecord: JsonObject | undefined;
    const emit = (records: JsonObject[]): RecordBatch | undefined => {
      emittedCount += records.length;
      lastRecord = records[records.length - 1] ?? lastRecord;
      return records.length > 0 ? { kind: 'objects', records } : undefined;
    };
    for (const names of await properties.chunks(this.run.signal)) {
      const params: JsonObject = {};
      if (parameter !== undefined) setOwn(params, parameter, names.join(','));
      const extraFields = { ...requestSlice.extraFields, query_properties: names };
      const batches = this.pages.read({
        requestSlice: new StreamSlice(requestSlice.partition, requestSlice.cursorSlice, extraFields),
        recordSlice: slice,
        state,
        params,
      });
      page = yield* mapBatches(batches, (batch) =>
        batch.kind === 'objects' ? emit(merger ? merger.add(batch.records) : batch.records) : batch,
      );
    }
    const merged = emit(merger?.records() ?? []);
    if (merged) yield merged;
    return page && { ...page, emittedCount, lastRecord };
  }

  private nextState(page: PageView, { state, slice, isFirst }: PagePosition): PageState | undefined {
    const { cursor, isDataFeed } = this.run;
    // A data feed comes newest first: once a page ends with a known record, the rest is known, too.
    if (isDataFeed && page.lastRecord && !cursor.shouldBeSynced(page.lastRecord, slice)) return undefined;
    const cameWithParent = isFirst && getOwn(slice.extraFields, 'child_response') !== undefined;
    return this.parts.paginator.next(page, cameWithParent ? { ...state, token: undefined } : state);
  }

  private async reducePageSize(reducer: PageSizeReducer | undefined, state: PageState, signal: RequestSignal): Promise<PageState> {
    if (!reducer) {
      throw ConnectorError.config(
        'pagination.reduction_not_configured',
        `Stream ${this.run.streamName}: an error handler says REDUCE_PAGE_SIZE, but the retriever has no page_size_reduction. Add it.`,
        { internalMessage: signal.message },
      );
    }
    const { pageSize, waitMs, message } = reducer.reduce(signal.message);
    this.runtime.logger.info(message);
    await this.runtime.clock.sleep(waitMs, this.run.signal);
    return this.parts.paginator.withPageSize?.(state, pageSize) ?? state;
  }

  /** The two halves of a window that the API refused. */
  private split(slice: StreamSlice, depth: number, emitted: number, signal: RequestSignal): StreamSlice[] {
    const { windowSplitting } = this.parts;
    const { streamName, cursor } = this.run;
    if (!windowSplitting) {
      throw ConnectorError.config(
        'slices.splitting_not_configured',
        `Stream ${streamName}: an error handler says SPLIT_REQUEST_WINDOW, but the retriever has no request_window_splitting. Add it.`,
        { internalMessage: signal.message },
      );
    }
    if (emitted > 0) {
      this.warn(`${emitted} records of the slice ${slice.key} were read before its window was refused; they may come again with its halves.`);
    }
    const halves = depth < MAX_SPLIT_DEPTH ? cursor.splitSlice?.(slice, windowSplitting.minSplitWindow) : undefined;
    if (!halves) {
      const advice = windowSplitting.failureMessage?.trim();
      throw ConnectorError.transient(
        'slices.window_too_large',
        `Stream ${streamName}: the API refuses the window ${slice.key}, which cannot be split further ` +
          `(${depth < MAX_SPLIT_DEPTH ? 'cursor_granularity or min_split_window is reached' : `it was halved ${depth} times`}).${advice ? ` ${advice}` : ''}`,
        { internalMessage: signal.message },
      );
    }
    this.runtime.logger.info(
      `Stream ${streamName}: the API refused the window ${slice.key}; reading it in two: ${halves.map((half) => half.key).join(' and ')}.`,
    );
    return halves;
  }

  private withoutSynced(records: JsonObject[], slice: StreamSlice): RecordBatch & { kind: 'objects' } {
    const wanted = records.filter((record) => this.run.cursor.shouldBeSynced(record, slice));
    if (this.run.counts) this.run.counts.filtered += records.length - wanted.length;
    return { kind: 'objects', records: wanted };
  }

  private tellOfUnreadPages(slice: StreamSlice, pagesRead: number): void {
    if (pagesRead === 0) return;
    this.warn(
      `page ${pagesRead + 1} of the slice ${slice.key} was answered with an error that the error handler ignores; the slice counts as read, later pages are not asked for.`,
    );
  }

  private warn(message: string): void {
    this.runtime.logger.warn(`Stream ${this.run.streamName}: ${message}`);
  }
}
