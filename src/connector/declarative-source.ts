import { ConnectorError, errorText } from '../errors/connector-error';
import type { MessageWriter } from '../messages/message-writer';
import type { BuildContext } from '../manifest/build-context';
import type { ComponentRegistry } from '../manifest/component-registry';
import { propagateTypesAndParameters } from '../manifest/parameters';
import { quotaShares, shareOfCount } from '../platform/quota-shares';
import type { Runtime } from '../platform/runtime';
import type { AirbyteCatalog, AirbyteStream, ConfiguredAirbyteCatalog } from '../protocol/airbyte';
import { isObject, type JsonObject } from '../protocol/json';
import { provideApiBudget } from '../requests/api-budget/api-budget';
import { provideJobTracker } from '../jobs/job-tracker';
import type { Shard } from '../slices/share';
import type { SourceStream } from '../streams/source-stream';
import type { CheckResult } from './checks/connection-checker';
import { probeStream } from './checks/probe-stream';
import { cacheParentRequests } from './parent-caching';
import type { Journal } from './journal';
import { readStreams } from './read';
import type { SourceParts } from './source-definition';

/** As in the reference: one worker generates slices while another reads them. */
const DEFAULT_CONCURRENCY = 2;
/** A key of the config that replaces the streams of CheckStream. */
const CHECK_STREAM_NAMES_KEY = '__airbyte_check_stream_names';

/** A manifest at work: the streams of one source with one config. */
export class DeclarativeSource {
  private readonly parts: SourceParts;
  private readonly ctx: BuildContext;
  private dynamicModels: Promise<Map<string, JsonObject[]>> | undefined;

  /**
   * @param manifest resolved and validated (`loadManifest`)
   * @param config migrated and transformed
   */
  constructor(
    private readonly manifest: JsonObject,
    registry: ComponentRegistry,
    config: JsonObject,
    private readonly runtime: Runtime,
  ) {
    this.ctx = registry.context({
      config,
      parameters: {},
      path: '',
      streamName: undefined,
      isParent: false,
      role: undefined,
      runtime,
    });
    this.parts = this.ctx.build('Source', manifest);
    provideJobTracker(runtime, this.jobLimitOfShard());
    if (this.parts.api_budget) provideApiBudget(runtime, this.parts.api_budget());
  }

  /** Whether the config satisfies the manifest answers the API: one record of the streams that the check names. */
  async check(): Promise<CheckResult> {
    const check = this.manifest.check as JsonObject;
    const overrides = isObject(check.config_overrides) ? check.config_overrides : undefined;
    if (overrides) {
      this.runtime.logger.info(`Config keys overridden for the check: ${Object.keys(overrides).join(', ')}`);
      Object.assign(this.ctx.config, overrides);
    }
    const names = this.ctx.config[CHECK_STREAM_NAMES_KEY];
    return this.parts.check().check({
      streams: (wanted) => this.streams(wanted),
      dynamicStreamNames: async () =>
        new Map([...(await this.dynamicStreamModels())].map(([name, models]) => [name, models.map((model) => String(model.name))])),
      probe: (stream) => probeStream(stream, this.runtime),
      streamNamesFromConfig: Array.isArray(names) && names.length > 0 ? names.map(String) : undefined,
    });
  }

  async discover(): Promise<AirbyteCatalog> {
    const streams = await this.streams();
    return { streams: await Promise.all(streams.map(describeStream)) };
  }

  async read(catalog: ConfiguredAirbyteCatalog, states: ReadonlyMap<string, JsonObject>, writer: MessageWriter, journal?: Journal, shard?: Shard): Promise<void> {
    await readStreams({
      streams: await this.streams(),
      catalog,
      states,
      concurrency: this.parts.concurrency_level?.() ?? DEFAULT_CONCURRENCY,
      groups: new Map(Object.entries(this.parts.stream_groups).flatMap(([group, members]) => members.map((name) => [name, group] as const))),
      writer,
      journal,
      shard,
      runtime: this.runtime,
    });
  }

  /** Builds the streams, in the order of the manifest; only `names` when those are all static. */
  async streams(names?: readonly string[]): Promise<SourceStream[]> {
    const all = this.staticStreamModels();
    const known = new Set(all.map((model) => model.name));
    const onlyStatic = names && names.length > 0 && names.every((name) => known.has(name));
    if (!onlyStatic) for (const models of (await this.dynamicStreamModels()).values()) all.push(...models);
    this.refuseDuplicates(all);
    const cached = cacheParentRequests(all);
    return cached
      .map((model, index) => ({ model, path: `streams[${index}] (${String(model.name)})` }))
      .filter(({ model }) => !onlyStatic || names.includes(String(model.name)))
      .map(({ model, path }) => this.ctx.build('Stream', model, { path }));
  }

