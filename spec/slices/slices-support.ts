import type { BuildContext } from '../../src/manifest/build-context';
import { CartesianProductRouter } from '../../src/slices/cartesian-product-router';
import { createCursor } from '../../src/slices/create-cursor';
import type { Cursor } from '../../src/slices/cursor';
import type { RecordBatch, StreamPartition } from '../../src/slices/parent-stream';
import type { ParentStreamConfig } from '../../src/slices/parent-stream-config';
import type { PartitionRouter } from '../../src/slices/partition-router';
import type { StreamSlice } from '../../src/slices/stream-slice';
import { SubstreamPartitionRouter } from '../../src/slices/substream-partition-router';
import { InterpolatedString } from '../../src/manifest/interpolation/interpolated-string';
import type { JsonObject } from '../../src/protocol/json';
import { FakeClock } from '../support/fake-clock';
import { buildComponent, fakeRuntime, type FakeRuntime } from '../support/fake-runtime';

export const NOW = '2024-03-01T12:34:56.789Z';

export function runtimeAt(time = NOW): FakeRuntime {
  return fakeRuntime({ clock: new FakeClock(Date.parse(time)) });
}

export function datetimeCursor(model: JsonObject): JsonObject {
  return { type: 'DatetimeBasedCursor', cursor_field: 'updated_at', datetime_format: '%Y-%m-%d', start_datetime: '2024-01-01', ...model };
}

export function cursorOf(model: JsonObject | undefined, router?: PartitionRouter, more: Partial<BuildContext> = {}): Cursor {
  const runtime = more.runtime ?? runtimeAt();
  const incrementalSync = model && buildComponent('IncrementalSync', model, { ...more, runtime });
  return createCursor({ incrementalSync, router, streamName: 'test', runtime });
}

export function listRouter(values: string[], model: JsonObject = {}): PartitionRouter {
  return buildComponent('PartitionRouter', { type: 'ListPartitionRouter', cursor_field: 'part', values, ...model });
}

export function productOf(...routers: PartitionRouter[]): PartitionRouter {
  return new CartesianProductRouter(routers, 'test', runtimeAt().logger);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The start and end of each slice, with the default names. */
export function windows(slices: readonly StreamSlice[]): unknown[][] {
  return slices.map(({ cursorSlice }) => [cursorSlice.start_time, cursorSlice.end_time]);
}

const template = (source: string) => new InterpolatedString(source, { config: {}, parameters: {}, clock: new FakeClock() });

export interface FakeParent {
  name?: string;
  cursor?: Cursor;
  /** The records of each slice, in batches. */
  records: JsonObject[][][];
  isIncremental?: boolean;
  parentKey?: string;
  partitionField?: string;
  extraFields?: string[][];
  lazyReadPointer?: string[];
  /** Called after the last record of a slice. */
  onClose?: () => void;
}

export function parentConfig({ name = 'parents', cursor = cursorOf(undefined), records, isIncremental = false, ...more }: FakeParent): ParentStreamConfig {
  return {
    stream: {
      name,
      cursor,
      jsonSchema: () => Promise.resolve({}),
      prepare: ({ state }: { state: JsonObject }) => cursor.setInitialState(state),
      async *partitions(): AsyncGenerator<StreamPartition> {
        let index = 0;
        for await (const slice of cursor.slices()) {
          const batches = records[index % records.length] ?? [];
          index += 1;
          yield {
            slice,
            async *read(): AsyncGenerator<RecordBatch> {
              for (const batch of batches) yield { kind: 'objects', records: batch };
            },
            close: async () => more.onClose?.(),
          };
        }
      },
    } as ParentStreamConfig['stream'],
    parentKey: template(more.parentKey ?? 'id'),
    partitionField: template(more.partitionField ?? 'parent_id'),
    requestOption: undefined,
    isIncremental,
    lazyReadPointer: (more.lazyReadPointer ?? []).map(template),
    extraFields: (more.extraFields ?? []).map((path) => path.map(template)),
  };
}

export function substream(...parents: FakeParent[]): SubstreamPartitionRouter {
  return new SubstreamPartitionRouter(parents.map(parentConfig), runtimeAt().logger);
}
