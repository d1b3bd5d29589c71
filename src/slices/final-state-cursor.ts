import type { JsonObject } from '../protocol/json';
import type { Cursor } from './cursor';
import type { PartitionRouter } from './partition-router';
import type { RequestOptions } from './request-options';
import type { StreamShare } from './share';
import { StreamSlice } from './stream-slice';

/** Full refresh: everything is read each time, and one STATE at the end says that it was (reference section 1.6). */
export class FinalStateCursor implements Cursor {
  readonly cursorField = undefined;
  readonly observesRecords = false;
  readonly filtersRecords = false;

  private part: StreamShare | undefined;

  constructor(private readonly router: PartitionRouter | undefined) {}

  /** Nothing of an old state counts: a parent that was read from its state on would hide partitions. */
  setInitialState(): void {
    this.router?.setInitialState({});
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    for await (const slice of this.router ? this.router.slices() : [new StreamSlice()]) {
      if (!this.part || this.part.owns(slice.partition)) yield slice;
    }
  }

  /** Without a cursor nothing is noted; what an asynchronous stream has read stands beside its jobs. */
  share(share: StreamShare): void {
    this.part = share;
  }

  shareNote(): JsonObject {
    return { kind: 'refresh' };
  }

  observe(): void {}

  shouldBeSynced(): boolean {
    return true;
  }

  closeSlice(): boolean {
    return false;
  }

  finish(): void {}

  state(): JsonObject {
    return this.part ? {} : { __ab_no_cursor_state_message: true };
  }

  requestOptions(slice: StreamSlice): RequestOptions {
    return this.router?.requestOptions(slice) ?? {};
  }
}
