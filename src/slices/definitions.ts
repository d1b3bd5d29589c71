import type { AnyComponentDefinition } from '../manifest/define-component';
import { datetimeBasedCursor } from './datetime-based-cursor';
import { groupingPartitionRouter } from './grouping-partition-router';
import { incrementingCountCursor } from './incrementing-count-cursor';
import { legacyToPerPartitionStateMigration } from './legacy-to-per-partition-state-migration';
import { listPartitionRouter } from './list-partition-router';
import { minMaxDatetime } from './min-max-datetime';
import { parentStreamConfig } from './parent-stream-config';
import { requestOption } from './request-option';
import { substreamPartitionRouter } from './substream-partition-router';
import { unionPartitionRouter } from './union-partition-router';

/** Every component that this room offers to manifests. */
export const slicesDefinitions: readonly AnyComponentDefinition[] = [
  requestOption,
  minMaxDatetime,
  datetimeBasedCursor,
  incrementingCountCursor,
  listPartitionRouter,
  substreamPartitionRouter,
  parentStreamConfig,
  groupingPartitionRouter,
  unionPartitionRouter,
  legacyToPerPartitionStateMigration,
];
