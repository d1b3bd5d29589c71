import { getOwn, isEmpty, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';

/**
 * Types that a component may leave out, by parent type and property (reference section 5.9; state migrations need no type
 * there). The same table serves the manifest's own top level under `DeclarativeSource`.
 */
const DEFAULT_TYPES: Readonly<Record<string, string>> = {
  'CompositeErrorHandler.error_handlers': 'DefaultErrorHandler',
  'CursorPagination.decoder': 'JsonDecoder',
  'DatetimeBasedCursor.end_datetime': 'MinMaxDatetime',
  'DatetimeBasedCursor.end_time_option': 'RequestOption',
  'DatetimeBasedCursor.start_datetime': 'MinMaxDatetime',
  'DatetimeBasedCursor.start_time_option': 'RequestOption',
  'DeclarativeSource.check': 'CheckStream',
  'DeclarativeSource.spec': 'Spec',
  'DeclarativeSource.streams': 'DeclarativeStream',
  'DeclarativeStream.retriever': 'SimpleRetriever',
  'DeclarativeStream.schema_loader': 'JsonFileSchemaLoader',
  'DeclarativeStream.state_migrations': 'LegacyToPerPartitionStateMigration',
  'DynamicDeclarativeStream.stream_template': 'DeclarativeStream',
  'DynamicDeclarativeStream.components_resolver': 'ConfigComponentsResolver',
  'HttpComponentsResolver.retriever': 'SimpleRetriever',
  'HttpComponentsResolver.components_mapping': 'ComponentMappingDefinition',
  'ConfigComponentsResolver.stream_config': 'StreamConfig',
  'ConfigComponentsResolver.components_mapping': 'ComponentMappingDefinition',
  'DefaultErrorHandler.response_filters': 'HttpResponseFilter',
  'DefaultPaginator.decoder': 'JsonDecoder',
  'DefaultPaginator.page_size_option': 'RequestOption',
  'DpathExtractor.decoder': 'JsonDecoder',
  'DpathExtractor.record_expander': 'RecordExpander',
  'HttpRequester.error_handler': 'DefaultErrorHandler',
  'ListPartitionRouter.request_option': 'RequestOption',
  'ParentStreamConfig.request_option': 'RequestOption',
  'ParentStreamConfig.stream': 'DeclarativeStream',
  'RecordExpander.parent_fields': 'ParentFieldPath',
  'RecordSelector.extractor': 'DpathExtractor',
  'RecordSelector.record_filter': 'RecordFilter',
  'SimpleRetriever.paginator': 'NoPagination',
  'SimpleRetriever.record_selector': 'RecordSelector',
  'SimpleRetriever.requester': 'HttpRequester',
  'SubstreamPartitionRouter.parent_stream_configs': 'ParentStreamConfig',
  'AddFields.fields': 'AddedFieldDefinition',
  'CustomPartitionRouter.parent_stream_configs': 'ParentStreamConfig',
  'DynamicSchemaLoader.retriever': 'SimpleRetriever',
  'SchemaTypeIdentifier.types_map': 'TypesMap',
};

/** The same for components that name a class. */
const CUSTOM_TYPES: Readonly<Record<string, string>> = {
  'CompositeErrorHandler.backoff_strategies': 'CustomBackoffStrategy',
  'DeclarativeStream.retriever': 'CustomRetriever',
  'DeclarativeStream.state_migrations': 'CustomStateMigration',
  'DeclarativeStream.transformations': 'CustomTransformation',
  'DefaultErrorHandler.backoff_strategies': 'CustomBackoffStrategy',
  'DefaultPaginator.pagination_strategy': 'CustomPaginationStrategy',
  'HttpRequester.authenticator': 'CustomAuthenticator',
  'HttpRequester.error_handler': 'CustomErrorHandler',
  'RecordSelector.extractor': 'CustomRecordExtractor',
  'SimpleRetriever.partition_router': 'CustomPartitionRouter',
};

/** The type of a component that does not say it; `field` is e.g. `DeclarativeStream.retriever`. */
export function impliedType(component: JsonObject, field: string): string | undefined {
  return ('class_name' in component ? CUSTOM_TYPES : DEFAULT_TYPES)[field];
}

/**
 * Fills in missing `type`s and hands `$parameters` down: nearer ones win (farther ones with `parentWins`), and a
 * parameter whose name equals a property fills it when that is absent or falsy. Returns a copy.
 */
export function propagateTypesAndParameters(
  component: JsonObject,
  parentField = '',
  inherited: JsonObject = {},
  parentWins = false,
): JsonObject {
  const result: JsonObject = { ...component };
  if (!('type' in result)) {
    const type = impliedType(result, parentField);
    if (type) result.type = type;
  }
  const own = isObject(result.$parameters) ? result.$parameters : {};
  if ('$parameters' in result) delete result.$parameters;
  const parameters = parentWins ? { ...own, ...inherited } : { ...inherited, ...own };
  const hasParameters = Object.keys(parameters).length > 0;

  if (isJsonSchema(result)) return result;
  if (!('type' in result)) {
    const children = Object.entries(result).filter(([, value]) => isObject(value) && !isEmpty(value.type));
    for (const [name, value] of children) {
      setOwn(result, name, propagateTypesAndParameters(value as JsonObject, parentField, parameters, parentWins));
    }
    return result;
  }

  for (const [name, value] of Object.entries(parameters)) if (isEmpty(getOwn(result, name))) setOwn(result, name, value);
  for (const name of Object.keys(result)) {
    const value = result[name];
    if (typeof value !== 'object' || value === null) continue;
    // A parameter is not handed down under its own name: it would fill itself for ever.
    const below = hasParameters ? without(parameters, name) : parameters;
    const field = `${String(result.type)}.${name}`;
    const inside = (item: JsonValue) => (isObject(item) ? propagateTypesAndParameters(item, field, below, parentWins) : item);
    setOwn(result, name, Array.isArray(value) ? value.map(inside) : inside(value));
  }
  if (hasParameters) result.$parameters = parameters;
  return result;
}

function without(parameters: JsonObject, name: string): JsonObject {
  const { [name]: _excluded, ...others } = parameters;
  return others;
}

/** Component types are texts other than `object`; a list or an object there belongs to a JSON schema. */
function isJsonSchema(value: JsonObject): boolean {
  return value.type === 'object' || Array.isArray(value.type) || isObject(value.type);
}
