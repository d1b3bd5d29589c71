import type { Decoder } from '../decode/decoder';
import type { JsonValue } from '../protocol/json';

/** Finds the records in decoded elements. */
export interface RecordExtractor {
  /** The records of a batch of elements, in order. A promise only where an extractor must ask the API (expander). */
  extract(elements: JsonValue[]): JsonValue[] | Promise<JsonValue[]>;
  /** True when each non-empty object goes through unchanged: bytes may be transcoded without looking. */
  readonly passesThrough: boolean;
  /** The names of the members that lead to the records, when there is no more to it. */
  readonly path?: readonly string[];
  /** Set when the extractor brings its own way to read the body (ResponseToFileExtractor). */
  readonly bodyDecoder?: Decoder;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    RecordExtractor: RecordExtractor;
  }
}
