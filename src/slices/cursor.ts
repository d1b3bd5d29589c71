import type { PyTimedelta } from '../datetime/duration';
import type { JsonObject, JsonValue } from '../protocol/json';
import type { PartitionRouter } from './partition-router';
import type { RequestOptions } from './request-options';
import type { StreamShare } from './share';
import type { StreamSlice } from './stream-slice';

/**
 * Decides what a stream still has to read and what its STATE says. Owns slicing: window slices, partition slices, or
 * their combination. One instance a stream and run.
 */
export interface Cursor {
  /** The record field that the cursor follows; undefined for full refresh. */
  readonly cursorField: string | undefined;
  /** The stream_state of the platform, `{}` at first. Called once, before `slices()`. */
  setInitialState(state: JsonObject): void;
  slices(): AsyncIterable<StreamSlice>;
  /**
   * What `observe` has seen of a slice that is being read, for `seenBefore`: a later run that reads only the rest of the slice comes to
   * the same state. Absent where nothing is observed.
   */
  seenIn?(slice: StreamSlice): JsonValue | undefined;
  /** `value` comes from outside and may be anything. */
  seenBefore?(slice: StreamSlice, value: JsonValue): void;
  /** True when `observe` must see each record; otherwise records may bypass it (byte path). */
  readonly observesRecords: boolean;
  /** The only member of records that `observe` and `shouldBeSynced` look at; absent when it may be any. */
  readonly looksOnlyAt?: string;
  /** Sees every record that is emitted. */
  observe(record: JsonObject, slice: StreamSlice): void;
  /** Client-side incremental: false drops the record. */
  shouldBeSynced(record: JsonObject, slice: StreamSlice): boolean;
  /** True when `shouldBeSynced` may say false. */
  readonly filtersRecords: boolean;
  /** All records of the slice were emitted. True when a STATE is worth sending now. */
  closeSlice(slice: StreamSlice): boolean;
  /** All slices were generated and closed (`complete`), or the stream failed: settles what the last STATE says. */
  finish(complete: boolean): void;
  /** A snapshot for STATE. */
  state(): JsonObject;
  /**
   * What this sync has read beyond what `state()` can say: for `resume` after the run was killed. Absent where a state, or the key of a
   * slice, says it all.
   */
  syncProgress?(): JsonObject | undefined;
  /**
   * Goes on with a sync that was interrupted. `slices()` then gives the slices that are `taken` (their jobs are still known) as they
   * were, when they are still wanted, and of the rest only what that sync has not read. Called after `setInitialState`; `progress` comes
   * from outside and may be anything. Without this call `syncProgress` says nothing.
   */
  resume?(progress: JsonObject | undefined, taken: readonly StreamSlice[]): void;
  /**
   * From now on only the slices that `share` owns are generated, less those that an earlier attempt of the shard has `noted` as read. The
   * state then stays the initial one: what a shard has read is no prefix of the stream. Called after `setInitialState`. Absent where the
   * slices cannot be divided.
   */
  share?(share: StreamShare, noted: JsonObject | undefined): void;
  /** What `mergeShares` has to know of this shard besides the state; for `share` again after an interruption. */
  shareNote?(): JsonObject;
  /** `start_time_option`, `end_time_option`, `start_value_option` and the router's own options. */
  requestOptions(slice: StreamSlice): RequestOptions;
  /**
   * Halves the window of a slice that the API found too large, on units of `cursor_granularity`; undefined when it can
   * become no smaller, or not without going below `minWindow` (reference section 8, request_window_splitting). Absent
   * where windows cannot be split: no `cursor_granularity`, or a cursor that filters on our side.
   */
  splitSlice?(slice: StreamSlice, minWindow?: PyTimedelta): StreamSlice[] | undefined;
  /** Follows one reading of `slice`, to go on from its newest record (reference section 8, SPLIT_USING_CURSOR). */
  trackSlice?(slice: StreamSlice): SliceTracker;
}

/** Knows how far one reading of a slice has come. */
export interface SliceTracker {
  observe(record: JsonObject): void;
  /** The slice from its newest record on; the slice itself when no record told. */
  rest(): StreamSlice;
}

/** What `incremental_sync` builds: cursors are made per stream, once the partition router is known. */
export interface IncrementalSync {
  readonly cursorField: string;
  readonly isDataFeed: boolean;
  readonly isClientSideIncremental: boolean;
  readonly allowCatalogDefinedCursorField: boolean;
  /** The time (epoch milliseconds) that a state of the stream has reached; undefined when it holds no readable date. */
  timeOfState?(state: JsonObject, cursorField?: string): number | undefined;
  createCursor(options: { streamName: string; router: PartitionRouter | undefined; catalogCursorField?: string }): Cursor;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    IncrementalSync: IncrementalSync;
  }
}
