import { KnownSecrets } from '../errors/secrets';
import { createLogger } from '../messages/log';
import type { Clock } from '../platform/clock';
import { EventBus } from '../platform/events';
import type { Runtime, TestReadLimits } from '../platform/runtime';
import type { TraceErrorBody } from '../protocol/airbyte';
import type { JsonObject } from '../protocol/json';
import { RunServices } from '../requests/run-services';
import type { LogMessage } from './stream-read';

/** What the process gives to a run of the Builder. */
export interface BuilderWorld {
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
  random: () => number;
  /** Aborted when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** A test is read by a person. */
const MAX_LOGS = 1000;

/** The outside world of one run whose messages are collected instead of printed. */
export class BuilderRuntime extends RunServices implements Runtime {
  readonly logs: LogMessage[] = [];
  /** The newest config that the run wants to be kept; without our own keys. */
  latestConfig: JsonObject | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly env: Runtime['env'];
  readonly signal: AbortSignal;
  readonly secrets = new KnownSecrets();
  readonly events = new EventBus();
  readonly logger = createLogger({ debug: false, secrets: this.secrets, emit: (level, message) => this.keep({ level: level as LogMessage['level'], message, internal_message: null, stacktrace: null }) });
  readonly platform: Runtime['platform'] = {
    rateLimited: () => undefined,
    configChanged: (config) => {
      this.latestConfig = structuredClone(Object.fromEntries(Object.entries(config).filter(([key]) => !key.startsWith('__'))));
    },
  };

  /** @param onLog told of each message that is kept */
  constructor(
    world: BuilderWorld,
    readonly testRead: TestReadLimits,
    private readonly onLog?: (log: LogMessage) => void,
  ) {
    super();
    this.clock = world.clock;
    this.random = world.random;
    // Nobody comes back for the jobs of a test.
    this.env = { ...world.env, SOURCE_ON_CANCEL: 'abort' };
    this.signal = world.signal;
  }

  /** An error as the Builder shows it. */
  logError({ message, internal_message: internal, stack_trace: stack }: TraceErrorBody): void {
    const mask = (text: string | undefined) => (text === undefined ? null : this.secrets.mask(text));
    this.keep({ message: this.secrets.mask(message), level: 'ERROR', internal_message: mask(internal), stacktrace: mask(stack) });
  }

  private keep(log: LogMessage): void {
    if (this.logs.length === MAX_LOGS) this.logs.push({ message: 'There are more messages than a test shows.', level: 'WARN', internal_message: null, stacktrace: null });
    if (this.logs.length >= MAX_LOGS) return;
    this.logs.push(log);
    this.onLog?.(log);
  }
}
