import { createInterface } from 'node:readline';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import type { BuildContext } from '../../src/manifest/build-context';
import { defineComponent } from '../../src/manifest/define-component';
import { field, required } from '../../src/manifest/field';
import { EventBus } from '../../src/platform/events';
import type { Runtime } from '../../src/platform/runtime';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { CartesianProductRouter } from '../../src/slices/cartesian-product-router';
import { createCursor } from '../../src/slices/create-cursor';
import type { Cursor } from '../../src/slices/cursor';
import { slicesDefinitions } from '../../src/slices/definitions';
import type { StreamPartition } from '../../src/slices/parent-stream';
import type { PartitionRouter } from '../../src/slices/partition-router';
import type { RequestOptions } from '../../src/slices/request-options';
import type { StreamSlice } from '../../src/slices/stream-slice';
import type { SourceStream } from '../../src/streams/source-stream';

/** Our side of slices_diff.py: one case a line on stdin, what our cursors make of it on stdout. */

interface Case {
  nowMs: number;
  config: JsonObject;
  cursor: JsonObject | null;
  router: JsonObject | JsonObject[] | null;
  state: JsonObject;
  script: { op: 'pull' | 'observe' | 'close' | 'fail'; index: number; record: JsonObject }[];
  maxSlices: number;
  migrate: boolean;
}

/** Stands for DeclarativeStream: the slices of a cursor, and scripted records for each. */
const scriptedStream = defineComponent({
  kind: 'Stream',
  type: 'DeclarativeStream',
  title: 'Scripted stream',
  description: 'A parent stream without an API.',
  fields: {
    name: required(field.string()),
    incremental_sync: field.component('IncrementalSync'),
    partition_router: field.component('PartitionRouter'),
    records: required(field.json<JsonObject[][]>()),
  },
  examples: [],
  build: ({ name, incremental_sync, partition_router, records }, ctx) => {
    const cursor = createCursor({ incrementalSync: incremental_sync, router: partition_router, streamName: name, runtime: ctx.runtime });
    const stream = {
      name,
      cursor,
      prepare: ({ state }: { state: JsonObject }) => cursor.setInitialState(state),
      async *partitions(): AsyncGenerator<StreamPartition> {
        let index = 0;
        for await (const slice of cursor.slices()) {
          const own = records.length > 0 ? (records[index % records.length] as JsonObject[]) : [];
          index += 1;
          yield { slice, read: () => one({ kind: 'objects' as const, records: own }) };
        }
      },
    };
    return stream as unknown as SourceStream;
  },
});

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}

const registry = new ComponentRegistry([...slicesDefinitions, scriptedStream]);

function runtimeAt(nowMs: number): Runtime {
  let elapsed = 0;
  const ignore = () => undefined;
  return {
    clock: { now: () => nowMs, monotonic: () => (elapsed += 1), sleep: () => Promise.resolve() },
    random: () => 0.5,
    env: {},
    logger: { log: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore },
    secrets: { add: ignore, mask: (text: string) => text },
    platform: { rateLimited: ignore, configChanged: ignore },
    events: new EventBus(),
    signal: new AbortController().signal,
    testRead: undefined,
    shared: <T>(_key: string, create: () => T) => create(),
  } as unknown as Runtime;
}

function build({ nowMs, config, cursor, router }: Case): { cursor: Cursor; router: PartitionRouter | undefined } {
  const runtime = runtimeAt(nowMs);
  const ctx: BuildContext = registry.context({ config, parameters: {}, path: 'case', streamName: 'test', isParent: false, role: undefined, runtime });
  const routers = (Array.isArray(router) ? router : router ? [router] : []).map((model) => ctx.build('PartitionRouter', model));
  const built = routers.length > 1 ? new CartesianProductRouter(routers, 'test', runtime.logger) : routers[0];
  const incrementalSync = cursor ? ctx.build('IncrementalSync', cursor) : undefined;
  return { router: built, cursor: createCursor({ incrementalSync, router: built, streamName: 'test', runtime }) };
}

async function run(input: Case): Promise<JsonObject> {
  const { cursor, router } = build(input);
  const out = { slices: [] as JsonValue[], synced: [] as JsonValue[], states: [] as JsonValue[], splits: [] as JsonValue[] };
  let { state } = input;
  if (input.migrate) {
    const migration = registry.build(['StateMigration'], { type: 'LegacyToPerPartitionStateMigration' }, registry.context({} as never));
    const stream = { name: 'test', cursorField: cursor.cursorField, router };
    if (migration.shouldMigrate(state, stream)) state = migration.migrate(state, stream);
    return { ...out, migrated: state };
  }
  cursor.setInitialState(state);
  out.states.push(cursor.state());
  const slices = cursor.slices()[Symbol.asyncIterator]();
  const open: StreamSlice[] = [];
  let exhausted = false;
  let failed = false;
  let pulled = 0;
  const pull = async () => {
    if (exhausted || pulled >= input.maxSlices) return undefined;
    const next = await slices.next();
    if (next.done) {
      exhausted = true;
      return undefined;
    }
    pulled += 1;
    out.slices.push(describe(next.value, cursor.requestOptions(next.value)));
    out.splits.push((cursor.splitSlice?.(next.value) ?? []).map((half) => half.cursorSlice));
    return next.value;
  };
  for (const { op, index, record } of input.script) {
    if (op === 'pull') {
      const slice = await pull();
      if (slice) open.push(slice);
      continue;
    }
    if (open.length === 0) continue;
    const at = index % open.length;
    const slice = open[at] as StreamSlice;
    if (op === 'observe') {
      out.synced.push(cursor.shouldBeSynced(record, slice));
      cursor.observe(record, slice);
      continue;
    }
    open.splice(at, 1);
    if (op === 'fail') failed = true;
    else {
      cursor.closeSlice(slice);
      out.states.push(cursor.state());
    }
  }
  for (let slice = await pull(); slice; slice = await pull()) open.push(slice);
  for (const slice of open) cursor.closeSlice(slice);
  if (exhausted) cursor.finish(!failed);
  out.states.push(cursor.state());
  return { ...out, exhausted };
}

function describe(slice: StreamSlice, { params, headers, bodyData, bodyJson }: RequestOptions): JsonObject {
  return {
    partition: slice.partition,
    window: slice.cursorSlice,
    extra: slice.extraFields,
    options: [params ?? {}, headers ?? {}, bodyData ?? {}, bodyJson ?? {}],
  };
}

async function main(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    let answer: JsonObject;
    try {
      answer = await run(JSON.parse(line) as Case);
    } catch (error) {
      answer = { error: error instanceof Error ? `${error.name} ${(error as { code?: string }).code ?? ''}: ${error.message}` : String(error) };
    }
    process.stdout.write(`${JSON.stringify(answer, (_key, value: unknown) => (value === Infinity ? 'inf' : typeof value === 'bigint' ? Number(value) : value))}\n`);
  }
}

void main();
