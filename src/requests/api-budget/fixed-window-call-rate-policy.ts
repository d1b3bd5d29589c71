import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { shareOfRate } from '../../platform/quota-shares';
import { CallRatePolicy, type ReportedBudget } from './call-rate-policy';
import { durationMs } from './duration-ms';
import { heaviest, HttpRequestRegexMatcher, requestMatcherFields } from './request-matcher';

/**
 * So many calls in a window of fixed length. The first window begins with the first call, unless the API's reset header
 * says when it ends.
 */
export class FixedWindowCallRatePolicy extends CallRatePolicy {
  private used = 0;
  /** Epoch milliseconds. */
  private windowEnd: number | undefined;

  constructor(
    readonly largestWeight: number,
    private readonly periodMs: number,
    matchers: readonly HttpRequestRegexMatcher[],
  ) {
    super(matchers);
  }

  take(weight: number, now: number): number {
    const end = this.advance(now);
    if (this.used + weight > this.largestWeight) return Math.max(1, end - now);
    this.used += weight;
    return 0;
  }

  /** The API can only lower what is left: a limit below the API's own is deliberate. */
  update({ remainingCalls, resetAt }: ReportedBudget, now: number): void {
    this.advance(now);
    if (remainingCalls !== undefined) this.used = Math.max(this.used, this.largestWeight - Math.max(0, remainingCalls));
    if (resetAt !== undefined && resetAt > now) this.windowEnd = resetAt;
  }

  private advance(now: number): number {
    if (this.windowEnd === undefined) {
      this.windowEnd = now + this.periodMs;
    } else if (now >= this.windowEnd) {
      this.used = 0;
      this.windowEnd += (Math.floor((now - this.windowEnd) / this.periodMs) + 1) * this.periodMs;
    }
    return this.windowEnd;
  }
}

export const fixedWindowCallRatePolicy = defineComponent({
  kind: 'CallRatePolicy',
  type: 'FixedWindowCallRatePolicy',
  title: 'Fixed window call rate',
  description:
    'A number of calls for each window of time, all of which come back at once when the window ends. The end comes from the reset header of the budget; without it the first window begins with the first call.',
  fields: {
    period: required(field.string({ title: 'Period', description: 'The length of the window, ISO 8601.', examples: ['PT1H', 'P1D'] })),
    call_limit: required(field.integer({ title: 'Call limit', description: 'Calls in one window.', examples: [1000] })),
    matchers: required(
      field.array(field.record(requestMatcherFields, { open: true }), { title: 'Matchers', description: 'The requests that are meant; all of them when the list is empty.' }),
    ),
  },
  examples: [{ type: 'FixedWindowCallRatePolicy', period: 'PT1H', call_limit: 1000, matchers: [] }],
  build: ({ period, call_limit, matchers }, ctx) => {
    if (call_limit < 1) throw ConnectorError.config('api_budget.invalid_limit', `${ctx.path}.call_limit must be at least 1, otherwise no request could ever be sent.`);
    const built = matchers.map((props, index) => new HttpRequestRegexMatcher(props, `${ctx.path}.matchers[${index}]`));
    const part = shareOfRate(ctx.runtime, call_limit, durationMs(period, `${ctx.path}.period`), heaviest(built));
    return new FixedWindowCallRatePolicy(part.limit, part.intervalMs, built);
  },
});
