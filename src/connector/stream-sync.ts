import { ConnectorError, errorText, isConnectorError } from '../errors/connector-error';
import type { ErrorCode } from '../errors/error-catalogue';
import type { MessageWriter } from '../messages/message-writer';
import type { Runtime } from '../platform/runtime';
import type { FailureType, StreamDescriptor, StreamStatus, TraceErrorBody } from '../protocol/airbyte';
import type { StreamPartition } from '../slices/parent-stream';
import type { SourceStream } from '../streams/source-stream';
import type { StreamStates } from './stream-states';

/** At most this many failures of one stream are told one by one; the rest are counted. */
const MAX_REPORTED_FAILURES = 10;
/** Listeners hear of records so often at most. */
const PROGRESS_INTERVAL_MS = 250;

export interface Failure {
  name: string;
  text: string;
  failureType: FailureType;
}

/**
 * One selected stream during a read: emits its statuses, records and states in the order that the protocol wants, and
 * remembers what failed.
 */
export class StreamSync {
  private recordCount = 0;
  private startedAt: number | undefined;
  private sliceCount = 0;
  private progressAt = Number.NEGATIVE_INFINITY;
  private readonly failures: unknown[] = [];

  constructor(
    readonly stream: SourceStream,
    readonly descriptor: StreamDescriptor,
    private readonly states: StreamStates,
    private readonly writer: MessageWriter,
    private readonly runtime: Runtime,
  ) {}

  get failed(): boolean {
    return this.failures.length > 0;
  }

  start(): void {
    this.runtime.logger.info(`Marking stream ${this.stream.name} as STARTED`);
    this.runtime.logger.info(`Syncing stream: ${this.stream.name}`);
    this.writer.status(this.descriptor, 'STARTED');
    this.tellProgress('STARTED', true);
    this.startedAt = this.runtime.clock.monotonic();
    this.states.start();
    if (this.writer.takesLines) this.stream.acceptLines(this.writer.envelope(this.descriptor));
  }

  /** Emits the records of a partition and closes its slice; a failure leaves the slice open for the next sync. */
  async readPartition(partition: StreamPartition): Promise<void> {
    const { cursor } = this.stream;
    for await (const batch of partition.read()) {
      const count = batch.kind === 'lines' ? batch.count : batch.records.length;
      if (count === 0) continue;
      if (this.recordCount === 0) {
        this.runtime.logger.info(`Marking stream ${this.stream.name} as RUNNING`);
        this.writer.status(this.descriptor, 'RUNNING');
      }
      // Counted before the write: a STATE of another slice may go out while this one waits for the reader.
      this.recordCount += count;
      this.states.count(count);
      this.tellProgress('RUNNING');
      if (batch.kind === 'lines') {
        for (const value of batch.notes ?? []) cursor.observe({ [cursor.looksOnlyAt!]: value }, partition.slice);
      } else if (cursor.observesRecords) {
        for (const record of batch.records) cursor.observe(record, partition.slice);
      }
      const { writer, descriptor } = this;
      const written = batch.kind === 'lines' ? writer.recordLines(descriptor, batch.lines, batch.release) : writer.records(descriptor, batch.records, batch.fileReferences);
      batch.sent?.();
      await written;
      this.runtime.signal.throwIfAborted();
      if (this.states.isCheckpointDue) await this.states.now();
    }
    this.sliceCount += 1;
    const isDue = cursor.closeSlice(partition.slice);
    const { book } = this.states;
    book?.closed(partition.slice);
    // Before the job is removed from the API: until this STATE is out, a later run would need it.
    if (isDue || book?.deletes) await this.states.now();
    else if (book) this.states.soon();
    await partition.close?.();
  }

  fail(error: unknown): void {
    this.failures.push(error);
    if (this.failures.length > MAX_REPORTED_FAILURES) return;
    this.runtime.logger.error(`Exception while syncing stream ${this.stream.name}: ${errorText(error)}`);
    this.writer.error({ ...traceError(error, this.stream.name), stream_descriptor: this.descriptor });
  }

