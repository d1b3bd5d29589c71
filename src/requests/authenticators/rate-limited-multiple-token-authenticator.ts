import { parseDuration, PyTimedelta } from '../../datetime/duration';
import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import type { Runtime } from '../../platform/runtime';
import type { JsonObject } from '../../protocol/json';
import type { RequestOptions } from '../../slices/request-options';
import { canonicalJson } from '../../slices/stream-slice';
import type { BudgetedRequest } from '../api-budget/request-matcher';
import type { PreparedRequest } from '../requester';
import { shownUrl } from '../shown-url';
import type { Authenticator } from './authenticator';
import { parseInstant } from './expiry';
import { named } from './oauth-request';
import { wholeNumber, type QuotaStatusSource } from './quota-status-source';
import { secretText, worthMasking } from './secret-text';
import { TokenPools, type Reserve } from './token-pools';
import type { TokenQuota } from './token-quota';
import { TokenSlot, tokenSlots } from './token-slots';

const HEARTBEAT_MS = 60_000;
/** A reset time that has passed must not turn waiting into a loop of status requests. */
const SHORTEST_WAIT_MS = 5_000;
/** Shorter delays are not worth a timer. */
const SHORTEST_DELAY_MS = 100;
const NOTABLE_WAIT_MS = 10_000;

/** The counts that all streams with the same tokens share. */
export class SharedPools extends TokenSlot {
  readonly reported = new Set<string>();

  constructor(readonly pools: TokenPools) {
    super();
  }
}

export interface TokenRotation {
  /** Shared by all authenticators with the same settings; made on first use. */
  shared: () => SharedPools;
  quotas: readonly TokenQuota[];
  source: QuotaStatusSource;
  header: string;
  /** Before the token, e.g. `Bearer`; may be empty. */
  method: string;
  maxWaitMs: () => number;
}

/**
 * Several interchangeable tokens, each with its quotas (reference section 4): uses one until its calls are spent, then
 * the next; waits for the first reset when all are spent; slows down when all come close to it.
 */
export class RateLimitedMultipleTokenAuthenticator implements Authenticator {
  constructor(
    private readonly rotation: TokenRotation,
    private readonly streamName: string | undefined,
    private readonly runtime: Runtime,
  ) {}

  async credentials(request: { method: string; url: string; headers?: Readonly<Record<string, string>> }): Promise<RequestOptions> {
    const shared = this.rotation.shared();
    if (!shared.pools.isSeeded) await shared.renew(() => this.seed(shared));
    const quota = this.quotaOf({ headers: {}, ...request }, shared);
    const token = await this.acquire(quota, shared);
    return { headers: this.headersOf(token) };
  }

  observe(request: PreparedRequest, status: number, headers: Record<string, string>): { retryWithOtherToken: boolean } | undefined {
    const shared = this.rotation.shared();
    const token = this.tokenOf(request, shared.pools);
    if (token === undefined) return undefined;
    const quota = this.quotaOf(request, shared);
    const read = <T>(name: string | undefined, parse: (text: string) => T | undefined) => (name && headers[name] ? parse(headers[name]) : undefined);
    const exhausted = quota.exhaustionStatuses.includes(status);
    const remaining = read(quota.remainingHeader, wholeNumber);
    shared.pools.update(token, quota.name, { remaining, resetAt: read(quota.resetHeader, (text) => parseInstant(text)), limit: read(quota.limitHeader, wholeNumber), exhausted });
    const refusedForQuota = exhausted || status === 429 || (status === 403 && remaining === 0);
    return refusedForQuota ? { retryWithOtherToken: shared.pools.hasAlternativeTo(token, quota.name) } : undefined;
  }

