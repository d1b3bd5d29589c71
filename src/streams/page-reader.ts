import { BodyPlaces, type BodyPlace } from '../decode/body-places';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder, LineBatch } from '../decode/decoder';
import { PageOutline } from '../decode/page-outline';
import { otherFile } from '../download/download-errors';
import type { ReceivedBytes } from '../platform/small-heap';
import { isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { RecordSelector, SelectionContext } from '../records/record-selector';
import { combineRequestOptions } from '../requests/paginators/combine-request-options';
import { recordsFingerprint } from '../requests/paginators/page-progress';
import type { PageState, PageView, Paginator } from '../requests/paginators/paginator';
import type { HttpResponse, RequestInput, Requester } from '../requests/requester';
import type { RecordBatch } from '../slices/parent-stream';
import type { RequestOptions } from '../slices/request-options';
import type { StreamSlice } from '../slices/stream-slice';
import type { StreamRun } from './retriever';

export interface PageReaderParts {
  requester: Requester;
  decoder: Decoder;
  selector: RecordSelector;
  paginator: Paginator;
  /** Requests after the first one leave out what cursor and partition router add. */
  ignoresSlicerOptionsOnLaterPages: boolean;
  /** Instead of what cursor and partition router add to a request; nothing for downloads. */
  slicerOptions?: RequestOptions;
  /** Hears of the bytes that come out of compressed answers. */
  heap?: ReceivedBytes;
}

/** One page of one slice. */
export interface PageRequest {
  /** What the request is for; may be narrower than `recordSlice` after a pagination reset. */
  requestSlice: StreamSlice;
  /** The slice that filters and transformations see. */
  recordSlice: StreamSlice;
  state: PageState;
  /** More request parameters: query properties. */
  params?: JsonObject;
  /** So many rows of the answer are passed over: they went out before. */
  skip?: number;
  /** Batches shall say where they end in the answer. */
  wantsPlaces?: boolean;
}

/** `place`: where its last row ends in the answer, when that was asked for and is known. */
export type PageBatch = RecordBatch & { place?: BodyPlace };

/** Of one page: how many the answer held, and how many went out. */
interface RecordCounts {
  found: number;
  emitted: number;
}

type Transcoding = (body: ByteSource, context: DecodeContext, counts: RecordCounts) => AsyncGenerator<PageBatch>;

/** Sends the request of a page and turns its answer into records, batch by batch. */
export class PageReader {
  constructor(
    private readonly parts: PageReaderParts,
    private readonly run: StreamRun,
    private readonly warn: (message: string) => void,
  ) {}

  /**
   * Yields the records that filter and transformations leave; returns what the paginator may look at, or undefined when
   * the answer was an ignored error: that gives no records and no next page.
   */
  async *read(request: PageRequest): AsyncGenerator<PageBatch, PageView | undefined> {
    const response = await this.parts.requester.send(this.requestInput(request));
    if (response.status >= 400) {
      response.body.discard();
      return undefined;
    }
    const { selector, paginator } = this.parts;
    const whole = selector.extractor.bodyDecoder ?? this.parts.decoder;
    const atPath = selector.extractor.path && whole.atPath?.(selector.extractor.path);
    const context = this.decodeContext(request, response);
    try {
      const transcode = await this.transcoding(atPath ?? whole, request, atPath !== undefined);
      if (transcode) {
        const counts = { found: 0, emitted: 0 };
        const outline = paginator.hasPages === false ? undefined : new PageOutline();
        yield* transcode(response.body.stream(), outline ? { ...context, outline } : context, counts);
        return this.outlinedPage(request, response, counts, outline);
      }
      // Where nobody looks at the whole answer, its records need not be held together.
      if (atPath && paginator.hasPages === false) return yield* this.records(request, atPath.decode(response.body.stream(), context), response.headers, (elements) => elements);
      return yield* this.records(request, whole.decode(response.body.stream(), context), response.headers);
    } finally {
      if (this.run.counts) this.run.counts.bytes += response.body.received;
    }
  }

  /** Records that came with the parent's record (`lazy_read_pointer`): the first page without a request. */
  async *readElements(request: PageRequest, elements: JsonValue[]): AsyncGenerator<RecordBatch, PageView> {
    return yield* this.records(request, [elements], {});
  }

  /** What the requester is asked for. */
  requestInput({ state, requestSlice, params }: Pick<PageRequest, 'state' | 'requestSlice' | 'params'>): RequestInput {
    const { paginator, ignoresSlicerOptionsOnLaterPages } = this.parts;
    const { path, ...pageOptions } = paginator.requestOptions(state);
    const isFirst = state.token === undefined;
    const fromSlicer = this.parts.slicerOptions ?? (isFirst || !ignoresSlicerOptionsOnLaterPages ? this.run.cursor.requestOptions(requestSlice) : {});
    let options: RequestOptions = combineRequestOptions(pageOptions, fromSlicer, 'The paginator and the cursor or partition router');
    if (params) options = combineRequestOptions(options, { params }, 'Query properties and other request options');
    return {
      slice: requestSlice,
      options,
      path,
      signal: this.run.signal,
      ...(state.token !== undefined ? { nextPageToken: { next_page_token: state.token } } : {}),
    };
  }

  /** How to read the records of a page without making objects of all of them; undefined when that cannot be. */
  private async transcoding(decoder: Decoder, request: PageRequest, isAtPath: boolean): Promise<Transcoding | undefined> {
    const { selector, paginator } = this.parts;
    const { lineEnvelope: envelope, cursor, transformations, isDataFeed, path } = this.run;
    if (!envelope) return undefined;
    if (paginator.hasPages !== false && !this.outlineIsEnough(decoder)) {
      path?.objects('the paginator looks at the whole answer');
    } else if (!decoder.transcode) {
      path?.objects('the decoder makes them');
    } else if (!isAtPath && !selector.extractor.passesThrough) {
      path?.objects('the extractor looks for records inside of the elements');
    } else if (paginator.hasPages === false && selector.isIdentity(transformations) && !cursor.observesRecords && !cursor.filtersRecords) {
      path?.bytes();
      return (body, context, counts) => this.lines(decoder.transcode!(body, envelope, context), counts, request.skip);
    } else if (request.skip) {
      // Which of the rows a plan has dropped does not show in its lines.
      return undefined;
    } else if (!decoder.transcodePlanned || !selector.planner || (cursor.filtersRecords && isDataFeed)) {
      path?.objects(decoder.transcodePlanned ? 'the selector needs them' : 'the decoder makes them for filters, transformations and cursors');
    } else {
      const selection = await this.selectionContext(request);
      if (path?.givesUpPlans) return undefined;
      const tell = (reason: string | undefined) => path?.plan(reason);
      const planner = selector.planner({ ...selection, cursorField: cursor.looksOnlyAt, notesCursorField: cursor.observesRecords, tell });
      const extract = (elements: JsonValue[]) => (isAtPath ? elements : selector.extractor.extract(elements));
      return (body, context, counts) => this.plannedLines(decoder.transcodePlanned!(body, { envelope, planner }, context), counts, selection, extract);
    }
    return undefined;
  }

  /** Whether the paginator needs no more of an answer than what stands around its records. */
  private outlineIsEnough({ outlinesPages }: Decoder): boolean {
    const { paginator, selector } = this.parts;
    if (!outlinesPages || paginator.readsLastRecord !== false || this.run.isDataFeed) return false;
    if (paginator.readsResponse === false) return true;
    const [list] = selector.extractor.path ?? [];
    return outlinesPages === 'document' && list !== undefined && paginator.responseMembers?.has(list) === false;
  }

  private outlinedPage({ requestSlice }: PageRequest, { headers }: HttpResponse, { found, emitted }: RecordCounts, outline: PageOutline | undefined): PageView {
    return {
      response: (this.parts.paginator.readsResponse === false ? undefined : outline?.document()) ?? {},
      headers,
      lastPageSize: found,
      emittedCount: emitted,
      lastRecord: undefined,
      slice: requestSlice,
      ...(outline ? { fingerprint: found === 0 ? '0' : `${found}:${outline.fingerprint()}` } : {}),
    };
  }

  private decodeContext({ wantsPlaces }: PageRequest, { headers }: HttpResponse): DecodeContext {
    return { headers, warn: this.warn, idle: this.run.idleReaders, ...(this.parts.heap ? { unpacked: this.parts.heap } : {}), ...(wantsPlaces ? { places: new BodyPlaces() } : {}) };
  }

  private async *lines(batches: AsyncIterable<LineBatch>, counts: RecordCounts, skip = 0): AsyncGenerator<PageBatch> {
    let left = skip;
    for await (const batch of batches) {
      const rest = left > 0 ? withoutFirst(batch, left) : batch;
      left -= batch.count - rest.count;
      yield* this.lineBatch(rest, counts);
    }
    if (left > 0) throw otherFile();
  }

  /** Where there was no plan for the rows, they come as elements. */
  private async *plannedLines(
    batches: AsyncIterable<LineBatch | DecodedBatch>,
    counts: RecordCounts,
    selection: SelectionContext,
    extract: (elements: JsonValue[]) => JsonValue[] | Promise<JsonValue[]>,
  ): AsyncGenerator<PageBatch> {
    for await (const batch of batches) {
      if (Array.isArray(batch)) yield* this.objectBatch(await extract(batch), counts, selection, batch.place);
      else yield* this.lineBatch(batch, counts);
    }
  }

  private *lineBatch({ dropped = 0, failure, ...lines }: LineBatch, counts: RecordCounts): Generator<PageBatch> {
    this.count(counts, lines.count + dropped, dropped);
    if (lines.count > 0) yield { kind: 'lines', ...lines };
    else lines.release?.();
    if (failure !== undefined) throw failure;
  }

  private *objectBatch(found: JsonValue[], counts: RecordCounts, selection: SelectionContext, place: BodyPlace | undefined): Generator<PageBatch & { kind: 'objects' }> {
    const { records, filtered, failure } = this.parts.selector.select(found, selection);
    this.count(counts, found.length, filtered);
    if (records.length > 0) yield { kind: 'objects', records, ...(place && failure === undefined ? { place } : {}) };
    if (failure !== undefined) throw failure;
  }

  private count(page: RecordCounts, found: number, filtered: number): void {
    page.found += found;
    page.emitted += found - filtered;
    const { counts } = this.run;
    if (!counts) return;
    counts.rows += found;
    counts.filtered += filtered;
  }

  private async selectionContext({ recordSlice, state }: PageRequest): Promise<SelectionContext> {
    const { selector } = this.parts;
    const { cursor, transformations, isDataFeed } = this.run;
    return {
      slice: recordSlice,
      transformations,
      schema: selector.needsSchema ? await this.run.schema() : {},
      warn: this.warn,
      // A data feed is filtered after the paginator has looked at the page.
      ...(cursor.filtersRecords && !isDataFeed ? { shouldBeSynced: (record: JsonObject) => cursor.shouldBeSynced(record, recordSlice) } : {}),
      ...(state.token !== undefined ? { nextPageToken: { next_page_token: state.token } } : {}),
    };
  }

  private async *records(
    request: PageRequest,
    batches: AsyncIterable<DecodedBatch> | Iterable<DecodedBatch>,
    headers: Record<string, string>,
    extract = (elements: JsonValue[]) => this.parts.selector.extractor.extract(elements),
  ): AsyncGenerator<PageBatch, PageView> {
    const { selector, paginator } = this.parts;
    const { transformations } = this.run;
    const context = await this.selectionContext(request);
    const keepsUnchanged = paginator.hasPages !== false && paginator.readsResponse !== false && !selector.isIdentity(transformations);
    let response: JsonValue | undefined;
    let left = request.skip ?? 0;
    const counts: RecordCounts = { found: 0, emitted: 0 };
    let lastRecord: JsonObject | undefined;
    let [first, last]: [string | undefined, JsonValue | undefined] = [undefined, undefined];
    for await (const elements of batches) {
      // Transformations change records in place, and the paginator must see what the API sent.
      response ??= keepsUnchanged && elements[0] !== undefined ? copyJson(elements[0]) : elements[0];
      const all = await extract(elements);
      const found = left > 0 ? all.slice(left) : all;
      left -= all.length - found.length;
      if (found.length > 0 && paginator.hasPages !== false) {
        first ??= recordsFingerprint(0, [found[0] as JsonValue]);
        last = recordsFingerprint(0, [found[found.length - 1] as JsonValue]);
      }
      for (const batch of this.objectBatch(found, counts, context, elements.place)) {
        lastRecord = batch.records.at(-1);
        yield batch;
      }
    }
    if (left > 0) throw otherFile();
    return {
      response: response ?? {},
      headers,
      lastPageSize: counts.found,
      emittedCount: counts.emitted,
      lastRecord,
      slice: request.requestSlice,
      fingerprint: `${counts.found}:${first}:${String(last)}`,
    };
  }
}

/** Lines hold no line breaks but the one at their end. */
function withoutFirst(batch: LineBatch, rows: number): LineBatch {
  const skipped = Math.min(rows, batch.count);
  let start = 0;
  for (let line = 0; line < skipped; line += 1) start = batch.lines.indexOf(0x0a, start) + 1;
  return { ...batch, lines: batch.lines.subarray(start), count: batch.count - skipped };
}

function copyJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copyJson);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyJson(value[key] as JsonValue));
  return copy;
}
