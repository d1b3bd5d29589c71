import type { JsonObject, JsonValue } from '../protocol/json';
import type { Cursor } from './cursor';
import type { StreamSlice } from './stream-slice';

/** Rows of one batch: as objects, or already finished as RECORD lines that nobody needs to look into. */
export type RecordBatch = (
  | {
      kind: 'objects';
      records: JsonObject[];
      /** One for each record, when the stream fetches files. */
      fileReferences?: readonly JsonObject[];
    }
  /**
   * Each line ends with `\n`; `count` lines. `notes`: the values of the member that the cursor looks at, without repetitions. `release`
   * may be called once nobody looks at the lines any more.
   */
  | { kind: 'lines'; lines: Uint8Array; count: number; notes?: readonly JsonValue[]; release?(): void }
) & {
  /** To be called in the turn in which the records are queued for writing: from then on a STATE may say that they are out. */
  sent?(): void;
};

/** One slice that is ready to be read. */
export interface StreamPartition {
  readonly slice: StreamSlice;
  /** Reads the slice once. Ends normally only when every record was delivered. */
  read(): AsyncIterable<RecordBatch>;
  /** Called after the last record was delivered (and not after a failure): clean-up on the API's side. */
  close?(): Promise<void>;
}

/** A stream as the things left of `streams/` see it: substreams read their parents through this. */
export interface ParentStream {
  readonly name: string;
  readonly cursor: Cursor;
  /** Hands over the state that the stream starts from, `{}` at first. Called before `partitions()`; the last call counts. */
  prepare(preparation: { state: JsonObject }): void;
  partitions(): AsyncIterable<StreamPartition>;
}
