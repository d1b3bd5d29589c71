import { ExchangeLog, plainView } from '../../src/builder/exchange-log';
import { KnownSecrets } from '../../src/errors/secrets';
import type { HttpExchange } from '../../src/platform/events';

function exchange(more: Partial<HttpExchange> & { requestBody?: string | null; responseBody?: string } = {}): HttpExchange {
  const { requestBody = null, responseBody = '{}', ...rest } = more;
  return {
    type: 'http',
    title: 'Async Job -- Polling',
    exchangeType: 'ASYNC_POLL',
    description: 'd',
    streamName: 's',
    slice: { region: 'eu' },
    request: { method: 'GET', url: 'http://api/x', headers: { Authorization: 'Bearer abcdef' }, body: requestBody },
    response: { status: 200, headers: { 'x-token': 'abcdef' }, body: responseBody },
    error: undefined,
    startedAt: 0,
    durationMs: 1,
    ...rest,
  };
}

const log = (secrets = new KnownSecrets()) => new ExchangeLog('s', '0:15:00', plainView(secrets));
const key = (region: string) => JSON.stringify({ region });

describe('the log of exchanges', () => {
  it('gives each slice its own requests, and the rest to none', () => {
    const exchanges = log();
    exchanges.addAuxiliary(exchange({ description: 'eu' }));
    exchanges.addAuxiliary(exchange({ description: 'us', slice: { region: 'us' } }));
    exchanges.addAuxiliary(exchange({ description: 'failed', slice: { region: 'xx' } }));
    exchanges.addAuxiliary(exchange({ description: 'login', exchangeType: 'AUTH', title: 'Refresh token', streamName: undefined, slice: undefined }));
    exchanges.addAuxiliary(exchange({ description: 'parent', exchangeType: 'PARENT_STREAM', title: "Parent stream: Stream 'p' request", streamName: 'p' }));
    const { ofSlice, ofNone } = exchanges.auxiliaryRequests(new Set([key('eu'), key('us')]));
    expect(ofSlice({ region: 'eu' }).map(({ description }) => description)).toEqual(['eu']);
    expect(ofSlice({ region: 'us' }).map(({ description }) => description)).toEqual(['us']);
    expect(ofNone.map(({ description }) => description)).toEqual(['failed', 'login', 'parent']);
  });

  it('does not mix jobs of a parent with those of the stream', () => {
    const exchanges = log();
    exchanges.addAuxiliary(exchange({ streamName: 'parent' }));
    expect(exchanges.auxiliaryRequests(new Set([key('eu')])).ofNone).toHaveLength(1);
  });

  it('masks secrets that became known later', () => {
    const secrets = new KnownSecrets();
    const exchanges = log(secrets);
    exchanges.addAuxiliary(exchange({ requestBody: 'a=abcdef', responseBody: '{"token": "abcdef"}' }));
    secrets.add('abcdef');
    expect(JSON.stringify(exchanges.auxiliaryRequests(new Set()))).not.toContain('abcdef');
  });

  it('shows why there was no answer', () => {
    expect(log().view.response(exchange({ response: undefined, error: 'connection reset' }))).toEqual({ status: 0, body: 'connection reset', headers: {} });
  });

  it('says how long a job may take', () => {
    const exchanges = log();
    exchanges.addAuxiliary(exchange({ exchangeType: 'ASYNC_CREATE', description: 'Create.' }));
    expect(exchanges.auxiliaryRequests(new Set()).ofNone[0]).toMatchObject({ type: 'ASYNC_CREATE', description: 'Create. Timeout after: 0:15:00' });
  });

  it('stays within types that clients know', () => {
    const exchanges = log();
    exchanges.addAuxiliary(exchange({ exchangeType: 'SOMETHING', title: '' }));
    expect(exchanges.auxiliaryRequests(new Set()).ofNone[0]).toMatchObject({ type: 'HTTP', title: "Stream 's' request" });
  });

  it('takes for a page what has no title and is of the stream', () => {
    const page = exchange({ title: '', exchangeType: 'HTTP' });
    expect(log().isPage(page)).toBe(true);
    expect(log().isPage({ ...page, streamName: 'other' })).toBe(false);
    expect(log().isPage(exchange())).toBe(false);
  });

  it('keeps no more than it may hold: later bodies are cut', () => {
    const exchanges = log();
    const megabyte = 'x'.repeat(1024 * 1024);
    const kept = Array.from({ length: 100 }, () => exchanges.withinBudget(exchange({ responseBody: megabyte })));
    const total = kept.reduce((sum, { response }) => sum + response!.body.length, 0);
    expect(total).toBeLessThan(34 * 1024 * 1024);
    expect(kept[0]!.response!.body).toBe(megabyte);
    expect(kept[99]!.response!.body).toMatch(/^x{2048}… \(1046528 more characters/);
  });
});
