/**
 * `node bench/substreams.mjs` (after `npm run build`): a connector that is mostly substreams, against an API that takes
 * 20 ms to answer. Ours and the reference with the same concurrency; prints records a second and the number of requests.
 *   PARENTS=100   parents; each has three children streams with two full pages
 *   LEVEL=10      concurrency_level
 *   PAGE=100      records of a page
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './support/measure.mjs';
import { commandLine, OURS, REFERENCE } from './support/sources.mjs';

const PARENTS = Number(process.env.PARENTS ?? 100);
const LEVEL = Number(process.env.LEVEL ?? 10);
const LATENCY_MS = 20;
const PAGE = Number(process.env.PAGE ?? 100);
const CHILDREN = ['orders', 'notes', 'events'];

let requests = 0;
const server = createServer((request, response) => {
  requests += 1;
  const url = new URL(request.url, 'http://localhost');
  const [, parent, child] = url.pathname.slice(1).split('/');
  const page = Number(url.searchParams.get('page') ?? 0);
  const total = child ? 2 * PAGE : PARENTS;
  const count = Math.max(0, Math.min(PAGE, total - page * PAGE));
  const items = Array.from({ length: count }, (_, index) => ({ id: `${parent ?? 'p'}-${page * PAGE + index}`, name: `thing ${index}`, amount: index * 1.5, updated: '2024-06-01T00:00:00Z' }));
  const body = JSON.stringify({ items });
  setTimeout(() => response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body), LATENCY_MS);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const api = `http://127.0.0.1:${server.address().port}`;

const stream = (name, path, more = {}, streamMore = {}) => ({
  type: 'DeclarativeStream',
  name,
  primary_key: ['id'],
  retriever: {
    type: 'SimpleRetriever',
    requester: { type: 'HttpRequester', url_base: api, path },
    record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['items'] } },
    paginator: {
      type: 'DefaultPaginator',
      pagination_strategy: { type: 'PageIncrement', page_size: PAGE },
      page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'page' },
    },
    ...more,
  },
  schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', additionalProperties: true, properties: {} } },
  ...streamMore,
});
const parents = stream('parents', '/parents');
const manifest = {
  version: '7.0.0',
  type: 'DeclarativeSource',
  check: { type: 'CheckStream', stream_names: ['parents'] },
  concurrency_level: { type: 'ConcurrencyLevel', default_concurrency: LEVEL, max_concurrency: LEVEL },
  streams: CHILDREN.map((name) =>
    stream(
      name,
      `/parents/{{ stream_partition['parent'] }}/${name}`,
      { partition_router: { type: 'SubstreamPartitionRouter', parent_stream_configs: [{ type: 'ParentStreamConfig', stream: parents, parent_key: 'id', partition_field: 'parent' }] } },
      {
        incremental_sync: { type: 'DatetimeBasedCursor', cursor_field: 'updated', datetime_format: '%Y-%m-%dT%H:%M:%SZ', start_datetime: '2024-01-01T00:00:00Z' },
        transformations: [{ type: 'AddFields', fields: [{ path: ['parent'], value: "{{ stream_partition['parent'] }}" }] }],
      },
    ),
  ),
  spec: { type: 'Spec', connection_specification: { type: 'object', properties: {}, additionalProperties: true } },
};
const catalog = {
  streams: CHILDREN.map((name) => ({ stream: { name, json_schema: {}, supported_sync_modes: ['full_refresh', 'incremental'] }, sync_mode: 'incremental', destination_sync_mode: 'append' })),
};

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const records = CHILDREN.length * PARENTS * 2 * PAGE;
  for (const program of [OURS, REFERENCE].filter(({ command }) => command)) {
    requests = 0;
    let lines = 0;
    let rest = '';
    const onOutput = (bytes) => {
      const parts = (rest + bytes.toString()).split('\n');
      rest = parts.pop();
      lines += parts.filter((line) => line.startsWith('{"type":"RECORD"')).length;
    };
    const command = commandLine(program, 'read', manifest, folder);
    writeFileSync(join(folder, 'catalog.json'), JSON.stringify(catalog));
    const { cpu, wall } = await measure(command, { env: { PYTHONWARNINGS: 'ignore' }, onOutput });
    if (lines !== records) throw new Error(`${program.name} gave ${lines} of ${records} records.`);
    process.stdout.write(`${program.name}: ${records} records in ${wall.toFixed(2)} s (${Math.round(records / wall).toLocaleString('en')} a second), ${cpu.toFixed(2)} s of CPU, ${requests} requests\n`);
  }
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