  /** Waits as long as it takes, `max_wait_time` in all. */
  private async acquire(quota: TokenQuota, shared: SharedPools): Promise<string> {
    const { clock, signal } = this.runtime;
    let deadline: number | undefined;
    for (;;) {
      signal.throwIfAborted();
      const acquisition = shared.pools.acquire(quota.name, clock.now());
      if (acquisition.kind === 'go') {
        if (acquisition.delayMs >= SHORTEST_DELAY_MS) {
          this.once(shared, `budget ${quota.name}`, `Few calls are left for the quota "${quota.name}": requests are spread over the time until it resets.`);
          await clock.sleep(acquisition.delayMs, signal);
        }
        return acquisition.token;
      }
      deadline ??= clock.monotonic() + this.rotation.maxWaitMs();
      const left = deadline - clock.monotonic();
      if (left <= 0 || acquisition.resetInMs >= left) throw this.spent(quota, acquisition.resetInMs);
      await this.wait(Math.min(Math.max(acquisition.resetInMs, SHORTEST_WAIT_MS), left), quota);
      await shared.renew(async () => {
        if (shared.pools.isSpent(quota.name)) await this.seed(shared);
      });
    }
  }

  private async wait(ms: number, quota: TokenQuota): Promise<void> {
    const { clock, events, logger, platform, signal } = this.runtime;
    if (this.streamName !== undefined && ms >= NOTABLE_WAIT_MS) platform.rateLimited(this.streamName, clock.now() + ms);
    if (events.active) events.emit({ type: 'wait', streamName: this.streamName, reason: `the calls of all tokens are spent (quota "${quota.name}")`, ms, at: clock.now() });
    for (let left = ms; left > 0; left -= HEARTBEAT_MS) {
      logger.info(`The calls of all tokens are spent (quota "${quota.name}"). Going on in ${Math.ceil(left / 1000)} s.`);
      await clock.sleep(Math.min(left, HEARTBEAT_MS), signal);
    }
  }

  private async seed(shared: SharedPools): Promise<void> {
    const { pools } = shared;
    const { source, quotas } = this.rotation;
    for (const token of pools.tokens) if (worthMasking(token)) this.runtime.secrets.add(token);
    const states = await Promise.all(pools.tokens.map((token) => source.fetch(this.headersOf(token), quotas, this.runtime)));
    pools.seed(new Map(pools.tokens.map((token, index) => [token, states[index] as Map<string, never>])));
    for (const quota of quotas) shared.reported.delete(`budget ${quota.name}`);
    const { untracked } = pools;
    if (untracked > 0) {
      this.once(shared, 'untracked', `The API keeps no count for ${untracked} of ${pools.tokens.length} tokens: they are used in turn, without waiting for resets.`);
    }
  }

  private quotaOf(request: BudgetedRequest, shared: SharedPools): TokenQuota {
    const { quotas } = this.rotation;
    const found = quotas.find((quota) => quota.matches?.(request)) ?? quotas.find((quota) => !quota.matches);
    if (found) return found;
    const first = quotas[0] as TokenQuota;
    this.once(shared, 'unmatched', `${shownUrl(request.url)} fits no quota; it is counted for "${first.name}". Add a quota without matchers.`, 'WARN');
    return first;
  }

  private headersOf(token: string): Record<string, string> {
    return { [this.rotation.header]: `${this.rotation.method} ${token}`.trim() };
  }

  private tokenOf(request: PreparedRequest, pools: TokenPools): string | undefined {
    const sent = named(request.headers, this.rotation.header.toLowerCase());
    return pools.tokens.find((token) => this.headersOf(token)[this.rotation.header] === sent);
  }

  private once(shared: SharedPools, key: string, message: string, level: 'INFO' | 'WARN' = 'INFO'): void {
    if (!shared.reported.has(key)) this.runtime.logger.log(level, message);
    shared.reported.add(key);
  }

  private spent(quota: TokenQuota, resetInMs: number): ConnectorError {
    const until = new Date(this.runtime.clock.now() + Math.max(resetInMs, 0)).toISOString();
    return ConnectorError.transient(
      'auth.all_tokens_spent',
      `The rate limit of all tokens is used up (quota "${quota.name}") until ${until}, longer than max_wait_time. Run the sync again after that time, or add tokens.`,
      { retryAfterMs: Math.max(resetInMs, 0) },
    );
  }
}

export const rateLimitedMultipleTokenAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'RateLimitedMultipleTokenAuthenticator',
  title: 'Several rate-limited tokens',
  description: 'Rotates between interchangeable tokens: counts the calls that each has left, goes on to the next token when one is spent, and waits for the first reset when all are.',
  fields: {
    tokens: required(
      field.oneOf([field.template(), field.array(field.template(), { minItems: 1 })], {
        title: 'Tokens',
        description: 'The tokens: a list, or one text that token_delimiter separates.',
        examples: ["{{ config['credentials']['personal_access_token'] }}", ["{{ config['token_1'] }}", "{{ config['token_2'] }}"]],
      }),
    ),
    token_delimiter: field.string({ title: 'Delimiter', description: 'Separates the tokens in one text.', default: ',' }),
    auth_method: field.string({ title: 'Prefix', description: 'The word before the token.', default: 'Bearer', examples: ['Bearer', 'token'] }),
    header: field.string({ title: 'Header', description: 'The header that carries the token.', default: 'Authorization' }),
    quota_status_source: required(field.component('QuotaStatusSource', { title: 'Quota status', description: 'Tells how many calls a token has left.' })),
    quotas: required(field.array(field.component('TokenQuota'), { minItems: 1, title: 'Quotas', description: 'The pools of calls that each token has.' })),
    max_wait_time: field.template({ title: 'Longest wait', description: 'How long to wait for a reset when all tokens are spent, as an ISO 8601 duration; beyond it the stream fails for now.', default: 'PT2H', examples: ['PT30M'] }),
    budget_reserve_fraction: field.number({ title: 'Reserve', description: 'Part of the limit: when all tokens have less left, requests are spread over the time until the reset.', default: 0.1 }),
    budget_min_reserve: field.integer({ title: 'Least reserve', description: 'The same as a number of calls; the larger of the two counts. Zero for both switches it off.', default: 50 }),
  },
  examples: [
    {
      type: 'RateLimitedMultipleTokenAuthenticator',
      tokens: "{{ config['tokens'] }}",
      auth_method: 'token',
      quota_status_source: { type: 'QuotaStatusSource', url: 'https://api.github.com/rate_limit' },
      quotas: [{ type: 'TokenQuota', name: 'rest', remaining_path: ['resources', 'core', 'remaining'], reset_path: ['resources', 'core', 'reset'] }],
    },
  ],
  build: (props, ctx, model) => {
    const tokens = () => tokenList(props.tokens, props.token_delimiter, ctx.path);
    const reserve: Reserve = { fraction: props.budget_reserve_fraction, calls: props.budget_min_reserve };
    const maxWaitMs = () => fixedDuration(secretText(props.max_wait_time), ctx.path);
    // Parameters differ from stream to stream and change nothing here.
    const identity = () => ['rotation', tokens(), withoutParameters(model.quotas), props.quota_status_source.identity(), props.auth_method, props.header, maxWaitMs(), reserve];
    let shared: SharedPools | undefined;
    const rotation: TokenRotation = {
      shared: () => (shared ??= tokenSlots(ctx.runtime).slot(ctx.config, canonicalJson(identity() as never), () => new SharedPools(new TokenPools(tokens(), reserve)))),
      quotas: props.quotas,
      source: props.quota_status_source,
      header: props.header,
      method: props.auth_method,
      maxWaitMs,
    };
    return new RateLimitedMultipleTokenAuthenticator(rotation, ctx.streamName, ctx.runtime);
  },
});

function tokenList(templates: InterpolatedString | InterpolatedString[], delimiter: string, path: string): string[] {
  const texts = Array.isArray(templates) ? templates.map((each) => secretText(each)) : secretText(templates).split(delimiter || ',');
  const tokens = [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))];
  if (tokens.length === 0) throw ConnectorError.config('auth.no_tokens', `${path}: the config has no tokens. Enter at least one.`);
  return tokens;
}

function fixedDuration(text: string, path: string): number {
  const duration = parseDuration(text);
  if (duration instanceof PyTimedelta) return duration.totalMs();
  throw ConnectorError.config('auth.bad_max_wait_time', `${path}.max_wait_time: months and years have no fixed length; write e.g. PT2H.`);
}

function withoutParameters(quotas: unknown): JsonObject[] {
  return JSON.parse(JSON.stringify(quotas, (key, value: unknown) => (key === '$parameters' ? undefined : value))) as JsonObject[];
}
