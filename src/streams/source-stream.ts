import type { LineEnvelope } from '../decode/decoder';
import type { JobBook } from '../jobs/job-book';
import type { JsonObject } from '../protocol/json';
import type { ParentStream } from '../slices/parent-stream';
import type { StreamShare } from '../slices/share';
import type { RowCounts } from './row-counts';

/** What a run knows about a stream before its first slice. */
export interface StreamPreparation {
  /** The stream_state of the platform; `{}` at first. */
  state: JsonObject;
  /** From the configured catalog, for streams that let the user choose. */
  catalogCursorField?: string;
  /** Where the stream's jobs are kept for a later run. */
  jobBook?: JobBook;
  /** The slices that fall to this run, and what an earlier attempt said about them (`shareNote`); all slices when undefined. */
  share?: { share: StreamShare; noted: JsonObject | undefined };
  /** A check wants no more slices: each one may cost a job. */
  maxSlices?: number;
  /** How many slices are read at once, in a sync. */
  concurrency?: number;
}

/** A stream as the source runs it. */
export interface SourceStream extends ParentStream {
  /** Names of the key fields; undefined or empty when the stream has no key. Nested keys are lists. */
  readonly primaryKey: readonly (string | readonly string[])[];
  readonly supportsIncremental: boolean;
  readonly allowsCatalogDefinedCursorField: boolean;
  readonly isFileBased: boolean;
  /** Jobs are ordered and polled beside other work: generating the next partition holds no worker. */
  readonly isAsynchronous: boolean;
  /** The streams that are read inside this one, for its slices. */
  readonly parents: readonly SourceStream[];
  /** What was read so far. */
  readonly counts: RowCounts;
  /** Loaded once; may ask the API (dynamic schemas). */
  jsonSchema(): Promise<JsonObject>;
  /** The moment that a state of this stream has reached, epoch milliseconds; undefined when it holds no readable date. */
  timeOfState(state: JsonObject): number | undefined;
  /** To be called before `partitions()`. */
  prepare(preparation: StreamPreparation): void;
  /** For a stream that another one has prepared, as its parent: where its jobs are kept for a later run. */
  keepJobs(book: JobBook): void;
  /** What is to be known of a share, so that states of shards can be joined; only after `prepare` with a share. */
  shareNote(): JsonObject;
  /** Finished RECORD lines are welcome, made with this envelope. */
  acceptLines(envelope: LineEnvelope): void;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    Stream: SourceStream;
  }
}
