import { constants, gunzipSync, inflateRawSync } from 'node:zlib';
import { packingOf } from '../../decode/compression/gunzip';

export interface PackedStart {
  as: 'gzip' | 'zip';
  /** The beginning of what is inside; empty when it cannot be unpacked. */
  bytes: Buffer;
}

/** What may come of a few thousand packed bytes. */
const MAX_UNPACKED = 64 * 1024;

/** Unpacks the beginning of a gzip file, or of the first file of an archive. Undefined when the bytes are neither. */
export function unpackStart(bytes: Buffer): PackedStart | undefined {
  if (packingOf(bytes) === 'gzip') return { as: 'gzip', bytes: whatComes(() => gunzipSync(bytes, OPTIONS)) };
  if (bytes.subarray(0, 4).equals(Buffer.from('PK\x03\x04'))) return { as: 'zip', bytes: whatComes(() => firstEntry(bytes)) };
  return undefined;
}

// The end is missing, and that is no error here.
const OPTIONS = { finishFlush: constants.Z_SYNC_FLUSH };

function whatComes(unpack: () => Buffer): Buffer {
  try {
    return unpack().subarray(0, MAX_UNPACKED);
  } catch {
    return Buffer.alloc(0);
  }
}

/** The local header of the first file says where it begins. */
function firstEntry(bytes: Buffer): Buffer {
  const data = bytes.subarray(30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28));
  // What is only stored ends where the header says; 0 when it is written behind the file.
  return bytes.readUInt16LE(8) === 0 ? data.subarray(0, bytes.readUInt32LE(18) || undefined) : inflateRawSync(data, OPTIONS);
}