  /** The models of all streams; those that a dynamic stream made stand under its name. Asks the API where those need it. */
  async streamModels(): Promise<{ fixed: JsonObject[]; generated: ReadonlyMap<string, readonly JsonObject[]> }> {
    return { fixed: this.staticStreamModels(), generated: await this.dynamicStreamModels() };
  }

  private staticStreamModels(): JsonObject[] {
    const items = Array.isArray(this.manifest.streams) ? (this.manifest.streams as JsonObject[]) : [];
    return items.flatMap((item) => (item.type === 'ConditionalStreams' ? [...this.ctx.build('ConditionalStreams', item)] : [item]));
  }

  /** The models of the dynamic streams by the name of their definition; asks the API once. */
  private dynamicStreamModels(): Promise<Map<string, JsonObject[]>> {
    this.dynamicModels ??= this.resolveDynamicStreams();
    return this.dynamicModels;
  }

  private async resolveDynamicStreams(): Promise<Map<string, JsonObject[]>> {
    const byDefinition = new Map<string, JsonObject[]>();
    const seen = new Set<string>();
    const limit = this.runtime.testRead?.maxStreams ?? Infinity;
    for (const [index, definition] of this.parts.dynamic_streams.entries()) {
      const models: JsonObject[] = [];
      byDefinition.set(definition.name || `dynamic_stream_${index}`, models);
      for await (const resolved of definition.resolver({ streamName: definition.name }).resolve(definition.template)) {
        if (models.length >= limit) break;
        const model = propagateTypesAndParameters(resolved, '', {}, definition.useParentParameters);
        model.type ??= 'DeclarativeStream';
        if (typeof model.name !== 'string') {
          throw ConnectorError.config('manifest.stream_name', `dynamic_streams[${index}]: a generated stream has the name ${JSON.stringify(model.name)}, which is no text.`);
        }
        if (seen.has(model.name)) {
          const fromConfig = definition.resolverType === 'ConfigComponentsResolver';
          throw new ConnectorError({
            code: 'manifest.duplicate_stream',
            message: `Dynamic streams list contains a duplicate name: ${model.name}. ${fromConfig ? 'Please check your configuration.' : 'The API lists it twice.'}`,
            failureType: fromConfig ? 'config_error' : 'system_error',
            recovery: 'stop_sync',
          });
        }
        seen.add(model.name);
        models.push(model);
      }
    }
    return byDefinition;
  }

  private refuseDuplicates(models: readonly JsonObject[]): void {
    const seen = new Set<unknown>();
    for (const { name } of models) {
      if (seen.has(name)) throw ConnectorError.config('manifest.duplicate_stream', `The manifest has two streams with the name "${String(name)}". Rename one.`);
      seen.add(name);
    }
  }

  /** This run's part of the jobs that may exist at once; each shard needs one. */
  private jobLimitOfShard(): number {
    const limit = this.jobLimit();
    const shards = quotaShares(this.runtime);
    if (this.parts.max_concurrent_async_job_count && limit < shards) {
      this.runtime.logger.warn(`max_concurrent_async_job_count is ${limit}, but ${shards} shards at once may have ${shards} jobs. Start fewer at a time, and say so with --shards-at-once.`);
    }
    return shareOfCount(this.runtime, limit);
  }

  /** The reference never shows the config to this template and falls back to 1; here it works as written. */
  private jobLimit(): number {
    const template = this.parts.max_concurrent_async_job_count;
    if (!template) return 1;
    let value: unknown;
    try {
      value = template.eval();
    } catch (error) {
      this.runtime.logger.warn(`max_concurrent_async_job_count cannot be evaluated, so 1 is used: ${errorText(error)}`);
      return 1;
    }
    const limit = Number(value);
    if (Number.isInteger(limit) && limit >= 1) return limit;
    this.runtime.logger.warn(`max_concurrent_async_job_count comes out as ${JSON.stringify(value)}, which is no number from 1 up, so 1 is used.`);
    return 1;
  }
}

async function describeStream(stream: SourceStream): Promise<AirbyteStream> {
  const incremental = stream.supportsIncremental;
  const keys = stream.primaryKey;
  const nested = keys.filter((key) => typeof key !== 'string' && key.length > 1);
  if (nested.length > 0) {
    throw ConnectorError.config('manifest.primary_key', `Stream ${stream.name}: nested primary keys are not supported: ${JSON.stringify(nested)}.`);
  }
  return {
    name: stream.name,
    json_schema: await stream.jsonSchema(),
    supported_sync_modes: incremental ? ['full_refresh', 'incremental'] : ['full_refresh'],
    ...(incremental
      ? {
          source_defined_cursor: !stream.allowsCatalogDefinedCursorField,
          default_cursor_field: stream.cursor.cursorField === undefined ? [] : [stream.cursor.cursorField],
        }
      : {}),
    ...(keys.length > 0 ? { source_defined_primary_key: keys.map((key) => (typeof key === 'string' ? [key] : [...key])) } : {}),
    is_resumable: incremental,
    is_file_based: stream.isFileBased,
  };
}
