import type { Clock } from '../../platform/clock';
import type { Runtime } from '../../platform/runtime';
import type { JsonObject, JsonValue } from '../../protocol/json';
import { setAt, valueAt } from './config-path';
import { expiryText, parseInstant } from './expiry';
import { TokenSlot } from './token-slots';

export interface ObtainedTokens {
  accessToken: string;
  /** Epoch milliseconds; undefined when the answer did not say. */
  expiresAt: number | undefined;
  /** Undefined when the answer had none: the old one stays in force. */
  refreshToken: string | undefined;
}

/** Where an OAuthAuthenticator keeps its tokens; a renewal runs once at a time (`TokenSlot.renew`). */
export abstract class OAuthTokens extends TokenSlot {
  abstract accessToken(): string | undefined;
  abstract refreshToken(): string | undefined;
  /** Epoch milliseconds, or undefined when nobody knows: then the token counts as expired. */
  abstract expiry(): number | undefined;
  protected abstract write(tokens: Required<ObtainedTokens>): void;

  constructor(protected readonly clock: Clock) {
    super();
  }

  /** No safety margin, as in the reference: valid until the clock is past the expiry. */
  expired(): boolean {
    const expiry = this.expiry();
    return !this.accessToken() || expiry === undefined || this.clock.now() > expiry;
  }

  store(tokens: ObtainedTokens): void {
    const known = this.expired() ? undefined : this.expiry();
    this.write({ ...tokens, expiresAt: tokens.expiresAt ?? known ?? this.clock.now() + DEFAULT_LIFETIME_MS });
  }
}

/** When the answer does not say how long a token lives (reference section 4). */
const DEFAULT_LIFETIME_MS = 3_600_000;

/** For this run only. */
export class TokensInMemory extends OAuthTokens {
  private rotated: string | undefined;

  constructor(
    clock: Clock,
    initial: { accessToken: string | undefined; expiresAt: number | undefined },
    private readonly givenRefreshToken: () => string | undefined,
  ) {
    super(clock);
    this.token = initial.accessToken;
    this.expiresAt = initial.expiresAt;
  }

  accessToken(): string | undefined {
    return this.token;
  }

  refreshToken(): string | undefined {
    return this.rotated ?? this.givenRefreshToken();
  }

  expiry(): number | undefined {
    return this.expiresAt;
  }

  protected write(tokens: ObtainedTokens): void {
    this.token = tokens.accessToken;
    this.expiresAt = tokens.expiresAt;
    this.rotated = tokens.refreshToken ?? this.rotated;
  }
}

export interface TokenConfigPaths {
  accessToken: readonly string[];
  refreshToken: readonly string[];
  expiry: readonly string[];
}

/**
 * In the live config: for refresh tokens that can be used once. Each renewal sends the whole config to the platform at
 * once, before the new token is used, so that the next sync knows it (`refresh_token_updater`).
 */
export class TokensInConfig extends OAuthTokens {
  constructor(
    private readonly runtime: Runtime,
    private readonly config: JsonObject,
    private readonly paths: TokenConfigPaths,
    private readonly givenRefreshToken: () => string | undefined,
  ) {
    super(runtime.clock);
  }

  accessToken(): string | undefined {
    return text(valueAt(this.config, this.paths.accessToken));
  }

  refreshToken(): string | undefined {
    return text(valueAt(this.config, this.paths.refreshToken)) ?? this.givenRefreshToken();
  }

  expiry(): number | undefined {
    const value = text(valueAt(this.config, this.paths.expiry));
    return value === undefined ? undefined : parseInstant(value);
  }

  protected write(tokens: ObtainedTokens): void {
    setAt(this.config, this.paths.accessToken, tokens.accessToken);
    if (tokens.refreshToken !== undefined) setAt(this.config, this.paths.refreshToken, tokens.refreshToken);
    if (tokens.expiresAt !== undefined) setAt(this.config, this.paths.expiry, expiryText(tokens.expiresAt));
    this.runtime.platform.configChanged(this.config);
  }
}

/** Empty counts as absent: forms fill optional fields with `""`. */
function text(value: JsonValue | undefined): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value);
}