  /** The last STATE, then the final status: a stream that is COMPLETE has said everything. */
  async finish(): Promise<void> {
    const { name, cursor } = this.stream;
    if (this.startedAt !== undefined) {
      try {
        cursor.finish(!this.failed);
        await this.states.finish(!this.failed);
      } catch (error) {
        // A cursor that a date of the config keeps from working has no state either; the stream must still end.
        if (!isConnectorError(error) || this.runtime.signal.aborted) throw error;
        if (!this.failures.some((told) => errorText(told) === errorText(error))) this.fail(error);
      }
    }
    if (this.failures.length > MAX_REPORTED_FAILURES) {
      this.runtime.logger.error(`Stream ${name}: ${this.failures.length - MAX_REPORTED_FAILURES} more failures like those above.`);
    }
    this.runtime.logger.info(`Read ${this.recordCount} records from ${name} stream`);
    this.runtime.logger.info(this.figures());
    this.runtime.logger.info(`Marking stream ${name} as STOPPED`);
    this.runtime.logger.info(`Finished syncing ${name}`);
    this.writer.status(this.descriptor, this.failed ? 'INCOMPLETE' : 'COMPLETE');
    this.tellProgress(this.failed ? 'INCOMPLETE' : 'COMPLETE', true);
  }

  /** What the summary at the end of the run says about this stream; only when it failed. */
  failure(): Failure {
    const first = this.failures[0];
    return { name: this.stream.name, text: errorText(first), failureType: isConnectorError(first) ? first.failureType : 'system_error' };
  }

  /** The run was cancelled: nothing is lost, because what was not confirmed by a STATE will be read again. */
  async interrupt(): Promise<void> {
    if (this.startedAt === undefined) return;
    await this.states.interrupt();
    this.writer.status(this.descriptor, 'INCOMPLETE');
    this.tellProgress('INCOMPLETE', true);
  }

  /** What became of the stream, in numbers. */
  private figures(): string {
    const { stream, states, runtime } = this;
    const { filtered, bytes } = stream.counts;
    const jobs = states.book ? `, ${states.book.ordered} jobs ordered, ${states.book.pickedUp} picked up` : '';
    const seconds = (runtime.clock.monotonic() - (this.startedAt ?? runtime.clock.monotonic())) / 1000;
    return `Stream ${stream.name}: ${this.recordCount} records, ${filtered} rows filtered, ${bytes} bytes, ${this.sliceCount} slices${jobs}, ${seconds.toFixed(1)} s`;
  }

  private tellProgress(status: StreamStatus, isNews = false): void {
    const { events, clock } = this.runtime;
    if (!events.active || (!isNews && clock.monotonic() - this.progressAt < PROGRESS_INTERVAL_MS)) return;
    this.progressAt = clock.monotonic();
    const failure = this.failed ? { failure: errorText(this.failures[0]) } : {};
    events.emit({ type: 'stream', streamName: this.stream.name, status, records: this.recordCount, ...failure, at: clock.now() });
  }
}

/** The TRACE of an error. What is no ConnectorError is a bug of ours: its words stay internal. */
export function traceError(error: unknown, streamName?: string): TraceErrorBody {
  if (error instanceof ConnectorError) {
    return {
      message: error.message,
      internal_message: withCode(error.code, error.internalMessage ?? causeText(error)),
      failure_type: error.failureType,
    };
  }
  const where = streamName ? ` in stream ${streamName}` : '';
  const name = error instanceof Error ? error.name : typeof error;
  return {
    message: `An unexpected error occurred${where}: ${name}: ${errorText(error)}`,
    internal_message: withCode('run.unexpected', errorText(error)),
    stack_trace: error instanceof Error ? error.stack : undefined,
    failure_type: 'system_error',
  };
}

/** Platforms show the internal message beside the other one; `explain CODE` and docs/errors.md say more about a code. */
function withCode(code: ErrorCode, details: string | undefined): string {
  return details ? `[${code}] ${details}` : `[${code}]`;
}

function causeText(error: Error): string | undefined {
  return error.cause === undefined ? undefined : errorText(error.cause);
}
