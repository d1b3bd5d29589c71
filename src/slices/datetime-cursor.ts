import type { PyDateTime } from '../datetime/python-datetime';
import type { Logger } from '../platform/runtime';
import type { JsonObject, JsonValue } from '../protocol/json';
import type { Cursor, SliceTracker } from './cursor';
import { DatetimeProgress } from './datetime-progress';
import { OpenSlices } from './open-slices';
import { later, RecordValues } from './record-values';
import type { RequestOptions } from './request-options';
import type { StreamShare } from './share';
import { splitWindow } from './split-window';
import { rulesOfAttempt } from './stored-rules';
import { StreamSlice } from './stream-slice';
import { SyncProgress } from './sync-progress';
import { WindowTracker } from './window-tracker';
import type { WindowRules } from './window-rules';

/** What a datetime cursor needs besides its windows. */
export interface DatetimeCursorParts {
  streamName: string;
  cursorField: string;
  /** Evaluated at the first use, so that building a stream cannot fail on a date of the config. */
  rules: () => WindowRules;
  /** `start_time_option` and `end_time_option` for a window. */
  windowOptions: (window: JsonObject) => RequestOptions;
  /** The client drops records outside of the window between state and end. */
  filtersRecords: boolean;
  /** A window that the API finds too large can be halved. */
  splitsWindows: boolean;
  logger: Logger;
}

/** Reads a stream in windows of time and remembers one date (reference section 9.1). */
export class DatetimeCursor implements Cursor {
  readonly cursorField: string;
  readonly filtersRecords: boolean;
  readonly observesRecords = true;
  readonly looksOnlyAt: string;
  readonly splitSlice: Cursor['splitSlice'];
  private initialState: JsonObject = {};
  private made: { rules: WindowRules; progress: DatetimeProgress; sync: SyncProgress; values: RecordValues; filter: WindowFilter } | undefined;
  private division: { share: StreamShare; noted: JsonObject | undefined } | undefined;
  private readonly open = new OpenSlices<{ newest: PyDateTime | undefined }>();

  constructor(private readonly parts: DatetimeCursorParts) {
    this.cursorField = this.looksOnlyAt = parts.cursorField;
    this.filtersRecords = parts.filtersRecords;
    if (parts.splitsWindows) this.splitSlice = (slice, smallest) => splitWindow(parts.rules(), slice, smallest);
  }

  setInitialState(state: JsonObject): void {
    this.initialState = state;
    this.made = undefined;
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    const { progress, sync } = this.ready();
    for (const window of sync.windows({}, progress)) {
      const slice = new StreamSlice({}, window);
      this.open.add(slice, { newest: undefined });
      yield slice;
    }
  }

  observe(record: JsonObject, slice: StreamSlice): void {
    const { values } = this.ready();
    if (values.isNotLater(record, this.open.find(slice)?.newest)) return;
    const value = values.of(record);
    if (!value) return;
    const note = this.noteOf(slice);
    note.newest = later(note.newest, value);
  }

  seenIn(slice: StreamSlice): JsonValue | undefined {
    const newest = this.open.find(slice)?.newest;
    return newest && this.parts.rules().values.text(newest);
  }

  seenBefore(slice: StreamSlice, value: JsonValue): void {
    const newest = this.parts.rules().values.ofState(value);
    if (newest) this.noteOf(slice).newest = later(this.noteOf(slice).newest, newest);
  }

  shouldBeSynced(record: JsonObject): boolean {
    const { values, filter } = this.ready();
    const value = values.of(record);
    return !value || filter.accepts(value);
  }

  closeSlice(slice: StreamSlice): boolean {
    const newest = this.open.find(slice)?.newest;
    this.ready().progress.close(slice.cursorSlice, newest);
    this.ready().sync.close({}, slice.cursorSlice, newest);
    this.open.delete(slice);
    return true;
  }

  finish(): void {
    // Each closed slice has already moved the state as far as it may go.
  }

  state(): JsonObject {
    const { progress } = this.ready();
    return this.division ? this.initialState : progress.state();
  }

  syncProgress(): JsonObject | undefined {
    return this.division ? undefined : this.ready().sync.toJson();
  }

  resume(progress: JsonObject | undefined, taken: readonly StreamSlice[]): void {
    this.ready().sync.restore(progress, taken);
  }

  share(share: StreamShare, noted: JsonObject | undefined): void {
    this.division = { share, noted };
    this.made = undefined;
  }

  shareNote(): JsonObject {
    const { rules, sync } = this.ready();
    return { kind: 'windows', rules: { ...rules.stored }, ...sync.toJson() };
  }

  requestOptions(slice: StreamSlice): RequestOptions {
    return this.parts.windowOptions(slice.cursorSlice);
  }

  trackSlice(slice: StreamSlice): SliceTracker {
    return new WindowTracker(this.parts.rules(), slice, this.ready().values, this.parts.logger);
  }

  private noteOf(slice: StreamSlice): { newest: PyDateTime | undefined } {
    let note = this.open.find(slice);
    if (!note) this.open.add(slice, (note = { newest: undefined }));
    return note;
  }

  private ready() {
    if (!this.made) {
      const { streamName, logger } = this.parts;
      const rules = rulesOfAttempt(this.parts.rules(), this.division?.noted);
      const progress = new DatetimeProgress(rules, this.initialState, streamName);
      const values = new RecordValues(rules.cursorField, rules.values, streamName, logger);
      const sync = new SyncProgress(rules);
      if (this.division) sync.divide(this.division.share, this.division.noted);
      this.made = { rules, progress, sync, values, filter: new WindowFilter(progress.lowest, rules.end) };
    }
    return this.made;
  }
}

/** Client-side incremental: lower bound ≤ value ≤ end. */
export class WindowFilter {
  private end: PyDateTime | undefined;

  constructor(
    private readonly lowest: PyDateTime,
    private readonly currentEnd: () => PyDateTime,
  ) {}

  accepts(value: PyDateTime): boolean {
    if (value.compare(this.lowest) < 0) return false;
    // The end moves with the clock, so it is asked again only for values beyond the end that was seen last.
    if (!this.end || value.compare(this.end) > 0) this.end = this.currentEnd();
    return value.compare(this.end) <= 0;
  }
}
