// The programs that are compared, and the manifests that they run.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PYTHON = process.env.PYTHON ?? '.venv/bin/python';
const START_REFERENCE = 'from airbyte_cdk.cli.source_declarative_manifest._run import run; run()';

/** A program without a command is not there; its columns stay empty. */
export const OURS = { name: 'ours', command: [process.execPath, 'dist/main.js'] };
export const REFERENCE = { name: 'reference', command: existsSync(PYTHON) ? [PYTHON, '-c', START_REFERENCE] : undefined };

const http = (url, method = 'GET') => ({ type: 'HttpRequester', url_base: url, http_method: method });
const at = (...field_path) => ({ type: 'DpathExtractor', field_path });

/** A manifest with one stream `report`: order, poll, download. */
export function asyncManifest({ api, file, decoder, jobMs = 0, jobs = 1, path = [], filter, transformations }) {
  const selector = { type: 'RecordSelector', extractor: at(...path), ...(filter ? { record_filter: { type: 'RecordFilter', condition: filter } } : {}) };
  return {
    version: '6.0.0',
    type: 'DeclarativeSource',
    check: { type: 'CheckStream', stream_names: ['report'] },
    max_concurrent_async_job_count: jobs,
    streams: [
      {
        type: 'DeclarativeStream',
        name: 'report',
        ...(transformations ? { transformations } : {}),
        retriever: {
          type: 'AsyncRetriever',
          record_selector: selector,
          creation_requester: http(`${api}/jobs?ms=${jobMs}&file=${file}`, 'POST'),
          polling_requester: http(`${api}/jobs/{{ creation_response['id'] }}`),
          download_requester: http('{{ download_target }}'),
          status_extractor: at('status'),
          download_target_extractor: at('url'),
          status_mapping: { running: ['running'], completed: ['done'], failed: ['failed'], timeout: ['timeout'] },
          download_decoder: decoder,
          download_extractor: at(...path),
          ...(jobs > 1
            ? { partition_router: { type: 'ListPartitionRouter', cursor_field: 'account', values: Array.from({ length: jobs }, (_, each) => `account ${each}`) } }
            : {}),
        },
        schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', additionalProperties: true, properties: {} } },
      },
    ],
    spec: { type: 'Spec', connection_specification: { type: 'object', properties: {}, additionalProperties: true } },
  };
}

/** A manifest with one synchronous stream `report`: `partitions` lists of `pages` pages each, `partitions` of them at once. */
export function pagedManifest({ api, partitions, pages, ms }) {
  return {
    version: '6.0.0',
    type: 'DeclarativeSource',
    check: { type: 'CheckStream', stream_names: ['report'] },
    concurrency_level: { type: 'ConcurrencyLevel', default_concurrency: partitions, max_concurrency: partitions },
    streams: [
      {
        type: 'DeclarativeStream',
        name: 'report',
        retriever: {
          type: 'SimpleRetriever',
          requester: { type: 'HttpRequester', url_base: api, path: '/pages/{{ stream_partition.part }}', http_method: 'GET', request_parameters: { pages: String(pages), ms: String(ms) } },
          record_selector: { type: 'RecordSelector', extractor: at('data') },
          paginator: {
            type: 'DefaultPaginator',
            page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'page' },
            pagination_strategy: { type: 'CursorPagination', cursor_value: "{{ response['next'] }}", stop_condition: "{{ response['next'] is none }}" },
          },
          partition_router: { type: 'ListPartitionRouter', cursor_field: 'part', values: Array.from({ length: partitions }, (_, each) => `part-${each}`) },
        },
        schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', additionalProperties: true, properties: {} } },
      },
    ],
    spec: { type: 'Spec', connection_specification: { type: 'object', properties: {}, additionalProperties: true } },
  };
}

/** A manifest with many synchronous streams, of the size of the larger ones that are published. */
export function manyStreams(count) {
  const fields = Object.fromEntries(Array.from({ length: 20 }, (_, each) => [`field_${each}`, { type: ['null', 'string'], description: `Field number ${each}.` }]));
  const stream = (each) => ({
    type: 'DeclarativeStream',
    name: `stream_${each}`,
    primary_key: ['id'],
    retriever: {
      type: 'SimpleRetriever',
      requester: { type: 'HttpRequester', url_base: 'https://api.example.com', path: `/things/${each}`, authenticator: { $ref: '#/definitions/auth' } },
      record_selector: { type: 'RecordSelector', extractor: at('data') },
      paginator: { $ref: '#/definitions/paginator' },
    },
    incremental_sync: {
      type: 'DatetimeBasedCursor',
      cursor_field: 'updated_at',
      datetime_format: '%Y-%m-%dT%H:%M:%SZ',
      start_datetime: { type: 'MinMaxDatetime', datetime: "{{ config['start_date'] }}", datetime_format: '%Y-%m-%dT%H:%M:%SZ' },
    },
    schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', properties: { id: { type: 'string' }, updated_at: { type: 'string' }, ...fields } } },
  });
  return {
    version: '6.0.0',
    type: 'DeclarativeSource',
    check: { type: 'CheckStream', stream_names: ['stream_0'] },
    definitions: {
      auth: { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" },
      paginator: {
        type: 'DefaultPaginator',
        page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'page' },
        pagination_strategy: { type: 'PageIncrement', page_size: 100 },
      },
    },
    streams: Array.from({ length: count }, (_, each) => stream(each)),
    spec: { type: 'Spec', connection_specification: { type: 'object', required: ['api_key'], properties: { api_key: { type: 'string' } }, additionalProperties: true } },
  };
}

const CONFIG = { api_key: 'k', start_date: '2024-01-01T00:00:00Z' };
const CATALOG = {
  streams: [{ stream: { name: 'report', json_schema: {}, supported_sync_modes: ['full_refresh'] }, sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' }],
};

/** The command line that runs `manifest` (an object, or YAML text) with a program. */
export function commandLine(program, command, manifest, folder) {
  const file = (name, value) => {
    const path = join(folder, name);
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
    return path;
  };
  const args = [command, '--manifest-path', file('manifest.yaml', manifest)];
  if (command !== 'spec') args.push('--config', file('config.json', CONFIG));
  if (command === 'read') args.push('--catalog', file('catalog.json', CATALOG));
  return [...program.command, ...args];
}
