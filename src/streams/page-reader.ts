import type { Decoder, LineBatch } from '../decode/decoder';
import { isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { RecordSelector } from '../records/record-selector';
import { combineRequestOptions } from '../requests/paginators/combine-request-options';
import { recordsFingerprint } from '../requests/paginators/page-progress';
import type { PageState, PageView, Paginator } from '../requests/paginators/paginator';
import type { HttpResponse, Requester } from '../requests/requester';
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
}

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
  async *read(request: PageRequest): AsyncGenerator<RecordBatch, PageView | undefined> {
    const response = await this.send(request);
    if (response.status >= 400) {
      response.body.discard();
      return undefined;
    }
    const envelope = this.run.lineEnvelope;
    const decoder = this.parts.selector.extractor.bodyDecoder ?? this.parts.decoder;
    try {
      if (envelope && decoder.transcode && this.passesBytesThrough()) {
        yield* this.lines(decoder.transcode(response.body.stream(), envelope, this.decodeContext(response)));
        return { response: {}, headers: response.headers, lastPageSize: 0, lastRecord: undefined, slice: request.requestSlice };
      }
      return yield* this.records(request, decoder.decode(response.body.stream(), this.decodeContext(response)), response.headers);
    } finally {
      if (this.run.counts) this.run.counts.bytes += response.body.received;
    }
  }

  /** Records that came with the parent's record (`lazy_read_pointer`): the first page without a request. */
  async *readElements(request: PageRequest, elements: JsonValue[]): AsyncGenerator<RecordBatch, PageView> {
    return yield* this.records(request, [elements], {});
  }

  private send({ state, requestSlice, params }: PageRequest): Promise<HttpResponse> {
    const { paginator, requester, ignoresSlicerOptionsOnLaterPages } = this.parts;
    const { path, ...pageOptions } = paginator.requestOptions(state);
    const isFirst = state.token === undefined;
    const fromSlicer = this.parts.slicerOptions ?? (isFirst || !ignoresSlicerOptionsOnLaterPages ? this.run.cursor.requestOptions(requestSlice) : {});
    let options: RequestOptions = combineRequestOptions(pageOptions, fromSlicer, 'The paginator and the cursor or partition router');
    if (params) options = combineRequestOptions(options, { params }, 'Query properties and other request options');
    return requester.send({
      slice: requestSlice,
      options,
      path,
      signal: this.run.signal,
      ...(state.token !== undefined ? { nextPageToken: { next_page_token: state.token } } : {}),
    });
  }

  private passesBytesThrough(): boolean {
    const { selector, paginator } = this.parts;
    return paginator.hasPages === false && selector.extractor.passesThrough && selector.isIdentity(this.run.transformations);
  }

  private decodeContext(response: HttpResponse): { headers: Record<string, string>; warn: (message: string) => void } {
    return { headers: response.headers, warn: this.warn };
  }

  private async *lines(batches: AsyncIterable<LineBatch>): AsyncGenerator<RecordBatch> {
    const { counts } = this.run;
    for await (const batch of batches) {
      if (counts) counts.rows += batch.count;
      if (batch.count > 0) yield { kind: 'lines', ...batch };
    }
  }

  private async *records(
    { recordSlice, requestSlice, state }: PageRequest,
    batches: AsyncIterable<JsonValue[]> | Iterable<JsonValue[]>,
    headers: Record<string, string>,
  ): AsyncGenerator<RecordBatch, PageView> {
    const { selector, paginator } = this.parts;
    const { cursor, transformations, isDataFeed, counts } = this.run;
    const context = {
      slice: recordSlice,
      transformations,
      schema: selector.needsSchema ? await this.run.schema() : {},
      warn: this.warn,
      // A data feed is filtered after the paginator has looked at the page.
      ...(cursor.filtersRecords && !isDataFeed ? { shouldBeSynced: (record: JsonObject) => cursor.shouldBeSynced(record, recordSlice) } : {}),
      ...(state.token !== undefined ? { nextPageToken: { next_page_token: state.token } } : {}),
    };
    const keepsUnchanged = paginator.hasPages !== false && paginator.readsResponse !== false && !selector.isIdentity(transformations);
    let response: JsonValue | undefined;
    let extracted = 0;
    let emitted = 0;
    let lastRecord: JsonObject | undefined;
    let [first, last]: [string | undefined, JsonValue | undefined] = [undefined, undefined];
    for await (const elements of batches) {
      // Transformations change records in place, and the paginator must see what the API sent.
      response ??= keepsUnchanged && elements[0] !== undefined ? copyJson(elements[0]) : elements[0];
      const found = await selector.extractor.extract(elements);
      if (found.length > 0 && paginator.hasPages !== false) {
        first ??= recordsFingerprint(0, [found[0] as JsonValue]);
        last = recordsFingerprint(0, [found[found.length - 1] as JsonValue]);
      }
      extracted += found.length;
      const { records, filtered } = selector.select(found, context);
      if (counts) {
        counts.rows += found.length;
        counts.filtered += filtered;
      }
      if (records.length === 0) continue;
      emitted += records.length;
      lastRecord = records[records.length - 1];
      yield { kind: 'objects', records };
    }
    return {
      response: response ?? {},
      headers,
      lastPageSize: extracted,
      emittedCount: emitted,
      lastRecord,
      slice: requestSlice,
      fingerprint: `${extracted}:${first}:${String(last)}`,
    };
  }
}

function copyJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copyJson);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyJson(value[key] as JsonValue));
  return copy;
}
