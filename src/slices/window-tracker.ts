import type { PyDateTime } from '../datetime/python-datetime';
import type { Logger } from '../platform/runtime';
import { setOwn, type JsonObject } from '../protocol/json';
import type { SliceTracker } from './cursor';
import { later, type RecordValues } from './record-values';
import { StreamSlice } from './stream-slice';
import type { WindowRules } from './window-rules';

/** Follows the records of one window, to go on from the newest one. */
export class WindowTracker implements SliceTracker {
  private newest: PyDateTime | undefined;
  private isAscending = true;

  constructor(
    private readonly rules: WindowRules,
    private readonly slice: StreamSlice,
    private readonly values: RecordValues,
    private readonly logger: Logger,
  ) {}

  observe(record: JsonObject): void {
    const value = this.values.of(record);
    if (!value) return;
    if (this.newest && this.newest.compare(value) > 0) this.isAscending = false;
    this.newest = later(this.newest, value);
  }

  rest(): StreamSlice {
    if (!this.newest) return this.slice;
    if (!this.isAscending) {
      this.logger.warn('The window is read again from its newest record on, but its records do not come in ascending order of the cursor: older ones may be missing.');
    }
    const window = { ...this.slice.cursorSlice };
    setOwn(window, this.rules.startField, this.rules.values.text(this.newest));
    return new StreamSlice(this.slice.partition, window, this.slice.extraFields);
  }
}
