import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { componentDefinitions } from '../components';
import type { DeclarativeSource } from '../connector/declarative-source';
import { configuredCatalog, streamStates } from '../connector/input-files';
import { buildSpec, openSource } from '../connector/open-source';
import { WriterRuntime } from '../connector/writer-runtime';
import { ConnectorError, errorText } from '../errors/connector-error';
import { KnownSecrets } from '../errors/secrets';
import { ComponentRegistry } from '../manifest/component-registry';
import { loadManifest, type LoadedManifest } from '../manifest/load-manifest';
import { parseManifest } from '../manifest/parse-manifest';
import { clockOf } from '../platform/clock';
import type { SecretRegistry } from '../platform/runtime';
import type { AirbyteCatalog, AirbyteMessage, ConfiguredAirbyteCatalog, ConnectionStatus, ConnectorSpecification, LogLevel, StateMessage } from '../protocol/airbyte';
import type { JsonObject, JsonValue } from '../protocol/json';
import { MessageQueue } from './message-queue';

export interface ConnectorOptions {
  /** The manifest itself, or the path of a file with it (YAML or JSON). */
  manifest: JsonObject | string;
  /** The user config. `spec` works without one. */
  config?: JsonObject;
  /** Path of a JavaScript module with the custom components of the manifest. */
  componentsPath?: string;
  /**
   * What would be environment variables of the executable: proxies, certificates, `AIRBYTE_ENABLE_UNSAFE_CODE`, `DEPLOYMENT_MODE`,
   * `SOURCE_…`. Default: none; give `process.env` to take those of the program.
   */
  env?: Readonly<Record<string, string | undefined>>;
  /** Told of each line of the log. During `read` these lines are messages, too. */
  onLog?: (level: LogLevel, message: string) => void;
  /** Told when migrations or single-use tokens changed the config: it is to be kept in the place of the one that was given. */
  onConfig?: (config: JsonObject) => void;
}

export interface CallOptions {
  /** Aborting it ends the call with its reason. */
  signal?: AbortSignal;
}

export interface ReadOptions extends CallOptions {
  /** What to read. Default: all streams, or those of `streams`. */
  catalog?: ConfiguredAirbyteCatalog | AirbyteCatalog;
  /** Names of the streams to read, incrementally where they can be. Not together with `catalog`. */
  streams?: readonly string[];
  /** The STATE messages of an earlier read, the last one of each stream; or the list in a state file. */
  state?: readonly (StateMessage | JsonValue)[];
}

/** A manifest with a config. Each call is a run of its own; several may be under way at once. */
export class Connector {
  private readonly registry = new ComponentRegistry(componentDefinitions);
  private loaded: Promise<LoadedManifest> | undefined;

  constructor(private readonly options: ConnectorOptions) {}

  /** What the user config looks like. @throws ConnectorError `manifest.…` */
  spec(options: CallOptions = {}): Promise<ConnectorSpecification> {
    return this.run(options, async (runtime) => {
      const spec = buildSpec((await this.manifest()).manifest, {}, this.registry, runtime);
      if (!spec) throw ConnectorError.config('manifest.no_spec', 'The manifest has no spec. Add one with the connection_specification of the user config.');
      return spec.specification;
    });
  }

  /** Whether the source can be read with the config. A config that is wrong is an answer, not an error. */
  check(options: CallOptions = {}): Promise<ConnectionStatus> {
    return this.run(options, async (runtime) => {
      try {
        const result = await (await this.open(runtime)).check();
        return result.ok ? { status: 'SUCCEEDED' } : { status: 'FAILED', message: runtime.secrets.mask(result.message) };
      } catch (error) {
        if (runtime.signal.aborted || !(error instanceof ConnectorError) || error.failureType !== 'config_error') throw error;
        return { status: 'FAILED', message: runtime.secrets.mask(error.message) };
      }
    });
  }

  /** The streams and their schemas. @throws ConnectorError */
  discover(options: CallOptions = {}): Promise<AirbyteCatalog> {
    return this.run(options, async (runtime) => (await this.open(runtime)).discover());
  }

