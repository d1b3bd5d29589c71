import { JobBook } from '../jobs/job-book';
import { LEDGER_KEY, type LedgerState } from '../jobs/ledger-state';
import type { MessageWriter } from '../messages/message-writer';
import type { Runtime } from '../platform/runtime';
import type { StreamDescriptor } from '../protocol/airbyte';
import { getOwn, setOwn, type JsonObject } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import type { Cursor } from '../slices/cursor';
import type { SourceStream } from '../streams/source-stream';
import type { Journal } from './journal';
import { SHARD_KEY, type ShardStatement } from './shard-state';

/** What is not urgent waits so long for company, and longer for a large state: so many characters a millisecond. */
const SOON_MS = 1000;
const SOON_CHARACTERS_A_MS = 100;
/** The pace of what is urgent. */
const CHARACTERS_A_MS = 4000;
const SHORTEST_PAUSE_MS = 5;
const DEFAULT_HEARTBEAT_SECONDS = 300;
/** A download is read again from the last STATE on: so much of it at most. */
const DEFAULT_CHECKPOINT_ROWS = 100_000;
const DEFAULT_CHECKPOINT_SECONDS = 60;

export interface StatePlaces {
  writer: MessageWriter;
  journal: Journal | undefined;
}

/**
 * The STATEs of one stream: what its cursor says and, while an asynchronous stream is being read, its jobs under a key of their own
 * (docs/DELIVERY.md). Nothing is sent twice, and a stream that only waits for its jobs repeats itself from time to time.
 */
export class StreamStates {
  /** For `prepare`, which decides what the stream is. */
  readonly jobs: JobBook;
  private readonly parents = new Map<string, { book: JobBook; cursor: Cursor }>();
  private recordsSinceState = 0;
  private sentAt: number;
  private readonly checkpointRows: number;
  private readonly checkpointMs: number;
  private emitted: string | undefined;
  private due: Promise<void> | undefined;
  private isSoon = false;
  private pauseUntil = 0;
  private quietQuarters = 0;
  private readonly over = new AbortController();

  constructor(
    private readonly stream: SourceStream,
    private readonly descriptor: StreamDescriptor,
    private readonly places: StatePlaces,
    private readonly runtime: Runtime,
    private readonly ledger: LedgerState | undefined,
    private readonly statement?: ShardStatement,
  ) {
    this.sentAt = runtime.clock.monotonic();
    this.checkpointRows = limitOf(runtime.env.SOURCE_CHECKPOINT_ROWS, DEFAULT_CHECKPOINT_ROWS);
    this.checkpointMs = limitOf(runtime.env.SOURCE_CHECKPOINT_SECONDS, DEFAULT_CHECKPOINT_SECONDS) * 1000;
    this.jobs = new JobBook(stream.name, () => this.hasCursor, ledger, runtime, (isUrgent) => this.jobsChanged(isUrgent));
  }

  /**
   * Keeps the jobs of asynchronous streams that are read inside this one, too; to be called when the stream is prepared. A full refresh
   * without jobs of its own starts over in any case and says nothing before its end.
   */
  keepParentJobs(): void {
    if (!this.stream.isAsynchronous && !this.hasCursor) return;
    for (const parent of ancestorsOf(this.stream)) {
      if (!parent.isAsynchronous) continue;
      let name = parent.name;
      for (let number = 2; this.parents.has(name); number += 1) name = `${parent.name}#${number}`;
      // It is read again from its start by each run: no cursor knows what of it was read.
      const book = new JobBook(parent.name, () => false, this.ledger?.parents.get(name), this.runtime, (isUrgent) => this.jobsChanged(isUrgent));
      this.parents.set(name, { book, cursor: parent.cursor });
      parent.keepJobs(book);
    }
  }

  /** The jobs of the stream, when it has any. */
  get book(): JobBook | undefined {
    return this.stream.isAsynchronous || this.parents.size > 0 ? this.jobs : undefined;
  }

  start(): void {
    if (this.book) void this.beat();
    else if (this.ledger) this.runtime.logger.info(`Stream ${this.stream.name}: the state holds jobs, but the stream is not read by jobs any more; they are not used.`);
  }

  /** Records go out right after this call. */
  count(records: number): void {
    this.recordsSinceState += records;
    this.quietQuarters = 0;
  }

  /** Whether so much of a download went out that a STATE should say so. */
  get isCheckpointDue(): boolean {
    if (!this.book || this.book.isEmpty || this.recordsSinceState === 0) return false;
    return this.recordsSinceState >= this.checkpointRows || this.runtime.clock.monotonic() - this.sentAt >= this.checkpointMs;
  }

  /** Sends a STATE as soon as the pace allows; all who ask meanwhile share it. */
  now(): Promise<void> {
    this.due ??= this.pace().then(() => {
      this.due = undefined;
      return this.send(this.current());
    });
    return this.due;
  }

  /** Within a second, or in the pace of a large state; trouble shows with the next STATE that somebody waits for. */
  soon(): void {
    if (this.isSoon || this.over.signal.aborted) return;
    this.isSoon = true;
    void this.runtime.clock
      .background(Math.max(SOON_MS, (this.emitted?.length ?? 0) / SOON_CHARACTERS_A_MS), this.over.signal)
      .then(() => {
        this.isSoon = false;
        return this.now();
      })
      .catch(() => undefined);
  }

