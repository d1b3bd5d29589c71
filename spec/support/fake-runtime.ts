import { componentDefinitions } from '../../src/components';
import type { BuildContext } from '../../src/manifest/build-context';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import type { ComponentKinds, Kind } from '../../src/manifest/kinds';
import { EventBus } from '../../src/platform/events';
import type { Runtime, SharedServices } from '../../src/platform/runtime';
import type { JsonObject } from '../../src/protocol/json';
import type { LogLevel } from '../../src/protocol/airbyte';
import { FakeClock } from './fake-clock';

export interface FakeRuntime extends Runtime {
  readonly clock: FakeClock;
  readonly logs: { level: LogLevel; message: string }[];
  readonly rateLimits: { stream: string; quotaResetMs: number | undefined }[];
  readonly configs: JsonObject[];
  /** Aborts the run's signal. */
  cancel(reason?: unknown): void;
}

/** A runtime without an outside world: what components say is kept in lists. */
export function fakeRuntime(more: Partial<Runtime> = {}): FakeRuntime {
  const logs: FakeRuntime['logs'] = [];
  const rateLimits: FakeRuntime['rateLimits'] = [];
  const configs: JsonObject[] = [];
  const secrets: string[] = [];
  const services = new Map<string, unknown>();
  const abort = new AbortController();
  const log = (level: LogLevel, message: string) => void logs.push({ level, message });
  return {
    clock: new FakeClock(),
    random: () => 0.5,
    env: {},
    logger: {
      log,
      debug: (message) => log('DEBUG', message),
      info: (message) => log('INFO', message),
      warn: (message) => log('WARN', message),
      error: (message) => log('ERROR', message),
    },
    secrets: {
      add: (secret) => void (typeof secret === 'string' && secret && secrets.push(secret)),
      mask: (text) => secrets.reduce((masked, secret) => masked.split(secret).join('****'), text),
    },
    platform: {
      rateLimited: (stream, quotaResetMs) => void rateLimits.push({ stream, quotaResetMs }),
      configChanged: (config) => void configs.push(structuredClone(config)),
    },
    events: new EventBus(),
    signal: abort.signal,
    testRead: undefined,
    shared<K extends keyof SharedServices>(key: K, create: () => SharedServices[K]): SharedServices[K] {
      if (!services.has(key)) services.set(key, create());
      return services.get(key) as SharedServices[K];
    },
    ...more,
    logs,
    rateLimits,
    configs,
    cancel: (reason = new Error('cancelled')) => abort.abort(reason),
  } as FakeRuntime;
}

export function fakeContext(more: Partial<BuildContext> = {}): BuildContext {
  const registry = new ComponentRegistry(componentDefinitions);
  return registry.context({
    config: {},
    parameters: {},
    path: 'test',
    streamName: 'test_stream',
    isParent: false,
    role: undefined,
    runtime: fakeRuntime(),
    ...more,
  });
}

/** Builds a component from its model the way a manifest does. */
export function buildComponent<K extends Kind>(kind: K, model: JsonObject, more: Partial<BuildContext> = {}): ComponentKinds[K] {
  return fakeContext(more).build(kind, model);
}
