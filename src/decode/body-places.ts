/**
 * A place between two rows of a body. The first `head` bytes of the body, followed by what stands after its first `bytes`
 * bytes, are a body with the remaining rows.
 */
export interface BodyPlace {
  bytes: number;
  /** The length of what every part of the body needs before it, such as the header of a CSV file. */
  head: number;
}

/**
 * Tells where batches end, as places in the body. In a decoder's context when the reader may have to go on there another
 * day; layers that change bytes (compression) do not hand it on.
 */
export class BodyPlaces {
  /** The bytes of the body before the text, such as a byte order mark; undefined when the text has other bytes than the body. */
  textStart: number | undefined;

  /** @param bytes of the text before the place; @param head bytes of the text that every part needs */
  at(bytes: number, head = 0): BodyPlace | undefined {
    return this.textStart === undefined ? undefined : { bytes: this.textStart + bytes, head: head === 0 ? 0 : this.textStart + head };
  }
}
