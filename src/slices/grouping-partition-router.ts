import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import { getOwn, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { ParentStream } from './parent-stream';
import { parentsOf, type ReadsParents } from './parents-of';
import type { PartitionRouter } from './partition-router';
import type { RequestOptions } from './request-options';
import { refuseRequestOptions } from './router-checks';
import { canonicalJson, StreamSlice } from './stream-slice';

/** Puts several partitions into one slice: each field becomes the list of its values. */
export class GroupingPartitionRouter implements PartitionRouter, ReadsParents {
  constructor(
    private readonly router: PartitionRouter,
    private readonly groupSize: number,
    private readonly deduplicate: boolean,
  ) {}

  get hasIncrementalParent(): boolean {
    return this.router.hasIncrementalParent ?? false;
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    const seen = new Set<string>();
    let batch: StreamSlice[] = [];
    for await (const slice of this.router.slices()) {
      const names = Object.keys(slice.partition).filter((name) => name !== 'parent_slice');
      if (names.length !== 1) {
        throw ConnectorError.config(
          'slices.group_of_several_fields',
          `A GroupingPartitionRouter needs partitions with one field, but these have ${names.length}: ${names.join(', ')}. Group each list on its own.`,
        );
      }
      if (this.deduplicate) {
        const key = canonicalJson(slice.partition[names[0] as string] as JsonValue);
        if (seen.has(key)) continue;
        seen.add(key);
      }
      batch.push(slice);
      if (batch.length === this.groupSize) {
        yield grouped(batch);
        batch = [];
      }
    }
    if (batch.length > 0) yield grouped(batch);
  }

  /** A group has no single value that an option could take. */
  requestOptions(): RequestOptions {
    return {};
  }

  get parents(): readonly ParentStream[] {
    return parentsOf(this.router);
  }

  setInitialState(streamState: JsonObject): void {
    this.router.setInitialState(streamState);
  }

  parentState(): JsonObject | undefined {
    return this.router.parentState();
  }
}

function grouped(batch: readonly StreamSlice[]): StreamSlice {
  const lists = (names: Iterable<string>, part: (slice: StreamSlice) => JsonObject) => {
    const result: JsonObject = {};
    for (const name of names) setOwn(result, name, batch.map((slice) => getOwn(part(slice), name) ?? null));
    return result;
  };
  const extraNames = new Set(batch.flatMap((slice) => Object.keys(slice.extraFields)));
  return new StreamSlice(
    lists(Object.keys((batch[0] as StreamSlice).partition), (slice) => slice.partition),
    {},
    lists(extraNames, (slice) => slice.extraFields),
  );
}

export const groupingPartitionRouter = defineComponent({
  kind: 'PartitionRouter',
  type: 'GroupingPartitionRouter',
  title: 'Groups of partitions',
  description: 'Asks for several partitions with one request: group_size of them form a slice whose fields are lists. The cursor is one for all groups.',
  fields: {
    group_size: required(field.integer({ description: 'How many partitions form a group.', examples: [10, 50] })),
    underlying_partition_router: required(
      field.component('PartitionRouter', {
        description: 'The router whose partitions are grouped. Its request options must be left out: put the list into the request with a template.',
        types: ['ListPartitionRouter', 'SubstreamPartitionRouter', 'UnionPartitionRouter', 'CustomPartitionRouter'],
      }),
    ),
    deduplicate: field.boolean({ description: 'A value that has been in a group is left out when it comes again.', default: true }),
  },
  examples: [
    {
      type: 'GroupingPartitionRouter',
      group_size: 2,
      underlying_partition_router: { type: 'ListPartitionRouter', cursor_field: 'board_ids', values: ['1', '2', '3'] },
    },
  ],
  build: ({ group_size, underlying_partition_router, deduplicate }, ctx) => {
    if (group_size < 1) throw ConnectorError.config('slices.invalid_group_size', `${ctx.path}.group_size is ${group_size}; it must be at least 1.`);
    refuseRequestOptions(underlying_partition_router, 'GroupingPartitionRouter', ctx.path);
    return new GroupingPartitionRouter(underlying_partition_router, group_size, deduplicate);
  },
});
