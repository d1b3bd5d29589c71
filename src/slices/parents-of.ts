import type { ParentStream } from './parent-stream';
import type { PartitionRouter } from './partition-router';

/** A router whose partitions are made of records of other streams. */
export interface ReadsParents {
  readonly parents: readonly ParentStream[];
}

/** The streams whose records make the partitions of a router. */
export function parentsOf(router: PartitionRouter | undefined): readonly ParentStream[] {
  return (router as Partial<ReadsParents> | undefined)?.parents ?? [];
}
