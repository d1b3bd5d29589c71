import { ConnectorError } from '../errors/connector-error';
import type { BuildContext } from '../manifest/build-context';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { queryPropertiesModel } from '../requests/query-properties/query-properties-model';
import type { StreamRun } from './retriever';

/**
 * Refuses combinations that would lose or repeat records (reference section 8): asking for the same page with another
 * size, or for a window in halves, is right only where nothing of it was delivered and the next page does not depend on it.
 */
export function checkRecoveryActions(model: JsonObject, ctx: BuildContext): void {
  const refuse = (option: string, why: string): never => {
    throw ConnectorError.config('manifest.unsupported_combination', `${ctx.path}: ${option} ${why}`);
  };
  for (const [action, option] of [
    ['REDUCE_PAGE_SIZE', 'page_size_reduction'],
    ['SPLIT_REQUEST_WINDOW', 'request_window_splitting'],
  ] as const) {
    const uses = usesAction(property(model.requester, 'error_handler'), action);
    if (!uses && !isObject(model[option])) continue;
    if (!isObject(model[option])) refuse(`a response filter says ${action}, but`, `the retriever has no ${option}. Add it.`);
    if (!uses) ctx.runtime.logger.warn(`${ctx.path}.${option} has no effect: no response filter of the requester says ${action}.`);
    if (readsParentLazily(model.partition_router)) refuse(option, 'does not work with lazy_read_pointer: the first page comes with the parent record. Remove one of them.');
    if (queryPropertiesModel(model.requester)) refuse(option, 'does not work with query properties: a page is several requests, and some may have given records. Remove one of them.');
  }
  if (isObject(model.page_size_reduction)) checkReduciblePages(model, refuse);
  if (isObject(property(model.pagination_reset, 'limits')) && property(model.record_selector, 'record_filter')) {
    refuse('pagination_reset.limits', 'does not work with a record_filter: filtered records would not count. Remove one of them.');
  }
}

function checkReduciblePages({ paginator, page_size_reduction: reduction }: JsonObject, refuse: (option: string, why: string) => never): void {
  const option = 'page_size_reduction';
  const strategy = property(paginator, 'pagination_strategy');
  if (property(paginator, 'type') !== 'DefaultPaginator') refuse(option, 'needs a DefaultPaginator.');
  if (!isObject(property(paginator, 'page_size_option'))) refuse(option, 'needs page_size_option on the paginator: how else would the API learn of the smaller size?');
  if (property(property(paginator, 'page_token_option'), 'type') === 'RequestPath') {
    refuse(option, 'does not work with a RequestPath token: the URL of the next page already has the page size in it. Use a RequestOption.');
  }
  if (property(strategy, 'type') === 'PageIncrement') {
    refuse(option, 'does not work with PageIncrement: with another size, page numbers mean other records. Use OffsetIncrement or CursorPagination.');
  }
  const size = property(strategy, 'page_size');
  if (size === undefined || size === null) refuse(option, 'needs page_size on the pagination strategy.');
  const minimum = Number(property(reduction, 'minimum_page_size') ?? 1);
  if (/^\d+$/.test(String(size)) && Number(size) <= minimum) {
    refuse(option, `can never reduce: page_size is ${String(size)} and minimum_page_size is ${minimum}. Raise one or lower the other.`);
  }
}

/**
 * Refuses paginators that would not see what they need, and would end or skip pages without a word. `model` is a
 * retriever, or the parts of one that are for downloads under the same names.
 */
export function checkPaginator(model: JsonObject, readsResponse: boolean, ctx: BuildContext): void {
  const extractor = property(model.record_selector, 'extractor');
  const reader = property(extractor, 'type') === 'ResponseToFileExtractor' ? extractor : model.decoder;
  if (readsResponse && !givesWholeAnswer(reader)) {
    throw ConnectorError.config(
      'manifest.unsupported_combination',
      `${ctx.path}: the paginator's templates read \`response\`, but the ${String(property(reader, 'type'))} gives single rows instead of the whole answer. Use \`headers\`, \`last_record\` or a counting strategy, or a JsonDecoder.`,
    );
  }
  const strategy = property(property(model.paginator, 'pagination_strategy'), 'type');
  if (strategy === 'OffsetIncrement' && containsUnion(extractor)) {
    throw ConnectorError.config(
      'manifest.unsupported_combination',
      `${ctx.path}: OffsetIncrement counts the records of a page, and a CombinedExtractor of mode union finds more of them than the API counts, so records would be skipped. Use the mode first_match, or another strategy.`,
    );
  }
}

/** True for decoders whose first element is the answer itself, or may be. */
function givesWholeAnswer(decoder: JsonValue | undefined): boolean {
  const type = property(decoder, 'type') ?? 'JsonDecoder';
  return ['JsonDecoder', 'XmlDecoder', 'CustomDecoder'].includes(String(type)) || (type === 'GzipDecoder' && givesWholeAnswer(property(decoder, 'decoder')));
}

function containsUnion(extractor: JsonValue | undefined): boolean {
  if (property(extractor, 'type') !== 'CombinedExtractor') return false;
  const nested = property(extractor, 'extractors');
  return (property(extractor, 'mode') ?? 'union') === 'union' || (Array.isArray(nested) && nested.some(containsUnion));
}

/** Refuses files for records of pages that may be asked for again: their files would be fetched again, too. */
export function checkFiles(retriever: JsonValue | undefined, ctx: BuildContext): void {
  for (const option of ['page_size_reduction', 'request_window_splitting']) {
    if (!isObject(property(retriever, option))) continue;
    throw ConnectorError.config(
      'manifest.unsupported_combination',
      `${ctx.path}: retriever.${option} does not work with a file_uploader: records of a page that is asked for again may have their files already. Remove one of them.`,
    );
  }
}

/** Windows are split by the cursor, which is known only once the stream runs. */
export function refuseUnsplittableCursor({ cursor, streamName, isDataFeed }: StreamRun): void {
  if (cursor.splitSlice && (!cursor.filtersRecords || isDataFeed)) return;
  throw ConnectorError.config(
    'slices.window_not_splittable',
    `Stream ${streamName}: request_window_splitting needs an incremental_sync of type DatetimeBasedCursor with cursor_granularity that sends its window to the API` +
      `${cursor.filtersRecords ? ' (is_client_side_incremental does not)' : ''}. Add cursor_granularity and step, or remove request_window_splitting.`,
  );
}

/** Whether an error handler, or one nested in it, has a filter with this action. */
export function usesAction(handler: JsonValue | undefined, action: string): boolean {
  const list = (name: string): JsonValue[] => {
    const value = property(handler, name);
    return Array.isArray(value) ? value : [];
  };
  return list('error_handlers').some((nested) => usesAction(nested, action)) || list('response_filters').some((filter) => property(filter, 'action') === action);
}

function readsParentLazily(router: JsonValue | undefined): boolean {
  const parents = property(router, 'parent_stream_configs');
  return Array.isArray(parents) && parents.some((parent) => Boolean(property(parent, 'lazy_read_pointer')));
}

function property(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) ? getOwn(value, name) : undefined;
}
