import { ConnectorError } from '../errors/connector-error';
import type { JsonObject } from '../protocol/json';
import type { Cursor, SliceTracker } from '../slices/cursor';
import type { StreamSlice } from '../slices/stream-slice';
import type { PaginationReset } from './pagination-reset';

/** Counts what a series of pages gave and says where a new series starts (reference section 8, pagination_reset). */
export class PaginationTracker {
  private readonly tracker: SliceTracker | undefined;
  private records = 0;
  private restartsOfSameSlice = 0;

  constructor(
    private readonly reset: PaginationReset | undefined,
    cursor: Cursor,
    private readonly original: StreamSlice,
    private readonly streamName: string,
  ) {
    this.tracker = reset?.splitsUsingCursor ? cursor.trackSlice?.(original) : undefined;
  }

  observe(records: readonly JsonObject[]): void {
    this.records += records.length;
    if (this.tracker) for (const record of records) this.tracker.observe(record);
  }

  get limitReached(): boolean {
    return this.reset?.maxRecords !== undefined && this.records >= this.reset.maxRecords;
  }

  /**
   * The slice that the next series of pages reads. The same slice twice would go on for ever: with a cursor there is no
   * progress then; without one, one repetition is allowed.
   */
  restart(previous: StreamSlice): StreamSlice {
    this.records = 0;
    const next = this.tracker?.rest() ?? previous;
    if (next.key !== previous.key) {
      this.restartsOfSameSlice = 0;
      return next;
    }
    this.restartsOfSameSlice += 1;
    if (this.restartsOfSameSlice < (this.tracker ? 1 : 2)) return next;
    throw ConnectorError.system(
      'pagination.reset_without_progress',
      `Stream ${this.streamName}: the pagination was reset, but the slice ${this.original.key} would be read again exactly as before. ` +
        (this.tracker
          ? 'More records than the limit share one cursor value: raise number_of_records, or make the slices smaller with step.'
          : 'Use the action SPLIT_USING_CURSOR with an incremental_sync cursor, or make the slices smaller.'),
    );
  }
}
