/** A manifest that reads the example API. @param url e.g. `http://127.0.0.1:8000/example` */
export function exampleManifest(url: string): string {
  return `version: 7.39.1
type: DeclarativeSource
check:
  type: CheckStream
  stream_names: [contacts]
streams:
  - type: DeclarativeStream
    name: contacts
    primary_key: [CONTACT_ID]
    retriever:
      type: AsyncRetriever
      creation_requester:
        type: HttpRequester
        # Add ?fault=slow, fail, unknown_status, rate_limit, cut_file or html to see what happens then.
        url: ${url}/exports
        http_method: POST
        authenticator:
          type: BearerAuthenticator
          api_token: "{{ config['api_key'] }}"
        error_handler:
          type: DefaultErrorHandler
          backoff_strategies:
            - type: WaitTimeFromHeader
              header: Retry-After
      polling_requester:
        type: HttpRequester
        url: "${url}/exports/{{ creation_response['id'] }}"
        http_method: GET
        authenticator:
          type: BearerAuthenticator
          api_token: "{{ config['api_key'] }}"
        error_handler:
          type: DefaultErrorHandler
          backoff_strategies:
            - type: WaitTimeFromHeader
              header: Retry-After
      abort_requester:
        type: HttpRequester
        url: "${url}/exports/{{ creation_response['id'] }}/cancel"
        http_method: POST
        authenticator:
          type: BearerAuthenticator
          api_token: "{{ config['api_key'] }}"
      status_extractor:
        type: DpathExtractor
        field_path: [status]
      status_mapping:
        type: AsyncJobStatusMap
        completed: [ready]
        failed: [failed, cancelled]
        running: [pending, running]
        timeout: []
      download_target_extractor:
        type: DpathExtractor
        field_path: [urls]
      # The links are signed: no credentials go with the download.
      download_requester:
        type: HttpRequester
        url: "{{ download_target }}"
        http_method: GET
      download_decoder:
        type: CsvDecoder
      record_selector:
        type: RecordSelector
        extractor:
          type: DpathExtractor
          field_path: []
spec:
  type: Spec
  connection_specification:
    $schema: http://json-schema.org/draft-07/schema#
    type: object
    required: [api_key]
    properties:
      api_key:
        type: string
        title: API Key
        airbyte_secret: true
        order: 0
    additionalProperties: true
`;
}
