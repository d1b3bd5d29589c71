import type { AirbyteMessage, StreamDescriptor } from '../protocol/airbyte';
import type { JsonObject } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import { MessageWriter } from './message-writer';
import { excerpt, readableMessage } from './readable-message';

/** `--format pretty`: for people. Nothing that reads Airbyte messages can read it. */
export class ReadableWriter extends MessageWriter {
  override async state(stream: StreamDescriptor, state: JsonObject, recordCount: number, text = stringifyJson(state)): Promise<void> {
    await this.output.write(`${stream.name}: STATE after ${recordCount} more records: ${excerpt(text)}\n`);
  }

  protected override show(message: AirbyteMessage): void {
    const lines = readableMessage(message);
    if (lines.length > 0) void this.output.write(`${lines.join('\n')}\n`);
  }

  protected override envelopeText(stream: StreamDescriptor): { head: string; tail: string } {
    return { head: `${stream.name} `, tail: '' };
  }

  protected override tailWithFile(_tail: string, file: JsonObject): string {
    return ` file: ${stringifyJson(file)}`;
  }
}
