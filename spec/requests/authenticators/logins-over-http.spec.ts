import { startReportingApi, type ReportingApi } from '../../../integration_tests/reporting_api/reporting-api';
import type { JsonObject } from '../../../src/protocol/json';
import { httpClient } from '../../../src/requests/http-client';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';

let api: ReportingApi;

afterEach(() => api.close());

const oauth = (more: JsonObject = {}): JsonObject => ({
  type: 'OAuthAuthenticator',
  token_refresh_endpoint: `${api.url}/token`,
  client_id: "{{ config['id'] }}",
  client_secret: "{{ config['secret'] }}",
  refresh_token: "{{ config['refresh'] }}",
  ...more,
});
const CONFIG = { id: 'a', secret: 'p&ss wörd+/=', refresh: 'r' };

async function startWithTokens(faults: Parameters<typeof startReportingApi>[0]['faults'] = []): Promise<void> {
  api = await startReportingApi({
    auth: { oauth: true },
    oauth: { path: '/token', client_id: CONFIG.id, client_secret: CONFIG.secret, refresh_token: CONFIG.refresh, expires_in: 60, single_use: true },
    routes: [{ on: 'GET /me', body: { ok: true } }],
    faults,
  });
}

async function statusOfMe(model: JsonObject, runtime = fakeRuntime(), config: JsonObject = { ...CONFIG }): Promise<number> {
  const url = `${api.url}/me`;
  const { headers } = await buildComponent('Authenticator', model, { config, runtime }).credentials({ method: 'GET', url });
  const answer = await httpClient(runtime).call({ method: 'GET', url, headers: headers as Record<string, string> });
  answer.body.discard();
  return answer.status;
}

test('a secret with every kind of character arrives as it is', async () => {
  await startWithTokens();
  expect(await statusOfMe(oauth())).toBe(200);
});

test('in the query string as well', async () => {
  await startWithTokens();
  expect(await statusOfMe(oauth({ send_refresh_request_as_query_params: true }))).toBe(200);
  expect(api.log()[0]).toMatchObject({ query: { client_secret: CONFIG.secret }, body: '', headers: { 'content-length': '0' } });
});

test('a reset connection and a busy server are survived', async () => {
  await startWithTokens([
    { on: 'POST /token', calls: 1, do: { reset: true } },
    { on: 'POST /token', calls: 2, do: { respond: { status: 503, body: 'busy' } } },
    { on: 'POST /token', calls: 3, do: { cut: { after_bytes: 5 } } },
  ]);
  const runtime = fakeRuntime();
  // The cut answer has spent the single-use token: what is left to say is "log in again".
  await expect(statusOfMe(oauth(), runtime)).rejects.toMatchObject({ code: 'auth.refresh_token_rejected' });
  expect(runtime.clock.sleeps).toHaveLength(3);
});

test('single-use tokens survive several renewals, each saved at once', async () => {
  await startWithTokens();
  const runtime = fakeRuntime();
  const config: JsonObject = { ...CONFIG, credentials: { refresh_token: 'r' } };
  const model = oauth({ refresh_token_updater: {} });
  for (let renewal = 1; renewal <= 3; renewal++) {
    expect(await statusOfMe(model, runtime, config)).toBe(200);
    expect(config.credentials).toMatchObject({ refresh_token: `refresh-${renewal}`, access_token: `access-${renewal}` });
    expect(runtime.configs).toHaveLength(renewal);
    runtime.clock.advance(61_000);
  }
});
