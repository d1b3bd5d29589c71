import { ConnectorError } from '../errors/connector-error';
import type { Clock } from '../platform/clock';
import { getOwn, isObject, type JsonObject } from '../protocol/json';
import type { Shard } from '../slices/share';

/** The key of a stream_state that belongs to a shard; without it, the state is the one that all shards started from. */
export const SHARD_KEY = '__shard';
export const SHARD_VERSION = 1;

/** What one shard has to say about one stream, beside the cursor's state. */
export class ShardStatement {
  private readonly startedAt: string;

  private constructor(
    private readonly shard: Shard,
    /** What an earlier attempt said. */
    readonly noted: JsonObject | undefined,
    private readonly clock: Clock,
  ) {
    const started = noted && getOwn(noted, 'started_at');
    this.startedAt = typeof started === 'string' ? started : new Date(clock.now()).toISOString();
  }

  /**
   * Takes the key out of the state that a shard was given.
   * @throws ConnectorError `shards.other_shard`
   */
  static of(shard: Shard, state: JsonObject, streamName: string, clock: Clock): { state: JsonObject; statement: ShardStatement } {
    const noted = getOwn(state, SHARD_KEY);
    if (noted === undefined) return { state, statement: new ShardStatement(shard, undefined, clock) };
    const name = shardName(noted);
    if (!isObject(noted) || getOwn(noted, 'version') !== SHARD_VERSION || name !== `${shard.index}/${shard.of}`) {
      throw ConnectorError.config(
        'shards.other_shard',
        `The state of the stream ${streamName} is that of shard ${name}, and this is shard ${shard.index}/${shard.of}. Give each shard its own state, or first join all of them with \`state merge\` and give every shard the result.`,
      );
    }
    const { [SHARD_KEY]: _statement, ...rest } = state;
    return { state: rest, statement: new ShardStatement(shard, noted, clock) };
  }

  /** @param note what the stream's cursor says */
  toJson(note: JsonObject, isComplete: boolean): JsonObject {
    return {
      version: SHARD_VERSION,
      index: this.shard.index,
      of: this.shard.of,
      complete: isComplete,
      started_at: this.startedAt,
      ...(isComplete ? { ended_at: new Date(this.clock.now()).toISOString() } : {}),
      ...note,
    };
  }
}

/** A run without shards cannot go on from a part. @throws ConnectorError `shards.unmerged_state` */
export function refuseShardState(state: JsonObject, streamName: string): void {
  const noted = getOwn(state, SHARD_KEY);
  if (noted === undefined) return;
  throw ConnectorError.config(
    'shards.unmerged_state',
    `The state of the stream ${streamName} is that of shard ${shardName(noted)} alone. Join the states of all shards with \`state merge\`, or read with --shard.`,
  );
}

function shardName(noted: unknown): string {
  const part = (name: string) => (isObject(noted) && typeof noted[name] === 'number' ? String(noted[name]) : '?');
  return `${part('index')}/${part('of')}`;
}
