import { ConnectorError } from '../errors/connector-error';
import type { Logger } from '../platform/runtime';
import type { JsonObject } from '../protocol/json';
import { mergeRequestOptions } from './merge-request-options';
import type { ParentStream } from './parent-stream';
import { parentsOf, type ReadsParents } from './parents-of';
import type { PartitionRouter } from './partition-router';
import type { RequestOptions } from './request-options';
import { StreamSlice } from './stream-slice';

/** Each combination of the partitions of several routers; what a list of partition routers means. */
export class CartesianProductRouter implements PartitionRouter, ReadsParents {
  readonly hasIncrementalParent = false;

  constructor(
    private readonly routers: readonly PartitionRouter[],
    streamName: string,
    logger: Logger,
  ) {
    if (routers.some((router) => router.hasIncrementalParent)) {
      logger.warn(`Stream ${streamName}: with several partition routers the state of parent streams is not kept, so \`incremental_dependency\` has no effect.`);
    }
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    const [first, ...others] = this.routers;
    if (!first) return;
    // The first router is passed through once; the others are gone through again and again.
    let lists: StreamSlice[][] | undefined;
    for await (const slice of first.slices()) {
      lists ??= await Promise.all(others.map(listOf));
      yield* combinations([slice], lists);
    }
  }

  requestOptions(slice: StreamSlice): RequestOptions {
    return this.routers.reduceRight<RequestOptions>((options, router) => mergeRequestOptions(options, router.requestOptions(slice)), {});
  }

  get parents(): readonly ParentStream[] {
    return this.routers.flatMap(parentsOf);
  }

  setInitialState(): void {
    for (const router of this.routers) router.setInitialState({});
  }

  parentState(): undefined {
    return undefined;
  }
}

async function listOf(router: PartitionRouter): Promise<StreamSlice[]> {
  const slices: StreamSlice[] = [];
  for await (const slice of router.slices()) slices.push(slice);
  return slices;
}

function* combinations(chosen: readonly StreamSlice[], lists: readonly StreamSlice[][]): Generator<StreamSlice> {
  const [next, ...rest] = lists;
  if (next) for (const slice of next) yield* combinations([...chosen, slice], rest);
  else yield merged(chosen);
}

/** Where two slices have the same field, that of the first router counts. */
function merged(slices: readonly StreamSlice[]): StreamSlice {
  const windows = slices.filter((slice) => Object.keys(slice.cursorSlice).length > 0);
  if (windows.length > 1) {
    throw ConnectorError.config('slices.several_windows', 'Several partition routers of one stream bring a cursor window each; only one may.');
  }
  const overlay = (part: (slice: StreamSlice) => JsonObject) => slices.reduceRight<JsonObject>((all, slice) => ({ ...all, ...part(slice) }), {});
  return new StreamSlice(overlay((slice) => slice.partition), windows[0]?.cursorSlice, overlay((slice) => slice.extraFields));
}
