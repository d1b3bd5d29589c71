import type { JobBook } from '../jobs/job-book';
import type { JsonObject } from '../protocol/json';
import type { RecordTransformation } from '../records/record-transformation';
import type { Cursor } from '../slices/cursor';
import type { PartitionRouter } from '../slices/partition-router';
import type { StreamPartition } from '../slices/parent-stream';
import type { LineEnvelope } from '../decode/decoder';
import type { IdleReaders } from '../decode/idle-readers';
import type { ReadingPath } from './reading-path';
import type { RowCounts } from './row-counts';

/** What a stream tells its retriever for one run. */
export interface StreamRun {
  streamName: string;
  cursor: Cursor;
  transformations: readonly RecordTransformation[];
  /** The stream's schema, loaded once. */
  schema(): Promise<JsonObject>;
  /** Set when nobody needs the records as objects: finished RECORD lines are welcome. */
  lineEnvelope?: LineEnvelope;
  /** Shared by the pages of the stream. */
  idleReaders?: IdleReaders;
  /** Hears how rows are read. */
  path?: ReadingPath;
  isDataFeed: boolean;
  /** Where rows and bytes are counted, when somebody wants to know. */
  counts?: RowCounts;
  /** Where jobs are kept for a later run; undefined when nobody could pick them up (checks, test reads). */
  jobBook?: JobBook;
  /** A check or a test read wants no more slices; all when undefined. */
  maxSlices?: number;
  /** How many slices of the sync are read at once; undefined where the reader may leave (checks, test reads) and for parents. */
  concurrency?: number;
  signal: AbortSignal;
}

/** Gets the records of slices. */
export interface Retriever {
  readonly partitionRouter: PartitionRouter | undefined;
  /** What it reads are the slices of the run's cursor, and nothing else: several runs can divide them. */
  readonly readsCursorSlices?: boolean;
  /** Slices as they become ready to be read: at once (SimpleRetriever), or when their job is done (AsyncRetriever). */
  partitions(run: StreamRun): AsyncIterable<StreamPartition>;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    Retriever: Retriever;
  }
}
