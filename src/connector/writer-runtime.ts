import { createLogger } from '../messages/log';
import type { MessageWriter } from '../messages/message-writer';
import type { Clock } from '../platform/clock';
import { EventBus } from '../platform/events';
import type { Runtime, SecretRegistry } from '../platform/runtime';
import { RunServices } from '../requests/run-services';

/** What a run gets from the program around it. */
export interface RunWorld {
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  random: () => number;
  signal: AbortSignal;
}

/** The outside world of a run whose messages `writer` takes. */
export class WriterRuntime extends RunServices implements Runtime {
  readonly clock: Clock;
  readonly random: () => number;
  readonly env: Runtime['env'];
  readonly signal: AbortSignal;
  readonly events = new EventBus();
  readonly logger: Runtime['logger'];
  readonly platform: Runtime['platform'];
  readonly testRead = undefined;

  constructor(
    { clock, env, random, signal }: RunWorld,
    readonly secrets: SecretRegistry,
    writer: MessageWriter,
    debug: boolean,
  ) {
    super();
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
}
