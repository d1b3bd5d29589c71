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
  response: { status: number; headers: Record<string, string>; body: string } | undefined;
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
  /** The raw value of the API and what it was mapped to, for polls. */
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
  bytes: number;
  records: number;
  at: number;
}

export type RuntimeEvent = HttpExchange | JobEvent | DownloadEvent;

/** A list of listeners; with none, emitters skip the work of making an event. */
export class EventBus {
  private readonly listeners = new Set<(event: RuntimeEvent) => void>();

  get active(): boolean {
    return this.listeners.size > 0;
  }

  on(listener: (event: RuntimeEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit(event: RuntimeEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
