import type { PyDateTime } from '../datetime/python-datetime';
import type { JsonObject } from '../protocol/json';
import type { CoveredInterval } from './covered-intervals';

/** One partition within a sync. */
export interface PartitionWindows {
  readonly partition: JsonObject;
  /** Where the state was when the sync began: a lookback window counts from there. */
  since: PyDateTime | undefined;
  /** Windows that were read to their end, in order. */
  closed: readonly CoveredInterval[];
  /** Windows whose jobs an interrupted attempt has left. */
  readonly taken: { window: JsonObject; interval: CoveredInterval }[];
}
