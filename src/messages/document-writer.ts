import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AirbyteMessage } from '../protocol/airbyte';
import type { JsonObject } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import { MessageWriter } from './message-writer';
import { exists, unusable, type FileWriterOptions } from './output-file';
import type { LineOutput } from './stdout';

const NOWHERE: LineOutput = { write: () => undefined, flush: () => Promise.resolve() };

/** `--output FILE` of spec, check and discover: what the command finds out, as one JSON document. The file is there whole, or not at all. */
export class DocumentWriter extends MessageWriter {
  private document: JsonObject | undefined;

  /** @throws ConnectorError `output.exists` */
  constructor(
    private readonly path: string,
    { existing, clock, secrets, heard }: FileWriterOptions,
  ) {
    super(NOWHERE, clock, secrets, heard);
    if (existing === 'refuse' && existsSync(path)) throw exists(path, 'Write it anew with --force, or choose another place.');
  }

  override async close(): Promise<void> {
    const { document } = this;
    if (!document) return;
    this.document = undefined;
    const temporary = `${this.path}.tmp`;
    try {
      await mkdir(dirname(this.path), { recursive: true });
      const file = await open(temporary, 'w');
      try {
        await file.writeFile(`${stringifyJson(document, 2)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw unusable(this.path, error);
    }
  }

  protected override show(message: AirbyteMessage): void {
    const found = message.type === 'SPEC' ? message.spec : message.type === 'CATALOG' ? message.catalog : message.type === 'CONNECTION_STATUS' ? message.connectionStatus : undefined;
    if (found) this.document = found as unknown as JsonObject;
  }
}
