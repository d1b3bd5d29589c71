import type { Runtime } from '../platform/runtime';
import type { JsonObject } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import type { StreamSlice } from '../slices/stream-slice';
import type { AsyncJob } from './async-job';
import { isPublic, remembered, type CreationNeeds } from './creation-memory';
import { entryJson, sliceDigest, sliceKey, writeLedger, type LedgerEntry, type LedgerState } from './ledger-state';

const MAX_ENTRY_CHARACTERS = 16_000;
const MAX_BOOK_CHARACTERS = 256_000;
/** What the platform carries in each STATE beside the jobs. */
const MAX_SYNC_CHARACTERS = 64_000;
/** Slices of a stream without a cursor that were read; older ones are read again by a run that goes on. */
const MAX_READ = 3000;

/** What the retriever says about its jobs. */
export interface JobTerms {
  /** A fingerprint of what creates the jobs. */
  order: string;
  needs: CreationNeeds;
  /** Milliseconds from the creation until we stop waiting. */
  timeoutMs: number;
  /** The API is told to remove a job that was read. */
  deletes: boolean;
}

interface BookEntry extends LedgerEntry {
  /** Not claimed by a slice of this run yet. */
  isOld: boolean;
  /** Its form in STATE: many of them are written again and again. */
  json: JsonObject;
  size: number;
}

/**
 * The jobs of one stream that a later run could pick up. It starts with what an earlier run has left, follows every job of this
 * one, and becomes the reserved key of the stream's STATE (docs/DELIVERY.md).
 */
export class JobBook {
  /** How many jobs this run has ordered, all attempts counted. */
  ordered = 0;
  /** With how many jobs of an earlier run it goes on. */
  pickedUp = 0;
  private readonly entries = new Map<string, BookEntry>();
  /** How far the downloads of a slice were read, by its key. */
  /** Slices that were read, when no cursor says so; see `sliceDigest`. */
  private readonly read = new Set<string>();
  /** Those of an earlier run of the same sync. */
  private readonly readBefore = new Set<string>();
  private readonly places = new Map<string, () => JsonObject | undefined>();
  private terms: JobTerms | undefined;
  private size = 0;
  private lastAsOf = 0;
  private refusalTold = false;

  constructor(
    private readonly streamName: string,
    /** Without a cursor, the slices that were read are kept here until the end of the sync. */
    private readonly hasCursor: () => boolean,
    private readonly stored: LedgerState | undefined,
    private readonly runtime: Runtime,
    /** The STATE should go out: now (awaited), or soon. */
    private readonly changed: (isUrgent: boolean) => Promise<void>,
  ) {}

  /** Called once, before the first slice: tells which jobs of the earlier run can be used, and what its sync had read. */
  open(terms: JobTerms): { slices: StreamSlice[]; sync: JsonObject | undefined } {
    this.terms = terms;
    const { stored } = this;
    if (!stored) return { slices: [], sync: undefined };
    const now = this.runtime.clock.now();
    for (const entry of stored.jobs) {
      const json = entryJson(entry);
      this.put(sliceKey(entry.slice), { ...entry, isOld: true, json, size: stringifyJson(json).length });
    }
    if (stored.order !== terms.order) {
      if (stored.jobs.length > 0) this.runtime.logger.info(`Stream ${this.streamName}: the ${stored.jobs.length} jobs of an interrupted sync were ordered by another manifest or config; they are not used.`);
      return { slices: [], sync: undefined };
    }
    if (!this.hasCursor()) {
      // Of a full refresh, what has waited for longer than a job may take is out of date.
      for (const [key, entry] of this.entries) if (entry.createdAt + terms.timeoutMs < now) this.remove(key);
      if (stored.asOf + terms.timeoutMs >= now) for (const digest of stored.read) this.read.add(digest), this.readBefore.add(digest);
    }
    if (this.entries.size > 0) this.runtime.logger.info(`Stream ${this.streamName}: ${this.entries.size} jobs of an interrupted sync are picked up again.`);
    return { slices: [...this.entries.values()].map(({ slice }) => slice), sync: stored.sync };
  }

  /** The job that an earlier run ordered for this slice; given out once. */
  claim(slice: StreamSlice): LedgerEntry | undefined {
    const entry = this.entries.get(sliceKey(slice));
    if (!entry?.isOld || this.stored?.order !== this.terms?.order) return undefined;
    entry.isOld = false;
    return entry;
  }

  /** Jobs of an earlier run whose slices nobody wants any more; they leave the book. */
  takeLeftOver(): LedgerEntry[] {
    const left = [...this.entries].filter(([, { isOld }]) => isOld);
    for (const [key] of left) this.remove(key);
    if (left.length > 0) void this.changed(false);
    return left.map(([, entry]) => entry);
  }

