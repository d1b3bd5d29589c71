import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { Runtime } from '../../platform/runtime';
import { shownUrl } from '../shown-url';
import type { CallRatePolicy } from './call-rate-policy';
import type { BudgetedRequest } from './request-matcher';

/** A wait that is reported to the platform. */
const NOTABLE_WAIT_MS = 10_000;
/** Longer waits are no waiting but a mistake in the budget or in a header. */
const LONGEST_WAIT_MS = 24 * 60 * 60 * 1000;

export interface APIBudgetHeaders {
  reset: string;
  remaining: string;
  rateLimitStatuses: readonly number[];
}

/** How many calls the API allows, shared by all requesters of a source. Waiting requests go in the order they came. */
export class APIBudget {
  private readonly queues = new Map<CallRatePolicy, Promise<void>>();
  /** What turns durations into times of day; taken once, so that a wall clock that is set back makes nobody wait longer. */
  private readonly startedAt: number;

  constructor(
    private readonly policies: readonly CallRatePolicy[],
    private readonly headers: APIBudgetHeaders,
    private readonly runtime: Runtime,
  ) {
    this.startedAt = runtime.clock.now() - runtime.clock.monotonic();
  }

  /**
   * Waits until the request may be sent.
   * @throws ConnectorError `api_budget.wait_too_long` (transient_error), `api_budget.weight_too_large` (config_error)
   */
  async acquire(request: BudgetedRequest, signal: AbortSignal, streamName: string | undefined): Promise<void> {
    signal.throwIfAborted();
    const policy = this.policyOf(request);
    if (!policy) return;
    const weight = policy.weight(request);
    if (weight > policy.largestWeight) {
      throw ConnectorError.config('api_budget.weight_too_large', `'${shownUrl(request.url)}' costs ${weight} calls, but the API budget never allows more than ${policy.largestWeight}. Lower the weight of its matcher.`);
    }
    const turn = (this.queues.get(policy) ?? Promise.resolve()).then(() => this.take(policy, weight, signal, streamName));
    this.queues.set(policy, turn.catch(() => {}));
    await unlessAborted(turn, signal);
  }

  /** Learns from the head of an answer. */
  update(request: BudgetedRequest, status: number, headers: Readonly<Record<string, string>>): void {
    const policy = this.policyOf(request);
    if (!policy) return;
    const now = this.now();
    const remaining = Number.parseInt(headers[this.headers.remaining.toLowerCase()] ?? '', 10);
    policy.update(
      {
        remainingCalls: Number.isNaN(remaining) ? (this.headers.rateLimitStatuses.includes(status) ? 0 : undefined) : remaining,
        resetAt: resetTime(headers[this.headers.reset.toLowerCase()], now),
      },
      now,
    );
  }

  private now(): number {
    return this.startedAt + this.runtime.clock.monotonic();
  }

  private policyOf(request: BudgetedRequest): CallRatePolicy | undefined {
    return this.policies.find((policy) => policy.matches(request));
  }

  private async take(policy: CallRatePolicy, weight: number, signal: AbortSignal, streamName: string | undefined): Promise<void> {
    const { clock, events, logger, platform } = this.runtime;
    const started = this.now();
    for (;;) {
      signal.throwIfAborted();
      const wait = policy.take(weight, this.now());
      if (wait === 0) return;
      if (this.now() - started + wait > LONGEST_WAIT_MS) {
        throw ConnectorError.transient('api_budget.wait_too_long', `The API budget is used up until ${new Date(this.now() + wait).toISOString()}, later than a sync waits. Run the sync again after that time, or correct the policies of api_budget.`, {
          recovery: 'wait_for_capacity',
          retryAfterMs: wait,
        });
      }
      if (wait >= NOTABLE_WAIT_MS) {
        logger.info(`The API budget is used up. Going on in ${Math.ceil(wait / 1000)} seconds.`);
        if (streamName !== undefined) platform.rateLimited(streamName, this.now() + wait);
        if (events.active) events.emit({ type: 'wait', streamName, reason: 'the API budget is used up', ms: wait, at: clock.now() });
      }
      await clock.sleep(wait, signal);
    }
  }
}

/** Someone who waits in a queue need not wait for the turn to be told of the abort. */
function unlessAborted(turn: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Epoch seconds as in the reference; also what APIs send in its place: seconds from now, and epoch milliseconds. */
function resetTime(header: string | undefined, now: number): number | undefined {
  const value = Number(header ?? '');
  if (!header?.trim() || !Number.isFinite(value) || value < 0) return undefined;
  if (value < 1e8) return now + value * 1000;
  return value < 1e11 ? value * 1000 : value;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    APIBudget: APIBudget;
  }
}

declare module '../../platform/runtime' {
  interface SharedServices {
    apiBudget: { current: APIBudget | undefined };
  }
}

/** Makes `budget` the one that every requester of the run asks. */
export function provideApiBudget(runtime: Runtime, budget: APIBudget): void {
  runtime.shared('apiBudget', () => ({ current: undefined })).current = budget;
}

export function apiBudgetOf(runtime: Runtime): APIBudget | undefined {
  return runtime.shared('apiBudget', () => ({ current: undefined })).current;
}

export const httpApiBudget = defineComponent({
  kind: 'APIBudget',
  type: 'HTTPAPIBudget',
  title: 'HTTP API budget',
  description:
    'How many requests the API allows in a time. The first policy whose matchers accept a request counts it; a request that no policy accepts is not limited. Headers of the answers correct the count.',
  fields: {
    policies: required(field.array(field.component('CallRatePolicy'), { title: 'Policies', description: 'Tried in this order.' })),
    ratelimit_reset_header: field.string({
      title: 'Rate limit reset header',
      description: 'Names the response header that says when the limit is reset: epoch seconds, or seconds from now.',
      default: 'ratelimit-reset',
      examples: ['X-RateLimit-Reset'],
    }),
    ratelimit_remaining_header: field.string({
      title: 'Rate limit remaining header',
      description: 'Names the response header that says how many calls are left.',
      default: 'ratelimit-remaining',
      examples: ['X-RateLimit-Remaining'],
    }),
    status_codes_for_ratelimit_hit: field.array(field.integer(), {
      title: 'Status codes for rate limit hit',
      description: 'Statuses that mean that no call is left.',
      default: [429],
    }),
  },
  examples: [
    {
      type: 'HTTPAPIBudget',
      policies: [
        { type: 'UnlimitedCallRatePolicy', matchers: [{ url_path_pattern: '/status$' }] },
        { type: 'MovingWindowCallRatePolicy', rates: [{ limit: 100, interval: 'PT1M' }], matchers: [] },
      ],
    },
  ],
  build: (props, ctx) =>
    new APIBudget(
      props.policies,
      { reset: props.ratelimit_reset_header, remaining: props.ratelimit_remaining_header, rateLimitStatuses: props.status_codes_for_ratelimit_hit },
      ctx.runtime,
    ),
});
