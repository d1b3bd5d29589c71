import { mkdtemp, open, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { fromBufferPromise, fromFdPromise, getFileNameLowLevel, type Entry, type ZipFile } from 'yauzl';
import { isConnectorError } from '../../errors/connector-error';
import type { ByteSource } from '../decoder';
import { decodeError, excerpt } from '../decode-error';

export interface ZipLimits {
  /** Archives up to this many bytes stay in memory, larger ones go through a temporary file. */
  inMemory: number;
  members: number;
}

export const ZIP_LIMITS: ZipLimits = { inMemory: 256_000_000, members: 100_000 };

/** Deflate cannot pack more than this into one byte: an archive that claims more overlaps its members. */
const HIGHEST_RATIO = 1032;

/** What an entry of the directory begins with. */
const DIRECTORY_ENTRY = 'PK\x01\x02';

export interface ZipMember {
  name: string;
  /** Unpacked; damage is an error at its end at the latest. */
  bytes: ByteSource;
}

/**
 * The files of a zip archive, in the order of its directory, which stands at the archive's end: so the whole archive is
 * read first. Folders and the resource forks of macOS are left out.
 * @throws ConnectorError `decode.zip_invalid`, `decode.zip_member`, `decode.zip_bomb`
 */
export async function* zipMembers(body: ByteSource, limits: ZipLimits = ZIP_LIMITS): AsyncGenerator<ZipMember> {
  const archive = await collect(body, limits.inMemory);
  try {
    if (archive.size === 0) return;
    const zip = await openZip(archive);
    let members = 0;
    let unpacked = 0;
    const entries = zip.eachEntry()[Symbol.asyncIterator]();
    for (let entry = await nextEntry(entries, zip); entry; entry = await nextEntry(entries, zip)) {
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      unpacked += entry.uncompressedSize;
      if (++members > limits.members || unpacked > archive.size * HIGHEST_RATIO) {
        throw decodeError('zip_bomb', `The zip archive of ${archive.size} bytes claims ${members} members and ${unpacked} unpacked bytes or more, which is not believable.`);
      }
      if (!name.endsWith('/') && !name.startsWith('__MACOSX/')) yield { name, bytes: memberBytes(zip, entry, name) };
    }
    // A number, whatever its type says.
    if ((await textAt(archive, Number(zip.readEntryCursor))) === DIRECTORY_ENTRY) {
      throw invalidZip(archive.size, new Error(`its directory has more files than the ${zip.entryCount} that it announces`));
    }
  } finally {
    await archive.file?.close();
  }
}

interface Archive {
  size: number;
  buffer?: Buffer;
  file?: FileHandle;
}

async function collect(body: ByteSource, inMemory: number): Promise<Archive> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let file: FileHandle | undefined;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      parts.push(chunk);
      if (!file && size > inMemory) file = await nameless();
      if (file) {
        for (const part of parts.splice(0)) await writeAll(file, part);
      }
    }
    return file ? { size, file } : { size, buffer: Buffer.concat(parts) };
  } catch (error) {
    await file?.close();
    throw error;
  }
}

/** A file whose name is removed at once: its space is free again whatever happens to this process. */
async function nameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'zip-'));
  try {
    return await open(join(folder, 'archive'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function textAt({ buffer, file }: Archive, position: number): Promise<string> {
  const four = buffer ? buffer.subarray(position, position + 4) : (await file!.read(Buffer.alloc(4), 0, 4, position)).buffer;
  return four.toString('latin1');
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten;
}

async function openZip({ buffer, file, size }: Archive): Promise<ZipFile> {
  // Names are only labels here, so that none of them needs to be refused.
  const options = { lazyEntries: true, decodeStrings: false, autoClose: false };
  try {
    return buffer ? await fromBufferPromise(buffer, options) : await fromFdPromise(file!.fd, options);
  } catch (error) {
    throw invalidZip(size, error, buffer);
  }
}

async function nextEntry(entries: AsyncIterator<Entry>, zip: ZipFile): Promise<Entry | undefined> {
  try {
    const next = await entries.next();
    return next.done ? undefined : next.value;
  } catch (error) {
    throw invalidZip(zip.fileSize, error);
  }
}

function invalidZip(size: number, error: unknown, start?: Buffer) {
  const words = error instanceof Error ? error.message : String(error);
  const beginning = start ? ` The body begins with ${excerpt(start, 40)}.` : '';
  return decodeError('zip_invalid', `The body of ${size} bytes is not a valid zip archive: ${words}.${beginning} Either the download is incomplete or the API sends another format.`, { cause: error });
}

async function* memberBytes(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Uint8Array> {
  let checksum = 0;
  try {
    const stream = await zip.openReadStreamPromise(entry);
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
    } finally {
      stream.destroy();
    }
  } catch (error) {
    throw isConnectorError(error) ? error : damagedMember(name, error instanceof Error ? error.message : String(error), error);
  }
  if (checksum !== entry.crc32) throw damagedMember(name, 'its checksum (CRC-32) does not fit');
}

function damagedMember(name: string, problem: string, cause?: unknown) {
  return decodeError('zip_member', `The member ${JSON.stringify(name)} of the zip archive cannot be unpacked: ${problem}.`, { cause });
}