  /** Follows a job into its phase. Resolves when a new job is known outside of this process. */
  async note(job: AsyncJob, event: string | undefined): Promise<void> {
    const key = sliceKey(job.slice);
    switch (job.phase) {
      case 'running':
        if (event !== 'created') return;
        if (job.isRecalled) {
          this.pickedUp += 1;
          return;
        }
        this.ordered += 1;
        if (this.write(key, job)) await this.changed(true);
        return;
      case 'delivered':
        // Only a parent's job is still here: its slice is never closed.
        if (this.terms?.deletes) this.remove(key);
        return;
      case 'detached':
        if (event === 'abandoned') this.remove(key);
        if (event === 'read_interrupted') this.recount(key, job.attempt);
        return;
      case 'planned':
      case 'cooling_down':
      case 'given_up': {
        // A fresh `planned` slice must not take the entry away that it is about to claim.
        const entry = this.entries.get(key);
        if (event === undefined || !entry || entry.isOld) return;
        this.remove(key);
        void this.changed(false);
        return;
      }
      default:
        return;
    }
  }

  /** The downloads of the slice are being read; `place` says how far at any moment. */
  follow(slice: StreamSlice, place: () => JsonObject | undefined): void {
    this.places.set(sliceKey(slice), place);
  }

  /** Every record of the slice is out. The STATE that says so does not know the job any more. */
  closed(slice: StreamSlice): void {
    this.remove(sliceKey(slice));
    if (this.hasCursor()) return;
    this.read.add(sliceDigest(slice));
    const [oldest] = this.read;
    if (oldest !== undefined && this.read.size > MAX_READ) this.read.delete(oldest);
  }

  /** Whether an earlier run of this sync has delivered the slice, and no cursor knows it. */
  wasRead(slice: StreamSlice): boolean {
    return this.readBefore.size > 0 && this.readBefore.has(sliceDigest(slice));
  }

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  get deletes(): boolean {
    return this.terms?.deletes ?? false;
  }

  /** @param sync what the cursor has read beyond its state; left out when it is too long */
  toJson(sync: JsonObject | undefined): JsonObject {
    this.lastAsOf = Math.max(this.runtime.clock.now(), this.lastAsOf + 1);
    const isShort = sync && stringifyJson(sync).length <= MAX_SYNC_CHARACTERS && isPublic(sync, this.runtime.secrets);
    return writeLedger({
      order: this.terms?.order ?? this.stored?.order ?? '',
      jobs: Array.from(this.entries, ([key, entry]) => this.withPlace(key, entry)),
      sync: isShort ? sync : undefined,
      read: [...this.read],
      asOf: this.lastAsOf,
    });
  }

  /** What was read last counts; a job of an earlier run that nobody has begun to read keeps what that run has read. */
  private withPlace(key: string, entry: BookEntry): JsonObject {
    const place = this.places.get(key)?.();
    if (!place) return entry.json;
    const isKept = stringifyJson(place).length <= MAX_ENTRY_CHARACTERS && isPublic(place, this.runtime.secrets);
    return entryJson({ ...entry, place: isKept ? place : undefined });
  }

  private recount(key: string, attempt: number): void {
    const entry = this.entries.get(key);
    if (entry) this.entries.set(key, { ...entry, attempt, json: { ...entry.json, attempt } });
  }

  private write(key: string, job: AsyncJob): boolean {
    if (!this.terms || !job.creation) return false;
    const { clock, secrets } = this.runtime;
    const createdAt = clock.now();
    const entry = { slice: job.slice, attempt: job.attempt, creation: remembered(job.creation, this.terms.needs), createdAt, deadline: createdAt + this.terms.timeoutMs };
    this.remove(key);
    const json = entryJson(entry);
    const size = stringifyJson(json).length;
    const why = !isPublic(json, secrets)
      ? 'what later requests need of the answer to its creation holds a secret or a signed link'
      : size > MAX_ENTRY_CHARACTERS
        ? `what later requests need of the answer to its creation is longer than ${MAX_ENTRY_CHARACTERS} characters`
        : this.size + size > MAX_BOOK_CHARACTERS
          ? 'the STATE would become too long'
          : undefined;
    if (why === undefined) {
      this.put(key, { ...entry, isOld: false, json, size });
      return true;
    }
    if (!this.refusalTold) this.runtime.logger.info(`Stream ${this.streamName}: a job cannot be picked up again after an interruption, because ${why}.`);
    this.refusalTold = true;
    return false;
  }

  private put(key: string, entry: BookEntry): void {
    this.entries.set(key, entry);
    this.size += entry.size;
  }

  private remove(key: string): void {
    this.places.delete(key);
    this.size -= this.entries.get(key)?.size ?? 0;
    this.entries.delete(key);
  }
}
