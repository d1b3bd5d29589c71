import { open, stat, type FileHandle } from 'node:fs/promises';
import { ConnectorError, errorText } from '../errors/connector-error';
import type { Clock } from '../platform/clock';
import type { SecretRegistry } from '../platform/runtime';
import type { AirbyteMessage } from '../protocol/airbyte';
import { DescriptorOutput, type LineOutput } from './stdout';

/** What to do with files that are there: refuse, begin anew, or go on behind their last whole line. */
export type ExistingFiles = 'refuse' | 'replace' | 'append';

export interface FileWriterOptions {
  existing: ExistingFiles;
  clock: Clock;
  secrets: SecretRegistry;
  heard?: (message: AirbyteMessage) => void;
  /** Told once for each file that cannot be written any more. */
  onFailure: (error: Error) => void;
}

const TAIL_BYTES = 64 * 1024;

/** A file of lines that the user asked for. */
export class OutputFile {
  readonly output: LineOutput;
  private readonly inner: DescriptorOutput;
  /** Written to since it was last known to be on disk. */
  private isDirty = false;
  private isClosed = false;

  private constructor(
    private readonly handle: FileHandle,
    { clock, onFailure }: FileWriterOptions,
  ) {
    this.inner = new DescriptorOutput(handle.fd, clock, onFailure);
    this.output = {
      write: (lines, written) => {
        this.isDirty = true;
        return this.inner.write(lines, written);
      },
      flush: () => this.inner.flush(),
    };
  }

  /** @throws ConnectorError `output.exists`, `output.unusable` */
  static async open(path: string, options: FileWriterOptions): Promise<OutputFile> {
    try {
      if (options.existing === 'append') await dropHalfLine(path);
      return new OutputFile(await open(path, { refuse: 'wx', replace: 'w', append: 'a' }[options.existing]), options);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? exists(path) : unusable(path, error);
    }
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await this.inner.flush();
    if (!this.isDirty) return;
    this.isDirty = false;
    // A pipe or a device has nothing to sync.
    await this.handle.datasync().catch((error: NodeJS.ErrnoException) => (error.code === 'EINVAL' ? undefined : Promise.reject(error)));
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      await this.flush();
    } finally {
      await this.handle.close();
    }
  }
}

/** A run that was killed may have left half a row; no STATE covers it. */
async function dropHalfLine(path: string): Promise<void> {
  const size = await stat(path).then((found) => found.size, () => 0);
  if (size === 0) return;
  const handle = await open(path, 'r+');
  try {
    const tail = Buffer.alloc(TAIL_BYTES);
    for (let end = size; end > 0; end -= TAIL_BYTES) {
      const start = Math.max(0, end - TAIL_BYTES);
      const { bytesRead } = await handle.read(tail, 0, end - start, start);
      const lineBreak = tail.subarray(0, bytesRead).lastIndexOf(10);
      if (lineBreak < 0) continue;
      if (start + lineBreak + 1 < size) await handle.truncate(start + lineBreak + 1);
      return;
    }
    await handle.truncate(0);
  } finally {
    await handle.close();
  }
}

export function exists(path: string, whatToDo = 'Go on behind it with --append, write it anew with --force, or choose another place.'): ConnectorError {
  return ConnectorError.config('output.exists', `${path} is there already. ${whatToDo}`);
}

export function unusable(path: string, error: unknown): ConnectorError {
  return ConnectorError.config('output.unusable', `${path} cannot be written: ${errorText(error)}`, { cause: error });
}
