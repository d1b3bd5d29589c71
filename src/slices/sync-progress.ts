import { parseIso } from '../datetime/iso-parser';
import type { PyDateTime } from '../datetime/python-datetime';
import { isConnectorError } from '../errors/connector-error';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { DEFAULT_GAP, mergeIntervals, type CoveredInterval } from './covered-intervals';
import type { DatetimeProgress } from './datetime-progress';
import type { PartitionWindows } from './partition-windows';
import { later } from './record-values';
import type { StreamShare } from './share';
import { canonicalJson, type StreamSlice } from './stream-slice';
import type { WindowRules } from './window-rules';

/** Beyond, nothing is remembered any more: an interrupted sync then reads some windows again. */
const MAX_INTERVALS = 500;
const MAX_PARTITIONS = 10_000;

/**
 * What one sync has read, window by window and over all its attempts. A state is one value a partition and cannot say that; a sync
 * that goes on after it was killed must not order those windows again (docs/DELIVERY.md). It also ends where its first attempt
 * would have ended: otherwise its windows would not fit those that were ordered already.
 */
export class SyncProgress {
  private readonly byPartition = new Map<string, PartitionWindows>();
  /** Where the first attempt ends. */
  private until: PyDateTime | undefined;
  private isRecording = false;
  private isResumed = false;
  private share: StreamShare | undefined;
  private count = 0;

  constructor(private readonly rules: WindowRules) {}

  /** The windows of a partition that this attempt has to read: those with a job first, then the rest. */
  *windows(partition: JsonObject, progress: DatetimeProgress): Generator<JsonObject> {
    if (!this.isRecording) return yield* progress.windows();
    if (this.share) return yield* this.shareOf(this.share, partition, progress);
    const windows = this.of(partition);
    const rest = progress.windows(windows, this.end());
    // Planned before anything is closed, which would change what is missing.
    let next = rest.next();
    for (const { window } of windows.taken) yield window;
    for (; !next.done; next = rest.next()) yield next.value;
  }

  /** The greatest cursor value of all windows that were read. */
  get newest(): PyDateTime | undefined {
    let newest: PyDateTime | undefined;
    for (const { closed } of this.byPartition.values()) for (const interval of closed) if (interval.newest) newest = later(newest, interval.newest);
    return newest;
  }

  hasRead(partition: JsonObject): boolean {
    return (this.byPartition.get(canonicalJson(partition))?.closed.length ?? 0) > 0;
  }

  close(partition: JsonObject, window: JsonObject, newest: PyDateTime | undefined): void {
    const interval = this.interval(window);
    if (!this.isRecording || !interval || (this.count > MAX_INTERVALS && !this.share)) return;
    const windows = this.of(partition);
    const before = windows.closed.length;
    windows.closed = mergeIntervals([...windows.closed, newest ? { ...interval, newest } : interval], this.rules.granularity ?? DEFAULT_GAP);
    this.count += windows.closed.length - before;
  }

  /** Undefined before the first window. */
  toJson(): JsonObject | undefined {
    const { values, lookback } = this.rules;
    if (!this.until) return undefined;
    const read = [...this.byPartition.values()].filter(({ closed }) => this.share || (closed.length > 0 && this.count <= MAX_INTERVALS));
    return {
      until: this.share ? this.until.isoformat() : values.text(this.until),
      read: read.map(({ partition, since, closed }) => ({
        partition,
        ...(lookback && since ? { since: values.text(since) } : {}),
        windows: closed.map(({ start, end, newest }) => ({ start: values.text(start), end: values.text(end), ...(newest ? { newest: values.text(newest) } : {}) })),
      })),
    };
  }

