import type { BudgetedRequest, HttpRequestRegexMatcher } from './request-matcher';

/** What the API says about its own counting; undefined where it says nothing. */
export interface ReportedBudget {
  remainingCalls: number | undefined;
  /** Epoch milliseconds. */
  resetAt: number | undefined;
}

/** Limits the calls of the requests that its matchers name (all requests without matchers). */
export abstract class CallRatePolicy {
  constructor(private readonly matchers: readonly HttpRequestRegexMatcher[]) {}

  matches(request: BudgetedRequest): boolean {
    return this.matchers.length === 0 || this.matchers.some((matcher) => matcher.matches(request));
  }

  /** Calls that the request costs. */
  weight(request: BudgetedRequest): number {
    return this.matchers.find((matcher) => matcher.matches(request))?.weight ?? 1;
  }

  /** The most expensive request that can ever be let through. */
  abstract readonly largestWeight: number;

  /** Takes `weight` calls and returns 0, or takes nothing and returns the milliseconds until it is worth asking again. */
  abstract take(weight: number, now: number): number;

  abstract update(reported: ReportedBudget, now: number): void;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    CallRatePolicy: CallRatePolicy;
  }
}
