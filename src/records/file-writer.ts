import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ByteSource } from '../decode/decoder';
import { ConnectorError } from '../errors/connector-error';

/** Streams bytes to a file and returns their number. The file appears under its name only when it is complete. */
export async function writeFile(path: string, bytes: ByteSource): Promise<number> {
  const unfinished = `${path}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(unfinished, 'w');
    let size = 0;
    try {
      for await (const chunk of bytes) {
        await file.writeFile(chunk);
        size += chunk.length;
      }
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    return size;
  } catch (error) {
    await rm(unfinished, { force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EACCES' || code === 'EROFS') {
      throw ConnectorError.system(
        'records.file_not_written',
        `The file ${path} cannot be written (${code}). Give the staging directory room and write permission.`,
        { cause: error },
      );
    }
    throw error;
  }
}
