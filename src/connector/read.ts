import { ConnectorError } from '../errors/connector-error';
import { FairSlots } from '../jobs/fair-slots';
import { splitState } from '../jobs/ledger-state';
import type { MessageWriter } from '../messages/message-writer';
import type { Runtime } from '../platform/runtime';
import type { ConfiguredAirbyteCatalog, FailureType, JsonObject, StreamDescriptor } from '../protocol/airbyte';
import { StreamShare, type Shard } from '../slices/share';
import type { SourceStream } from '../streams/source-stream';
import type { Journal } from './journal';
import { refuseShardState, ShardStatement } from './shard-state';
import { StreamStates } from './stream-states';
import { StreamSync, type Failure } from './stream-sync';

export interface ReadOptions {
  streams: readonly SourceStream[];
  catalog: ConfiguredAirbyteCatalog;
  /** stream_state by stream name. */
  states: ReadonlyMap<string, JsonObject>;
  /** How many slices are read, or generated with requests, at once. */
  concurrency: number;
  /** Names of streams of which only one may run at a time, by group. */
  groups: ReadonlyMap<string, string>;
  writer: MessageWriter;
  /** Where states are kept besides. */
  journal?: Journal;
  /** Which share of the slices to read; all when undefined. */
  shard?: Shard;
  runtime: Runtime;
}

/**
 * Reads the selected streams. Streams start in catalog order; their slices are read concurrently. A failing stream
 * does not stop the others; at the end a failure of any stream is the failure of the run.
 */
export async function readStreams(options: ReadOptions): Promise<void> {
  const { runtime, writer } = options;
  const { syncs, unknown } = selectStreams(options);
  const failures = reportUnknownStreams(unknown, options.streams, writer);
  const workers = new FairSlots(options.concurrency);
  // Substreams read their parents while they generate slices, so half of the workers at most may generate.
  const generators = new FairSlots(Math.max(1, Math.floor(options.concurrency / 2)));
  const groups = new Map<string, FairSlots>();
  const runs = syncs.map(async (sync) => {
    const group = options.groups.get(sync.stream.name);
    if (group !== undefined && !groups.has(group)) groups.set(group, new FairSlots(1));
    const leaveGroup = group === undefined ? undefined : await groups.get(group)!.acquire(runtime.signal);
    try {
      await readStream(sync, generators, workers, runtime);
    } finally {
      leaveGroup?.release();
    }
  });
  await settleAll(runs);
  runtime.signal.throwIfAborted();

  failures.push(...syncs.filter((sync) => sync.failed).map((sync) => sync.failure()));
  if (failures.length === 0) return;
  const text = failures.map((failure) => `${failure.name}: ${failure.text}`).join('; ');
  const message = `During the sync, the following streams did not sync successfully: ${text}`;
  runtime.logger.info(message);
  throw new ConnectorError({
    code: 'read.streams_failed',
    message,
    failureType: commonCause(failures.map((failure) => failure.failureType)),
    recovery: 'stop_sync',
  });
}

async function readStream(sync: StreamSync, generators: FairSlots, workers: FairSlots, runtime: Runtime): Promise<void> {
  const { stream } = sync;
  // Only streams whose slices cost requests of their own compete for generating; jobs run beside everything.
  const generating = stream.isAsynchronous ? undefined : await generators.acquire(runtime.signal);
  const reading = new Set<Promise<void>>();
  try {
    runtime.signal.throwIfAborted();
    sync.start();
    const iterator = stream.partitions()[Symbol.asyncIterator]();
    try {
      for (;;) {
        // Generating a slice may read a parent's pages: it takes a worker's place while it does.
        const next = await (stream.isAsynchronous ? iterator.next() : workers.with(runtime.signal, () => iterator.next()));
        if (next.done) break;
        const worker = await workers.acquire(runtime.signal);
        const run: Promise<void> = sync
          .readPartition(next.value)
          .catch((error: unknown) => {
            if (!runtime.signal.aborted) sync.fail(error);
          })
          .finally(() => {
            worker.release();
            reading.delete(run);
          });
        reading.add(run);
      }
    } finally {
      if (runtime.signal.aborted) await iterator.return?.();
    }
  } catch (error) {
    if (!runtime.signal.aborted) sync.fail(error);
  } finally {
    generating?.release();
    await settleAll([...reading]);
  }
  if (!runtime.signal.aborted) return sync.finish();
  await sync.interrupt();
  throw runtime.signal.reason;
}

interface Selection {
  syncs: StreamSync[];
  /** Selected, but not in this source. */
  unknown: StreamDescriptor[];
}

function selectStreams(options: ReadOptions): Selection {
  const { streams, catalog, writer, runtime } = options;
  if (catalog.streams.length === 0) {
    throw ConnectorError.config('catalog.empty', 'The configured catalog selects no stream. Select at least one stream and sync again.');
  }
  const byName = new Map(streams.map((stream) => [stream.name, stream]));
  const selection: Selection = { syncs: [], unknown: [] };
  for (const selected of catalog.streams) {
    const { name, namespace } = selected.stream;
    const descriptor: StreamDescriptor = namespace ? { name, namespace } : { name };
    const stream = byName.get(name);
    if (!stream) {
      selection.unknown.push(descriptor);
      continue;
    }
    const streamStates = prepare(stream, descriptor, selected.cursor_field?.[0], options);
    selection.syncs.push(new StreamSync(stream, descriptor, streamStates, writer, runtime));
  }
  return selection;
}

/** Gives the stream its state, without what is not the cursor's. */
function prepare(stream: SourceStream, descriptor: StreamDescriptor, catalogCursorField: string | undefined, options: ReadOptions): StreamStates {
  const { name } = stream;
  const { states, writer, journal, shard, concurrency, runtime } = options;
  const given = splitState(states.get(name) ?? {}, (message) => runtime.logger.warn(`Stream ${name}: ${message}`));
  if (!shard) refuseShardState(given.state, name);
  const { state, statement } = shard ? ShardStatement.of(shard, given.state, name, runtime.clock) : { ...given, statement: undefined };
  const streamStates = new StreamStates(stream, descriptor, { writer, journal }, runtime, given.ledger, statement);
  stream.prepare({
    state,
    catalogCursorField,
    jobBook: streamStates.jobs,
    concurrency,
    share: shard && { share: new StreamShare(shard, name), noted: statement?.noted },
  });
  streamStates.keepParentJobs();
  return streamStates;
}

/** A stream that the catalog wants and the source has not: told at once, and the run fails, but the others are read. */
function reportUnknownStreams(unknown: readonly StreamDescriptor[], known: readonly SourceStream[], writer: MessageWriter): Failure[] {
  return unknown.map((descriptor) => {
    const message = `The configured catalog selects the stream "${descriptor.name}", but this source has no such stream. It has: ${known.map((stream) => stream.name).join(', ')}. Refresh the source schema.`;
    writer.error({ message, failure_type: 'config_error', stream_descriptor: descriptor });
    writer.status(descriptor, 'INCOMPLETE');
    return { name: descriptor.name, text: message, failureType: 'config_error' };
  });
}

/** Waits for all, then throws what the first one threw: nothing is left running behind a failure. */
async function settleAll(runs: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(runs);
  const rejected = results.find((result) => result.status === 'rejected');
  if (rejected) throw rejected.reason;
}

/** The user's to fix wins over ours, and both over what may pass by itself. */
function commonCause(types: readonly FailureType[]): FailureType {
  return (['config_error', 'system_error', 'transient_error'] as const).find((type) => types.includes(type)) ?? 'system_error';
}