  /**
   * Reads. The messages are those of the protocol, in its order: after a STATE, everything before it counts as delivered. The source
   * works no faster than the messages are taken. Leaving the loop ends the run.
   * @throws ConnectorError `read.streams_failed` and others, after the last message; the reason of the signal when that is aborted
   */
  async *read({ signal, ...what }: ReadOptions = {}): AsyncGenerator<AirbyteMessage, void, undefined> {
    const left = new AbortController();
    const { runtime, queue } = this.world(AbortSignal.any([left.signal, ...(signal ? [signal] : [])]));
    const run = this.readInto(runtime, queue, what).then(
      () => queue.end(),
      (error: unknown) => queue.end({ error: runtime.signal.aborted ? runtime.signal.reason : masked(error, runtime.secrets) }),
    );
    try {
      yield* queue.messages();
    } finally {
      left.abort(new Error('The messages of the read are not wanted any more.'));
      queue.abandon();
      await run;
      runtime.close();
    }
  }

  private async readInto(runtime: WriterRuntime, queue: MessageQueue, { catalog, streams, state }: ReadOptions): Promise<void> {
    runtime.signal.throwIfAborted();
    const source = await this.open(runtime);
    const selected = configuredCatalog((catalog ?? (await this.select(source, streams))) as unknown as JsonValue, 'The catalog');
    runtime.shared('configuredSchemas', () => new Map(selected.streams.map(({ stream }) => [stream.name, stream.json_schema ?? {}] as const)));
    await source.read(selected, streamStates([...(state ?? [])] as JsonValue[], 'The state'), queue);
  }

  private async select(source: DeclarativeSource, names: readonly string[] | undefined): Promise<AirbyteCatalog> {
    const catalog = await source.discover();
    if (!names) return catalog;
    const missing = names.filter((name) => !catalog.streams.some((stream) => stream.name === name));
    if (missing.length > 0) {
      throw ConnectorError.config('catalog.unknown_stream', `This source has no stream ${missing.map((name) => `"${name}"`).join(', ')}. It has: ${catalog.streams.map(({ name }) => name).join(', ')}.`);
    }
    return { streams: catalog.streams.filter(({ name }) => names.includes(name)) };
  }

  /** A run without messages to take. */
  private async run<T>({ signal = new AbortController().signal }: CallOptions, work: (runtime: WriterRuntime) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const { runtime, queue } = this.world(signal);
    queue.abandon();
    try {
      return await work(runtime);
    } catch (error) {
      throw signal.aborted ? signal.reason : masked(error, runtime.secrets);
    } finally {
      runtime.close();
    }
  }

  private world(signal: AbortSignal): { runtime: WriterRuntime; queue: MessageQueue } {
    const { env = {}, onLog, onConfig } = this.options;
    const secrets = new KnownSecrets();
    const clock = clockOf(env);
    const queue = new MessageQueue(clock, secrets, (message) => {
      if (message.type === 'LOG') onLog?.(message.log.level, message.log.message);
      if (message.type === 'CONTROL') onConfig?.(message.control.connectorConfig.config);
    });
    return { runtime: new WriterRuntime({ clock, env, random: Math.random, signal }, secrets, queue, false), queue };
  }

  private async open(runtime: WriterRuntime): Promise<DeclarativeSource> {
    const { manifest, config = {}, componentsPath } = this.options;
    return openSource(await this.manifest(), config, {
      registry: this.registry,
      runtime,
      folder: typeof manifest === 'string' ? dirname(manifest) : undefined,
      componentsPath,
      storeMigrated: async (migrated) => runtime.platform.configChanged(migrated),
    });
  }

  private manifest(): Promise<LoadedManifest> {
    this.loaded ??= this.load();
    return this.loaded;
  }

  private async load(): Promise<LoadedManifest> {
    const { manifest } = this.options;
    if (typeof manifest !== 'string') return loadManifest(structuredClone(manifest), this.registry);
    const text = await readFile(manifest, 'utf8').catch((error: unknown) => {
      throw ConnectorError.config('manifest.unreadable', `The manifest ${manifest} cannot be read: ${errorText(error)}`, { cause: error });
    });
    return loadManifest(parseManifest(text, manifest), this.registry);
  }
}

/** Programs print what they catch. */
function masked(error: unknown, secrets: SecretRegistry): unknown {
  if (!(error instanceof ConnectorError)) return error;
  const { code, failureType, recovery, retryAfterMs, internalMessage } = error;
  return new ConnectorError({ code, failureType, recovery, retryAfterMs, message: secrets.mask(error.message), internalMessage: internalMessage && secrets.mask(internalMessage) });
}
