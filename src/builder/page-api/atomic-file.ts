import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all: beside it first, then in its place. A link stays a link, and an existing file keeps its mode.
 * @param mode of a new file; with `always`, of any
 */
export async function writeAtomically(path: string, text: string, { mode, always = false }: { mode?: number; always?: boolean } = {}): Promise<void> {
  const target = await realpath(path).catch(() => path);
  const existing = await stat(target).catch(() => undefined);
  const draft = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.writeFile(text);
      if (always ? mode !== undefined : existing) await file.chmod(always ? mode! : existing!.mode & 0o7777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
