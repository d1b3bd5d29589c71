import { createHash } from 'node:crypto';
import { openSource } from '../connector/open-source';
import { errorText, isConnectorError } from '../errors/connector-error';
import type { ComponentRegistry } from '../manifest/component-registry';
import type { AirbyteCatalog } from '../protocol/airbyte';
import type { JsonObject, JsonValue } from '../protocol/json';
import { BuilderRuntime, type BuilderWorld } from './builder-runtime';
import { loadRequestManifest, type RequestManifest } from './load-request-manifest';
import type { ManifestOperation } from './operations';
import { Refusal } from './refusal';
import { failureOf } from './run-failure';
import { testRead } from './test-read';

/** As the reference limits everything but a test read. */
const LIMITS = { maxRecords: 100, maxPagesPerSlice: 5, maxSlices: 5, maxStreams: 100 };

type Command = (request: JsonObject, registry: ComponentRegistry, world: BuilderWorld) => Promise<object>;

/** What the endpoints do, with a checked request. They throw a Refusal, or the reason of the signal. */
export const manifestCommands: Readonly<Record<ManifestOperation, Command>> = {
  testRead: (request, registry, world) =>
    testRead(
      {
        manifest: request.manifest as JsonObject,
        config: withCustomComponents(request.config as JsonObject, request.custom_components_code),
        streamName: request.stream_name as string,
        state: request.state as JsonValue[],
        recordLimit: request.record_limit as number,
        pageLimit: request.page_limit as number,
        sliceLimit: request.slice_limit as number,
      },
      registry,
      world,
    ),

  async check(request, registry, world) {
    const failure = 'Error checking connection: ';
    const runtime = new BuilderRuntime(world, LIMITS);
    const loaded = await load(request, registry, world, failure);
    try {
      const source = await openSource(loaded, request.config as JsonObject, { registry, runtime });
      const result = await source.check();
      return { success: result.ok, message: result.ok ? null : runtime.secrets.mask(result.message) };
    } catch (error) {
      world.signal.throwIfAborted();
      if (isConnectorError(error) && error.failureType === 'config_error') return { success: false, message: runtime.secrets.mask(error.message) };
      throw failureOf(error, failure, runtime.secrets);
    } finally {
      runtime.close();
    }
  },

  async discover(request, registry, world) {
    const runtime = new BuilderRuntime(world, LIMITS);
    const loaded = await load(request, registry, world);
    try {
      const source = await openSource(loaded, request.config as JsonObject, { registry, runtime });
      return { catalog: shownCatalog(await source.discover()) };
    } catch (error) {
      world.signal.throwIfAborted();
      if (isConnectorError(error) && error.code !== 'config.invalid') throw new Refusal(422, runtime.secrets.mask(errorText(error)));
      throw failureOf(error, 'Error discovering streams: ', runtime.secrets);
    } finally {
      runtime.close();
    }
  },

  async resolve(request, registry, world) {
    const { shown } = await load(request, registry, world, 'Error resolving manifest: ');
    return { manifest: shown };
  },

  async fullResolve(request, registry, world) {
    const failure = 'Error full resolving manifest: ';
    const runtime = new BuilderRuntime(world, { ...LIMITS, maxStreams: request.stream_limit as number });
    const loaded = await load(request, registry, world, failure);
    try {
      const source = await openSource(loaded, request.config as JsonObject, { registry, runtime });
      const { generated } = await source.streamModels();
      const fixed = (loaded.shown.streams ?? []) as JsonObject[];
      const streams: JsonObject[] = fixed.map((stream) => ({ ...stream, dynamic_stream_name: null }));
      for (const [name, models] of generated) streams.push(...models.map((model) => ({ ...model, dynamic_stream_name: name })));
      return { manifest: { ...loaded.shown, streams } };
    } catch (error) {
      world.signal.throwIfAborted();
      throw failureOf(error, failure, runtime.secrets);
    } finally {
      runtime.close();
    }
  },
};

function load(request: JsonObject, registry: ComponentRegistry, world: BuilderWorld, failure?: string): Promise<RequestManifest> {
  return loadRequestManifest(request.manifest as JsonObject, registry, world.clock.now(), failure);
}

/** The code travels as that of a platform's config does, and under the same condition. */
function withCustomComponents(config: JsonObject, code: JsonValue | undefined): JsonObject {
  if (typeof code !== 'string' || code === '') return config;
  const md5 = createHash('md5').update(code).digest('hex');
  return { ...config, __injected_components_js: code, __injected_components_js_checksums: { md5 } };
}

/** With every member, absent ones as null. */
function shownCatalog({ streams }: AirbyteCatalog): object {
  return {
    streams: streams.map((stream) => ({
      name: stream.name,
      json_schema: stream.json_schema,
      supported_sync_modes: stream.supported_sync_modes,
      source_defined_cursor: stream.source_defined_cursor ?? null,
      default_cursor_field: stream.default_cursor_field ?? null,
      source_defined_primary_key: stream.source_defined_primary_key ?? null,
      namespace: stream.namespace ?? null,
      is_resumable: stream.is_resumable ?? null,
      is_file_based: stream.is_file_based ?? null,
    })),
  };
}