  /** From now on what is read is recorded. Takes over what an interrupted attempt wrote; what cannot be read as such is left out, and its windows are read again. */
  restore(json: JsonObject | undefined, taken: readonly StreamSlice[]): void {
    // A shard plans the same slices in each attempt, those that have a job included.
    if (this.share) return;
    this.isRecording = true;
    const until = this.date(json, 'until');
    if (!until || (taken.length === 0 && objects(json, 'read').length === 0)) return;
    this.until = until;
    this.isResumed = true;
    for (const { partition, cursorSlice: window } of taken) {
      const interval = this.interval(window);
      if (interval && interval.end.compare(this.rules.start) >= 0) this.of(partition).taken.push({ window, interval });
    }
    this.restoreRead(objects(json, 'read').slice(0, MAX_INTERVALS));
  }

  /**
   * From now on only a share of the windows is read. All attempts of a shard plan alike: from the same state to the same end.
   * @param noted what an earlier attempt wrote (`toJson`)
   */
  divide(share: StreamShare, noted: JsonObject | undefined): void {
    this.isRecording = true;
    this.share = share;
    this.until = exactDate(noted && getOwn(noted, 'until'));
    if (this.until) this.restoreRead(objects(noted, 'read'));
  }

  private restoreRead(entries: readonly JsonObject[]): void {
    for (const entry of entries) {
      const partition = getOwn(entry, 'partition');
      if (!isObject(partition)) continue;
      this.of(partition).since = this.date(entry, 'since');
      for (const stored of objects(entry, 'windows')) {
        const window: JsonObject = {};
        setOwn(window, this.rules.startField, getOwn(stored, 'start') ?? null);
        setOwn(window, this.rules.endField, getOwn(stored, 'end') ?? null);
        this.close(partition, window, this.date(stored, 'newest'));
      }
    }
  }

  /** Every window of the plan has a number; those that fall to this shard, less those that were read. */
  private *shareOf(share: StreamShare, partition: JsonObject, progress: DatetimeProgress): Generator<JsonObject> {
    let ordinal = 0;
    this.until ??= this.rules.end();
    for (const window of progress.windows(undefined, this.until)) {
      if (!share.owns(partition, ordinal++)) continue;
      if (!this.isClosed(this.of(partition), window)) yield window;
    }
    // A partition without windows is known to the state all the same.
    if (ordinal === 0 && share.owns(partition)) this.of(partition);
  }

  private isClosed({ closed }: PartitionWindows, window: JsonObject): boolean {
    const interval = this.interval(window);
    return interval !== undefined && closed.some(({ start, end }) => start.compare(interval.start) <= 0 && end.compare(interval.end) >= 0);
  }

  private end(): PyDateTime {
    const end = this.rules.end();
    if (!this.until || end.compare(this.until) < 0) this.until = end;
    return this.isResumed ? this.until : end;
  }

  /** The stretch of a window; undefined when its dates cannot be read. */
  private interval(window: JsonObject): CoveredInterval | undefined {
    const start = this.date(window, this.rules.startField);
    const end = this.date(window, this.rules.endField);
    return start && end && start.compare(end) <= 0 ? { start, end } : undefined;
  }

  private date(from: JsonObject | undefined, field: string): PyDateTime | undefined {
    return from && this.rules.values.ofState(getOwn(from, field) ?? null);
  }

  private of(partition: JsonObject): PartitionWindows {
    const key = canonicalJson(partition);
    let windows = this.byPartition.get(key);
    if (windows) return windows;
    windows = { partition, since: undefined, closed: [], taken: [] };
    if (this.share || this.byPartition.size < MAX_PARTITIONS) this.byPartition.set(key, windows);
    return windows;
  }
}

function objects(from: JsonObject | undefined, field: string): JsonObject[] {
  const list = from && getOwn(from, field);
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** With microseconds and offset, so that each attempt plans to the same moment whatever the format of the cursor says. */
export function exactDate(text: JsonValue | undefined): PyDateTime | undefined {
  try {
    return typeof text === 'string' ? parseIso(text) : undefined;
  } catch (error) {
    if (isConnectorError(error)) return undefined;
    throw error;
  }
}
