import type { ReceivedBytes } from '../platform/small-heap';
import type { JsonValue } from '../protocol/json';
import type { BodyPlace, BodyPlaces } from './body-places';
import type { IdleReaders } from './idle-readers';
import type { PageOutline } from './page-outline';
import type { RowPlanner } from './row-plan';

export type ByteSource = AsyncIterable<Uint8Array>;

export interface DecodeContext {
  /** The answer's headers, names in lower case. */
  headers: Record<string, string>;
  /** Oddities that lose nothing but deserve a word (duplicate headers, ragged rows); once a download and kind. */
  warn(message: string): void;
  /** Set when the reader wants to know where batches end. */
  places?: BodyPlaces;
  /** Set when a paginator will look at the answer; for decoders that have `outlinesPages`. */
  outline?: PageOutline;
  /** For bodies of one stream that come one after the other. */
  idle?: IdleReaders;
  /** Hears of bytes that came out of a compressed body. */
  unpacked?: ReceivedBytes;
}

/** RECORD lines made without objects: `head` + the row's JSON + `tail` + newline. */
export interface LineEnvelope {
  head: Uint8Array;
  tail: Uint8Array;
}

export interface LineBatch {
  lines: Uint8Array;
  count: number;
  /** Where the last of them ends in the body, when somebody asked and it is known. */
  place?: BodyPlace;
  /** Rows before these, or between them, that a plan dropped. */
  dropped?: number;
  /** Why the row after these failed; to be thrown once they went out. */
  failure?: unknown;
  /** What a plan noted of these records (`RowPlan.takeNotes`). */
  notes?: readonly JsonValue[];
  /** Says that nobody looks at `lines` any more: their memory is used again. Without this call they stay as they are. */
  release?(): void;
}

/** Elements of a body, in order. `place`: where the last of them ends, when somebody asked and it is known. */
export type DecodedBatch = JsonValue[] & { place?: BodyPlace };

/** RECORD lines of what a plan leaves of each row. */
export interface PlannedOutput {
  envelope: LineEnvelope;
  planner: RowPlanner;
}

/**
 * Bytes in, elements out, in batches bounded by bytes and rows. Memory does not grow with the body (documents that are one
 * element excepted, whose limit is stated). Damaged input is a ConnectorError that says where (row, line or byte):
 * never fewer elements and a normal end.
 */
export interface Decoder {
  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<DecodedBatch>;
  /** What `transcodePlanned` can tell an outline: the list of records alone, or all of the document. */
  readonly outlinesPages?: 'records' | 'document';
  /**
   * Reads the values at a path of member names in its elements, where it need not hold them for that; undefined when it must.
   * What the path leads to comes as an extractor would give it: the items of a list, or one value that is not empty.
   */
  atPath?(path: readonly string[]): Decoder | undefined;
  /** Present when this decoder can write RECORD lines straight from the bytes; same records as `decode`. */
  transcode?(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch>;
  /** Present when rows can be worked on without objects. Rows for which there is no plan come as elements, in their order. */
  transcodePlanned?(body: ByteSource, planned: PlannedOutput, context: DecodeContext): AsyncGenerator<LineBatch | DecodedBatch>;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    Decoder: Decoder;
  }
}
