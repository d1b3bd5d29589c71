import type { JsonObject } from '../../src/protocol/json';
import { httpClient } from '../../src/requests/http-client';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { buildComponent, fakeRuntime, type FakeRuntime } from '../support/fake-runtime';
import { json, LoopbackServer } from './loopback-server';

let server: LoopbackServer;
let runtime: FakeRuntime;

beforeEach(async () => {
  server = await new LoopbackServer().start();
  runtime = fakeRuntime();
});

afterEach(async () => {
  httpClient(runtime).close();
  await server.stop();
});

async function refusal(handler: JsonObject, headers: Record<string, string>, status = 429): Promise<unknown> {
  server.on('/x', json({ error: 'full' }, status, headers));
  const requester = buildComponent('Requester', { type: 'HttpRequester', url: `${server.url}/x`, error_handler: { type: 'DefaultErrorHandler', ...handler } }, { runtime });
  return requester.send({ rateLimit: 'throw' }).catch((error: unknown) => error);
}

describe('a caller that waits for rate limits itself', () => {
  it('hears of one after one try, with the time that the API asks for', async () => {
    const error = await refusal({}, { 'retry-after': '90' });
    expect(error).toBeInstanceOf(HttpStatusError);
    expect(error).toMatchObject({ status: 429, recovery: 'wait_for_capacity', retryAfterMs: 90_000, failureType: 'transient_error', responseBody: expect.stringContaining('full') });
    expect([server.seen.length, runtime.clock.sleeps, runtime.rateLimits]).toEqual([1, [], []]);
  });

  it('hears of the time that a backoff strategy works out', async () => {
    const error = await refusal({ backoff_strategies: [{ type: 'WaitTimeFromHeader', header: 'x-wait' }] }, { 'x-wait': '7' });
    expect(error).toMatchObject({ recovery: 'wait_for_capacity', retryAfterMs: 7_000 });
  });

  it('hears of what a response filter calls a rate limit', async () => {
    const error = await refusal({ response_filters: [{ type: 'HttpResponseFilter', http_codes: [400], action: 'RATE_LIMITED' }] }, {}, 400);
    expect(error).toMatchObject({ status: 400, recovery: 'wait_for_capacity' });
    expect(server.seen).toHaveLength(1);
  });

  it('still has other troubles repeated for it', async () => {
    await refusal({ max_retries: 2 }, {}, 503);
    expect(server.seen).toHaveLength(3);
  });
});
