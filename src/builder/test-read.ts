import { isConnectorError } from '../errors/connector-error';
import type { ComponentRegistry } from '../manifest/component-registry';
import { openSource } from '../connector/open-source';
import { streamStates } from '../connector/input-files';
import { traceError } from '../connector/stream-sync';
import { splitState } from '../jobs/ledger-state';
import type { HttpExchange } from '../platform/events';
import type { SecretRegistry } from '../platform/runtime';
import { isObject, type JsonObject } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import type { StreamPartition } from '../slices/parent-stream';
import type { StreamSlice } from '../slices/stream-slice';
import type { SourceStream } from '../streams/source-stream';
import { BuilderRuntime, type BuilderWorld } from './builder-runtime';
import { ExchangeLog, plainView, type ExchangeView } from './exchange-log';
import { DatetimeFormatInference } from './infer-datetime-formats';
import { SchemaInference } from './infer-schema';
import { jobTimeoutText } from './job-timeout';
import { loadRequestManifest } from './load-request-manifest';
import { failureOf } from './run-failure';
import type { LogMessage, StateMessage, StreamRead, StreamReadSlice, TestReadRequest } from './stream-read';

/** The records of a test may take so many characters as JSON; a test that finds more ends there. */
const MAX_RECORD_CHARACTERS = 64 * 1024 * 1024;
const FAILURE = 'Error reading stream: ';

/** How a caller follows a test while it runs. */
export interface TestWatch {
  /** Before anything is sent: the place to listen, and to put services of the run in place. `model` is that of the stream, when the manifest has it. */
  opened?(runtime: BuilderRuntime, exchanges: ExchangeLog, model: JsonObject | undefined): void;
  /** How exchanges are shown; absent: as the manifest server does. */
  view?(secrets: SecretRegistry): ExchangeView;
  logged?(log: LogMessage): void;
  /** A cancelled run tells what it has read instead of throwing. */
  answersWhenCancelled?: boolean;
}

interface PageOfSlice {
  /** Undefined for records that came with their parent's. */
  exchange: HttpExchange | undefined;
  records: JsonObject[];
}

interface SliceReading {
  slice: StreamSlice;
  pages: PageOfSlice[];
  state: StateMessage[];
}

/**
 * Reads a few slices and pages of one stream with the engine of a sync, and tells all that was sent and received
 * (reference section 11.3). A failing API is no failure of the test: it is what the logs tell.
 * @throws Refusal for a request that cannot be run; the reason of the signal when nobody waits any more
 */
export async function testRead(request: TestReadRequest, registry: ComponentRegistry, world: BuilderWorld, watch: TestWatch = {}): Promise<StreamRead> {
  const limits = { maxRecords: request.recordLimit, maxPagesPerSlice: request.pageLimit, maxSlices: request.sliceLimit, maxStreams: 100 };
  const runtime = new BuilderRuntime(world, limits, watch.logged);
  const loaded = await loadRequestManifest(request.manifest, registry, world.clock.now());
  let test: TestRead | undefined;
  let stream: SourceStream | undefined;
  try {
    const states = streamStates([...request.state], 'The state of the request');
    const model = (loaded.manifest.streams as JsonObject[] | undefined)?.find(({ name }) => name === request.streamName);
    if (model && request.pollEverySeconds !== undefined) pollEvery(model, request.pollEverySeconds);
    const exchanges = new ExchangeLog(request.streamName, jobTimeoutText(model, request.config, runtime.clock), (watch.view ?? plainView)(runtime.secrets));
    test = new TestRead(request, runtime, exchanges);
    watch.opened?.(runtime, exchanges, model);
    const source = await openSource(loaded, request.config, { registry, runtime, storeMigrated: async (config) => runtime.platform.configChanged(config) });
    stream = (await source.streams([request.streamName])).find(({ name }) => name === request.streamName);
    if (stream) await test.read(stream, states.get(request.streamName) ?? {});
    else runtime.logger.error(`The source has no stream "${request.streamName}".`);
    return test.answer(stream);
  } catch (error) {
    if (world.signal.aborted && watch.answersWhenCancelled && test) return test.answer(stream);
    world.signal.throwIfAborted();
    // A config that does not fit is the user's to correct, like an answer of the API.
    if (!isConnectorError(error) || error.code !== 'config.invalid') throw failureOf(error, FAILURE, runtime.secrets);
    runtime.logError(traceError(error));
    return emptyAnswer(runtime);
  } finally {
    runtime.close();
  }
}

class TestRead {
  private readonly readings: SliceReading[] = [];
  private current: SliceReading | undefined;
  private recordCount = 0;
  private recordsSinceState = 0;
  private recordCharacters = 0;
  private isFull = false;

  constructor(
    private readonly request: TestReadRequest,
    private readonly runtime: BuilderRuntime,
    private readonly exchanges: ExchangeLog,
  ) {
    runtime.events.on((event) => {
      if (event.type === 'http') this.see(event);
    });
  }

