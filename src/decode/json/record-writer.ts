import type { LineBatch } from '../decoder';

/** How far the lines of a chunk were read. */
export interface LinesRead {
  /** The place in the chunk where the first line begins that was not read. */
  to: number;
  lines: number;
}

/**
 * Collects RECORD lines. Of the chunk that was loaded it reads simple records itself: objects with members, of moderate
 * depth and size, whose bytes go through as they are, without null members and line breaks. The rest is `add`ed.
 */
export interface RecordWriter extends RecordReader {
  /** `json`: a complete object, without line breaks. */
  add(json: Uint8Array): void;
  /** What was added last ends here, in bytes of the text; undefined where the text cannot be entered. */
  reached(end: number | undefined): void;
  /** The batches that have their full size. */
  takeFull(): LineBatch[];
  /** What is left. The writer is of no use afterwards. */
  takeAll(): LineBatch[];
}

/** Goes over simple records of an array. */
export interface ItemReader {
  /** Set when it reads no more: the body is faster cut without asking it. */
  readonly isIdle?: boolean;
  /** The chunk that the next calls are about: UTF-8 in whole characters. `start`: where it begins in the text, when lines are read. */
  load(chunk: Uint8Array, start?: number): void;
  /** Reads elements of an array, each up to the comma after it, from a place where one begins; returns where the next one begins. */
  readItems(at: number): number;
}

/** Reads simple records from chunks, straight into the output. */
export interface RecordReader extends ItemReader {
  /** Reads JSON Lines from a place where one begins. */
  readLines(at: number): LinesRead;
  /** As `readItems`, but nothing goes out. Absent where it would take as long as to do without it. */
  skipItems?(at: number): number;
}
