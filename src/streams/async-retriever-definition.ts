import { ConnectorError } from '../errors/connector-error';
import { defaultPollingInterval } from '../jobs/polling-schedule';
import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { RECORD_SELECTION } from '../records/extractors/combined-extractor';
import { NoPagination } from '../requests/paginators/no-pagination';
import { CartesianProductRouter } from '../slices/cartesian-product-router';
import { AsyncRetriever } from './async-retriever';
import { orderFingerprint } from './order-fingerprint';
import { checkPaginator, usesAction } from './simple-retriever-checks';

const REQUESTERS = ['creation_requester', 'polling_requester', 'download_target_requester', 'download_requester', 'abort_requester', 'delete_requester'] as const;
/** Changes with the meaning of a place in a download, so that older ones are left out. */
const PLACE_VERSION = 1;
const ANSWER_EXTRACTORS = ['DpathExtractor', 'JsonPathExtractor', 'CombinedExtractor', 'CustomRecordExtractor'];

export const asyncRetriever = defineComponent({
  kind: 'Retriever',
  type: 'AsyncRetriever',
  title: 'Asynchronous retriever',
  description:
    'For APIs that make a file first: orders a job for each slice, asks for its status until it is done, and reads the records from what there is to download. ' +
    'How many jobs exist at once is bounded by `max_concurrent_async_job_count` of the source.',
  fields: {
    record_selector: required(field.component('RecordSelector', { description: 'Which downloaded records to keep, and how to cast them. Its extractor is not used; see download_extractor.' })),
    status_mapping: required(field.component('AsyncJobStatusMap', { description: 'What the status values of the API mean.' })),
    status_extractor: required(field.component('RecordExtractor', { types: ANSWER_EXTRACTORS, description: 'Where the answer to a poll has the status.' })),
    creation_requester: required(
      field.component('Requester', {
        role: 'job creation',
        description: 'Orders the job. Templates see the slice; options of the cursor and the partition router are added unless the requester sets the same names.',
      }),
    ),
    polling_requester: required(field.component('Requester', { role: 'job polling', description: 'Asks for the status. Templates see `creation_response`.' })),
    download_requester: required(
      field.component('Requester', { role: 'job download', description: 'Fetches the result. Templates see `download_target`, `creation_response` and `polling_response`.' }),
    ),
    download_target_extractor: field.component('RecordExtractor', {
      types: ANSWER_EXTRACTORS,
      description: 'Where the last poll, or the answer to download_target_requester, has the links: one download each. Without it there is one download, with an empty `download_target`.',
    }),
    download_target_requester: field.component('Requester', {
      role: 'job extract_url',
      description: 'Asks for the links when they are not in the poll. Templates see `polling_response`, `creation_response` and the slice.',
    }),
    download_extractor: field.component('RecordExtractor', {
      types: [...ANSWER_EXTRACTORS, 'ResponseToFileExtractor'],
      role: RECORD_SELECTION,
      description: 'Which parts of a download are records; by default the elements that download_decoder gives.',
      default: { type: 'DpathExtractor', field_path: [] },
    }),
    download_paginator: field.component('Paginator', { description: 'When a result is downloaded page by page. Templates that read `response` need a JSON or XML download_decoder.' }),
    abort_requester: field.component('Requester', { role: 'job abort', description: 'Stops a job that takes too long, or that nobody waits for any more.' }),
    delete_requester: field.component('Requester', { role: 'job delete', description: 'Removes a job once its records were delivered, or when nobody wants them any more.' }),
    decoder: field.component('Decoder', { title: 'HTTP response format', description: 'The format of all answers but the downloads.', default: { type: 'JsonDecoder' } }),
    download_decoder: field.component('Decoder', { title: 'Download HTTP response format', description: 'The format of the downloads.', default: { type: 'JsonDecoder' } }),
    polling_job_timeout: field.oneOf([field.integer(), field.template()], {
      description: 'Minutes after which a job that is still running is aborted and ordered again; 60 when absent or 0, 15 in a test read.',
      examples: [120, "{{ config['report_timeout_minutes'] }}"],
    }),
    failed_retry_wait_time_in_seconds: field.oneOf([field.integer({ minimum: 1 }), field.template()], {
      description: 'Seconds of rest before a job that the API calls failed is ordered again, for APIs that refuse a repetition too soon; a growing pause from 5 s on when absent.',
      examples: [1800],
    }),
    partition_router: field.oneOf([field.component('PartitionRouter'), field.array(field.component('PartitionRouter'))], {
      title: 'Partition router',
      description: 'Cuts the stream into partitions with a job each; several routers give all combinations.',
      default: [],
    }),
    polling_interval: field.record(
      {
        initial_seconds: field.number({ exclusiveMinimum: 0, default: defaultPollingInterval.initial_seconds, description: 'Seconds before the first poll.' }),
        multiplier: field.number({ minimum: 1, default: defaultPollingInterval.multiplier, description: 'How many times longer each wait is than the one before.' }),
        maximum_seconds: field.number({ exclusiveMinimum: 0, default: defaultPollingInterval.maximum_seconds, description: 'The longest wait between two polls, seconds.' }),
        jitter: field.number({ minimum: 0, maximum: 0.9, default: defaultPollingInterval.jitter, description: 'The part of a wait that is random.' }),
      },
      {
        description: 'When jobs are polled, in place of the built-in schedule (0.5 s, growing to 5 s, then 5 % of the elapsed time, at most 30 s; sooner or later where other jobs of the stream have told how long one takes). A `Retry-After` header of an answer is respected either way.',
        extension: true,
        examples: [{ initial_seconds: 30, maximum_seconds: 120 }],
      },
    ),
    max_attempts: field.integer({ minimum: 1, description: 'How often the job of a slice is ordered at most; 3 when absent, 1 in a test read.', extension: true }),
    unknown_status_grace_polls: field.integer({
      minimum: 0,
      default: 4,
      description: 'How many polls in a row may give a status that status_mapping does not list before the job is given up.',
      extension: true,
    }),
    expected_record_count: field.template({
      accepts: ['integer'],
      description:
        'How many rows the API says the result of a job has, for example from `polling_response`. A download with another number of rows, before any filter, is an error: the stream ends INCOMPLETE and the slice is read again. Nothing is compared when the template gives nothing.',
      extension: true,
      examples: ["{{ polling_response['row_count'] }}"],
    }),
    allow_missing_download_target: field.boolean({
      default: false,
      description: 'A completed job without anything for download_target_extractor to find has no records, instead of being an error.',
      extension: true,
    }),
  },
  examples: [
    {
      type: 'AsyncRetriever',
      record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
      status_mapping: { type: 'AsyncJobStatusMap', running: ['pending'], completed: ['ready'], failed: ['failure'], timeout: [] },
      status_extractor: { type: 'DpathExtractor', field_path: ['status'] },
      creation_requester: { type: 'HttpRequester', url: 'https://api.example.com/v3/contacts/exports', http_method: 'POST' },
      polling_requester: { type: 'HttpRequester', url: "https://api.example.com/v3/contacts/exports/{{ creation_response['id'] }}" },
      download_target_extractor: { type: 'DpathExtractor', field_path: ['urls'] },
      download_requester: { type: 'HttpRequester', url: '{{ download_target }}' },
      download_decoder: { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } },
      polling_job_timeout: 120,
      polling_interval: { initial_seconds: 5, multiplier: 2 },
    },
  ],
  build: (props, ctx, model) => {
    const paginator = props.download_paginator ?? new NoPagination();
    checkModel(model, ctx);
    checkPaginator(downloadModel(model), paginator.readsResponse ?? true, ctx);
    const routers = props.partition_router;
    const router = !Array.isArray(routers) ? routers : routers.length > 1 ? new CartesianProductRouter(routers, ctx.streamName ?? '', ctx.runtime.logger) : routers[0];
    return new AsyncRetriever(
      {
        jobs: {
          creationRequester: props.creation_requester,
          pollingRequester: props.polling_requester,
          abortRequester: props.abort_requester,
          deleteRequester: props.delete_requester,
          downloadTargetRequester: props.download_target_requester,
          statusExtractor: props.status_extractor,
          statusExtractorText: describeExtractor(model.status_extractor),
          statusMapping: props.status_mapping,
          downloadTargetExtractor: props.download_target_extractor,
          allowMissingDownloadTarget: props.allow_missing_download_target,
          decoder: props.decoder,
        },
        download: {
          requester: props.download_requester,
          decoder: props.download_decoder,
          extractor: props.download_extractor,
          paginator,
          selector: props.record_selector,
          expectedRows: props.expected_record_count,
        },
        reader: () => orderFingerprint([PLACE_VERSION, model.download_decoder ?? null, model.download_extractor ?? null], ctx.config, ctx.runtime.secrets),
        creationModel: model.creation_requester,
        laterModels: Object.entries(model).flatMap(([property, value]) => (property === 'creation_requester' ? [] : [value])),
        order: () => orderFingerprint(model.creation_requester, ctx.config, ctx.runtime.secrets),
        pollingInterval: props.polling_interval,
        pollingJobTimeout: props.polling_job_timeout,
        failedRetryWait: props.failed_retry_wait_time_in_seconds,
        maxAttempts: props.max_attempts,
        unknownStatusGracePolls: props.unknown_status_grace_polls,
      },
      router,
      ctx.path,
      ctx.runtime,
    );
  },
});

