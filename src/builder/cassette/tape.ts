import type { Clock } from '../../platform/clock';
import type { Runtime, SecretRegistry } from '../../platform/runtime';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { HttpClient } from '../../requests/http-client';
import { publicInputs } from '../page-api/public-inputs';
import type { TestRequest } from '../page-contract';
import type { Cassette, Interaction } from './cassette';
import type { CassetteStore } from './cassette-store';
import { RecordingClient } from './recording-client';
import { ReplayClock } from './replay-clock';
import { ReplayingClient } from './replaying-client';

/** Stands in for secrets of which a replay has no need. */
const PLACEHOLDER = '****';

/** How a test is recorded, or replayed. */
export interface Tape {
  clock: Clock;
  /** What the test runs with. */
  config: JsonObject;
  /** Puts the HTTP clients of the run in place. */
  install(runtime: Runtime): void;
  /** After the run: keeps what is to be kept. */
  finish(secrets: SecretRegistry): Promise<void>;
}

/**
 * The tape of a test; undefined when it asks the API and nothing is kept.
 * @param specification the `connection_specification` of the manifest
 * @throws Refusal 404, 422 for recordings that cannot be used
 */
export async function tapeOf({ mode, streamName }: TestRequest, config: JsonObject, specification: JsonValue | undefined, store: CassetteStore, clock: Clock): Promise<Tape | undefined> {
  if (mode.kind === 'live') return undefined;
  store.check(mode.cassette);
  if (mode.kind === 'record') return recordingTape(mode.cassette, { stream: streamName, startedAt: clock.now(), inputs: publicInputs(config, specification).values, interactions: [] }, config, store, clock);
  const cassette = await store.load(mode.cassette);
  return replayingTape(mode.cassette, cassette, { ...cassette.inputs, ...withPlaceholders(config, specification) });
}

function recordingTape(name: string, cassette: Cassette, config: JsonObject, store: CassetteStore, clock: Clock): Tape {
  const startedAt = clock.monotonic();
  const keep = (interaction: Interaction) => void cassette.interactions.push(interaction);
  return {
    clock,
    config,
    install: (runtime) => installClients(runtime, (world) => new RecordingClient(world, keep, startedAt)),
    finish: (secrets) => store.save(name, cassette, secrets),
  };
}

function replayingTape(name: string, cassette: Cassette, config: JsonObject): Tape {
  const clock = new ReplayClock(cassette.startedAt);
  return {
    clock,
    config,
    install(runtime) {
      const client = new ReplayingClient(runtime, name, cassette, clock);
      installClients(runtime, () => client);
    },
    finish: async () => undefined,
  };
}

/** Requests that end a login hear no cancel. */
function installClients(runtime: Runtime, create: (world: Runtime) => HttpClient): void {
  runtime.shared('httpClient', () => create(runtime));
  runtime.shared('unabortedHttpClient', () => create(Object.create(runtime, { signal: { value: new AbortController().signal } }) as Runtime));
}

/** A replay needs no keys: what the manifest wants and the user has not given is made up. */
function withPlaceholders(config: JsonObject, specification: JsonValue | undefined): JsonObject {
  const properties = isObject(specification) && isObject(specification.properties) ? specification.properties : {};
  const filled = { ...config };
  for (const [name, property] of Object.entries(properties)) {
    if (getOwn(filled, name) === undefined && isObject(property) && property.airbyte_secret === true && property.type === 'string') setOwn(filled, name, PLACEHOLDER);
  }
  return filled;
}
