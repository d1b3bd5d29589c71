import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startReportingApi } from './reporting_api/reporting-api';
import { runCli } from './support/run-cli';

/** The example of the documentation, as it stands there. */
const example = /```js\n([\s\S]*?)```/.exec(readFileSync('docs/custom-components.md', 'utf8'))![1]!;

const manifest = (base: string) => ({
  version: '7.39.1',
  check: { type: 'CheckStream', stream_names: ['rows'] },
  streams: [
    {
      type: 'DeclarativeStream',
      name: 'rows',
      retriever: {
        type: 'SimpleRetriever',
        requester: { type: 'HttpRequester', url: `${base}/table` },
        record_selector: { type: 'RecordSelector', extractor: { type: 'CustomRecordExtractor', class_name: 'source_declarative_manifest.components.RowsOfPairs' } },
      },
      transformations: [{ type: 'CustomTransformation', class_name: 'source_declarative_manifest.components.Stamped', label: 'demo' }],
      schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', properties: {} } },
    },
  ],
});
const catalog = { streams: [{ stream: { name: 'rows', json_schema: {}, supported_sync_modes: ['full_refresh'] }, sync_mode: 'full_refresh', destination_sync_mode: 'append' }] };

describe('custom components in JavaScript', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'components-')), 'components.mjs');
  writeFileSync(path, example);
  const api = startReportingApi({ routes: [{ on: 'GET /table', body: { names: ['id', 'name'], rows: [[1, 'a'], [2, 'b']] } }] });
  afterAll(async () => (await api).close());

  const read = async (env: Record<string, string>, args: string[], config: unknown = {}) =>
    runCli({ command: 'read', manifest: manifest((await api).url), config, catalog, args, env });

  it('do the work of the manifest when they are given and allowed', async () => {
    const run = await read({ AIRBYTE_ENABLE_UNSAFE_CODE: 'true' }, ['--components-path', path]);
    expect(run.messages.filter(({ type }) => type === 'RECORD').map(({ record }) => record.data)).toEqual([
      { id: 1, name: 'a', source: 'rows:demo' },
      { id: 2, name: 'b', source: 'rows:demo' },
    ]);
    expect(run.exitCode).toBe(0);
  });

  it('are not loaded without permission', async () => {
    const run = await read({}, ['--components-path', path]);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('Set AIRBYTE_ENABLE_UNSAFE_CODE=true');
  });

  it('are refused from a config without a checksum', async () => {
    const run = await read({ AIRBYTE_ENABLE_UNSAFE_CODE: 'true' }, [], { __injected_components_js: example });
    expect(run.stdout).toContain('__injected_components_js_checksums');
  });

  it('that are missing are named with their place', async () => {
    const run = await read({}, []);
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/streams\[0\].*needs the custom component source_declarative_manifest\.components\.RowsOfPairs/);
  });
});
