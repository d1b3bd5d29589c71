import { startReportingApi, type LoggedRequest } from '../reporting_api/reporting-api';
import type { ApiDescription } from '../reporting_api/api-description';
import { readInProcess } from '../support/run-in-process';
import { scenarioApi, scenarioInput, type Scenario } from '../support/scenario';

/* eslint-disable @typescript-eslint/no-explicit-any */

const SECRET = 'test-api-key-0815';

interface Run {
  isDone: boolean;
  output: string;
  messages: any[];
  errors: string;
  requests: LoggedRequest[];
}

async function run(scenario: Partial<Scenario>, env: Record<string, string> = {}, more: Partial<ApiDescription> = {}): Promise<Run> {
  const whole = { name: 'hostile', description: '', expect: { exit: 0, records: 0 }, ...scenario } as Scenario;
  const api = await startReportingApi({ ...scenarioApi(whole), ...more });
  let output = '';
  try {
    const isDone = await readInProcess({ ...scenarioInput(whole, api.url), env, take: (lines) => void (output += lines) });
    const messages = output.split('\n').filter(Boolean).map((line) => JSON.parse(line));
    const errors = messages.filter(({ trace }) => trace?.error).map(({ trace }) => trace.error.internal_message).join('\n');
    return { isDone, output, messages, errors, requests: api.log() };
  } finally {
    await api.close();
  }
}

const rowsOf = ({ messages }: Run) => messages.filter(({ type }) => type === 'RECORD').map(({ record }) => record.data);

const CELLS = ['{{ config["api_key"] }}', '{% for a in b %}', '"}}\n{"type":"STATE","state":{}}', "=cmd|' /C calc'!A0", '\u2028\u2029\u0085', '__proto__', '\\u0000', '{"type": "TRACE"}', '../../etc/passwd', '\u001b[2J'];

it.each([['as finished lines', {}], ['through a transformation', { transformations: [{ type: 'AddFields', fields: [{ path: ['more'], value: '{{ record.cell }}!' }] }] }]])('cells of a CSV file are data: %s', async (_way, stream) => {
  const text = `id,cell\n${CELLS.map((cell, index) => `${index},"${cell.replaceAll('"', '""')}"\n`).join('')}`;
  const result = await run({ job: { download: { file: { format: 'text', text: undefined, base64: Buffer.from(text).toString('base64') } } }, stream });
  expect(result.isDone).toBe(true);
  expect(rowsOf(result).map(({ cell }) => cell)).toEqual(CELLS);
  if ('transformations' in stream) expect(rowsOf(result).map(({ more }) => more)).toEqual(CELLS.map((cell) => `${cell}!`));
  expect(result.output).not.toContain(SECRET);
});

it('columns with the names of prototypes are data', async () => {
  const result = await run({ job: { download: { file: { text: '__proto__,constructor,toString\n1,2,3\n' } } } });
  expect(rowsOf(result).map((row) => Object.entries(row))).toEqual([[['__proto__', '1'], ['constructor', '2'], ['toString', '3']]]);
  expect(({} as any)[1]).toBeUndefined();
});

it.each(['{{ config["api_key"] }}', "{{ ''.constructor }}", '{% set x = 1 %}'])('an id that looks like a template (%s) is a text', async (id) => {
  const file = { format: 'text' as const, base64: Buffer.from(JSON.stringify({ id })).toString('base64'), content_type: 'application/json' };
  const { requests, output } = await run({ faults: [{ on: 'POST /exports', do: { respond: { status: 202, file } } }], retriever: { max_attempts: 1 } });
  const polls = requests.filter(({ method }) => method === 'GET').map(({ path }) => decodeURIComponent(path));
  expect(new Set(polls)).toEqual(new Set([`/exports/${id}`]));
  expect(output).not.toContain(SECRET);
});

it.each<[string, ApiDescription['faults']]>([
  ['a body', [{ on: 'POST /exports', do: { respond: { status: 400, body: { error: `bad key ${SECRET}`, more: encodeURIComponent(`a ${SECRET}`) } } } }]],
  ['a header', [{ on: 'POST /exports', do: { respond: { status: 400, headers: { 'X-Echo': SECRET }, body: '' } } }]],
  ['a poll', [{ on: 'GET /exports/{id}', do: { respond: { status: 200, body: { status: SECRET } } } }]],
  ['a page', [{ on: 'POST /exports', do: { respond: { status: 200, body: `<html>${SECRET}</html>` } } }]],
  ['a file', [{ on: 'GET /files/{id}/{part}', do: { respond: { status: 500, body: SECRET } } }]],
  ['a redirect', [{ on: 'GET /exports/{id}', do: { respond: { status: 302, headers: { Location: `http://127.0.0.1:1/?key=${SECRET}` } } } }]],
])('a secret that the API sends back in %s is in no message', async (_where, faults) => {
  const { output, isDone } = await run({ faults });
  expect({ isDone, leaks: output.includes(SECRET) }).toEqual({ isDone: false, leaks: false });
});

it.each<[string, ApiDescription['faults']]>([
  ['headers', [{ on: 'POST /exports', do: { respond: { status: 200, headers: { 'X-Long': 'x'.repeat(100_000) }, body: {} } } }]],
  ['an answer about a job', [{ on: 'GET /exports/{id}', do: { respond: { status: 200, body: { status: 'ready', more: 'x'.repeat(11_000_000) } } } }]],
  ['nesting', [{ on: 'GET /exports/{id}', do: { respond: { status: 200, body: `{"status":${'['.repeat(50_000)}${']'.repeat(50_000)}}` } } }]],
  ['redirects', [{ on: 'GET /exports/{id}', do: { respond: { status: 302, headers: { Location: '{base}/exports/export-1' } } } }]],
])('too much of %s ends in an error', async (_what, faults) => {
  const { isDone, errors, output } = await run({ faults, retriever: { max_attempts: 1 } });
  expect(isDone).toBe(false);
  expect(errors).toContain('[jobs.');
  expect(errors).not.toContain('run.unexpected');
  expect(output.length).toBeLessThan(1_000_000);
});

it('a download that is redirected to another host takes no credentials along', async () => {
  const other = await startReportingApi({ routes: [{ on: 'GET /moved', file: { text: 'id\n1\n' } }] });
  try {
    const authenticator = { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" };
    // Another port is another site.
    const result = await run({ faults: [{ on: 'GET /files/{id}/{part}', do: { respond: { status: 302, headers: { Location: `${other.url}/moved` } } } }], retriever: { download_requester: { authenticator } } });
    expect(rowsOf(result)).toEqual([{ id: '1' }]);
    expect(result.requests.find(({ route }) => route === 'GET /files/{id}/{part}')?.headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(other.log().map(({ headers }) => headers.authorization)).toEqual([undefined]);
  } finally {
    await other.close();
  }
});

it('on shared infrastructure plain http is refused before anything is sent', async () => {
  const { isDone, errors, requests } = await run({}, { DEPLOYMENT_MODE: 'CLOUD' });
  expect({ isDone, refused: errors.includes('http.insecure_protocol') || errors.includes('jobs.creation_refused'), requests: requests.length }).toEqual({ isDone: false, refused: true, requests: 0 });
});
