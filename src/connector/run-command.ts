import { writeFile } from 'node:fs/promises';
import { componentDefinitions } from '../components';
import { ConnectorError, errorText, isConnectorError } from '../errors/connector-error';
import { KnownSecrets } from '../errors/secrets';
import { ComponentRegistry } from '../manifest/component-registry';
import { loadManifest, type LoadedManifest } from '../manifest/load-manifest';
import { MessageWriter } from '../messages/message-writer';
import { OutputClosedError, type LineOutput } from '../messages/stdout';
import { provideQuotaShares } from '../platform/quota-shares';
import type { Runtime, SecretRegistry } from '../platform/runtime';
import type { ReceivedBytes } from '../platform/small-heap';
import { Stopped } from '../platform/stopped';
import type { JsonObject } from '../protocol/json';
import type { Shard } from '../slices/share';
import { MANIFEST_KEY } from './config';
import type { DeclarativeSource } from './declarative-source';
import { readCatalog, readConfig, readState } from './input-files';
import { Journal } from './journal';
import { findManifest, GENERIC_SPEC, type FoundManifest } from './manifest-source';
import { buildSpec, openSource } from './open-source';
import { traceError } from './stream-sync';
import { WriterRuntime, type RunWorld } from './writer-runtime';

export type Command = 'spec' | 'check' | 'discover' | 'read';

export interface CommandArguments {
  command: Command;
  config?: string;
  catalog?: string;
  state?: string;
  /** A file that keeps the states of reads. */
  journal?: string;
  /** Which share of the slices to read; all when undefined. */
  shard?: Shard;
  /** How many shards share the quotas of the API. */
  shardsAtOnce?: number;
  manifestPath?: string;
  componentsPath?: string;
  debug: boolean;
}

/** What the process gives to a command. */
export interface CommandWorld extends RunWorld {
  output: LineOutput;
  /** Says it in another form, or in another place, than Airbyte messages on `output`. */
  createWriter?(secrets: SecretRegistry): Promise<MessageWriter>;
  /** Hears how many bytes downloads bring. */
  received?: ReceivedBytes;
  /** Told when the manifest is loaded. */
  manifestLoaded?(): void;
  /** Told of the run before it does anything. */
  observe?(runtime: Runtime): void;
}

/**
 * Runs one command of the protocol. All that it has to say goes out as Airbyte messages; the result is whether the
 * command did its work (`check` with a FAILED answer did).
 */
export async function runCommand(args: CommandArguments, world: CommandWorld): Promise<boolean> {
  const secrets = new KnownSecrets();
  const writer = (await world.createWriter?.(secrets)) ?? new MessageWriter(world.output, world.clock, secrets);
  const runtime = new WriterRuntime(world, secrets, writer, args.debug);
  provideQuotaShares(runtime, args.shardsAtOnce ?? 1);
  if (world.received) runtime.shared('received', () => world.received!);
  world.observe?.(runtime);
  try {
    await new CommandRun(args, runtime, writer, secrets, world.manifestLoaded).run();
    await writer.close();
    return true;
  } catch (error) {
    const cause: unknown = world.signal.aborted ? world.signal.reason : error;
    if (cause instanceof Stopped || cause instanceof OutputClosedError) throw cause;
    if (args.command === 'check' && isConnectorError(cause) && cause.failureType === 'config_error') {
      writer.message({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message: secrets.mask(cause.message) } });
      return true;
    }
    const trace = traceError(cause);
    runtime.logger.log('FATAL', `${errorText(cause)} ${trace.internal_message?.split(' ', 1)[0] ?? ''}`.trim());
    writer.error(trace);
    return false;
  } finally {
    // A reader that is gone cannot be told anything.
    await writer.flush().then(() => writer.close()).catch(() => undefined);
    runtime.close();
  }
}

class CommandRun {
  private readonly registry = new ComponentRegistry(componentDefinitions);

  constructor(
    private readonly args: CommandArguments,
    private readonly runtime: Runtime,
    private readonly writer: MessageWriter,
    private readonly secrets: KnownSecrets,
    private readonly manifestLoaded: (() => void) | undefined,
  ) {}

