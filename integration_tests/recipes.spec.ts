import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { lintManifest } from '../src/builder/lint/manifest-lint';
import { componentDefinitions } from '../src/components';
import { ComponentRegistry } from '../src/manifest/component-registry';
import { fakeRuntime } from '../spec/support/fake-runtime';
import type { ApiDescription } from './reporting_api/api-description';
import { loadDescription } from './reporting_api/load-description';
import { startReportingApi } from './reporting_api/reporting-api';
import { runCli } from './support/run-cli';

describe('the recipe for SendGrid contacts', () => {
  const manifest = parse(readFileSync('docs/recipes/sendgrid-contacts.yaml', 'utf8')) as unknown;
  const api = startReportingApi(loadDescription('integration_tests/reporting_api/sendgrid.yaml'));
  afterAll(async () => (await api).close());
  beforeEach(async () => (await api).reset());
  const config = async (api_key = 'SG.test-key') => ({ api_key, base_url: (await api).url });
  const requests = async () => (await api).log().map(({ method, path }) => `${method} ${path}`);

  it('asks the user for an API key', async () => {
    const { messages } = await runCli({ command: 'spec', manifest });
    expect(messages).toEqual([expect.objectContaining({ type: 'SPEC' })]);
    expect(messages[0].spec.connectionSpecification.properties.api_key).toMatchObject({ title: 'API Key', airbyte_secret: true });
  });

  it('checks the connection with one export', async () => {
    const { messages } = await runCli({ command: 'check', manifest, config: await config() });
    expect(messages.at(-1)).toEqual({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } });
    expect((await requests()).filter((request) => request.startsWith('POST'))).toHaveLength(1);
  });

  it('fails the check for a wrong key, in the words of the API, without showing the key', async () => {
    const run = await runCli({ command: 'check', manifest, config: await config('SG.wrong-key') });
    expect(run.exitCode).toBe(0);
    expect(run.messages.at(-1).connectionStatus).toMatchObject({ status: 'FAILED', message: expect.stringContaining('401') });
    expect(run.stdout).not.toContain('SG.wrong-key');
  });

  it('discovers contacts with their key, and reads each contact once', async () => {
    const { messages } = await runCli({ command: 'discover', manifest, config: await config() });
    const [{ catalog }] = messages.filter(({ type }) => type === 'CATALOG');
    expect(catalog.streams).toEqual([expect.objectContaining({ name: 'contacts', source_defined_primary_key: [['CONTACT_ID']], supported_sync_modes: ['full_refresh'] })]);
    const run = await runCli({
      command: 'read',
      manifest,
      config: await config(),
      catalog: { streams: [{ stream: catalog.streams[0], sync_mode: 'full_refresh', destination_sync_mode: 'overwrite' }] },
    });
    const ids = run.messages.filter(({ type }) => type === 'RECORD').map(({ record }) => record.data.CONTACT_ID);
    expect(new Set(ids).size).toBe(250);
    expect(ids).toHaveLength(250);
    expect(await requests()).toEqual([
      'POST /v3/marketing/contacts/exports',
      'GET /v3/marketing/contacts/exports/export-1',
      'GET /v3/marketing/contacts/exports/export-1',
      'GET /v3/marketing/contacts/exports/export-1',
      'GET /exports/export-1/contacts_1.csv.gz',
      'GET /exports/export-1/contacts_2.csv.gz',
    ]);
  });
});

/** How a recipe of docs/recipes is tried: integration_tests/recipes/NAME.yaml. */
interface Trial {
  api: ApiDescription;
  config: Record<string, unknown>;
  expect: { records: Record<string, number>; state?: Record<string, unknown>; requests: Record<string, number> };
}

const trials = readdirSync('integration_tests/recipes').map((file) => basename(file, '.yaml'));

describe('the recipes', () => {
  it('are all tried', () => {
    const recipes = readdirSync('docs/recipes').filter((file) => file.endsWith('.yaml') && !file.startsWith('shards-')).map((file) => basename(file, '.yaml'));
    expect([...trials, 'sendgrid-contacts'].sort()).toEqual(recipes.sort());
  });

  const registry = new ComponentRegistry(componentDefinitions);
  it.each(trials)('%s has no finding', async (name) => {
    const { clock, random, env, signal } = fakeRuntime();
    const findings = await lintManifest(readFileSync(`docs/recipes/${name}.yaml`, 'utf8'), registry, { clock, random, env, signal });
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it.each(trials)('%s reads what it should, with the requests that it needs', async (name) => {
    const trial = parse(readFileSync(`integration_tests/recipes/${name}.yaml`, 'utf8')) as Trial;
    const api = await startReportingApi(trial.api);
    try {
      const manifest = parse(readFileSync(`docs/recipes/${name}.yaml`, 'utf8')) as unknown;
      const streams = Object.keys(trial.expect.records);
      const config = { ...trial.config, base_url: api.url };
      const catalog = {
        streams: streams.map((stream) => ({ stream: { name: stream, json_schema: {}, supported_sync_modes: ['full_refresh', 'incremental'] }, sync_mode: trial.expect.state ? 'incremental' : 'full_refresh' })),
      };
      const { exitCode, messages } = await runCli({ command: 'read', manifest, config, catalog });
      const count = <T>(items: T[], keyOf: (item: T) => string) => {
        const counts: Record<string, number> = {};
        for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
        return counts;
      };
      expect(count(messages.filter(({ type }) => type === 'RECORD'), ({ record }) => record.stream)).toEqual(trial.expect.records);
      expect(count(api.log(), ({ route }) => route ?? '')).toMatchObject(trial.expect.requests);
      if (trial.expect.state) expect(messages.filter(({ type }) => type === 'STATE').at(-1).state.stream.stream_state).toEqual(trial.expect.state);
      expect(exitCode).toBe(0);
    } finally {
      await api.close();
    }
  });
});