  /** One slice after the other, so that each page's records are those that follow its request. Jobs run side by side. */
  async read(stream: SourceStream, state: JsonObject): Promise<void> {
    const { runtime } = this;
    let failed = false;
    const fail = (error: unknown) => {
      runtime.signal.throwIfAborted();
      failed = true;
      runtime.logError(traceError(error, stream.name));
    };
    try {
      stream.prepare({ state: splitState(state, (message) => runtime.logger.warn(message)).state, maxSlices: this.request.sliceLimit });
      for await (const partition of stream.partitions()) {
        await this.readPartition(stream, partition).catch(fail);
        if (this.isFull) break;
      }
    } catch (error) {
      fail(error);
    }
    runtime.signal.throwIfAborted();
    if (this.isFull) return;
    stream.cursor.finish(!failed);
    const last = this.readings.filter(({ pages }) => pages.length > 0).at(-1);
    // A full refresh that failed must not say that it is done.
    if (last && (!failed || stream.cursor.cursorField !== undefined)) last.state = [this.stateMessage(stream)];
  }

  answer(stream: SourceStream | undefined): StreamRead {
    const { runtime, exchanges, request } = this;
    const shown = this.readings.filter(({ pages }) => pages.length > 0);
    const schema = new SchemaInference(stream ? requiredFields(stream) : []);
    const formats = new DatetimeFormatInference();
    for (const { pages } of shown) {
      for (const record of pages.flatMap(({ records }) => records)) {
        schema.add(record);
        formats.add(record);
      }
    }
    const inferred = schema.result();
    for (const problem of inferred?.problems ?? []) runtime.logger.error(problem);
    const auxiliary = exchanges.auxiliaryRequests(new Set(shown.map(({ slice }) => slice.key)));
    return {
      logs: runtime.logs,
      slices: shown.map(
        ({ slice, pages, state }): StreamReadSlice => ({
          pages: pages.map(({ exchange, records }) => ({
            records,
            request: exchange ? exchanges.view.request(exchange) : null,
            response: exchange ? exchanges.view.response(exchange) : null,
          })),
          slice_descriptor: slice.merged,
          state,
          auxiliary_requests: auxiliary.ofSlice(slice.merged),
        }),
      ),
      test_read_limit_reached: this.isFull || shown.length >= request.sliceLimit || shown.some(({ pages }) => pages.length >= request.pageLimit),
      auxiliary_requests: auxiliary.ofNone,
      inferred_schema: inferred?.schema ?? null,
      inferred_datetime_formats: formats.result(),
      latest_config_update: runtime.latestConfig ?? null,
    };
  }

  private see(exchange: HttpExchange): void {
    if (this.current && this.exchanges.isPage(exchange)) this.current.pages.push({ exchange: this.exchanges.withinBudget(exchange), records: [] });
    else this.exchanges.addAuxiliary(exchange);
  }

  private async readPartition(stream: SourceStream, partition: StreamPartition): Promise<void> {
    const { cursor } = stream;
    const reading: SliceReading = { slice: partition.slice, pages: [], state: [] };
    this.readings.push(reading);
    this.current = reading;
    try {
      for await (const batch of partition.read()) {
        this.runtime.signal.throwIfAborted();
        if (batch.kind === 'lines') throw new Error('a test read asks for no finished lines');
        for (const record of batch.records) {
          this.keep(record, reading);
          if (cursor.observesRecords) cursor.observe(record, partition.slice);
          if (this.isFull) return;
        }
      }
    } finally {
      this.current = undefined;
    }
    cursor.closeSlice(partition.slice);
    if (cursor.cursorField !== undefined) reading.state = [this.stateMessage(stream)];
    await partition.close?.();
  }

  private keep(record: JsonObject, { pages }: SliceReading): void {
    if (pages.length === 0) pages.push({ exchange: undefined, records: [] });
    pages.at(-1)!.records.push(record);
    this.recordCount += 1;
    this.recordsSinceState += 1;
    this.recordCharacters += stringifyJson(record).length;
    if (this.recordCharacters > MAX_RECORD_CHARACTERS) {
      this.runtime.logger.warn(`The test ends after ${this.recordCount} records: they are too large for more.`);
      this.isFull = true;
    }
    if (this.recordCount >= this.request.recordLimit) this.isFull = true;
  }

  private stateMessage({ name, cursor }: SourceStream): StateMessage {
    const message: StateMessage = {
      type: 'STREAM',
      stream: { stream_descriptor: { name, namespace: null }, stream_state: structuredClone(cursor.state()) },
      global_: null,
      data: null,
      sourceStats: { recordCount: this.recordsSinceState },
      destinationStats: null,
    };
    this.recordsSinceState = 0;
    return message;
  }
}

function pollEvery({ retriever }: JsonObject, seconds: number): void {
  if (isObject(retriever) && retriever.type === 'AsyncRetriever') retriever.polling_interval = { initial_seconds: seconds, multiplier: 1, maximum_seconds: seconds, jitter: 0 };
}

function requiredFields({ primaryKey, cursor }: SourceStream): (readonly string[])[] {
  const keys = primaryKey.map((key) => (typeof key === 'string' ? [key] : key));
  return cursor.cursorField === undefined ? keys : [...keys, [cursor.cursorField]];
}

export function emptyAnswer({ logs, latestConfig }: Pick<BuilderRuntime, 'logs' | 'latestConfig'>): StreamRead {
  return {
    logs,
    slices: [],
    test_read_limit_reached: false,
    auxiliary_requests: [],
    inferred_schema: null,
    inferred_datetime_formats: {},
    latest_config_update: latestConfig ?? null,
  };
}

