import type { JsonObject } from '../protocol/json';
import type { RequestOptions } from './request-options';
import type { StreamSlice } from './stream-slice';

/** Cuts a stream into partitions (one per list value, per parent record …). */
export interface PartitionRouter {
  slices(): AsyncIterable<StreamSlice>;
  /** What the slice adds to each request of it. */
  requestOptions(slice: StreamSlice): RequestOptions;
  /** The whole state of the child stream; routers with parents take `parent_state` from it. Called before `slices()`. */
  setInitialState(streamState: JsonObject): void;
  /**
   * States of the incremental parents by stream name; undefined for routers that have no parents. Covers what `slices()`
   * has yielded so far. The same object until something changes.
   */
  parentState(): JsonObject | undefined;
  /** A parent is read from its own state on (`incremental_dependency`). */
  readonly hasIncrementalParent?: boolean;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    PartitionRouter: PartitionRouter;
  }
}
