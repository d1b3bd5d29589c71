import { MessageWriter, withoutNulls } from '../messages/message-writer';
import type { LineOutput } from '../messages/stdout';
import type { Clock } from '../platform/clock';
import type { SecretRegistry } from '../platform/runtime';
import type { AirbyteMessage, StreamDescriptor } from '../protocol/airbyte';
import type { JsonObject } from '../protocol/json';

/** Above so many messages in the queue, the source waits for the reader. */
const HIGH_WATER = 1000;

const NOWHERE: LineOutput = { write: () => undefined, flush: () => Promise.resolve() };

/** The messages of a run as objects, handed over one by one; a reader that is slow slows the source down. */
export class MessageQueue extends MessageWriter {
  override readonly takesLines = false;
  private queue: AirbyteMessage[] = [];
  private at = 0;
  private ending: { error?: unknown } | undefined;
  private readerIsGone = false;
  private wakeReader: () => void = () => undefined;
  private waiting: { until: number; wake: () => void }[] = [];

  constructor(clock: Clock, secrets: SecretRegistry, heard: (message: AirbyteMessage) => void) {
    super(NOWHERE, clock, secrets, heard);
  }

  override async records(stream: StreamDescriptor, records: readonly JsonObject[], fileReferences?: readonly JsonObject[]): Promise<void> {
    const emitted_at = this.clock.now();
    for (const [index, record] of records.entries()) {
      const data = withoutNulls(record);
      const file = fileReferences?.[index];
      this.push({ type: 'RECORD', record: { stream: stream.name, ...(stream.namespace ? { namespace: stream.namespace } : {}), data, emitted_at, ...(file ? { file_reference: file } : {}) } });
    }
    await this.shorterThan(HIGH_WATER);
  }

  override async state(stream: StreamDescriptor, state: JsonObject, recordCount: number): Promise<void> {
    this.push({ type: 'STATE', state: { type: 'STREAM', stream: { stream_descriptor: stream, stream_state: state }, sourceStats: { recordCount } } });
    await this.shorterThan(HIGH_WATER);
  }

  /** Resolves when the reader has taken everything. */
  override flush(): Promise<void> {
    return this.shorterThan(0);
  }

  /** The run is over; with `error`, that is what the reader gets after the last message. */
  end(ending: { error?: unknown } = {}): void {
    this.ending = ending;
    this.wakeReader();
  }

  /** Nobody reads any more: nothing is kept, nobody waits. */
  abandon(): void {
    this.readerIsGone = true;
    this.queue = [];
    this.at = 0;
    this.wakeProducers();
  }

  /** Until the end of the run. @throws what the run ended with */
  async *messages(): AsyncGenerator<AirbyteMessage, void, undefined> {
    for (;;) {
      while (this.at < this.queue.length) {
        yield this.queue[this.at]!;
        // Only now it is known that the reader is done with it.
        this.at += 1;
        if (this.at === this.queue.length || this.at >= HIGH_WATER) this.forgetRead();
      }
      if (this.ending) {
        if ('error' in this.ending) throw this.ending.error;
        return;
      }
      await new Promise<void>((resolve) => (this.wakeReader = resolve));
    }
  }

  protected override show(message: AirbyteMessage): void {
    this.push(message);
  }

  private push(message: AirbyteMessage): void {
    if (this.readerIsGone) return;
    this.queue.push(message);
    this.wakeReader();
  }

  private forgetRead(): void {
    this.queue = this.queue.slice(this.at);
    this.at = 0;
    this.wakeProducers();
  }

  private shorterThan(length: number): Promise<void> {
    if (this.readerIsGone || this.queue.length <= length) return Promise.resolve();
    return new Promise((wake) => this.waiting.push({ until: length, wake }));
  }

  private wakeProducers(): void {
    const woken = this.waiting.filter(({ until }) => this.readerIsGone || this.queue.length <= until);
    this.waiting = this.waiting.filter((each) => !woken.includes(each));
    for (const { wake } of woken) wake();
  }
}
