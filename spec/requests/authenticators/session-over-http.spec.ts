import { startReportingApi, type ReportingApi } from '../../../integration_tests/reporting_api/reporting-api';
import type { JsonObject } from '../../../src/protocol/json';
import { StreamSlice } from '../../../src/slices/stream-slice';
import { buildComponent, fakeRuntime } from '../../support/fake-runtime';

let api: ReportingApi;

afterEach(() => api.close());

const requester = (authenticator: JsonObject): JsonObject => ({
  type: 'HttpRequester',
  url_base: `${api.url}/api/`,
  path: 'items',
  authenticator,
});

async function start(faults: Parameters<typeof startReportingApi>[0]['faults'] = []): Promise<void> {
  api = await startReportingApi({
    auth: { api_key: { value: 'Token session-1', header: 'X-Session' } },
    routes: [
      { on: 'POST /api/login', auth: { basic: { username: 'u', password: '1.10' } }, body: { data: { token: 'session-1' } } },
      { on: 'GET /api/items', body: { ok: true } },
    ],
    faults,
  });
}

const session = (more: JsonObject = {}): JsonObject => ({
  type: 'SessionTokenAuthenticator',
  login_requester: {
    type: 'HttpRequester',
    url_base: `${api.url}/api`,
    path: 'login',
    http_method: 'POST',
    authenticator: { type: 'BasicHttpAuthenticator', username: 'u', password: "{{ config['password'] }}" },
  },
  session_token_path: ['data', 'token'],
  request_authentication: { type: 'ApiKey', inject_into: { type: 'RequestOption', inject_into: 'header', field_name: 'X-Session' }, api_token: 'Token {{ session_token }}' },
  ...more,
});

const paths = () => api.log().map(({ path }) => path);

test.each<[string, JsonObject]>([
  ['of unknown lifetime', {}],
  ['of an hour', { expiration_duration: 'PT1H' }],
  ['read with a decoder', { decoder: { type: 'JsonDecoder' } }],
])('one login for several requests, with a token %s', async (_name, more) => {
  await start();
  const runtime = fakeRuntime();
  const events: string[] = [];
  runtime.events.on((event) => event.type === 'http' && events.push(`${event.exchangeType} ${event.title}`));
  const send = () => buildComponent('Requester', requester(session(more)), { config, runtime }).send({ slice: new StreamSlice() });
  const config = { password: '1.10' };
  expect(await (await send()).body.json()).toEqual({ ok: true });
  await send();
  expect(paths()).toEqual(['/api/login', '/api/items', '/api/items']);
  expect(events[0]).toBe('AUTH Login request');
});

test('a wrong password is a config_error of the login', async () => {
  await start();
  const sending = buildComponent('Requester', requester(session()), { config: { password: 'wrong' } }).send({});
  await expect(sending).rejects.toMatchObject({ failureType: 'config_error' });
  expect(paths()).toEqual(['/api/login']);
});
