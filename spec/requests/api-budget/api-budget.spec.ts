import { provideQuotaShares } from '../../../src/platform/quota-shares';
import type { JsonObject } from '../../../src/protocol/json';
import { apiBudgetOf, provideApiBudget, type APIBudget } from '../../../src/requests/api-budget/api-budget';
import { HttpRequestRegexMatcher } from '../../../src/requests/api-budget/request-matcher';
import { buildComponent, fakeRuntime, type FakeRuntime } from '../../support/fake-runtime';

let runtime: FakeRuntime;
beforeEach(() => {
  runtime = fakeRuntime();
});

const request = (path = '/x', method = 'GET') => ({ method, url: `https://api.example.com${path}`, headers: { 'X-Plan': 'pro' } });

function budget(...policies: JsonObject[]): APIBudget {
  return buildComponent('APIBudget', { type: 'HTTPAPIBudget', policies }, { runtime });
}

const fixed = (more: JsonObject = {}): JsonObject => ({ type: 'FixedWindowCallRatePolicy', period: 'PT1M', call_limit: 2, matchers: [], ...more });
const moving = (rates: JsonObject[], matchers: JsonObject[] = []): JsonObject => ({ type: 'MovingWindowCallRatePolicy', rates, matchers });

async function acquire(target: APIBudget, times: number, path?: string): Promise<number[]> {
  const at: number[] = [];
  for (let n = 0; n < times; n++) {
    await target.acquire(request(path), runtime.signal, 'contacts');
    at.push(runtime.clock.monotonic() / 1000);
  }
  return at;
}

describe('a fixed window', () => {
  it('begins with the first call and gives all calls back at its end', async () => {
    expect(await acquire(budget(fixed()), 5)).toEqual([0, 0, 60, 60, 120]);
  });

  it('ends when the API says: epoch seconds, epoch milliseconds or seconds from now', async () => {
    for (const header of [String(runtime.clock.now() / 1000 + 5), String(runtime.clock.now() + 5000), '5']) {
      runtime = fakeRuntime();
      const limited = budget(fixed());
      await acquire(limited, 2);
      limited.update(request(), 200, { 'ratelimit-reset': header });
      expect(await acquire(limited, 1)).toEqual([5]);
    }
  });

  it('is lowered by what the API says is left, never raised', async () => {
    const limited = budget(fixed({ call_limit: 10 }));
    limited.update(request(), 200, { 'ratelimit-remaining': '1' });
    limited.update(request(), 200, { 'ratelimit-remaining': '9' });
    expect(await acquire(limited, 2)).toEqual([0, 60]);
  });

  it('is used up by a 429 without headers', async () => {
    const limited = budget(fixed());
    await acquire(limited, 1);
    limited.update(request(), 429, {});
    expect(await acquire(limited, 1)).toEqual([60]);
  });

  it('ignores a reset in the past', async () => {
    const limited = budget(fixed());
    await acquire(limited, 2);
    limited.update(request(), 200, { 'ratelimit-reset': String(runtime.clock.now() / 1000 - 100) });
    expect(await acquire(limited, 1)).toEqual([60]);
  });
});

describe('a moving window', () => {
  it('gives each call back one interval after it was made', async () => {
    const limited = budget(moving([{ limit: 2, interval: 'PT10S' }]));
    await acquire(limited, 1);
    runtime.clock.advance(4000);
    expect(await acquire(limited, 3)).toEqual([4, 10, 14]);
  });

  it('keeps all its rates', async () => {
    expect(await acquire(budget(moving([{ limit: 2, interval: 'PT1S' }, { limit: '3', interval: 'PT1M' }])), 4)).toEqual([0, 0, 1, 60]);
  });

  it('is filled when nothing is left, or waits for the reset', async () => {
    const limited = budget(moving([{ limit: 5, interval: 'PT10S' }]));
    limited.update(request(), 429, {});
    expect(await acquire(limited, 1)).toEqual([10]);
    limited.update(request(), 429, { 'ratelimit-reset': '30' });
    expect(await acquire(limited, 1)).toEqual([40]);
  });
});

it('the first policy that knows a request counts it; a request that none knows is free', async () => {
  const limited = budget({ type: 'UnlimitedCallRatePolicy', matchers: [{ url_path_pattern: '/status$' }] }, fixed({ matchers: [{ url_path_pattern: '^/exports' }] }));
  expect(await acquire(limited, 5, '/exports/status')).toEqual([0, 0, 0, 0, 0]);
  expect(await acquire(limited, 5, '/other')).toEqual([0, 0, 0, 0, 0]);
  expect(await acquire(limited, 3, '/exports')).toEqual([0, 0, 60]);
});

