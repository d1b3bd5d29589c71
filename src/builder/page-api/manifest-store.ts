import { createHash } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { errorText } from '../../errors/connector-error';
import type { ManifestFile, SaveManifest } from '../page-contract';
import { Refusal } from '../refusal';
import { writeAtomically } from './atomic-file';

const PLAIN_NAME = /^[A-Za-z0-9_][A-Za-z0-9_. -]{0,100}\.(?:ya?ml|json)$/;
/** How soon a change by somebody else is seen. */
const WATCH_MS = 500;

/** The one manifest file of the session; the page can write no other. */
export class ManifestStore {
  private path: string | undefined;
  private readonly listeners = new Set<(version: string) => void>();
  private saving: Promise<unknown> = Promise.resolve();
  private seen: string | null = null;

  /** @param folder where a session without a file may create one */
  constructor(
    path: string | undefined,
    private readonly folder: string,
  ) {
    this.path = path === undefined ? undefined : resolve(path);
  }

  /** Name only. */
  get file(): string | null {
    return this.path === undefined ? null : basename(this.path);
  }

  /** Where files beside the manifest live. */
  get home(): string {
    return this.path === undefined ? this.folder : dirname(this.path);
  }

  async read(): Promise<ManifestFile> {
    const bytes = await this.bytes();
    return { text: bytes?.toString('utf8') ?? '', version: bytes ? versionOf(bytes) : null, file: this.file };
  }

  /**
   * One save after the other, each only over the version that was edited.
   * @throws Refusal 412 when somebody else changed the file, 409 when it cannot be written, 422 for a name that is no plain file name
   */
  save(request: SaveManifest): Promise<ManifestFile> {
    const saved = this.saving.then(() => this.saveNow(request));
    this.saving = saved.catch(() => undefined);
    return saved;
  }

  /** Tells of every new version of the file, whoever wrote it. Returns the function that ends it. */
  watch(changed: (version: string) => void): () => void {
    this.listeners.add(changed);
    if (this.listeners.size === 1) this.startWatching();
    return () => {
      this.listeners.delete(changed);
      if (this.listeners.size === 0 && this.path !== undefined) unwatchFile(this.path, this.look);
    };
  }

  private async saveNow({ text, version, file }: SaveManifest): Promise<ManifestFile> {
    const isNew = this.path === undefined;
    if (isNew && (file === undefined || !PLAIN_NAME.test(file))) throw new Refusal(422, `A new manifest needs a plain file name that ends in .yaml, .yml or .json; ${JSON.stringify(file ?? null)} is none.`);
    const path = this.path ?? join(this.folder, file!);
    const before = await this.bytes(path);
    const found = before ? versionOf(before) : null;
    if (found !== version) {
      throw new Refusal(412, found === null ? `${basename(path)} was deleted or moved. Save it as a new file (version null) to create it again.` : version === null ? `There is a file ${basename(path)} already.` : `${basename(path)} was changed by another program since it was loaded.`);
    }
    try {
      await writeAtomically(path, text);
    } catch (error) {
      throw new Refusal(409, `${basename(path)} cannot be written: ${errorText(error)}`);
    }
    this.path = path;
    if (isNew && this.listeners.size > 0) this.startWatching();
    return { text, version: versionOf(Buffer.from(text)), file: basename(path) };
  }

  private startWatching(): void {
    if (this.path === undefined) return;
    void this.version().then((version) => (this.seen = version));
    // Asks the file system now and then: works on every kind of it, and survives editors that replace the file.
    watchFile(this.path, { interval: WATCH_MS, persistent: false }, this.look);
  }

  private readonly look = (): void => {
    void this.version().then((version) => {
      if (version === this.seen) return;
      this.seen = version;
      if (version !== null) for (const listener of this.listeners) listener(version);
    });
  };

  private async version(): Promise<string | null> {
    const bytes = await this.bytes().catch(() => undefined);
    return bytes ? versionOf(bytes) : null;
  }

  private async bytes(path = this.path): Promise<Buffer | undefined> {
    if (path === undefined) return undefined;
    try {
      return await readFile(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Refusal(409, `${basename(path)} cannot be read: ${errorText(error)}`);
    }
  }
}

function versionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
