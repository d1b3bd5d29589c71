import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { Runtime } from '../platform/runtime';
import { NoPagination } from '../requests/paginators/no-pagination';
import { queryPropertiesModel } from '../requests/query-properties/query-properties-model';
import { CartesianProductRouter } from '../slices/cartesian-product-router';
import type { StreamPartition } from '../slices/parent-stream';
import type { PartitionRouter } from '../slices/partition-router';
import type { Retriever, StreamRun } from './retriever';
import { checkPaginator, checkRecoveryActions, refuseUnsplittableCursor } from './simple-retriever-checks';
import { SimpleSliceReading, type SliceReadingParts } from './simple-slice-reading';

/** Reads each slice by requests whose answers hold the records, page by page (reference section 8). */
export class SimpleRetriever implements Retriever {
  readonly readsCursorSlices = true;

  constructor(
    private readonly parts: SliceReadingParts,
    readonly partitionRouter: PartitionRouter | undefined,
    private readonly runtime: Runtime,
  ) {}

  async *partitions(run: StreamRun): AsyncIterable<StreamPartition> {
    if (this.parts.windowSplitting) refuseUnsplittableCursor(run);
    const maxSlices = run.maxSlices ?? Number.POSITIVE_INFINITY;
    let count = 0;
    for await (const slice of run.cursor.slices()) {
      yield { slice, read: () => new SimpleSliceReading(this.parts, run, this.runtime).read(slice) };
      count += 1;
      if (count >= maxSlices) return;
    }
  }
}

export const simpleRetriever = defineComponent({
  kind: 'Retriever',
  type: 'SimpleRetriever',
  title: 'Synchronous retriever',
  description: 'Asks the API for each slice and reads the records from the answers, page by page.',
  fields: {
    requester: required(field.component('Requester', { description: 'How a request is made.' })),
    record_selector: required(field.component('RecordSelector', { description: 'Which parts of an answer are records.' })),
    decoder: field.component('Decoder', {
      title: 'HTTP response format',
      description: 'The format of the answers.',
      default: { type: 'JsonDecoder' },
    }),
    paginator: field.component('Paginator', { description: 'How one gets from page to page; without it, a slice is one request.' }),
    pagination_reset: field.component('PaginationReset', {
      description: 'For APIs that give no more than so many pages of one query: when to start again, and from where.',
    }),
    page_size_reduction: field.component('PageSizeReduction', {
      description: 'What to do when an error handler says REDUCE_PAGE_SIZE: ask for the same page with a smaller size.',
    }),
    request_window_splitting: field.component('RequestWindowSplitting', {
      description: 'What to do when an error handler says SPLIT_REQUEST_WINDOW: read the window of the cursor in halves.',
    }),
    ignore_stream_slicer_parameters_on_paginated_requests: field.boolean({
      description: 'Requests with a page token leave out what partition router and cursor add; what the requester itself sends stays.',
      default: false,
    }),
    partition_router: field.oneOf([field.component('PartitionRouter'), field.array(field.component('PartitionRouter'))], {
      title: 'Partition router',
      description: 'Cuts the stream into partitions that are requested one by one; several routers give all combinations.',
    }),
  },
  examples: [
    {
      type: 'SimpleRetriever',
      requester: { type: 'HttpRequester', url: 'https://api.example.com/contacts' },
      record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['results'] } },
      paginator: {
        type: 'DefaultPaginator',
        pagination_strategy: { type: 'CursorPagination', cursor_value: "{{ response['next_page'] }}" },
        page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'page' },
      },
    },
  ],
  build: (props, ctx, model) => {
    const paginator = props.paginator ?? new NoPagination();
    checkRecoveryActions(model, ctx);
    checkPaginator(model, paginator.readsResponse ?? true, ctx);
    const query = queryPropertiesModel(model.requester);
    const routers = props.partition_router;
    // The Builder writes an empty list where there are no partitions.
    const router = !Array.isArray(routers) ? routers : routers.length > 0 ? new CartesianProductRouter(routers, ctx.streamName ?? '', ctx.runtime.logger) : undefined;
    return new SimpleRetriever(
      {
        requester: props.requester,
        decoder: props.decoder,
        selector: props.record_selector,
        paginator,
        ignoresSlicerOptionsOnLaterPages: props.ignore_stream_slicer_parameters_on_paginated_requests,
        queryProperties: query && { parameter: query.parameter, properties: ctx.build('QueryProperties', query.model) },
        paginationReset: props.pagination_reset,
        pageSizeReduction: props.page_size_reduction,
        windowSplitting: props.request_window_splitting,
      },
      router,
      ctx.runtime,
    );
  },
});
