/** What is known of one token's pool. */
export interface PoolState {
  remaining: number;
  /** Epoch milliseconds. */
  resetAt: number;
  limit: number;
  /** False: the API keeps no count, so nothing is waited for; `remaining` is then 0. */
  tracked: boolean;
}

/** The numbers of an answer's head; undefined where it says nothing. */
export interface ReportedQuota {
  remaining: number | undefined;
  resetAt: number | undefined;
  limit: number | undefined;
  /** The status means that the pool is spent. */
  exhausted: boolean;
}

export type Acquisition =
  | { kind: 'go'; token: string; delayMs: number }
  /** All tokens are spent; the first comes back in so many milliseconds (negative: overdue). */
  | { kind: 'spent'; resetInMs: number };

export interface Reserve {
  /** Part of the limit below which requests are spread over the time until the reset. */
  fraction: number;
  /** At least so many calls. */
  calls: number;
}

/** The status endpoint and the headers may disagree by that much about the same window. */
const RESET_SKEW_MS = 60_000;
const LONGEST_DELAY_MS = 10_000;

/** The quotas of several tokens and which of them is in use. Decides only; others send and wait. */
export class TokenPools {
  private states: ReadonlyMap<string, ReadonlyMap<string, PoolState>> = new Map();
  private active = 0;

  constructor(
    readonly tokens: readonly string[],
    private readonly reserve: Reserve,
  ) {}

  /** Replaces every count by what the API has just said. */
  seed(states: ReadonlyMap<string, ReadonlyMap<string, PoolState>>): void {
    this.states = states;
  }

  get isSeeded(): boolean {
    return this.states.size > 0;
  }

  /** Tokens that the API keeps no count for. */
  get untracked(): number {
    return [...this.states.values()].filter((pools) => [...pools.values()].some((state) => !state.tracked)).length;
  }

  /** Takes one call of the pool from the token in use, or from the next that has one. */
  acquire(pool: string, now: number): Acquisition {
    for (let tried = 0; tried <= this.tokens.length; tried++) {
      const token = this.tokens[this.active] as string;
      const state = this.state(token, pool);
      if (!state.tracked) {
        // Nothing tells the tokens apart: they take turns.
        this.advance();
        return { kind: 'go', token, delayMs: 0 };
      }
      if (state.remaining > 0) {
        state.remaining--;
        return { kind: 'go', token, delayMs: this.delayMs(state, pool, now) };
      }
      if (this.isSpent(pool)) break;
      this.advance();
    }
    return { kind: 'spent', resetInMs: Math.min(...this.all(pool).map((state) => state.resetAt)) - now };
  }

  /** No token has a call left, and all are counted. */
  isSpent(pool: string): boolean {
    return this.all(pool).every((state) => state.tracked && state.remaining <= 0);
  }

  /** Reconciles the pool of the token that sent a request with what its answer says. */
  update(token: string, pool: string, reported: ReportedQuota): void {
    const state = this.states.get(token)?.get(pool);
    if (!state?.tracked) return;
    const { resetAt, limit, exhausted } = reported;
    const remaining = reported.remaining ?? (exhausted ? 0 : undefined);
    if (limit !== undefined && limit > 0 && (resetAt === undefined || resetAt >= state.resetAt)) state.limit = limit;
    if (resetAt !== undefined && resetAt > state.resetAt) {
      // A new window: without a count it is a full one.
      state.resetAt = resetAt;
      state.remaining = remaining ?? state.limit;
      return;
    }
    if (remaining === undefined) return;
    const sameWindow = resetAt === undefined || resetAt >= state.resetAt - RESET_SKEW_MS;
    // Answers overtake each other, so within a window the count only goes down. The count of a past window says nothing,
    // except that the API has just refused a call.
    if (sameWindow || (remaining <= 0 && exhausted)) state.remaining = Math.min(state.remaining, remaining);
  }

  /** The token is spent, and another one is not: asking again makes sense at once. */
  hasAlternativeTo(token: string, pool: string): boolean {
    const state = this.states.get(token)?.get(pool);
    if (!state?.tracked || state.remaining > 0) return false;
    return this.tokens.some((other) => other !== token && this.state(other, pool).remaining > 0);
  }

  private delayMs(active: PoolState, pool: string, now: number): number {
    const states = this.all(pool);
    if (!states.every((state) => state.tracked && state.remaining <= Math.max(this.reserve.calls, state.limit * this.reserve.fraction))) return 0;
    const left = states.reduce((sum, state) => sum + Math.max(state.remaining, 0), 0);
    const untilReset = Math.max(active.resetAt - now, 0);
    return left > 0 ? Math.min(untilReset / left, LONGEST_DELAY_MS) : 0;
  }

  private state(token: string, pool: string): PoolState {
    return this.states.get(token)?.get(pool) as PoolState;
  }

  private all(pool: string): PoolState[] {
    return this.tokens.map((token) => this.state(token, pool));
  }

  private advance(): void {
    this.active = (this.active + 1) % this.tokens.length;
  }
}
