import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { Logger } from '../platform/runtime';
import { getOwn, setOwn, type JsonObject } from '../protocol/json';
import { ListPartitionRouter } from './list-partition-router';
import type { ParentStream } from './parent-stream';
import { parentsOf, type ReadsParents } from './parents-of';
import type { PartitionRouter } from './partition-router';
import type { RequestOptions } from './request-options';
import { refuseRequestOptions } from './router-checks';
import { canonicalJson, StreamSlice } from './stream-slice';
import { SubstreamPartitionRouter } from './substream-partition-router';

/** The partitions of several routers, one after the other, each value once. */
export class UnionPartitionRouter implements PartitionRouter, ReadsParents {
  private lastStates: (JsonObject | undefined)[] = [];
  private lastUnion: JsonObject = {};
  private collisionTold = false;

  constructor(
    private readonly routers: readonly PartitionRouter[],
    readonly partitionField: string,
    private readonly logger: Logger,
  ) {}

  get hasIncrementalParent(): boolean {
    return this.routers.some((router) => router.hasIncrementalParent);
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    const seen = new Set<string>();
    for (const router of this.routers) {
      for await (const slice of router.slices()) {
        const value = getOwn(slice.partition, this.partitionField);
        if (value === undefined) {
          throw ConnectorError.config(
            'slices.union_field_missing',
            `Each router of a UnionPartitionRouter must give the field ${JSON.stringify(this.partitionField)}, but one gives ${Object.keys(slice.partition).join(', ') || 'none'}.`,
          );
        }
        if (typeof value === 'object' && value !== null) {
          throw ConnectorError.config('slices.union_value_not_scalar', `The values of a UnionPartitionRouter must be texts or numbers, but ${JSON.stringify(this.partitionField)} is a list or an object.`);
        }
        const key = canonicalJson(value);
        if (seen.has(key)) continue;
        seen.add(key);
        const partition: JsonObject = {};
        setOwn(partition, this.partitionField, value);
        // What else identifies the partition in its router must not end up in the state: it differs between routers.
        const others = Object.entries(slice.partition).filter(([name]) => name !== this.partitionField);
        yield new StreamSlice(partition, {}, { ...slice.extraFields, ...Object.fromEntries(others) });
      }
    }
  }

  requestOptions(): RequestOptions {
    return {};
  }

  get parents(): readonly ParentStream[] {
    return this.routers.flatMap(parentsOf);
  }

  setInitialState(streamState: JsonObject): void {
    for (const router of this.routers) router.setInitialState(streamState);
  }

  parentState(): JsonObject {
    const states = this.routers.map((router) => router.parentState());
    if (states.every((state, index) => state === this.lastStates[index]) && this.lastStates.length > 0) return this.lastUnion;
    const union: JsonObject = {};
    for (const state of states) {
      for (const [parent, value] of Object.entries(state ?? {})) {
        if (getOwn(union, parent) !== undefined && !this.collisionTold) {
          this.collisionTold = true;
          this.logger.warn(`Several routers of a UnionPartitionRouter read the parent stream ${parent}; the state of the last one is kept.`);
        }
        setOwn(union, parent, value);
      }
    }
    this.lastStates = states;
    this.lastUnion = union;
    return union;
  }
}

export const unionPartitionRouter = defineComponent({
  kind: 'PartitionRouter',
  type: 'UnionPartitionRouter',
  title: 'Union of partitions',
  description:
    'The partitions of several routers together, each value once; the first one counts. The slice has the field partition_field only; other fields of the routers, such as parent_slice, become extra fields.',
  fields: {
    partition_field: required(field.template({ description: 'The field that each of the routers gives.', examples: ['repository', "{{ config['partition_field'] }}"] })),
    partition_routers: required(
      field.array(field.component('PartitionRouter', { types: ['ListPartitionRouter', 'SubstreamPartitionRouter', 'UnionPartitionRouter', 'CustomPartitionRouter'] }), {
        description: 'At least two routers, without request options: put the value into the request with a template.',
        minItems: 2,
      }),
    ),
  },
  examples: [
    {
      type: 'UnionPartitionRouter',
      partition_field: 'repository',
      partition_routers: [
        { type: 'ListPartitionRouter', cursor_field: 'repository', values: ['org/a', 'org/b'] },
        { type: 'ListPartitionRouter', cursor_field: 'repository', values: ['org/b', 'org/c'] },
      ],
    },
  ],
  build: ({ partition_field, partition_routers }, ctx) => {
    if (partition_routers.length < 2) throw ConnectorError.config('slices.union_of_one', `${ctx.path} needs at least two partition_routers.`);
    const union = partition_field.text();
    for (const router of partition_routers) {
      refuseRequestOptions(router, 'UnionPartitionRouter', ctx.path);
      const wrong = fieldsOf(router).find((name) => name !== union);
      if (wrong !== undefined) {
        throw ConnectorError.config('slices.union_field_differs', `${ctx.path}: each router must give the field ${JSON.stringify(union)}, but one gives ${JSON.stringify(wrong)}.`);
      }
    }
    return new UnionPartitionRouter(partition_routers, union, ctx.runtime.logger);
  },
});

function fieldsOf(router: PartitionRouter): readonly string[] {
  if (router instanceof ListPartitionRouter || router instanceof SubstreamPartitionRouter) return router.partitionFields;
  return router instanceof UnionPartitionRouter ? [router.partitionField] : [];
}
