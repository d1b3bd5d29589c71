import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StreamDescriptor } from '../protocol/airbyte';
import { fileNames } from './file-names';
import { MessageWriter } from './message-writer';
import { exists, OutputFile, unusable, type FileWriterOptions } from './output-file';
import type { LineOutput } from './stdout';

export const STATE_FILE = 'state.json';
const MESSAGES_FILE = 'messages.jsonl';

/**
 * `read --output DIR/`: the rows of each stream in a file of its own, all other messages in `messages.jsonl`. The states are the
 * journal's to keep; it is told of one after `flush`, when the rows before it are on disk.
 */
export class FolderWriter extends MessageWriter {
  private readonly files = new Map<string, OutputFile>();

  private constructor(
    private readonly folder: string,
    private readonly messages: OutputFile,
    private readonly options: FileWriterOptions,
  ) {
    super(messages.output, options.clock, options.secrets, options.heard);
  }

  /** @throws ConnectorError `output.exists`, `output.unusable` */
  static async open(folder: string, options: FileWriterOptions): Promise<FolderWriter> {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => Promise.reject(unusable(folder, error)));
    const state = join(folder, STATE_FILE);
    if (options.existing === 'refuse' && existsSync(state)) throw exists(state);
    if (options.existing === 'replace') await rm(state, { force: true });
    return new FolderWriter(folder, await OutputFile.open(join(folder, MESSAGES_FILE), options), options);
  }

  /** Opens a file for each stream, before anything is asked of the API. @throws ConnectorError `output.exists`, `output.unusable` */
  override async begin(streams: readonly StreamDescriptor[]): Promise<void> {
    const names = fileNames(streams);
    for (const [index, stream] of streams.entries()) this.files.set(keyOf(stream), await OutputFile.open(join(this.folder, `${names[index]}.jsonl`), this.options));
  }

  override async flush(): Promise<void> {
    for (const file of this.all()) await file.flush();
  }

  override async close(): Promise<void> {
    const results = await Promise.allSettled(this.all().map((file) => file.close()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  protected override recordOutput(stream: StreamDescriptor): LineOutput {
    const file = this.files.get(keyOf(stream));
    if (!file) throw new Error(`No file was opened for the stream ${stream.name}`);
    return file.output;
  }

  protected override envelopeText(): { head: string; tail: string } {
    return { head: '', tail: '' };
  }

  protected override tailWithFile(): string {
    return '';
  }

  private all(): OutputFile[] {
    return [...this.files.values(), this.messages];
  }
}

function keyOf({ name, namespace }: StreamDescriptor): string {
  return JSON.stringify([namespace ?? null, name]);
}
