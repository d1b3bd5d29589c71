import type { LineBatch } from '../decoder';

/** The rows below the header, as UTF-8 bytes that are cut anywhere → RECORD lines, or other batches. */
export interface RowTranscoder<Batch = LineBatch> {
  /** Takes in a chunk; returns the batches that have their full size, each with its own memory. */
  write(chunk: Buffer): Batch[];
  /** Finishes the last row; returns what is left. @throws ConnectorError inside an open quote */
  end(): Batch[];
}

/** What comes before the rows. */
export interface RowsStart {
  /** The bytes of the text before the first row. */
  bytes: number;
  /** Whether the header ended with a `\r`: a `\n` belongs to it. */
  afterCR: boolean;
}
