import type { AirbyteMessage, StreamDescriptor, StreamStatus, StreamStatusReason, TraceErrorBody } from '../protocol/airbyte';
import type { JsonObject } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import type { Clock } from '../platform/clock';
import type { SecretRegistry } from '../platform/runtime';
import type { LineEnvelope } from '../decode/decoder';
import type { LineOutput } from './stdout';

/** Objects are put together into writes of about this size. */
const RECORD_BLOCK_CHARACTERS = 1 << 16;

/** Writes Airbyte messages as lines; the only thing in the program that knows where they go. */
export class MessageWriter {
  /** Whether records may come as finished lines. */
  readonly takesLines: boolean = true;

  /** @param heard is told of every message but RECORD and STATE */
  constructor(
    protected readonly output: LineOutput,
    protected readonly clock: Clock,
    private readonly secrets: SecretRegistry,
    private readonly heard?: (message: AirbyteMessage) => void,
  ) {}

  /** Any message but RECORD and STATE; small, so it is only queued. */
  message(message: AirbyteMessage): void {
    this.heard?.(message);
    this.show(message);
  }

  protected show(message: AirbyteMessage): void {
    void this.output.write(`${stringifyJson(message as unknown as JsonObject)}\n`);
  }

  /** The records of one stream, in order. */
  async records(stream: StreamDescriptor, records: readonly JsonObject[], fileReferences?: readonly JsonObject[]): Promise<void> {
    const { head, tail } = this.envelopeText(stream);
    const output = this.recordOutput(stream);
    let block = '';
    const waits: (void | Promise<void>)[] = [];
    // Queued without a pause in between: the count of a STATE that is sent meanwhile must hold all of them or none.
    for (const [index, record] of records.entries()) {
      const file = fileReferences?.[index];
      block += `${head}${stringifyJson(withoutNulls(record))}${file ? this.tailWithFile(tail, file) : tail}\n`;
      if (block.length > RECORD_BLOCK_CHARACTERS) {
        waits.push(output.write(block));
        block = '';
      }
    }
    if (block) waits.push(output.write(block));
    await Promise.all(waits);
  }

  /** Lines that were made with `envelope(stream)`. `written` is called when they are not needed any more. */
  async recordLines(stream: StreamDescriptor, lines: Uint8Array, written?: () => void): Promise<void> {
    await this.recordOutput(stream).write(lines, written);
  }

  /** What stands before and after the data in a RECORD line. `emitted_at` is the time of this call. */
  envelope(stream: StreamDescriptor): LineEnvelope {
    const { head, tail } = this.envelopeText(stream);
    return { head: Buffer.from(head), tail: Buffer.from(tail) };
  }

  /** `recordCount` is a decimal number in the protocol, hence the `.0` that JSON.stringify would not write. `text`: the state as JSON, where it is there already. */
  async state(stream: StreamDescriptor, state: JsonObject, recordCount: number, text = stringifyJson(state)): Promise<void> {
    const body = `{"stream_descriptor":${stringifyJson(descriptor(stream))},"stream_state":${text}}`;
    await this.output.write(
      `{"type":"STATE","state":{"type":"STREAM","stream":${body},"sourceStats":{"recordCount":${recordCount}.0}}}\n`,
    );
  }

  status(stream: StreamDescriptor, status: StreamStatus, reasons?: StreamStatusReason[]): void {
    this.message({
      type: 'TRACE',
      trace: {
        type: 'STREAM_STATUS',
        emitted_at: this.clock.now(),
        stream_status: { stream_descriptor: stream, status, ...(reasons ? { reasons } : {}) },
      },
    });
  }

  error(error: TraceErrorBody): void {
    const mask = (text: string | undefined) => (text === undefined ? undefined : this.secrets.mask(text));
    this.message({
      type: 'TRACE',
      trace: {
        type: 'ERROR',
        emitted_at: this.clock.now(),
        error: {
          ...error,
          message: this.secrets.mask(error.message),
          ...(error.internal_message ? { internal_message: mask(error.internal_message)! } : {}),
          ...(error.stack_trace ? { stack_trace: mask(error.stack_trace)! } : {}),
        },
      },
    });
  }

  flush(): Promise<void> {
    return this.output.flush();
  }

  /** What will be read: told before anything is asked of the API. */
  async begin(_streams: readonly StreamDescriptor[]): Promise<void> {}

  /** Nothing more comes. May be called again. */
  async close(): Promise<void> {}

  /** Where the records of a stream go. */
  protected recordOutput(_stream: StreamDescriptor): LineOutput {
    return this.output;
  }

  protected tailWithFile(tail: string, file: JsonObject): string {
    return `${tail.slice(0, -2)},"file_reference":${stringifyJson(file)}}}`;
  }

  protected envelopeText(stream: StreamDescriptor): { head: string; tail: string } {
    const namespace = stream.namespace ? `,"namespace":${JSON.stringify(stream.namespace)}` : '';
    return {
      head: `{"type":"RECORD","record":{"stream":${JSON.stringify(stream.name)}${namespace},"data":`,
      tail: `,"emitted_at":${this.clock.now()}}}`,
    };
  }
}

function descriptor(stream: StreamDescriptor): JsonObject {
  return stream.namespace ? { name: stream.name, namespace: stream.namespace } : { name: stream.name };
}

/** The platform and the reference treat a null at the top of a record as an absent field. */
export function withoutNulls(record: JsonObject): JsonObject {
  let copy: JsonObject | undefined;
  for (const key of Object.keys(record)) {
    if (record[key] !== null && record[key] !== undefined) continue;
    copy ??= Object.assign(Object.create(null) as JsonObject, record);
    delete copy[key];
  }
  return copy ?? record;
}
