import type { PyDateTime } from '../datetime/python-datetime';
import { ConnectorError } from '../errors/connector-error';
import type { Clock } from '../platform/clock';
import { getOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { Cursor, SliceTracker } from './cursor';
import { WindowFilter, type DatetimeCursorParts } from './datetime-cursor';
import type { DatetimeProgress } from './datetime-progress';
import { mergeRequestOptions } from './merge-request-options';
import { OpenSlices } from './open-slices';
import { ParentStateQueue } from './parent-state-queue';
import type { PartitionRouter } from './partition-router';
import { PerPartitionState } from './per-partition-state';
import { later, RecordValues } from './record-values';
import type { RequestOptions } from './request-options';
import type { StreamShare } from './share';
import { splitWindow } from './split-window';
import { StatePace } from './state-pace';
import { rulesOfAttempt } from './stored-rules';
import { canonicalJson, StreamSlice } from './stream-slice';
import { SyncProgress } from './sync-progress';
import type { WindowRules } from './window-rules';
import { WindowTracker } from './window-tracker';

/** With more partitions than this a STATE would be too large: the stream goes over to one cursor for all. */
export const MAX_PARTITIONS_IN_STATE = 10_000;
/** So many partitions are remembered to find duplicates. */
const MAX_REMEMBERED = 25_000;

export interface PerPartitionCursorParts extends DatetimeCursorParts {
  router: PartitionRouter;
  isGlobal: boolean;
  clock: Clock;
}

/** A partition with slices that are not closed yet. */
interface OpenPartition {
  key: string;
  /** Its place in the order of generation. */
  order: number;
  progress: DatetimeProgress;
  /** Slices that were generated and not closed. */
  pending: number;
  /** All its slices were generated. */
  isGenerated: boolean;
  filter: WindowFilter;
}

interface SliceNote {
  partition: OpenPartition;
  newest: PyDateTime | undefined;
  /** Generated in this run: the partition waits for it. */
  isPending: boolean;
}

/** A datetime cursor for each partition, and one for all of them together (reference section 9.3). */
export class PerPartitionCursor implements Cursor {
  readonly cursorField: string;
  readonly filtersRecords: boolean;
  readonly observesRecords = true;
  readonly looksOnlyAt: string;
  readonly splitSlice: Cursor['splitSlice'];
  private initialState: JsonObject = {};
  private division: { share: StreamShare; noted: JsonObject | undefined } | undefined;
  private made: { rules: WindowRules; state: PerPartitionState; sync: SyncProgress; values: RecordValues; globalFilter: WindowFilter } | undefined;
  private readonly openPartitions = new Map<string, OpenPartition>();
  private readonly openSlices = new OpenSlices<SliceNote>();
  private readonly generated = new Set<string>();
  private readonly parentStates = new ParentStateQueue();
  private generatedCount = 0;
  private isExhausted = false;
  private isFinished = false;
  private duplicateTold = false;
  /** The greatest value seen in this sync. */
  private newest: PyDateTime | undefined;
  private hasObserved = false;
  private startedAtMs: number | undefined;
  private readonly pace: StatePace;

  constructor(private readonly parts: PerPartitionCursorParts) {
    this.pace = new StatePace(parts.clock);
    this.cursorField = this.looksOnlyAt = parts.cursorField;
    this.filtersRecords = parts.filtersRecords;
    if (parts.splitsWindows) this.splitSlice = (slice, smallest) => splitWindow(parts.rules(), slice, smallest);
  }

  setInitialState(state: JsonObject): void {
    this.initialState = state;
    this.made = undefined;
    this.parts.router.setInitialState(state);
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    this.startedAtMs = this.parts.clock.monotonic();
    for await (const partition of this.parts.router.slices()) {
      const open = this.openPartition(partition);
      if (!open) continue;
      let previous: JsonObject | undefined;
      for (const window of this.ready().sync.windows(partition.partition, open.progress)) {
        if (previous) yield this.openSlice(open, partition, previous);
        previous = window;
      }
      // Known before the last slice goes out, so that closing it finishes the partition.
      open.isGenerated = true;
      if (previous) yield this.openSlice(open, partition, previous);
      else {
        if (this.ready().sync.hasRead(partition.partition)) this.newest = later(this.newest, open.progress.reached);
        this.forget(open);
      }
    }
    this.isExhausted = true;
  }

  observe(record: JsonObject, slice: StreamSlice): void {
    const { values, state } = this.ready();
    if (values.isNotLater(record, state.useGlobal ? this.newest : this.openSlices.find(slice)?.newest)) return;
    const value = values.of(record);
    if (value) this.see(value, slice);
  }

  seenIn(slice: StreamSlice): JsonValue | undefined {
    const { rules, state } = this.ready();
    const newest = state.useGlobal ? this.newest : this.noteOf(slice).newest;
    return newest && rules.values.text(newest);
  }

  seenBefore(slice: StreamSlice, value: JsonValue): void {
    const newest = this.ready().rules.values.ofState(value);
    if (newest) this.see(newest, slice);
  }

  shouldBeSynced(record: JsonObject, slice: StreamSlice): boolean {
    const { state, values, globalFilter } = this.ready();
    const value = values.of(record);
    if (!value) return true;
    const partition = state.useGlobal ? undefined : (this.openSlices.find(slice)?.partition ?? this.openPartitions.get(canonicalJson(slice.partition)));
    return (partition?.filter ?? globalFilter).accepts(value);
  }

  closeSlice(slice: StreamSlice): boolean {
    const { state, sync } = this.ready();
    const note = this.noteOf(slice);
    const { partition } = note;
    this.openSlices.delete(slice);
    if (note.isPending) partition.pending -= 1;
    if (!state.useGlobal) partition.progress.close(slice.cursorSlice, note.newest);
    sync.close(slice.partition, slice.cursorSlice, state.useGlobal ? this.newest : note.newest);
    if (partition.isGenerated && partition.pending === 0) {
      if (!state.useGlobal) this.newest = later(this.newest, partition.progress.reached);
      this.forget(partition);
    }
    return this.isStateDue();
  }

  /** The global value moves only when everything was read: one slice less, and it would hide records. */
  finish(complete: boolean): void {
    if (!complete || !this.isExhausted || this.openPartitions.size > 0) return;
    this.isFinished = true;
    const { state } = this.ready();
    if (this.hasObserved && this.newest) {
      state.setGlobal(this.newest);
      const tookMs = this.parts.clock.monotonic() - (this.startedAtMs ?? this.parts.clock.monotonic());
      state.lookbackSeconds = Math.ceil(tookMs / 1000);
    }
    state.parentState = this.parts.router.parentState();
  }

  state(): JsonObject {
    const { state } = this.ready();
    return this.division ? this.initialState : state.toJson();
  }

  syncProgress(): JsonObject | undefined {
    return this.division ? undefined : this.ready().sync.toJson();
  }

  resume(progress: JsonObject | undefined, taken: readonly StreamSlice[]): void {
    const { sync } = this.ready();
    sync.restore(progress, taken);
    const { newest } = sync;
    if (!newest) return;
    this.newest = later(this.newest, newest);
    this.hasObserved = true;
  }

  share(share: StreamShare, noted: JsonObject | undefined): void {
    this.division = { share, noted };
    this.made = undefined;
  }

  shareNote(): JsonObject {
    const { rules, state, sync } = this.ready();
    return {
      kind: 'partitions',
      rules: { ...rules.stored },
      is_global: this.parts.isGlobal,
      use_global_cursor: state.useGlobal,
      ...(this.hasObserved && this.newest ? { newest: rules.values.text(this.newest) } : {}),
      ...(this.isFinished && state.parentState ? { parent_state: state.parentState } : {}),
      ...sync.toJson(),
    };
  }

  requestOptions(slice: StreamSlice): RequestOptions {
    return mergeRequestOptions(this.parts.router.requestOptions(slice), this.parts.windowOptions(slice.cursorSlice));
  }

  trackSlice(slice: StreamSlice): SliceTracker {
    return new WindowTracker(this.parts.rules(), slice, this.ready().values, this.parts.logger);
  }

  private openPartition(slice: StreamSlice): OpenPartition | undefined {
    const { state } = this.ready();
    if (!state.useGlobal && state.partitionCount > MAX_PARTITIONS_IN_STATE) {
      state.useGlobal = true;
      this.parts.logger.info(`Stream ${this.parts.streamName} has more than ${MAX_PARTITIONS_IN_STATE} partitions. Switching to global cursor for ${this.parts.streamName}.`);
    }
    const key = canonicalJson(slice.partition);
    if (this.generated.has(key) || this.openPartitions.has(key)) {
      if (!this.duplicateTold) this.parts.logger.warn(`Partition duplication detected for stream ${this.parts.streamName}: each partition is read once.`);
      this.duplicateTold = true;
      return undefined;
    }
    this.remember(key);
    const open = this.describePartition(key, slice);
    this.generatedCount += 1;
    this.openPartitions.set(key, open);
    this.parentStates.add(this.parts.router.parentState(), open.order);
    return open;
  }

  private describePartition(key: string, slice: StreamSlice): OpenPartition {
    const { state } = this.ready();
    const { startField, endField, end } = this.parts.rules();
    for (const name of [startField, endField]) {
      if (Object.hasOwn(slice.partition, name)) {
        throw ConnectorError.config(
          'slices.field_conflict',
          `Stream ${this.parts.streamName}: the partition and the cursor's window both have a field ${JSON.stringify(name)}. Rename one of them, e.g. with partition_field_start or partition_field_end.`,
        );
      }
    }
    let progress = state.find(key, slice.partition);
    if (!progress) {
      progress = state.newPartition();
      if (!state.useGlobal) state.add(key, slice.partition, progress);
    }
    return { key, order: this.generatedCount, progress, pending: 0, isGenerated: false, filter: new WindowFilter(progress.lowest, end) };
  }

  private openSlice(partition: OpenPartition, { partition: fields, extraFields }: StreamSlice, window: JsonObject): StreamSlice {
    const slice = new StreamSlice(fields, window, extraFields);
    partition.pending += 1;
    this.openSlices.add(slice, { partition, newest: undefined, isPending: true });
    return slice;
  }

  private see(value: PyDateTime, slice: StreamSlice): void {
    this.hasObserved = true;
    this.newest = later(this.newest, value);
    if (this.ready().state.useGlobal) return;
    const note = this.noteOf(slice);
    note.newest = later(note.newest, value);
  }

  /** A slice that was not generated here (a job of an earlier run that was found again) counts for its partition, too. */
  private noteOf(slice: StreamSlice): SliceNote {
    let note = this.openSlices.find(slice);
    if (!note) {
      const key = canonicalJson(slice.partition);
      const partition = this.openPartitions.get(key) ?? { ...this.describePartition(key, slice), isGenerated: true };
      note = { partition, newest: undefined, isPending: false };
      this.openSlices.add(slice, note);
    }
    return note;
  }

  private remember(key: string): void {
    this.generated.add(key);
    if (this.generated.size <= MAX_REMEMBERED) return;
    for (const oldest of this.generated) {
      this.generated.delete(oldest);
      return;
    }
  }

  private forget(partition: OpenPartition): void {
    if (this.openPartitions.get(partition.key) === partition) this.openPartitions.delete(partition.key);
    const [oldest] = this.openPartitions.values();
    const safe = this.parentStates.takeUpTo(oldest ? oldest.order : Infinity);
    if (safe !== undefined) this.ready().state.parentState = safe;
  }

  private isStateDue(): boolean {
    const { state } = this.ready();
    // Until the end, nothing of a global cursor moves but the parents' states.
    if (state.useGlobal && !this.division && Object.keys(state.parentState ?? {}).length === 0) return false;
    return this.pace.isDue(state.useGlobal ? 0 : state.partitionCount);
  }

  private divide(share: StreamShare, noted: JsonObject | undefined, rules: WindowRules, sync: SyncProgress): void {
    sync.divide(share, noted);
    const newest = noted && rules.values.ofState(getOwn(noted, 'newest') ?? null);
    if (!newest) return;
    this.newest = later(this.newest, newest);
    this.hasObserved = true;
  }

  private ready() {
    if (!this.made) {
      const { streamName, isGlobal, logger } = this.parts;
      const rules = rulesOfAttempt(this.parts.rules(), this.division?.noted);
      const state = new PerPartitionState(rules, this.initialState, isGlobal, streamName);
      this.newest = state.global;
      const values = new RecordValues(rules.cursorField, rules.values, streamName, logger);
      const sync = new SyncProgress(rules);
      this.made = { rules, state, sync, values, globalFilter: new WindowFilter(state.newPartition().lowest, rules.end) };
      if (this.division) this.divide(this.division.share, this.division.noted, rules, sync);
    }
    return this.made;
  }
}
