import type { JsonObject } from '../protocol/json';
import type { LogLevel } from '../protocol/airbyte';
import type { Clock } from './clock';
import type { EventBus } from './events';

export interface Logger {
  log(level: LogLevel, message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Values that must never be printed. */
export interface SecretRegistry {
  add(secret: unknown): void;
  /** The text with every known secret replaced by `****`. */
  mask(text: string): string;
}

/** What components may tell the platform while they work. */
export interface PlatformMessages {
  /** The stream waits for a quota; `quotaResetMs` is the epoch time in milliseconds when it goes on. */
  rateLimited(streamName: string, quotaResetMs?: number): void;
  /** The config changed (single-use refresh tokens): CONTROL/CONNECTOR_CONFIG with the whole config. */
  configChanged(config: JsonObject): void;
}

/**
 * Objects that live once a run and belong to a room on the right, e.g. the API budget. A room declares its own entry
 * with `declare module '../platform/runtime' { interface SharedServices { apiBudget: APIBudget } }`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface SharedServices {}

export interface TestReadLimits {
  maxRecords: number;
  maxPagesPerSlice: number;
  maxSlices: number;
  maxStreams: number;
}

/** The outside world of one run: everything that a component may touch besides its own arguments. */
export interface Runtime {
  readonly clock: Clock;
  /** Uniform in [0, 1); injected so that jitter is repeatable in specs. */
  readonly random: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
  readonly secrets: SecretRegistry;
  readonly platform: PlatformMessages;
  readonly events: EventBus;
  /** Aborted when the run is cancelled; every wait and request listens. */
  readonly signal: AbortSignal;
  /** Set in a Builder test read or in `check`. */
  readonly testRead: TestReadLimits | undefined;
  /** The one instance of a service for this run, made on first use. */
  shared<K extends keyof SharedServices>(key: K, create: () => SharedServices[K]): SharedServices[K];
}