it('weights cost more, and one that can never be paid is an error', async () => {
  const limited = budget(fixed({ call_limit: 5, matchers: [{ url_path_pattern: '/dear', weight: 3 }, { url_path_pattern: '/impossible', weight: '{{ 2 * 3 }}' }, {}] }));
  await acquire(limited, 1, '/dear');
  expect(await acquire(limited, 3, '/cheap')).toEqual([0, 0, 60]);
  await expect(acquire(limited, 1, '/impossible')).rejects.toMatchObject({ code: 'api_budget.weight_too_large' });
});

it('long waits are reported to the platform, short ones are not', async () => {
  const start = runtime.clock.now();
  await acquire(budget(fixed()), 3);
  await acquire(budget(moving([{ limit: 1, interval: 'PT5S' }])), 2);
  expect(runtime.rateLimits).toEqual([{ stream: 'contacts', quotaResetMs: start + 60_000 }]);
});

it('a wait of more than a day is an error', async () => {
  await expect(acquire(budget(fixed({ period: 'P2D' })), 3)).rejects.toMatchObject({ code: 'api_budget.wait_too_long', failureType: 'transient_error', recovery: 'wait_for_capacity' });
});

it('a wall clock that is set back while it waits makes nobody wait longer', async () => {
  const limited = budget(moving([{ limit: 2, interval: 'PT1M' }]));
  await acquire(limited, 2);
  const hourBefore = runtime.clock.now() - 3_600_000;
  jest.spyOn(runtime.clock, 'now').mockImplementation(() => hourBefore + runtime.clock.monotonic());
  expect(await acquire(limited, 1)).toEqual([60]);
});

it('requests go in the order they came, and an aborted one does not hold the others up', async () => {
  const limited = budget(fixed({ call_limit: 1 }));
  const order: string[] = [];
  const stop = new AbortController();
  const ask = (name: string, signal = runtime.signal) =>
    limited.acquire(request(), signal, undefined).then(
      () => order.push(`${name} at ${runtime.clock.monotonic() / 1000}`),
      () => order.push(`${name} aborted`),
    );
  const all = [ask('a'), ask('b'), ask('c', stop.signal), ask('d')];
  stop.abort(new Error('stop'));
  await Promise.all(all);
  expect(order).toEqual(['c aborted', 'a at 0', 'b at 60', 'd at 120']);
});

it('is shared by everybody of a run', () => {
  const limited = budget(fixed());
  expect(apiBudgetOf(runtime)).toBeUndefined();
  provideApiBudget(runtime, limited);
  expect(apiBudgetOf(runtime)).toBe(limited);
});

it.each([
  [fixed({ period: 'P1M' }), 'period'],
  [fixed({ period: 'soon' }), 'period'],
  [fixed({ call_limit: 0 }), 'call_limit'],
  [fixed({ matchers: [{ weight: 0 }] }), 'weight'],
  [fixed({ matchers: [{ url_path_pattern: '(' }] }), 'url_path_pattern'],
  [moving([{ limit: 'x', interval: 'PT1S' }]), 'limit'],
])('%j is refused at build', (policy, what) => {
  expect(() => budget(policy)).toThrow(what);
});

describe('matchers', () => {
  const matches = (props: JsonObject) => new HttpRequestRegexMatcher(props as never, 'test').matches({ ...request('/v1/items/?a=1&b=x%20y', 'POST'), url: 'https://api.example.com/v1/items/?a=1&b=x%20y' });

  it.each([
    [{}, true],
    [{ method: 'post' }, true],
    [{ method: 'GET' }, false],
    [{ url_base: 'https://api.example.com/' }, true],
    [{ url_base: 'https://example.com' }, false],
    [{ url_path_pattern: 'items$' }, true],
    [{ url_path_pattern: '^/items' }, false],
    [{ params: { a: 1 } }, true],
    [{ params: { a: 1, b: 'x y' } }, true],
    [{ params: { c: 1 } }, false],
    [{ headers: { 'x-plan': 'pro' } }, true],
    [{ headers: { 'X-Plan': 'free' } }, false],
  ])('%j: %p', (props, expected) => expect(matches(props)).toBe(expected));
});

describe('a shard', () => {
  it('has its part of each policy', async () => {
    provideQuotaShares(runtime, 4);
    expect(await acquire(budget(fixed({ call_limit: 8 })), 3)).toEqual([0, 0, 60]);
    runtime = fakeRuntime();
    provideQuotaShares(runtime, 4);
    expect(await acquire(budget(moving([{ limit: 2, interval: 'PT1M' }])), 3)).toEqual([0, 120, 240]);
  });
});
