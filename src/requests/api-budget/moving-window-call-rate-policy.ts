import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { shareOfRate } from '../../platform/quota-shares';
import { CallRatePolicy, type ReportedBudget } from './call-rate-policy';
import { durationMs } from './duration-ms';
import { heaviest, HttpRequestRegexMatcher, requestMatcherFields } from './request-matcher';

export interface Rate {
  limit: number;
  intervalMs: number;
}

/** At most `limit` calls in any stretch of time of `intervalMs`, for each of its rates. */
export class MovingWindowCallRatePolicy extends CallRatePolicy {
  readonly largestWeight: number;
  private readonly longestMs: number;
  /** Oldest first. */
  private readonly calls: { at: number; weight: number }[] = [];
  private blockedUntil = 0;

  constructor(
    private readonly rates: readonly Rate[],
    matchers: readonly HttpRequestRegexMatcher[],
  ) {
    super(matchers);
    this.largestWeight = Math.min(...rates.map((rate) => rate.limit));
    this.longestMs = Math.max(...rates.map((rate) => rate.intervalMs));
  }

  take(weight: number, now: number): number {
    this.forget(now);
    const wait = Math.max(this.blockedUntil - now, ...this.rates.map((rate) => this.waitFor(rate, weight, now)));
    if (wait > 0) return wait;
    this.calls.push({ at: now, weight });
    return 0;
  }

  /** Only "nothing left" is of use here: until the reset when the API names it, else as if all calls had just been made. */
  update({ remainingCalls, resetAt }: ReportedBudget, now: number): void {
    if (remainingCalls === undefined || remainingCalls > 0) return;
    if (resetAt !== undefined) {
      this.blockedUntil = Math.max(this.blockedUntil, resetAt);
      return;
    }
    this.forget(now);
    const free = Math.min(...this.rates.map((rate) => rate.limit - this.used(rate, now)));
    if (free > 0) this.calls.push({ at: now, weight: free });
  }

  private used(rate: Rate, now: number): number {
    return this.calls.reduce((sum, call) => (call.at > now - rate.intervalMs ? sum + call.weight : sum), 0);
  }

  private waitFor(rate: Rate, weight: number, now: number): number {
    let over = this.used(rate, now) + weight - rate.limit;
    if (over <= 0) return 0;
    for (const call of this.calls) {
      if (call.at <= now - rate.intervalMs) continue;
      over -= call.weight;
      if (over <= 0) return call.at + rate.intervalMs - now;
    }
    return rate.intervalMs;
  }

  private forget(now: number): void {
    let old = 0;
    while (old < this.calls.length && (this.calls[old] as { at: number }).at <= now - this.longestMs) old++;
    if (old > 0) this.calls.splice(0, old);
  }
}

export const movingWindowCallRatePolicy = defineComponent({
  kind: 'CallRatePolicy',
  type: 'MovingWindowCallRatePolicy',
  title: 'Moving window call rate',
  description: 'A number of calls in any stretch of time of the given length: each call comes back on its own, one interval after it was made.',
  fields: {
    rates: required(
      field.array(
        field.record(
          {
            limit: required(field.template({ accepts: ['integer'], title: 'Limit', description: 'Calls within the interval.', examples: [50, "{{ config['calls_per_minute'] }}"] })),
            interval: required(field.string({ title: 'Interval', description: 'ISO 8601 duration.', examples: ['PT1M', 'PT1H', 'P1D'] })),
          },
          { open: true },
        ),
        { title: 'Rates', description: 'All of them are kept at the same time.', minItems: 1 },
      ),
    ),
    matchers: required(
      field.array(field.record(requestMatcherFields, { open: true }), { title: 'Matchers', description: 'The requests that are meant; all of them when the list is empty.' }),
    ),
  },
  examples: [
    {
      type: 'MovingWindowCallRatePolicy',
      rates: [
        { limit: 10, interval: 'PT1S' },
        { limit: "{{ config['calls_per_hour'] or 1000 }}", interval: 'PT1H' },
      ],
      matchers: [{ url_base: 'https://api.example.com' }],
    },
  ],
  build: ({ rates, matchers }, ctx) => {
    const callers = matchers.map((props, index) => new HttpRequestRegexMatcher(props, `${ctx.path}.matchers[${index}]`));
    const built = rates.map(({ limit, interval }, index) => {
      const calls = Number(limit.eval());
      if (!(calls >= 1)) throw ConnectorError.config('api_budget.invalid_limit', `${ctx.path}.rates[${index}].limit must be a number of at least 1.`);
      return shareOfRate(ctx.runtime, Math.trunc(calls), durationMs(interval, `${ctx.path}.rates[${index}].interval`), heaviest(callers));
    });
    return new MovingWindowCallRatePolicy(built, callers);
  },
});