  /** The last STATE of a stream that was read to its end, or as far as it could. */
  async finish(isComplete: boolean): Promise<void> {
    this.over.abort();
    await this.due?.catch(() => undefined);
    const { cursor } = this.stream;
    if (isComplete) return this.sendNews(this.withStatement(cursor.state(), true));
    if (this.hasCursor) return this.sendNews(this.book && this.knowsJobs ? this.current() : this.withStatement(cursor.state(), false));
    // A failed full refresh must not say that it is done; what it said about jobs must not stay as it is either.
    if (this.emitted !== undefined && this.book) await this.send(this.current());
  }

  /** The run was cancelled: the next one goes on from here. */
  async interrupt(): Promise<void> {
    this.over.abort();
    await this.due?.catch(() => undefined);
    if (this.book && (this.knowsJobs || this.emitted !== undefined)) await this.send(this.current());
  }

  /** A full refresh says nothing before its end, except about jobs. */
  private get hasCursor(): boolean {
    return this.stream.cursor.cursorField !== undefined;
  }

  private async pace(): Promise<void> {
    const pause = this.pauseUntil - this.runtime.clock.monotonic();
    if ((!this.book && !this.statement) || pause <= SHORTEST_PAUSE_MS) return;
    await this.runtime.clock.background(pause, AbortSignal.any([this.over.signal, this.runtime.signal])).catch(() => undefined);
  }

  private current(): JsonObject {
    const { cursor } = this.stream;
    const state = this.hasCursor || !this.book ? cursor.state() : {};
    // Also without jobs: its time makes the STATE differ from the one before.
    const whole = this.book ? { ...state, [LEDGER_KEY]: { ...this.book.toJson(cursor.syncProgress?.()), ...this.parentLedgers() } } : state;
    return this.withStatement(whole, false);
  }

  private get knowsJobs(): boolean {
    return !this.jobs.isEmpty || [...this.parents.values()].some(({ book }) => !book.isEmpty);
  }

  private async jobsChanged(isUrgent: boolean): Promise<void> {
    if (!isUrgent) return this.soon();
    await this.now();
    await this.places.writer.flush();
  }

  private parentLedgers(): JsonObject {
    const parents: JsonObject = {};
    for (const [name, { book, cursor }] of this.parents) {
      // Where it ends, so that its windows fit its jobs; not what was read of it, for its records are needed again.
      const until = getOwn(cursor.syncProgress?.() ?? {}, 'until');
      if (!book.isEmpty) setOwn(parents, name, book.toJson(until === undefined ? undefined : { until }));
    }
    return Object.keys(parents).length > 0 ? { parents } : {};
  }

  private withStatement(state: JsonObject, isComplete: boolean): JsonObject {
    return this.statement ? { ...state, [SHARD_KEY]: this.statement.toJson(this.stream.shareNote(), isComplete) } : state;
  }

  /** Two equal STATEs of one stream would make the platform give up its checksums. */
  private async sendNews(state: JsonObject): Promise<void> {
    const text = stringifyJson(state);
    if (this.recordsSinceState > 0 || text !== this.emitted) await this.send(state, text);
  }

  private async send(state: JsonObject, text = stringifyJson(state)): Promise<void> {
    const { writer, journal } = this.places;
    const count = this.recordsSinceState;
    this.recordsSinceState = 0;
    this.emitted = text;
    this.quietQuarters = 0;
    this.sentAt = this.runtime.clock.monotonic();
    this.pauseUntil = this.sentAt + text.length / CHARACTERS_A_MS;
    await writer.state(this.descriptor, state, count, text);
    if (!journal) return;
    // A state on disk must not know of records that are still in our hands.
    await writer.flush();
    await journal.keep(this.descriptor, state);
  }

  /** The platform kills a source from which it hears nothing but logs. */
  private async beat(): Promise<void> {
    const seconds = Number(this.runtime.env.SOURCE_HEARTBEAT_SECONDS?.trim() || DEFAULT_HEARTBEAT_SECONDS);
    if (!(seconds > 0)) return;
    try {
      for (;;) {
        await this.runtime.clock.background((seconds * 1000) / 4, AbortSignal.any([this.over.signal, this.runtime.signal]));
        this.quietQuarters += 1;
        if (this.quietQuarters >= 4) await this.now();
      }
    } catch {
      // The stream is over, or nobody reads what we write: both are told elsewhere.
    }
  }
}

/** A setting where `0` means never; anything unreadable counts as not set. */
function limitOf(setting: string | undefined, byDefault: number): number {
  const limit = Number(setting?.trim() || byDefault);
  return limit === 0 ? Number.POSITIVE_INFINITY : limit > 0 ? limit : byDefault;
}

function* ancestorsOf(stream: SourceStream): Generator<SourceStream> {
  for (const parent of stream.parents) {
    yield parent;
    yield* ancestorsOf(parent);
  }
}
