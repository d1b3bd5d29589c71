import type { DownloadEvent, HttpExchange, JobEvent } from '../../platform/events';
import { isObject, type JsonObject } from '../../protocol/json';
import { canonicalJson } from '../../slices/stream-slice';
import type { BuilderRuntime } from '../builder-runtime';
import type { ExchangeLog } from '../exchange-log';
import { jobTimeoutSeconds } from '../job-timeout';
import type { TestHappening, TestPhase } from '../page-contract';
import { binaryBody } from './binary-body';
import { findHint } from './find-hint';

/** What an event shows of a body; the rest is there on request. */
const SHOWN_CHARACTERS = 256 * 1024;

interface HappeningsOptions {
  streamName: string;
  model: JsonObject | undefined;
  config: JsonObject;
  runtime: BuilderRuntime;
  exchanges: ExchangeLog;
  emit(happening: TestHappening): void;
  /** Keeps an exchange whole, for downloads and curl. */
  keep(n: number, exchange: HttpExchange): void;
}

/** What is known of a job on the API's side. */
interface KnownJob {
  job: string;
  slice: JsonObject;
  attempt: number;
  polls: number;
  createdAt: number | undefined;
  /** The API works on it as far as we know. */
  isRunning: boolean;
  wasCancelled: boolean;
  wasAborted: boolean;
}

/** Turns the events of a run into what the page shows, as they come. */
export class Happenings {
  private readonly jobs = new Map<string, KnownJob>();
  private readonly jobOfSlice = new Map<string, string>();
  private readonly isAsync: boolean;
  private readonly canAbort: boolean;
  private readonly jobTimeoutMs: number | undefined;
  private count = 0;

  constructor(private readonly options: HappeningsOptions) {
    const { streamName, model, config, runtime, emit } = options;
    const retriever = isObject(model?.retriever) ? model.retriever : {};
    this.isAsync = retriever.type === 'AsyncRetriever';
    this.canAbort = isObject(retriever.abort_requester);
    const seconds = jobTimeoutSeconds(model, config, runtime.clock);
    this.jobTimeoutMs = seconds === undefined ? undefined : seconds * 1000;
    emit({ type: 'started', streamName, isAsync: this.isAsync, canAbort: this.canAbort, jobTimeoutSeconds: seconds ?? null });
    runtime.events.on((event) => {
      switch (event.type) {
        case 'http':
          return this.exchange(event);
        case 'job':
          return this.job(event);
        case 'download':
          return this.download(event);
        case 'wait':
          return emit({ type: 'wait', reason: event.reason, ms: Math.round(event.ms) });
        default:
      }
    });
  }

  /** What became of the jobs that the API worked on when the test was cancelled. */
  abortedJobs(): { job: string; slice: JsonObject; abort: 'sent' | 'failed' | 'none' }[] {
    return [...this.jobs.values()]
      .filter(({ wasCancelled, isRunning }) => wasCancelled && isRunning)
      .map(({ job, slice, wasAborted }) => ({ job, slice, abort: !this.canAbort ? 'none' : wasAborted ? 'sent' : 'failed' }));
  }

  private exchange(exchange: HttpExchange): void {
    const { exchanges, emit, keep, runtime } = this.options;
    const n = (this.count += 1);
    const phase = this.phaseOf(exchange);
    const request = exchanges.view.request(exchange);
    const response = exchanges.view.response(exchange);
    const cut = (request.body?.length ?? 0) > SHOWN_CHARACTERS || response.body.length > SHOWN_CHARACTERS;
    const start = exchange.response?.start;
    const binary = start && binaryBody(start, (text) => runtime.secrets.mask(text));
    keep(n, exchange);
    const isShown = exchange.streamName === this.options.streamName && phase !== null;
    const hint = isShown || (!this.isAsync && exchanges.isPage(exchange)) ? findHint(exchange, phase, this.options.model) : undefined;
    emit({
      type: 'exchange',
      n,
      title: exchanges.titleOf(exchange),
      kind: exchange.exchangeType,
      phase,
      job: (exchange.slice && this.jobOfSlice.get(canonicalJson(exchange.slice))) ?? null,
      slice: exchange.slice ?? null,
      request: { ...request, body: request.body && request.body.slice(0, SHOWN_CHARACTERS) },
      response: { ...response, body: response.body.slice(0, SHOWN_CHARACTERS) },
      durationMs: Math.round(exchange.durationMs),
      cut,
      ...(binary ? { binary } : {}),
      ...(hint ? { hint } : {}),
    });
  }

  private phaseOf(exchange: HttpExchange): TestPhase | null {
    const { exchangeType, streamName } = exchange;
    if (!this.isAsync || streamName !== this.options.streamName) return null;
    if (exchangeType === 'ASYNC_CREATE') return 'creation';
    if (exchangeType === 'ASYNC_POLL') return 'polling';
    if (exchange.title.startsWith('Async Job -- Download')) return 'download_target';
    return this.options.exchanges.isPage(exchange) ? 'download' : null;
  }

  private job(event: JobEvent): void {
    const { emit, streamName, runtime } = this.options;
    if (event.streamName !== streamName) return;
    const { jobId, slice, phase, attempt, detail } = event;
    const known: KnownJob = this.jobs.get(jobId) ?? { job: jobId, slice, attempt, polls: 0, createdAt: undefined, isRunning: false, wasCancelled: false, wasAborted: false };
    this.jobs.set(jobId, known);
    this.jobOfSlice.set(canonicalJson(slice), jobId);
    const now = runtime.clock.monotonic();
    if (detail === 'created') Object.assign(known, { createdAt: now, isRunning: true, polls: 0, attempt });
    if (event.polls > known.polls) this.poll(event, known, now);
    if (phase === 'detached') {
      known.wasCancelled = true;
      known.wasAborted ||= detail === 'abandoned';
    }
    // Each poll has told itself.
    if (detail === 'still_running') return;
    emit({ type: 'job', job: jobId, slice, phase, attempt, ...(detail === undefined ? {} : { detail }) });
    if (detail === 'unknown_status') this.unmapped(event);
  }

  private poll({ jobId, polls, rawStatus = null, status, nextPollMs, phase }: JobEvent, known: KnownJob, now: number): void {
    known.polls = polls;
    known.isRunning = status === 'running' || status === undefined;
    this.options.emit({
      type: 'poll',
      job: jobId,
      n: polls,
      raw: rawStatus,
      status: status ?? null,
      nextPollMs: phase === 'running' && nextPollMs !== undefined ? Math.round(nextPollMs) : null,
      timeoutLeftMs: known.createdAt === undefined || this.jobTimeoutMs === undefined ? null : Math.max(0, Math.round(known.createdAt + this.jobTimeoutMs - now)),
    });
  }

  private unmapped({ rawStatus = null }: JobEvent): void {
    const shown = typeof rawStatus === 'string' ? `"${rawStatus}"` : JSON.stringify(rawStatus);
    this.options.emit({ type: 'hint', hint: { kind: 'unmapped_status', raw: rawStatus, message: `The API says ${shown}, and the status mapping has no list with it. Add it to the list of what it means.` } });
  }

  private download({ streamName, jobId, bytes, total = 0, records }: DownloadEvent): void {
    if (streamName !== this.options.streamName) return;
    this.options.emit({ type: 'download', job: jobId ?? null, bytes, rows: records, total: total >= bytes && total > 0 ? total : null });
  }
}
