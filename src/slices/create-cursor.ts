import type { Runtime } from '../platform/runtime';
import type { Cursor, IncrementalSync } from './cursor';
import { FinalStateCursor } from './final-state-cursor';
import type { PartitionRouter } from './partition-router';

export interface CursorOptions {
  streamName: string;
  /** Undefined: full refresh. */
  incrementalSync: IncrementalSync | undefined;
  /** Undefined: the stream is not partitioned. */
  router: PartitionRouter | undefined;
  /** The user's choice, for streams that allow one. */
  catalogCursorField?: string;
  runtime: Runtime;
}

/** The cursor of one stream for one run. */
export function createCursor({ incrementalSync, router, streamName, catalogCursorField, runtime }: CursorOptions): Cursor {
  if (incrementalSync) return incrementalSync.createCursor({ streamName, router, catalogCursorField });
  if (router?.hasIncrementalParent) {
    runtime.logger.warn(
      `Stream \`${streamName}\` has \`incremental_dependency: true\` but no \`incremental_sync\`: there is no place to keep the parent's state, so all parent records are read on every sync. Define \`incremental_sync\` on this stream, or remove \`incremental_dependency\`.`,
    );
  }
  return new FinalStateCursor(router);
}
