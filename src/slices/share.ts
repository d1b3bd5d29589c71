import { createHash } from 'node:crypto';
import type { JsonObject } from '../protocol/json';
import { canonicalJson } from './stream-slice';

/** One of several runs that divide the slices of a sync among themselves (docs/decisions/0008). */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/**
 * The slices of one stream that a shard reads. The windows of a partition go round the shards in the order of the plan; which shard begins
 * is a hash of the stream and the partition. So days are dealt out evenly, partitions on average, and a stream of one slice falls to one
 * shard.
 */
export class StreamShare {
  constructor(
    readonly shard: Shard,
    private readonly streamName: string,
  ) {}

  /** @param ordinal the number of the window within its partition, from 0, counted from the state that all shards started from */
  owns(partition: JsonObject, ordinal = 0): boolean {
    const digest = createHash('sha256').update(canonicalJson([this.streamName, partition])).digest();
    return (digest.readUIntBE(0, 6) + ordinal) % this.shard.of === this.shard.index;
  }
}
