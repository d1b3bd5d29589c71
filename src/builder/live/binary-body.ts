import type { BinaryBody } from '../page-contract';
import { unpackStart } from './packed-start';

const HEX_BYTES = 512;

/**
 * How a body that is no text is shown: what it looks like, its first bytes, and what is inside of it.
 *
 * @param start the first bytes as they came
 * @returns undefined for a text
 */
export function binaryBody(start: Uint8Array, mask: (text: string) => string): BinaryBody | undefined {
  const bytes = Buffer.from(start);
  const packed = unpackStart(bytes);
  if (!packed && !isBinary(bytes)) return undefined;
  const inside = packed && packed.bytes.length > 0 && !isBinary(packed.bytes) ? mask(withoutBrokenEnd(packed.bytes)) : null;
  return { looksLike: packed?.as ?? null, hex: bytes.subarray(0, HEX_BYTES).toString('hex'), unpacked: inside };
}

/** No text has zero bytes, but for UTF-16 and UTF-32, which begin with a mark. */
function isBinary(bytes: Buffer): boolean {
  const hasMark = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  return !hasMark && bytes.includes(0);
}

/** A character may be cut in two at the end. */
function withoutBrokenEnd(bytes: Buffer): string {
  return new TextDecoder().decode(bytes, { stream: true });
}
