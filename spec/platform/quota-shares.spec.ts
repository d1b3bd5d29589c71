import { provideQuotaShares, shareOfCount, shareOfRate } from '../../src/platform/quota-shares';
import { fakeRuntime } from '../support/fake-runtime';

const MINUTE = 60_000;

function sharedBy(count: number) {
  const runtime = fakeRuntime();
  provideQuotaShares(runtime, count);
  return runtime;
}

it('leaves a run that is no shard the whole', () => {
  const runtime = fakeRuntime();
  expect(shareOfCount(runtime, 5)).toBe(5);
  expect(shareOfRate(runtime, 5, MINUTE)).toEqual({ limit: 5, intervalMs: MINUTE });
});

it.each<[string, number, number, number, { limit: number; intervalMs: number }]>([
  ['a part in the same time', 100, 4, 1, { limit: 25, intervalMs: MINUTE }],
  ['no more than a part', 103, 4, 1, { limit: 25, intervalMs: MINUTE }],
  ['one call in a longer time', 5, 20, 1, { limit: 1, intervalMs: 4 * MINUTE }],
  ['the most expensive call in a longer time', 100, 10, 50, { limit: 50, intervalMs: 5 * MINUTE }],
])('gives a shard %s', (_what, limit, count, smallest, expected) => {
  const part = shareOfRate(sharedBy(count), limit, MINUTE, smallest);
  expect(part).toEqual(expected);
  // All shards together keep the limit.
  expect((part.limit * count) / part.intervalMs).toBeLessThanOrEqual(limit / MINUTE);
});

it.each([[16, 4, 4], [5, 4, 1], [1, 4, 1]])('of %i jobs gives one of %i shards %i', (limit, count, expected) => {
  expect(shareOfCount(sharedBy(count), limit)).toBe(expected);
});
