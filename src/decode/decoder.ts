import type { JsonValue } from '../protocol/json';

export type ByteSource = AsyncIterable<Uint8Array>;

export interface DecodeContext {
  /** The answer's headers, names in lower case. */
  headers: Record<string, string>;
  /** Oddities that lose nothing but deserve a word (duplicate headers, ragged rows); once a download and kind. */
  warn(message: string): void;
}

/** RECORD lines made without objects: `head` + the row's JSON + `tail` + newline. */
export interface LineEnvelope {
  head: Uint8Array;
  tail: Uint8Array;
}

export interface LineBatch {
  lines: Uint8Array;
  count: number;
  /** Says that nobody looks at `lines` any more: their memory is used again. Without this call they stay as they are. */
  release?(): void;
}

/**
 * Bytes in, elements out, in batches bounded by bytes and rows. Memory does not grow with the body (the JSON document
 * decoder excepted, whose limit is stated). Damaged input is a ConnectorError that says where (row, line or byte):
 * never fewer elements and a normal end.
 */
export interface Decoder {
  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]>;
  /** Present when this decoder can write RECORD lines straight from the bytes; same records as `decode`. */
  transcode?(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch>;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    Decoder: Decoder;
  }
}
