import type { StreamStatus } from '../protocol/airbyte';
import type { JsonObject, JsonValue } from '../protocol/json';

/** One HTTP exchange as the Builder shows it. Bodies are cut at a limit; secrets are masked by the listener. */
export interface HttpExchange {
  type: 'http';
  /** e.g. `Async Job -- Create`; empty for the main request of a stream. */
  title: string;
  /** ASYNC_CREATE, ASYNC_POLL, ASYNC_ABORT, ASYNC_DELETE, AUTH, HTTP, PARENT_STREAM … */
  exchangeType: string;
  description: string;
  streamName: string | undefined;
  /** The merged slice of the request, when it has one. */
  slice: JsonObject | undefined;
  request: { method: string; url: string; headers: Record<string, string>; body: string | null };
  response: { status: number; headers: Record<string, string>; body: string; /** The first bytes as they came, where they are at hand. */ start?: Uint8Array } | undefined;
  error: string | undefined;
  /** Epoch milliseconds. */
  startedAt: number;
  durationMs: number;
}

/** What happened to one asynchronous job, for progress displays. */
export interface JobEvent {
  type: 'job';
  streamName: string;
  /** Our own id of the job within this run. */
  jobId: string;
  slice: JsonObject;
  phase: string;
  attempt: number;
  /** Answers to polls of this attempt so far. */
  polls: number;
  /** The raw value of the API and what it was mapped to, once it was polled; no `status`: the mapping does not list it. */
  rawStatus?: JsonValue;
  status?: string;
  /** Milliseconds until the next poll, when one is planned. */
  nextPollMs?: number;
  detail?: string;
  at: number;
}

export interface DownloadEvent {
  type: 'download';
  streamName: string;
  jobId: string | undefined;
  /** Of all files of the job so far, as they came over the wire. */
  bytes: number;
  /** What `bytes` will be in the end; absent when the API does not say. */
  total?: number;
  records: number;
  at: number;
}

/** How far a selected stream has come: at its start, a few times a second while records go out, and at its end. */
export interface StreamEvent {
  type: 'stream';
  streamName: string;
  status: StreamStatus;
  /** All that went out so far. */
  records: number;
  /** Why it is INCOMPLETE: the first failure. */
  failure?: string;
  at: number;
}

/** A pause that the API, or the manifest's budget, makes necessary. Pauses between polls are those of `JobEvent`. */
export interface WaitEvent {
  type: 'wait';
  streamName: string | undefined;
  /** For people, e.g. `HTTP 429`; secrets are masked. */
  reason: string;
  ms: number;
  at: number;
}

export type RuntimeEvent = HttpExchange | JobEvent | DownloadEvent | StreamEvent | WaitEvent;
export type EventType = RuntimeEvent['type'];

/** A list of listeners; what none of them wants is not made. */
export class EventBus {
  private readonly listeners = new Map<(event: RuntimeEvent) => void, ReadonlySet<EventType> | undefined>();

  get active(): boolean {
    return this.listeners.size > 0;
  }

  /** Whether anybody listens to events of the type: exchanges are costly to make. */
  wants(type: EventType): boolean {
    for (const types of this.listeners.values()) if (types?.has(type) ?? true) return true;
    return false;
  }

  /** @param types which events; absent: all. @returns stops listening */
  on(listener: (event: RuntimeEvent) => void, types?: readonly EventType[]): () => void {
    this.listeners.set(listener, types && new Set(types));
    return () => this.listeners.delete(listener);
  }

  emit(event: RuntimeEvent): void {
    for (const [listener, types] of this.listeners) if (types?.has(event.type) ?? true) listener(event);
  }
}
