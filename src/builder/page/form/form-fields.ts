import { getOwn, isObject, type JsonObject } from '../../../protocol/json';

export interface FormField {
  name: string;
  schema: JsonObject;
  isRequired: boolean;
}

/** Shown at once although they need not be set. */
const PROMINENT = new Set(
  `CsvDecoder.delimiter CsvDecoder.encoding DatetimeBasedCursor.end_datetime DatetimeBasedCursor.step DatetimeBasedCursor.cursor_granularity
  DatetimeBasedCursor.start_time_option DatetimeBasedCursor.end_time_option DefaultErrorHandler.response_filters DefaultErrorHandler.backoff_strategies
  DefaultErrorHandler.max_retries HttpResponseFilter.action HttpResponseFilter.http_codes HttpResponseFilter.error_message_contains HttpResponseFilter.predicate
  DefaultPaginator.page_size_option DefaultPaginator.page_token_option ApiKeyAuthenticator.api_token ApiKeyAuthenticator.inject_into
  BasicHttpAuthenticator.password OAuthAuthenticator.client_id OAuthAuthenticator.client_secret OAuthAuthenticator.refresh_token
  OAuthAuthenticator.token_refresh_endpoint OAuthAuthenticator.access_token_value OAuthAuthenticator.grant_type OAuthAuthenticator.scopes
  ListPartitionRouter.request_option ParentStreamConfig.request_option RequestOption.field_name RequestOption.field_path CursorPagination.page_size
  CursorPagination.stop_condition OffsetIncrement.page_size PageIncrement.page_size PageIncrement.start_from_page CheckStream.stream_names InlineSchemaLoader.schema
  RecordFilter.condition JwtAuthenticator.token_duration JwtAuthenticator.header_prefix SessionTokenAuthenticator.expiration_duration WaitTimeFromHeader.regex
  HttpRequester.url HttpRequester.http_method HttpRequester.authenticator HttpRequester.request_parameters HttpRequester.request_headers HttpRequester.request_body
  AddedFieldDefinition.value_type ConcurrencyLevel.max_concurrency MinMaxDatetime.datetime_format`.split(/\s+/),
);

/** In this order; what is old is shown only where it is used. */
export function formFieldsOf(type: string, definition: JsonObject, value: JsonObject, exclude: readonly string[]): { first: FormField[]; more: FormField[]; strangers: string[] } {
  const properties = isObject(definition.properties) ? definition.properties : {};
  const required = new Set(Array.isArray(definition.required) ? definition.required.map(String) : []);
  const hidden = new Set(['type', ...exclude]);
  const fields = Object.entries(properties).flatMap(([name, schema]): FormField[] => {
    if (hidden.has(name) || !isObject(schema)) return [];
    const isSet = getOwn(value, name) !== undefined;
    return isSet || !(schema.deprecated === true || name === '$parameters') ? [{ name, schema, isRequired: required.has(name) }] : [];
  });
  const isFirst = ({ name, isRequired }: FormField) => isRequired || getOwn(value, name) !== undefined || PROMINENT.has(`${type}.${name}`);
  return {
    first: fields.filter(isFirst),
    more: fields.filter((field) => !isFirst(field)),
    strangers: Object.keys(value).filter((name) => !hidden.has(name) && name !== '$ref' && name !== '$parameters' && getOwn(properties, name) === undefined),
  };
}
