import type { TestEvent } from '../../src/builder/page-contract';
import type { JsonObject } from '../../src/protocol/json';
import type { ApiDescription } from '../reporting_api/api-description';
import { startReportingApi, type ReportingApi } from '../reporting_api/reporting-api';
import { PageClient } from '../support/page-client';
import { scenarioApi, scenarioInput, type Scenario } from '../support/scenario';
import { startBuilder, type RunningBuilder } from '../support/start-builder';

const SECRET = 'test-api-key-0815';
const BEARER = { authenticator: { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" } };

let builder: RunningBuilder;
let page: PageClient;
let api: ReportingApi | undefined;

beforeAll(async () => {
  builder = await startBuilder();
  page = await PageClient.open(builder);
});
afterAll(async () => {
  expect(await builder.stop()).toBe(143);
  expect(builder.told().trim().split('\n')).toHaveLength(2);
});
afterEach(async () => {
  await api?.close();
  api = undefined;
});

type Parts = Pick<Scenario, 'job' | 'retriever' | 'stream' | 'manifest' | 'config' | 'faults' | 'api'>;

/** A manifest for an API that is started for it; its inputs are set. */
async function prepare(parts: Parts = {}): Promise<JsonObject> {
  const retriever = parts.stream?.retriever ? undefined : { creation_requester: BEARER, ...parts.retriever };
  const scenario: Scenario = { name: 'test', description: '', expect: { exit: 0, records: 0 }, ...parts, retriever };
  api = await startReportingApi(scenarioApi(scenario) as ApiDescription);
  const { manifest, config } = scenarioInput(scenario, api.url);
  await page.setInputs(config as JsonObject);
  return manifest as JsonObject;
}

const of = <T extends TestEvent['type']>(events: TestEvent[], type: T) => events.filter((event): event is Extract<TestEvent, { type: T }> => event.type === type);

describe('a test of the page', () => {
  test('tells everything as it comes', async () => {
    const id = await page.start(await prepare());
    const events = await page.events(id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events[0]).toMatchObject({ type: 'started', streamName: 'report', isAsync: true, canAbort: false, jobTimeoutSeconds: 900 });
    expect(of(events, 'exchange').map(({ n, title, phase, response: { status } }) => [n, title, phase, status])).toEqual([
      [1, 'Async Job -- Create', 'creation', 202],
      [2, 'Async Job -- Polling', 'polling', 200],
      [3, 'Async Job -- Polling', 'polling', 200],
      [4, "Stream 'report' request", 'download', 200],
    ]);
    expect(of(events, 'poll')).toMatchObject([
      { n: 1, raw: 'pending', status: 'running', nextPollMs: expect.any(Number), timeoutLeftMs: expect.any(Number) },
      { n: 2, raw: 'ready', status: 'completed', nextPollMs: null },
    ]);
    expect(of(events, 'download').at(-1)).toMatchObject({ rows: 3, bytes: 19 });
    expect(events.at(-1)).toMatchObject({ type: 'finished', outcome: 'ok', read: { slices: [{ pages: [{ records: { length: 3 } }] }] } });
    expect(JSON.stringify(events)).not.toContain(SECRET);
    expect(await page.run(id)).toMatchObject({ id, streamName: 'report', isRunning: false, read: { slices: { length: 1 } } });
    expect(await page.events(id, { after: events.length - 2 })).toEqual(events.slice(-2));
    expect(await page.events(id, { after: events.length })).toEqual([]);
  });
});
