import { lintManifest, type LintOptions } from '../../../src/builder/lint/manifest-lint';
import { shownPath } from '../../../src/builder/lint/manifest-path';
import { exampleManifest } from '../../../src/builder/example/example-manifest';
import { componentDefinitions } from '../../../src/components';
import { ComponentRegistry } from '../../../src/manifest/component-registry';
import type { JsonObject } from '../../../src/protocol/json';
import { FakeClock } from '../../support/fake-clock';

const registry = new ComponentRegistry(componentDefinitions);
const world = { clock: new FakeClock(), env: {}, random: () => 0, signal: new AbortController().signal };
const lint = (text: string, options?: LintOptions) => lintManifest(text, registry, world, options);

const BEARER = { type: 'BearerAuthenticator', api_token: 'x' };
const request = (url: string, more: JsonObject = {}): JsonObject => ({ type: 'HttpRequester', url, ...more });
const HANDLED: JsonObject = { error_handler: { type: 'DefaultErrorHandler', backoff_strategies: [{ type: 'WaitTimeFromHeader', header: 'X-Wait' }] } };

/** A stream about which there is nothing to say, with changes. */
function manifest(retriever: JsonObject = {}, stream: JsonObject = {}, more: JsonObject = {}): string {
  return JSON.stringify({
    version: '7.39.1',
    type: 'DeclarativeSource',
    check: { type: 'CheckStream', stream_names: ['a'] },
    streams: [
      {
        type: 'DeclarativeStream',
        name: 'a',
        primary_key: 'id',
        retriever: {
          type: 'AsyncRetriever',
          creation_requester: request('https://api.example.com/exports', { http_method: 'POST', authenticator: BEARER, ...HANDLED }),
          polling_requester: request("https://api.example.com/exports/{{ creation_response['id'] }}", { authenticator: BEARER, ...HANDLED }),
          abort_requester: request("https://api.example.com/exports/{{ creation_response['id'] }}/cancel", { http_method: 'POST' }),
          status_extractor: { type: 'DpathExtractor', field_path: ['status'] },
          status_mapping: { type: 'AsyncJobStatusMap', completed: ['ready'], failed: ['failed'], running: ['pending'], timeout: [] },
          download_target_extractor: { type: 'DpathExtractor', field_path: ['urls'] },
          download_requester: request('{{ download_target }}'),
          download_decoder: { type: 'CsvDecoder' },
          record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
          ...retriever,
        },
        ...stream,
      },
    ],
    ...more,
  });
}

const mapping = (lists: JsonObject): JsonObject => ({ status_mapping: { type: 'AsyncJobStatusMap', completed: ['ready'], failed: ['failed'], running: ['pending'], timeout: [], ...lists } });
const codes = async (text: string, options?: LintOptions) => (await lint(text, options)).map(({ severity, code, path }) => `${severity} ${code} ${shownPath(path.slice(2))}`);

