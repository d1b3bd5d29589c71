import { constants } from 'node:fs';
import { open, readFile, rename, stat, unlink, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { ConnectorError, errorText } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import type { StreamDescriptor } from '../protocol/airbyte';
import { isObject, type JsonObject } from '../protocol/json';
import { parseJson, stringifyJson } from '../protocol/lossless-json';

/** A living run touches its lock so often; one that was not touched for longer belongs to nobody. */
const TOUCH_MS = 10_000;
const STALE_MS = 60_000;
const OWNER_ONLY = 0o600;
/** The disk is full, or the user's share of it. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

interface KeptState {
  descriptor: StreamDescriptor;
  state: JsonObject;
}

/**
 * The last STATE of every stream in a file, for runs without a platform: written whole and at once (temporary file, fsync, rename), so that
 * a crash leaves the old or the new one. Its form is that of a state file.
 */
export class Journal {
  private readonly states = new Map<string, KeptState>();
  private writing: Promise<void> | undefined;
  private queued: Promise<void> | undefined;
  private troubleTold = false;
  private readonly closed = new AbortController();

  private constructor(
    private readonly path: string,
    private readonly runtime: Runtime,
  ) {}

  /**
   * Takes the lock. @throws ConnectorError `journal.locked` when another run has it, `journal.unusable` when the place cannot be written.
   */
  static async open(path: string, runtime: Runtime): Promise<Journal> {
    const journal = new Journal(path, runtime);
    await journal.lock();
    try {
      await journal.read();
    } catch (error) {
      await journal.close();
      throw error;
    }
    void journal.keepLock();
    return journal;
  }

  /** What an earlier run has left, by stream; empty at first. */
  streamStates(): Map<string, JsonObject> {
    return new Map([...this.states.values()].map(({ descriptor, state }) => [descriptor.name, state]));
  }

  /** Whether the journal is newer than a state file. */
  async isNewerThan(file: string): Promise<boolean> {
    if (this.states.size === 0) return false;
    const [own, other] = await Promise.all([stat(this.path), stat(file)]).catch(() => []);
    return own !== undefined && other !== undefined && own.mtimeMs > other.mtimeMs;
  }

  /** Forgets what it has read: the run starts from another state. */
  startFrom(states: ReadonlyMap<string, JsonObject>): void {
    this.states.clear();
    for (const [name, state] of states) this.states.set(keyOf({ name }), { descriptor: { name }, state });
  }

  /** Resolves when the state is on disk. A disk that is full ends nothing: the STATE on stdout counts all the same. */
  keep(descriptor: StreamDescriptor, state: JsonObject): Promise<void> {
    this.states.delete(keyOf({ name: descriptor.name }));
    this.states.set(keyOf(descriptor), { descriptor, state });
    // One write at a time; what comes meanwhile shares the next.
    this.queued ??= (async () => {
      await this.writing;
      this.queued = undefined;
      this.writing = this.write();
      await this.writing;
    })();
    return this.queued;
  }

  async close(): Promise<void> {
    this.closed.abort();
    await this.queued;
    await this.writing;
    await unlink(this.lockPath).catch(() => undefined);
  }

  private get lockPath(): string {
    return `${this.path}.lock`;
  }

  private async write(): Promise<void> {
    const temporary = `${this.path}.tmp`;
    try {
      const messages = [...this.states.values()].map(({ descriptor, state }) => ({ type: 'STREAM', stream: { stream_descriptor: { ...descriptor }, stream_state: state } }));
      await synced(await open(temporary, 'w', OWNER_ONLY), async (file) => file.writeFile(`${stringifyJson(messages as unknown as JsonObject[])}\n`));
      await rename(temporary, this.path);
      // The new name is on disk when its folder is.
      await synced(await open(dirname(this.path), constants.O_RDONLY), async () => undefined).catch(() => undefined);
      if (this.troubleTold) this.runtime.logger.info(`The journal ${this.path} is written again.`);
      this.troubleTold = false;
    } catch (error) {
      this.tellTrouble(error);
      await unlink(temporary).catch(() => undefined);
    }
  }

  /** Once, until it is over. */
  private tellTrouble(error: unknown): void {
    if (!this.troubleTold) this.runtime.logger.warn(`The journal ${this.path} cannot be written, so a run after a crash would go on from an older state: ${errorText(error)}`);
    this.troubleTold = true;
  }

  private async read(): Promise<void> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw this.unusable(errorText(error));
    }
    if (text.trim() === '') return;
    let messages: unknown;
    try {
      messages = parseJson(text);
    } catch (error) {
      throw this.unusable(`it is not JSON (${errorText(error)})`);
    }
    for (const message of Array.isArray(messages) ? messages : [undefined]) {
      const stream = isObject(message) ? message.stream : undefined;
      const descriptor = isObject(stream) ? stream.stream_descriptor : undefined;
      if (!isObject(stream) || !isObject(descriptor) || typeof descriptor.name !== 'string' || !isObject(stream.stream_state)) throw this.unusable('it holds something that is no stream state');
      const { name, namespace } = descriptor;
      const known: StreamDescriptor = typeof namespace === 'string' ? { name, namespace } : { name };
      this.states.set(keyOf(known), { descriptor: known, state: stream.stream_state });
    }
  }

  private unusable(why: string): ConnectorError {
    return ConnectorError.config('journal.unusable', `The journal ${this.path} cannot be used: ${why}. Correct the path, or remove the file to start from the beginning.`);
  }

  private async lock(): Promise<void> {
    const content = JSON.stringify({ pid: process.pid, host: hostname() });
    for (let attempt = 1; ; attempt += 1) {
      try {
        await writeFile(this.lockPath, content, { flag: 'wx', mode: OWNER_ONLY });
        return;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // Where a name was left for it, the empty file is a lock as well.
        if (code !== undefined && FULL.has(code)) return this.tellTrouble(error);
        if (code !== 'EEXIST') throw this.unusable(errorText(error));
      }
      if (attempt > 3 || !(await this.isAbandoned())) {
        throw ConnectorError.transient(
          'journal.locked',
          `Another run uses the journal ${this.path}. Wait for its end; if there is none, remove ${this.lockPath}, or wait a minute.`,
          { recovery: 'stop_sync' },
        );
      }
      this.runtime.logger.warn(`The lock ${this.lockPath} was left by a run that has ended; it is taken over.`);
      await unlink(this.lockPath).catch(() => undefined);
    }
  }

  /** Its process is gone; or, on another machine or in another container, it has not been touched for a while. */
  private async isAbandoned(): Promise<boolean> {
    let owner: unknown;
    try {
      owner = JSON.parse(await readFile(this.lockPath, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true;
    }
    // In a container our number may be that of the run before us.
    if (isObject(owner) && owner.host === hostname() && typeof owner.pid === 'number') return owner.pid === process.pid || !isAlive(owner.pid);
    const lock = await stat(this.lockPath).catch(() => undefined);
    return lock === undefined || this.runtime.clock.now() - lock.mtimeMs > STALE_MS;
  }

  private async keepLock(): Promise<void> {
    try {
      for (;;) {
        await this.runtime.clock.background(TOUCH_MS, this.closed.signal);
        const now = this.runtime.clock.now() / 1000;
        await utimes(this.lockPath, now, now).catch(() => undefined);
      }
    } catch {
      // Closed.
    }
  }
}

async function synced(file: FileHandle, work: (file: FileHandle) => Promise<void>): Promise<void> {
  try {
    await work(file);
    await file.sync();
  } finally {
    await file.close();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function keyOf({ name, namespace }: StreamDescriptor): string {
  return JSON.stringify([namespace ?? null, name]);
}
