import { Readable, pipeline } from 'node:stream';
import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import type { ReceivedBytes } from '../../platform/small-heap';
import type { ByteSource } from '../decoder';
import { decodeError } from '../decode-error';
import { peek } from '../peek';

/** Node's default of 16 KB costs twice the CPU. */
const CHUNK_BYTES = 256 * 1024;

/** How a body is packed, by its first bytes: headers are often wrong. */
export type Packing = 'gzip' | 'zlib' | 'none';

export interface Sniffed {
  packing: Packing;
  /** All bytes, the ones looked at included. */
  body: ByteSource;
}

/** Looks at the first two bytes of a body. */
export async function sniffPacking(body: ByteSource): Promise<Sniffed> {
  const peeked = await peek(body, 2);
  return { packing: packingOf(peeked.start), body: peeked.body };
}

/** By the first two bytes. */
export function packingOf(start: Buffer): Packing {
  if (start.length < 2) return 'none';
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  // Only the four usual zlib headers: others are plausible beginnings of text.
  return start[0] === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(start[1]!) ? 'zlib' : 'none';
}

/**
 * Unpacks a gzip body (of one or several members) or a zlib body while it arrives. Checksums are checked.
 * @throws ConnectorError `decode.gzip_truncated`, `decode.gzip_damaged`, `decode.unpacked_too_large`
 */
export async function* gunzip(body: ByteSource, packing: 'gzip' | 'zlib' = 'gzip', largest = Infinity, heap?: ReceivedBytes): AsyncGenerator<Uint8Array> {
  let packed = 0;
  const counted = async function* () {
    for await (const chunk of body) {
      packed += chunk.length;
      yield chunk;
    }
  };
  const unpacker: Gunzip | Inflate = packing === 'gzip' ? createGunzip({ chunkSize: CHUNK_BYTES }) : createInflate({ chunkSize: CHUNK_BYTES });
  // The error reaches the reader through the unpacker, which `pipeline` destroys with it.
  const output = pipeline(Readable.from(counted(), { objectMode: false }), unpacker, () => undefined);
  let unpacked = 0;
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (unpacked > largest) {
        throw decodeError('unpacked_too_large', `The compressed body unpacks to more than ${largest} bytes, which is not believable for ${packed} bytes of ${packing}.`);
      }
      heap?.passed(chunk.length);
      yield chunk;
    }
  } catch (error) {
    throw gunzipError(error, packing, packed, unpacked);
  } finally {
    unpacker.destroy();
  }
}

function gunzipError(error: unknown, packing: string, packed: number, unpacked: number): unknown {
  const code = (error as { code?: unknown } | null)?.code;
  const at = `after ${packed} compressed bytes, of which ${unpacked} bytes of data were unpacked`;
  if (code === 'Z_BUF_ERROR') {
    return decodeError('gzip_truncated', `The ${packing} body is truncated: it ends ${at}. The download is incomplete.`, { cause: error });
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    const words = error instanceof Error ? error.message : String(error);
    return decodeError('gzip_damaged', `The ${packing} body is damaged (${words}) ${at}. Either bytes were changed on the way or something that is no ${packing} follows the data.`, { cause: error });
  }
  return error;
}