describe('advice on a manifest', () => {
  it('is none where nothing is amiss', async () => {
    expect(await lint(manifest())).toEqual([]);
    expect(await codes(exampleManifest('http://127.0.0.1:8000/example'))).toEqual([]);
  });

  it.each<[string, JsonObject, string[]]>([
    ['no completed status', mapping({ completed: [] }), ['warning lint.no_completed_status retriever.status_mapping.completed']],
    ['no failed status', mapping({ failed: [] }), ['warning lint.no_failed_status retriever.status_mapping.failed']],
    ['no running status', mapping({ running: [] }), ['warning lint.no_running_status retriever.status_mapping.running']],
    ['a status in two lists', mapping({ failed: ['failed', 'ready'] }), ['error jobs.ambiguous_status_mapping retriever.status_mapping']],
    ['two spellings in two lists', mapping({ failed: ['failed', 'Ready'] }), ['warning lint.status_case retriever.status_mapping.failed[1]']],
    ['two spellings in one list', mapping({ completed: ['ready', 'READY'] }), []],
    ['a status with spaces', mapping({ completed: ['ready '] }), ['warning lint.status_with_spaces retriever.status_mapping.completed[0]']],
    ['an empty path to the status', { status_extractor: { type: 'DpathExtractor', field_path: [] } }, ['warning lint.no_status_path retriever.status_extractor.field_path']],
    ['no error handler', { polling_requester: request('https://other.example.com', { authenticator: BEARER }) }, ['info lint.no_rate_limit_handling retriever.polling_requester']],
    [
      'an error handler that ends at a rate limit',
      { creation_requester: request('https://api.example.com', { authenticator: BEARER, error_handler: { type: 'CompositeErrorHandler', error_handlers: [{ type: 'DefaultErrorHandler', response_filters: [{ type: 'HttpResponseFilter', action: 'FAIL', http_codes: [400, 429] }] }] } }) },
      ['warning lint.rate_limit_ends_job retriever.creation_requester.error_handler'],
    ],
    ['polling without authentication', { polling_requester: request('https://api.example.com/exports', HANDLED) }, ['warning lint.polling_without_authentication retriever.polling_requester']],
    ['polling of another host', { polling_requester: request('https://status.example.com/exports', HANDLED) }, []],
    ['polling at an address of the API', { polling_requester: request("{{ creation_response['self'] }}", HANDLED) }, []],
    [
      'polling without authentication at a host from the config',
      { creation_requester: request("{{ config['host'] }}/a", { authenticator: BEARER, ...HANDLED }), polling_requester: request("{{config['host']}}/b", HANDLED) },
      ['warning lint.polling_without_authentication retriever.polling_requester'],
    ],
    ['credentials for a link', { download_requester: request('{{ download_target }}', { authenticator: BEARER }) }, ['warning lint.credentials_to_download_host retriever.download_requester.authenticator']],
    ['credentials for another host', { download_requester: request('https://files.example.com/{{ download_target }}', { authenticator: BEARER }) }, ['warning lint.credentials_to_download_host retriever.download_requester.authenticator']],
    ['credentials for the same host', { download_requester: request('https://api.example.com/files/{{ download_target }}', { authenticator: BEARER }) }, []],
    ['a file that is named otherwise', { download_requester: request('https://api.example.com/{{ download_target }}/rows.json') }, ['warning lint.download_format retriever.download_decoder']],
    ['a packed file', { download_requester: request('https://api.example.com/{{ download_target }}/rows.csv.gz?x=1') }, ['warning lint.download_format retriever.download_decoder']],
    ['a packed file with its decoder', { download_requester: request('https://api.example.com/rows.csv.gz'), download_decoder: { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } } }, []],
    ['a file that was ordered otherwise', { creation_requester: request('https://api.example.com', { authenticator: BEARER, request_body_json: { options: { file_type: 'json' } }, ...HANDLED }) }, ['warning lint.download_format retriever.download_decoder']],
    ['a file as it was ordered', { creation_requester: request('https://api.example.com', { authenticator: BEARER, request_body_json: { file_type: 'text/csv' }, ...HANDLED }) }, []],
    ['the format of the file in the wrong place', { decoder: { type: 'CsvDecoder' } }, ['warning lint.job_answer_format retriever.decoder']],
    ['no abort request', { abort_requester: null as never }, ['info lint.no_abort_request retriever']],
  ])('speaks of %s', async (_name, retriever, expected) => {
    const text = manifest(retriever);
    expect(await codes(retriever.abort_requester === null ? text.replace('"abort_requester":null,', '') : text)).toEqual(expected);
  });

  it('needs no error handler where a budget keeps below the limit', async () => {
    const bare = { creation_requester: request('https://api.example.com') , polling_requester: request('https://api.example.com') };
    expect(await codes(manifest(bare))).toEqual(['info lint.no_rate_limit_handling retriever.creation_requester']);
    expect(await codes(manifest(bare, {}, { api_budget: { type: 'HTTPAPIBudget', policies: [] } }))).toEqual([]);
  });

  it('speaks of a missing primary key', async () => {
    expect(await codes(manifest({}, { primary_key: [] }))).toEqual(['info lint.no_primary_key ']);
  });

  it('speaks of statuses that no test has seen, once there were tests', async () => {
    const seen = (...statuses: string[]) => ({ seenStatuses: new Map([['a', new Set(statuses)]]) });
    expect(await codes(manifest(), seen('pending', 'ready'))).toEqual(['info lint.status_never_seen retriever.status_mapping.failed[0]']);
    expect(await codes(manifest(), seen())).toEqual([]);
  });
});

describe('the place of a finding', () => {
  const places = async (text: string) => (await lint(text)).map(({ code, line, column }) => `${code} ${line}:${column}`);

  it('is that in the text', async () => {
    const text = exampleManifest('http://127.0.0.1/example');
    const line = (part: string) => text.slice(0, text.indexOf(part)).split('\n').length;
    expect(await places(text.replace('[ready]', '[]'))).toEqual([`lint.no_completed_status ${line('completed:')}:9`]);
    expect(await places(text.replace('field_path: [status]', 'feild_path: [status]'))).toEqual(expect.arrayContaining([`manifest.unknown_property ${line('field_path: [status]')}:9`, `manifest.invalid ${line('status_extractor')}:7`]));
    expect(await places('streams:\n  - a: [')).toEqual([expect.stringMatching(/^manifest\.syntax 2:/)]);
  });

  it('is behind a reference where it is written there', async () => {
    const text = exampleManifest('http://127.0.0.1/example').replace('type: AsyncJobStatusMap\n        completed: [ready]\n        failed: [failed, cancelled]\n        running: [pending, running]\n        timeout: []', '$ref: "#/definitions/statuses"');
    const whole = `${text}definitions:\n  statuses:\n    type: AsyncJobStatusMap\n    completed: []\n    failed: [x]\n    running: [y]\n    timeout: []\n`;
    expect(await places(whole)).toEqual([`lint.no_completed_status ${whole.slice(0, whole.indexOf('completed:')).split('\n').length}:5`]);
  });
});

it.each(['', 'null', '[]', '42', 'streams: 1', 'streams: [1]', 'streams: [{retriever: {type: AsyncRetriever}}]', 'a: &a [*a]', '$ref: "#/a"', 'streams: {$ref: "#/streams"}', '{'.repeat(500), `{"a":`.repeat(300) + '1' + '}'.repeat(300), 'a: *b', '\t', '%YAML 9', 'a: !!binary x', '? [a]: b'])(
  'whatever the text is, there is an answer: %j',
  async (text) => {
    expect((await lint(text)).some(({ severity }) => severity === 'error')).toBe(true);
  },
);

it('finds the place of an error that names the stream', async () => {
  const text = exampleManifest('http://127.0.0.1/example').replace('failed: [failed, cancelled]', 'failed: [failed, ready]');
  expect(await lint(text)).toMatchObject([{ code: 'jobs.ambiguous_status_mapping', path: ['streams', 0, 'retriever', 'status_mapping'] }]);
});
