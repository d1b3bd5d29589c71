import type { Runtime } from './runtime';

declare module './runtime' {
  interface SharedServices {
    /** How many runs share the quotas of the API at the same time. */
    quotaShares: { readonly count: number };
  }
}

/** To be called before anything with a quota is built. */
export function provideQuotaShares(runtime: Runtime, count: number): void {
  runtime.shared('quotaShares', () => ({ count }));
}

/** A limit of things that exist at the same time: this run's part, at least one. */
export function shareOfCount(runtime: Runtime, limit: number): number {
  return Math.max(1, Math.floor(limit / quotaShares(runtime)));
}

/**
 * A limit a time: this run's part. A part that is smaller than the most expensive single call, `smallest`, becomes that call in a longer time.
 */
export function shareOfRate(runtime: Runtime, limit: number, intervalMs: number, smallest = 1): { limit: number; intervalMs: number } {
  const count = quotaShares(runtime);
  if (count === 1) return { limit, intervalMs };
  const part = Math.min(limit, Math.max(Math.floor(limit / count), smallest));
  return { limit: part, intervalMs: Math.max(intervalMs, Math.ceil((intervalMs * part * count) / limit)) };
}

/** One, unless this run is a shard. */
export function quotaShares(runtime: Runtime): number {
  return runtime.shared('quotaShares', () => ({ count: 1 })).count;
}
