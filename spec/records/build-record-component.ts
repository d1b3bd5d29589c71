import type { BuildContext } from '../../src/manifest/build-context';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import type { AnyComponentDefinition } from '../../src/manifest/define-component';
import type { ComponentKinds, Kind } from '../../src/manifest/kinds';
import { EventBus } from '../../src/platform/events';
import type { Runtime } from '../../src/platform/runtime';
import type { JsonObject } from '../../src/protocol/json';
import { recordsDefinitions } from '../../src/records/definitions';
import { FakeClock } from '../support/fake-clock';

export interface RecordsContext extends BuildContext {
  readonly warnings: string[];
}

/** A context that knows the components of this room, and those that a spec invents for other rooms. */
export function recordsContext(
  more: Partial<BuildContext> = {},
  definitions: readonly AnyComponentDefinition[] = [],
  runtime: Partial<Runtime> = {},
): RecordsContext {
  const warnings: string[] = [];
  const services = new Map<string, unknown>();
  const quiet = () => undefined;
  const ctx = new ComponentRegistry([...recordsDefinitions, ...definitions]).context({
    config: { kind: 'data', n: 3, word: 'id' },
    parameters: {},
    path: 'test',
    streamName: 'orders',
    isParent: false,
    role: undefined,
    runtime: {
      clock: new FakeClock(),
      random: () => 0.5,
      env: {},
      logger: { log: quiet, debug: quiet, info: quiet, error: quiet, warn: (message: string) => void warnings.push(message) },
      events: new EventBus(),
      signal: new AbortController().signal,
      testRead: undefined,
      shared: (key: string, create: () => unknown) => {
        if (!services.has(key)) services.set(key, create());
        return services.get(key);
      },
      ...runtime,
    } as unknown as Runtime,
    ...more,
  });
  return Object.assign(ctx, { warnings });
}

export function build<K extends Kind>(kind: K, model: JsonObject): ComponentKinds[K] {
  return recordsContext().build(kind, model);
}