  async run(): Promise<void> {
    const { command } = this.args;
    const config = this.args.config ? await readConfig(this.args.config) : {};
    const found = await findManifest({ manifestPath: this.args.manifestPath, config, env: this.runtime.env });
    if (command === 'spec') {
      const specification = found ? buildSpec((await this.load(found)).manifest, {}, this.registry, this.runtime)?.specification : GENERIC_SPEC;
      if (!specification) throw ConnectorError.config('manifest.no_spec', 'The manifest has no spec. Add one with the connection_specification of the user config.');
      this.writer.message({ type: 'SPEC', spec: specification });
      return;
    }
    if (!found) {
      throw ConnectorError.config(
        'manifest.missing',
        `There is no manifest to run. Give one with --manifest-path, in the config under "${MANIFEST_KEY}", in $MANIFEST_PATH, or mount it into the image.`,
      );
    }
    const source = await this.openSource(found, config);
    if (command === 'check') await this.check(source);
    else if (command === 'discover') this.writer.message({ type: 'CATALOG', catalog: await source.discover() });
    else await this.read(source);
  }

  private async load({ manifest }: FoundManifest): Promise<LoadedManifest> {
    const loaded = await loadManifest(manifest, this.registry);
    this.manifestLoaded?.();
    return loaded;
  }

  private async openSource(found: FoundManifest, given: JsonObject): Promise<DeclarativeSource> {
    return openSource(await this.load(found), given, {
      registry: this.registry,
      runtime: this.runtime,
      folder: found.folder,
      componentsPath: this.args.componentsPath,
      storeMigrated: (config) => this.storeMigrated(config, given),
    });
  }

  /** The platform keeps what CONTROL says; the file serves runs without a platform. */
  private async storeMigrated(config: JsonObject, given: JsonObject): Promise<void> {
    const injected = given[MANIFEST_KEY];
    const whole = injected === undefined ? config : { ...config, [MANIFEST_KEY]: injected };
    this.runtime.platform.configChanged(whole);
    try {
      await writeFile(this.args.config!, JSON.stringify(whole));
    } catch (error) {
      // Platforms mount the config read-only; the CONTROL message is what they go by.
      this.runtime.logger.debug(`The migrated config is not written back to ${this.args.config}: ${errorText(error)}`);
    }
  }

  private async check(source: DeclarativeSource): Promise<void> {
    const result = await source.check();
    if (result.ok) {
      this.runtime.logger.info('Check succeeded');
      this.writer.message({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'SUCCEEDED' } });
    } else {
      this.runtime.logger.error('Check failed');
      this.writer.message({ type: 'CONNECTION_STATUS', connectionStatus: { status: 'FAILED', message: this.secrets.mask(result.message) } });
    }
  }

  /** The newer one of the state file and the journal. */
  private async initialStates(journal: Journal | undefined): Promise<Map<string, JsonObject>> {
    const { state } = this.args;
    if (journal && (!state || (await journal.isNewerThan(state)))) {
      const states = journal.streamStates();
      if (state) this.runtime.logger.info(`The journal is newer than the state file ${state}, so it is used.`);
      return states;
    }
    const states = state ? await readState(state) : new Map<string, JsonObject>();
    journal?.startFrom(states);
    return states;
  }

  private async read(source: DeclarativeSource): Promise<void> {
    const catalog = await readCatalog(this.args.catalog!);
    await this.writer.begin(catalog.streams.map(({ stream }) => stream));
    const schemas = catalog.streams.map(({ stream }) => [stream.name, stream.json_schema ?? {}] as const);
    this.runtime.shared('configuredSchemas', () => new Map(schemas));
    const path = this.args.journal ?? this.runtime.env.SOURCE_JOURNAL;
    const journal = path ? await Journal.open(path, this.runtime) : undefined;
    try {
      const states = await this.initialStates(journal);
      this.runtime.logger.info('Starting syncing');
      await source.read(catalog, states, this.writer, journal, this.args.shard);
    } finally {
      await journal?.close();
    }
    this.runtime.logger.info('Finished syncing');
  }
}
