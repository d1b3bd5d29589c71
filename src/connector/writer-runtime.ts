import { createLogger } from '../messages/log';
import type { MessageWriter } from '../messages/message-writer';
import type { Clock } from '../platform/clock';
import { EventBus } from '../platform/events';
import type { Runtime, SecretRegistry, SharedServices } from '../platform/runtime';
import type { HttpClient } from '../requests/http-client';

/** What a run gets from the program around it. */
export interface RunWorld {
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  random: () => number;
  signal: AbortSignal;
}

/** The outside world of a run whose messages `writer` takes. */
export class WriterRuntime implements Runtime {
  readonly clock: Clock;
  readonly random: () => number;
  readonly env: Runtime['env'];
  readonly signal: AbortSignal;
  readonly events = new EventBus();
  readonly logger: Runtime['logger'];
  readonly platform: Runtime['platform'];
  readonly testRead = undefined;
  private readonly services = new Map<keyof SharedServices, unknown>();

  constructor(
    { clock, env, random, signal }: RunWorld,
    readonly secrets: SecretRegistry,
    writer: MessageWriter,
    debug: boolean,
  ) {
    this.clock = clock;
    this.random = random;
    this.env = env;
    this.signal = signal;
    this.logger = createLogger({
      debug: debug || env.LOG_LEVEL?.toLowerCase() === 'debug',
      secrets,
      emit: (level, message) => writer.message({ type: 'LOG', log: { level, message } }),
    });
    this.platform = {
      rateLimited: (stream, quotaResetMs) =>
        writer.status({ name: stream }, 'RUNNING', [
          { type: 'RATE_LIMITED', ...(quotaResetMs === undefined ? {} : { rate_limited: { quota_reset: Math.round(quotaResetMs) } }) },
        ]),
      configChanged: (config) => writer.message({ type: 'CONTROL', control: { type: 'CONNECTOR_CONFIG', emitted_at: clock.now(), connectorConfig: { config } } }),
    };
  }

  shared<K extends keyof SharedServices>(key: K, create: () => SharedServices[K]): SharedServices[K] {
    if (!this.services.has(key)) this.services.set(key, create());
    return this.services.get(key) as SharedServices[K];
  }

  /** Idle connections would keep the process alive. */
  close(): void {
    for (const name of ['httpClient', 'unabortedHttpClient'] as const) (this.services.get(name) as HttpClient | undefined)?.close();
  }
}