function checkModel(model: JsonObject, ctx: BuildContext): void {
  const refuse = (why: string): never => {
    throw ConnectorError.config('manifest.unsupported_combination', `${ctx.path}: ${why}`);
  };
  if (isObject(model.download_target_requester) && !isObject(model.download_target_extractor)) {
    refuse('download_target_requester needs a download_target_extractor that finds the links in its answer. Add one.');
  }
  for (const name of REQUESTERS) {
    const requester = model[name];
    for (const action of ['REDUCE_PAGE_SIZE', 'SPLIT_REQUEST_WINDOW']) {
      if (isObject(requester) && usesAction(requester.error_handler, action)) {
        refuse(`a response filter of ${name} says ${action}, which an asynchronous stream cannot do. Use RETRY, FAIL or IGNORE.`);
      }
    }
  }
}

/** What is for downloads, under the names that a SimpleRetriever has for it. */
function downloadModel({ download_decoder: decoder, download_paginator: paginator, download_extractor: extractor }: JsonObject): JsonObject {
  return { ...(decoder ? { decoder } : {}), ...(paginator ? { paginator } : {}), ...(extractor ? { record_selector: { extractor } } : {}) };
}

function describeExtractor(model: JsonValue | undefined): string {
  if (!isObject(model)) return 'unknown';
  return Array.isArray(model.field_path) ? `field_path ${JSON.stringify(model.field_path)}` : String(model.type);
}
