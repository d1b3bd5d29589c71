import type { Runtime } from '../../platform/runtime';
import type { JsonObject } from '../../protocol/json';

/**
 * The place of one obtained token. Everybody who logs in with the same credentials shares it: one login serves all
 * streams and requesters, and while one is under way, the others wait for its outcome.
 */
export class TokenSlot {
  token: string | undefined;
  /** Epoch milliseconds; undefined: unknown. */
  expiresAt: number | undefined;
  private inFlight: Promise<void> | undefined;

  /** Runs `obtain`, or waits for the run that another caller started. */
  renew(obtain: () => Promise<void>): Promise<void> {
    this.inFlight ??= obtain().finally(() => {
      this.inFlight = undefined;
    });
    return this.inFlight;
  }
}

/** The slots of one run, by config and by the caller's own key. */
export class TokenSlots {
  private readonly byConfig = new WeakMap<JsonObject, Map<string, TokenSlot>>();

  /** `make` creates the slot on its first use. */
  slot<T extends TokenSlot>(config: JsonObject, key: string, make: () => T): T {
    let slots = this.byConfig.get(config);
    if (!slots) this.byConfig.set(config, (slots = new Map()));
    let slot = slots.get(key);
    if (!slot) slots.set(key, (slot = make()));
    return slot as T;
  }
}

declare module '../../platform/runtime' {
  interface SharedServices {
    tokenSlots: TokenSlots;
  }
}

export function tokenSlots(runtime: Runtime): TokenSlots {
  return runtime.shared('tokenSlots', () => new TokenSlots());
}
