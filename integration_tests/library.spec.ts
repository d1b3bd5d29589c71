import { Connector, ConnectorError, type AirbyteMessage, type StateMessage } from '../src/index';
import { startReportingApi } from './reporting_api/reporting-api';
import { scenarioApi, scenarioInput, type Scenario } from './support/scenario';

/** One job a day, five rows each. */
const scenario = {
  name: 'library',
  job: { create: { body: { id: '{id}' } }, download: { file: { format: 'csv', text: null, rows: { count: 5, columns: ['id'], add: { day: '{body.start}' } } } } },
  retriever: { creation_requester: { request_body: { type: 'RequestBodyJsonObject', value: { start: "{{ stream_slice['start_time'] }}" } } } },
  stream: {
    incremental_sync: { type: 'DatetimeBasedCursor', cursor_field: 'day', datetime_format: '%Y-%m-%d', start_datetime: '2024-01-01', end_datetime: '2024-01-04', step: 'P1D', cursor_granularity: 'P1D' },
  },
} as unknown as Scenario;

const env = { SOURCE_TEST_FAST_WAITS: '1' };

describe('the library', () => {
  const api = startReportingApi(scenarioApi(scenario));
  afterAll(async () => (await api).close());
  beforeEach(async () => (await api).reset());
  const connector = async (more: Partial<ConstructorParameters<typeof Connector>[0]> = {}) => {
    const { manifest, config } = scenarioInput(scenario, (await api).url);
    return new Connector({ manifest, config: config as never, env, ...more });
  };
  const collected = async (messages: AsyncIterable<AirbyteMessage>) => {
    const all: AirbyteMessage[] = [];
    for await (const message of messages) all.push(message);
    return all;
  };
  const requests = async (method: string) => (await api).log().filter((call) => call.method === method).length;

  it('answers spec, check and discover', async () => {
    const source = await connector();
    expect(await source.spec()).toMatchObject({ connectionSpecification: { properties: { api_key: { airbyte_secret: true } } } });
    expect(await source.check()).toEqual({ status: 'SUCCEEDED' });
    expect(await source.discover()).toMatchObject({ streams: [{ name: 'report', supported_sync_modes: ['full_refresh', 'incremental'] }] });
  });

  it('says what is wrong with a config, and throws what is wrong with a manifest', async () => {
    const manifest = { ...scenarioInput(scenario, '').manifest, spec: { type: 'Spec', connection_specification: { type: 'object', required: ['key'], properties: {} } } };
    expect(await (await connector({ manifest })).check()).toEqual({ status: 'FAILED', message: expect.stringContaining('key') });
    const broken = await connector({ manifest: { version: '6.0.0', type: 'DeclarativeSource' } });
    await expect(broken.discover()).rejects.toMatchObject({ code: 'manifest.invalid' });
    await expect((await connector({ manifest: '/nowhere.yaml' })).spec()).rejects.toMatchObject({ code: 'manifest.unreadable' });
  });

  it('reads everything, then goes on from the state', async () => {
    const source = await connector();
    const messages = await collected(source.read());
    expect(messages.filter(({ type }) => type === 'RECORD')).toHaveLength(15);
    const states = messages.filter((message): message is StateMessage => message.type === 'STATE');
    expect(states.at(-1)!.state.stream.stream_state).toEqual({ day: '2024-01-03' });
    expect(states.reduce((sum, { state }) => sum + state.sourceStats.recordCount, 0)).toBe(15);
    const created = await requests('POST');
    await collected(source.read({ streams: ['report'], state: [states.at(-1)!] }));
    expect((await requests('POST')) - created).toBe(1);
  });

  it('refuses streams that are not there', async () => {
    await expect(collected((await connector()).read({ streams: ['reprot'] }))).rejects.toMatchObject({ code: 'catalog.unknown_stream', message: expect.stringContaining('It has: report') });
  });

  it('throws at the end when a stream failed, with the secrets masked', async () => {
    const source = await connector({ config: { base_url: 'http://127.0.0.1:1/key-0815', api_key: 'key-0815' } });
    const seen: AirbyteMessage[] = [];
    const reading = (async () => {
      for await (const message of source.read()) seen.push(message);
    })();
    const error: unknown = await reading.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConnectorError);
    expect((error as ConnectorError).code).toBe('read.streams_failed');
    expect(`${(error as Error).message} ${JSON.stringify(seen)}`).not.toContain('key-0815');
    expect(seen.some((message) => message.type === 'TRACE' && message.trace.type === 'ERROR')).toBe(true);
  });

  it('ends with the reason of the signal, after the last STATE', async () => {
    const abort = new AbortController();
    const seen: AirbyteMessage[] = [];
    const reading = (async () => {
      for await (const message of (await connector()).read({ signal: abort.signal })) {
        seen.push(message);
        if (message.type === 'RECORD') abort.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(seen.slice(-2)).toMatchObject([{ type: 'STATE' }, { type: 'TRACE', trace: { stream_status: { status: 'INCOMPLETE' } } }]);
  });

  it('ends the run when the loop is left', async () => {
    for await (const message of (await connector({ env: { ...env, SOURCE_ON_CANCEL: 'abort' } })).read()) if (message.type === 'RECORD') break;
    const before = (await api).log().length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await api).log()).toHaveLength(before);
  });

  it('tells the log to whoever listens', async () => {
    const lines: string[] = [];
    await (await connector({ onLog: (level, message) => lines.push(`${level} ${message}`) })).check();
    expect(lines.join('\n')).toContain('completed');
  });
});
