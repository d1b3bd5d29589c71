// Writes dist/app.cjs.spec.cache and dist/app.cjs.run.cache: what V8 has compiled after commands on a manifest like most.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const APP = resolve('dist/app.cjs');

/** The functions that this takes are kept compiled. */
const manifest = (url) => `
version: 6.0.0
type: DeclarativeSource
check: { type: CheckStream, stream_names: [things] }
definitions:
  requester:
    type: HttpRequester
    url_base: ${url}
    authenticator: { type: BearerAuthenticator, api_token: "{{ config['api_key'] }}" }
    error_handler:
      type: CompositeErrorHandler
      error_handlers:
        - type: DefaultErrorHandler
          response_filters: [{ type: HttpResponseFilter, http_codes: [429], action: RATE_LIMITED }]
          backoff_strategies: [{ type: WaitTimeFromHeader, header: Retry-After }]
  cursor:
    type: DatetimeBasedCursor
    cursor_field: updated_at
    cursor_datetime_formats: ["%Y-%m-%dT%H:%M:%SZ"]
    datetime_format: "%Y-%m-%dT%H:%M:%SZ"
    start_datetime: { type: MinMaxDatetime, datetime: "{{ config['start_date'] }}", datetime_format: "%Y-%m-%dT%H:%M:%SZ" }
    start_time_option: { type: RequestOption, inject_into: request_parameter, field_name: from }
  schema:
    type: InlineSchemaLoader
    schema:
      type: object
      properties:
        id: { type: [integer, string] }
        updated_at: { type: string, format: date-time }
streams:
  - type: DeclarativeStream
    name: things
    primary_key: [id]
    retriever:
      type: SimpleRetriever
      requester: { $ref: "#/definitions/requester", path: "/things/{{ config['api_key'] }}", http_method: GET }
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: ["data"] } }
      paginator:
        type: DefaultPaginator
        page_token_option: { type: RequestOption, inject_into: request_parameter, field_name: page }
        pagination_strategy: { type: PageIncrement, page_size: 2 }
    incremental_sync: { $ref: "#/definitions/cursor" }
    transformations:
      - { type: AddFields, fields: [{ path: [account], value: "{{ config['api_key'] }}" }] }
    schema_loader: { $ref: "#/definitions/schema" }
  - type: DeclarativeStream
    name: report
    primary_key: [id]
    retriever:
      type: AsyncRetriever
      record_selector: { type: RecordSelector, extractor: { type: DpathExtractor, field_path: [] } }
      creation_requester: { $ref: "#/definitions/requester", path: /jobs, http_method: POST }
      polling_requester: { $ref: "#/definitions/requester", path: "/jobs/{{ creation_response['id'] }}" }
      download_requester: { type: HttpRequester, url_base: "{{ download_target }}", http_method: GET }
      status_extractor: { type: DpathExtractor, field_path: [status] }
      download_target_extractor: { type: DpathExtractor, field_path: [url] }
      status_mapping: { running: [running], completed: [done], failed: [failed], timeout: [timeout] }
      download_decoder: { type: CsvDecoder }
    schema_loader: { $ref: "#/definitions/schema" }
spec:
  type: Spec
  connection_specification:
    type: object
    required: [api_key]
    properties:
      api_key: { type: string, airbyte_secret: true }
      start_date: { type: string, format: date-time }
`;

const record = (id) => ({ id, updated_at: '2024-01-01T00:00:00Z' });
const ANSWERS = (url) => ({
  things: JSON.stringify({ data: [record(1), record(2)] }),
  jobs: JSON.stringify({ id: 1, status: 'done', url: `${url}/file` }),
  file: 'id,updated_at\n1,2024-01-01T00:00:00Z\n2,2024-01-02T00:00:00Z\n',
});
const CONFIG = { api_key: 'k', start_date: '2024-01-01T00:00:00Z' };
const catalog = (...names) => ({
  streams: names.map((name) => ({ stream: { name, json_schema: {}, supported_sync_modes: ['full_refresh'] }, sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' })),
});

export async function writeCodeCaches() {
  const folder = mkdtempSync(join(tmpdir(), 'code-cache-'));
  const server = createServer(({ url }, response) => {
    const { searchParams, pathname } = new URL(url, address());
    const kind = pathname.split('/')[1];
    response.end(kind === 'things' && searchParams.get('page') ? '{"data": []}' : ANSWERS(address())[kind]);
  });
  const address = () => `http://127.0.0.1:${server.address().port}`;
  try {
    await new Promise((done) => server.listen(0, '127.0.0.1', done));
    const file = (name, text) => (writeFileSync(join(folder, name), text), join(folder, name));
    const source = ['--manifest-path', file('manifest.yaml', manifest(address()))];
    const configured = [...source, '--config', file('config.json', JSON.stringify(CONFIG))];
    const read = ['read', ...configured, '--catalog', file('catalog.json', JSON.stringify(catalog('things', 'report')))];
    await write('spec', [['spec', ...source]]);
    await write('run', [['check', ...configured], ['discover', ...configured], read]);
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function write(name, commands) {
  const cache = `${APP}.${name}.cache`;
  await node('scripts/keep-compiled.cjs', APP, cache, JSON.stringify(commands));
  await node('-e', FITS, APP, cache);
}

/** Fails when V8 has other flags after the commands than before. */
const FITS = `
  const [, file, cache] = process.argv;
  const read = require('node:fs').readFileSync;
  const { cachedDataRejected } = new (require('node:vm').Script)(read(file, 'latin1'), { filename: file, cachedData: read(cache) });
  if (cachedDataRejected) throw new Error(cache + ' does not fit');`;

/** With nothing of the builder's environment: proxies would be asked for the server, flags of V8 would be in the cache. */
async function node(...args) {
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, SOURCE_TEST_FAST_WAITS: '1' }, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (text) => (output += text));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) throw new Error(`${args.slice(0, 3).join(' ')} ended with ${code}:\n${output}`);
}
