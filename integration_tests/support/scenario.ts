import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import type { ApiDescription } from '../reporting_api/api-description';

export interface Scenario {
  name: string;
  /** One sentence: what happens and what must come of it. */
  description: string;
  /** The whole fake API; without it the base job, with `job` laid over it, and `faults`. */
  api?: ApiDescription;
  job?: Record<string, unknown>;
  faults?: ApiDescription['faults'];
  /** Laid over the retriever of the base manifest; null removes a property. */
  retriever?: Record<string, unknown>;
  /** Laid over the stream of the base manifest. */
  stream?: Record<string, unknown>;
  /** More streams. */
  streams?: unknown[];
  /** Laid over the manifest. */
  manifest?: Record<string, unknown>;
  config?: Record<string, unknown>;
  state?: unknown;
  env?: Record<string, string>;
  syncMode?: 'full_refresh' | 'incremental';
  expect: Expectation;
  /** Compared with the reference CDK; a text says why the two differ on purpose, `skip: reason` why it cannot run there. */
  reference?: 'same' | { differs: string } | { skip: string };
}

export interface Expectation {
  exit: number;
  /** How many RECORD messages, over all streams. */
  records: number;
  /** The first records, in any order of streams; compared with `toMatchObject`. */
  first?: unknown[];
  /** Last stream_state by stream. */
  states?: Record<string, unknown>;
  /** Last STREAM_STATUS by stream. */
  statuses?: Record<string, string>;
  /** Number of requests by route, e.g. `POST /exports: 1`. */
  requests?: Record<string, number>;
  /** Texts that TRACE ERROR messages must hold. */
  errors?: string[];
  failure_type?: string;
  /** Texts that LOG messages must hold. */
  logs?: string[];
  /** Streams that were reported as RATE_LIMITED. */
  rate_limited?: string[];
}

const FOLDER = 'integration_tests/scenarios';

export function loadScenarios(): Scenario[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ ...(parse(readFileSync(join(FOLDER, name), 'utf8')) as Scenario), name: basename(name, '.yaml') }));
}

/** The manifest, config and catalog of a scenario against the API at `base`. */
export function scenarioInput(scenario: Scenario, base: string): { manifest: Record<string, any>; config: Record<string, unknown>; catalog: unknown } { // eslint-disable-line @typescript-eslint/no-explicit-any
  const retriever = overlay(baseRetriever(), scenario.retriever ?? {});
  const stream = overlay(
    { type: 'DeclarativeStream', name: 'report', primary_key: 'id', retriever, schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', additionalProperties: true, properties: {} } } },
    scenario.stream ?? {},
  );
  const streams = [stream, ...((scenario.streams ?? []) as Record<string, unknown>[])];
  const manifest = overlay(
    {
      version: '7.39.1',
      type: 'DeclarativeSource',
      check: { type: 'CheckStream', stream_names: [streams[0]!.name] },
      streams,
      spec: {
        type: 'Spec',
        connection_specification: { type: 'object', additionalProperties: true, properties: { api_key: { type: 'string', airbyte_secret: true } } },
      },
    },
    scenario.manifest ?? {},
  );
  const catalog = {
    streams: streams.map(({ name }) => ({
      stream: { name, json_schema: { type: 'object', properties: {} }, supported_sync_modes: ['full_refresh', 'incremental'] },
      sync_mode: scenario.syncMode ?? 'full_refresh',
      destination_sync_mode: 'append',
    })),
  };
  return { manifest, config: { base_url: base, api_key: 'test-api-key-0815', ...scenario.config }, catalog };
}

/** The fake API that a scenario describes. */
export function scenarioApi(scenario: Scenario): ApiDescription {
  if (scenario.api) return scenario.api;
  return { jobs: [overlay(baseJob(), scenario.job ?? {})], faults: scenario.faults ?? [] } as unknown as ApiDescription;
}

/** A job that is ready at the second poll and has one CSV file with three rows. */
function baseJob(): Record<string, unknown> {
  return {
    name: 'exports',
    id: 'export-{n}',
    create: { on: 'POST /exports', status: 202, body: { id: '{id}' } },
    poll: { on: 'GET /exports/{id}', body: { status: '{status}' } },
    statuses: ['pending', 'ready'],
    when: { ready: { body: { status: 'ready', urls: '{urls}' } } },
    cancel: { on: 'POST /exports/{id}/cancel', status: 200, body: {} },
    delete: { on: 'DELETE /exports/{id}', status: 204 },
    download: { on: 'GET /files/{id}/{part}', file: { format: 'csv', text: 'id,name\n1,a\n2,b\n3,\n' } },
  };
}

/** POST /exports, GET /exports/{id}, and the files at the `urls` of the last answer. */
function baseRetriever(): Record<string, unknown> {
  return {
    type: 'AsyncRetriever',
    creation_requester: { type: 'HttpRequester', url: "{{ config['base_url'] }}/exports", http_method: 'POST' },
    polling_requester: { type: 'HttpRequester', url: "{{ config['base_url'] }}/exports/{{ creation_response['id'] }}", http_method: 'GET' },
    status_extractor: { type: 'DpathExtractor', field_path: ['status'] },
    status_mapping: { type: 'AsyncJobStatusMap', running: ['pending'], completed: ['ready'], failed: ['failed'], timeout: ['timeout'] },
    download_target_extractor: { type: 'DpathExtractor', field_path: ['urls'] },
    download_requester: { type: 'HttpRequester', url: '{{ download_target }}', http_method: 'GET' },
    download_decoder: { type: 'CsvDecoder' },
    record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
  };
}

function overlay(base: Record<string, any>, over: Record<string, any>): Record<string, any> { // eslint-disable-line @typescript-eslint/no-explicit-any
  const result = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const isPlain = (candidate: unknown) => typeof candidate === 'object' && candidate !== null && !Array.isArray(candidate);
    if (value === null) delete result[key];
    else if (isPlain(value) && isPlain(result[key]) && (value.type === undefined || value.type === result[key].type)) result[key] = overlay(result[key], value);
    else result[key] = value;
  }
  return result;
}
