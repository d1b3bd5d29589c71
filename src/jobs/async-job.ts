import type { ConnectorError } from '../errors/connector-error';
import type { Clock } from '../platform/clock';
import type { JsonObject, JsonValue } from '../protocol/json';
import { canonicalJson, type StreamSlice } from '../slices/stream-slice';
import type { ApiAnswer } from './api-answer';
import type { AsyncJobStatus } from './async-job-status';
import { recalled } from './creation-memory';
import type { Slot } from './fair-slots';
import type { JobPhase } from './job-phase';
import type { LedgerEntry } from './ledger-state';

const SHOWN_SLICE_LENGTH = 300;

/** The job of one slice, over all its attempts. Only the orchestrator changes it. */
export class AsyncJob {
  phase: JobPhase = 'planned';
  /** Starts at 1. */
  attempt = 1;
  /** Why the last attempt, or the job as a whole, failed. */
  failure: ConnectorError | undefined;
  slot: Slot | undefined;
  /** The turn at a closed creation gate. */
  gatePass: Slot | undefined;
  /** Milliseconds to rest before the next attempt. */
  coolDownMs = 0;
  /** When the API first had no capacity for this attempt; monotonic milliseconds. */
  refusedSince: number | undefined;

  // What follows is about the attempt under way.
  creation: ApiAnswer | undefined;
  polling: ApiAnswer | undefined;
  status: AsyncJobStatus | undefined;
  rawStatus: JsonValue | undefined;
  /** When the creation was answered; monotonic milliseconds. */
  createdAt = 0;
  polls = 0;
  failedPolls = 0;
  unknownPolls = 0;
  nextPollMs = 0;
  /** The age at which the API last said that it runs, milliseconds; 0 before the first poll, undefined for a job of an earlier run. */
  seenRunningMs: number | undefined;
  /** Polls that came sooner than by the schedule. */
  densePolls = 0;
  /** The poll that it waits for was brought forward. */
  isHurried = false;
  /** No poll before, monotonic milliseconds. */
  notBefore = 0;
  /** Where an earlier run has left the downloads. */
  place: JsonObject | undefined;
  /** Ordered by an earlier run, and no answer of the API about it yet. */
  isRecalled = false;

  constructor(
    /** Our own name for it within the run. */
    readonly id: string,
    readonly slice: StreamSlice,
  ) {}

  /** The slice in messages. */
  get label(): string {
    const text = canonicalJson(this.slice.merged);
    return text.length > SHOWN_SLICE_LENGTH ? `${text.slice(0, SHOWN_SLICE_LENGTH)}…` : text;
  }

  startAttempt(): void {
    this.attempt += 1;
    this.refusedSince = undefined;
  }

  started(creation: ApiAnswer, now: number): void {
    this.creation = creation;
    this.polling = undefined;
    this.status = 'running';
    this.rawStatus = undefined;
    this.createdAt = now;
    this.polls = 0;
    this.failedPolls = 0;
    this.unknownPolls = 0;
    this.seenRunningMs = 0;
    this.densePolls = 0;
    this.isHurried = false;
    this.notBefore = 0;
    this.refusedSince = undefined;
    this.isRecalled = false;
    this.place = undefined;
  }

  /** Goes on with a job of an earlier run: polled at once, with what is left of its time. */
  recall(entry: LedgerEntry, clock: Clock): void {
    const age = Math.max(0, clock.now() - entry.createdAt);
    this.started(recalled(entry.creation), clock.monotonic() - age);
    this.attempt = entry.attempt;
    this.nextPollMs = 0;
    this.seenRunningMs = undefined;
    this.isRecalled = true;
    this.place = entry.place;
  }

  /** The API's answers can be large and are held by every job that waits to be read. */
  forget(): void {
    this.creation = undefined;
    this.polling = undefined;
  }
}
