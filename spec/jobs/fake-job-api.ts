import type { ApiAnswer } from '../../src/jobs/api-answer';
import type { AsyncJobRepository, JobOnApi, PollResult } from '../../src/jobs/async-job-repository';
import type { AsyncJobStatus } from '../../src/jobs/async-job-status';
import { AsyncJobOrchestrator, type OrchestratorOptions } from '../../src/jobs/async-job-orchestrator';
import type { AsyncJob } from '../../src/jobs/async-job';
import { JobTracker } from '../../src/jobs/job-tracker';
import { PollingSchedule } from '../../src/jobs/polling-schedule';
import { EventLedger } from '../../src/jobs/job-ledger';
import type { JsonValue } from '../../src/protocol/json';
import { StreamSlice } from '../../src/slices/stream-slice';
import { fakeRuntime, type FakeRuntime } from '../support/fake-runtime';

/** What one poll gives: a status, a status outside the mapping as `{ raw }`, or an error. */
export type PollScript = AsyncJobStatus | { raw: JsonValue } | Error;
/** What one creation gives. */
export type CreationScript = 'ok' | Error;

export interface JobScript {
  create?: CreationScript;
  /** In order; the last one repeats. */
  polls?: PollScript[];
  /** Milliseconds from the creation; overrides `polls`: running before, completed from then on. */
  takesMs?: number;
  retryAfterMs?: number;
}

/** An API in memory: `scripts(sliceName, attempt)` says what its jobs do. */
export class FakeJobApi implements AsyncJobRepository {
  readonly canAbort = true;
  readonly canDelete = true;
  readonly statusSource = 'It was found by status_extractor (field_path ["status"]); status_mapping lists running: ["pending"].';
  readonly log: { what: 'create' | 'poll' | 'abort' | 'delete'; slice: string; at: number }[] = [];
  /** Jobs that exist and are not finished, now and at most. */
  alive = 0;
  mostAlive = 0;
  abortError: Error | undefined;
  deleteError: Error | undefined;
  targets: JsonValue[] = [''];
  /** The answer to a creation. */
  created = (id: string): ApiAnswer => answer({ id });
  private readonly attempts = new Map<string, number>();
  private readonly jobs = new Map<string, { script: JobScript; polls: number; createdAt: number; done: boolean }>();

  constructor(
    private readonly runtime: FakeRuntime,
    private readonly scripts: (slice: string, attempt: number) => JobScript,
  ) {}

  count(what: 'create' | 'poll' | 'abort' | 'delete', slice?: string): number {
    return this.log.filter((entry) => entry.what === what && (slice === undefined || entry.slice === slice)).length;
  }

  async create(slice: StreamSlice, signal: AbortSignal): Promise<ApiAnswer> {
    signal.throwIfAborted();
    const name = nameOf(slice);
    const attempt = (this.attempts.get(name) ?? 0) + 1;
    this.attempts.set(name, attempt);
    this.note('create', slice);
    const script = this.scripts(name, attempt);
    if (script.create instanceof Error) throw script.create;
    this.jobs.set(name, { script, polls: 0, createdAt: this.runtime.clock.monotonic(), done: false });
    this.alive += 1;
    this.mostAlive = Math.max(this.mostAlive, this.alive);
    return this.created(`${name}-${attempt}`);
  }

  /** There is a job already, of attempt 0. */
  adopt(name: string): void {
    this.jobs.set(name, { script: this.scripts(name, 0), polls: 0, createdAt: this.runtime.clock.monotonic(), done: false });
    this.alive += 1;
  }

  async poll({ slice }: JobOnApi, signal: AbortSignal): Promise<PollResult> {
    signal.throwIfAborted();
    this.note('poll', slice);
    const job = this.jobs.get(nameOf(slice))!;
    const step = this.step(job);
    job.polls += 1;
    if (step instanceof Error) throw step;
    const status = typeof step === 'string' ? step : undefined;
    if (status !== undefined && status !== 'running') this.finish(job);
    const raw = typeof step === 'string' ? step : step.raw;
    return { answer: answer({ status: raw, words: `the API says ${String(raw)}` }, job.script.retryAfterMs), rawStatus: raw, status };
  }

  async abort({ slice }: JobOnApi): Promise<void> {
    this.note('abort', slice);
    if (this.abortError) throw this.abortError;
    this.finish(this.jobs.get(nameOf(slice))!);
  }

  async delete({ slice }: JobOnApi): Promise<void> {
    this.note('delete', slice);
    if (this.deleteError) throw this.deleteError;
  }

  async downloadTargets(): Promise<JsonValue[]> {
    return this.targets;
  }

  private step({ script, polls, createdAt }: { script: JobScript; polls: number; createdAt: number }): PollScript {
    if (script.takesMs !== undefined) return this.runtime.clock.monotonic() - createdAt >= script.takesMs ? 'completed' : 'running';
    const steps = script.polls ?? ['completed'];
    return steps[Math.min(polls, steps.length - 1)]!;
  }

  private finish(job: { done: boolean }): void {
    if (!job.done) this.alive -= 1;
    job.done = true;
  }

  private note(what: 'create' | 'poll' | 'abort' | 'delete', slice: StreamSlice): void {
    this.log.push({ what, slice: nameOf(slice), at: this.runtime.clock.monotonic() });
  }
}

export function answer(body: { [key: string]: JsonValue }, retryAfterMs?: number): ApiAnswer {
  return { variables: body, elements: [body], excerpt: JSON.stringify(body), retryAfterMs };
}

export function slicesOf(...names: string[]): StreamSlice[] {
  return names.map((name) => new StreamSlice({ part: name }));
}

export function nameOf(slice: StreamSlice): string {
  return String(slice.partition.part);
}

export async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}

export interface Setup {
  slices?: StreamSlice[] | AsyncIterable<StreamSlice>;
  scripts?: (slice: string, attempt: number) => JobScript;
  limit?: number;
  policy?: Partial<OrchestratorOptions['policy']>;
  ledger?: OrchestratorOptions['ledger'];
  cancel?: Partial<OrchestratorOptions['cancel']>;
  tracker?: JobTracker;
  schedule?: PollingSchedule;
  runtime?: FakeRuntime;
}

export function setUp(setup: Setup = {}): { orchestrator: AsyncJobOrchestrator; api: FakeJobApi; tracker: JobTracker; runtime: FakeRuntime } {
  const runtime = setup.runtime ?? fakeRuntime();
  const api = new FakeJobApi(runtime, setup.scripts ?? (() => ({})));
  const tracker = setup.tracker ?? new JobTracker(setup.limit ?? 1);
  const slices = setup.slices ?? slicesOf('a');
  const orchestrator = new AsyncJobOrchestrator({
    streamName: 'reports',
    slices: Array.isArray(slices) ? each(slices) : slices,
    repository: api,
    tracker,
    schedule: setup.schedule ?? new PollingSchedule(undefined, runtime.random),
    policy: { maxAttempts: 3, timeoutMs: 3_600_000, failedRetryWaitMs: undefined, unknownStatusGracePolls: 4, ...setup.policy },
    ledger: setup.ledger ?? new EventLedger('reports', runtime),
    cancel: { jobs: 'leave', graceMs: 10_000, ...setup.cancel },
    runtime,
    signal: runtime.signal,
  });
  return { orchestrator, api, tracker, runtime };
}

/** Reads every job as a stream would; `error` is what the stream ends with. */
export async function deliver(orchestrator: AsyncJobOrchestrator): Promise<{ delivered: string[]; jobs: AsyncJob[]; error: unknown }> {
  const jobs: AsyncJob[] = [];
  try {
    for await (const job of orchestrator.jobs()) {
      await orchestrator.report(job, 'read_started');
      await orchestrator.report(job, 'delivered');
      jobs.push(job);
    }
  } catch (error) {
    return { delivered: jobs.map((job) => nameOf(job.slice)), jobs, error };
  }
  return { delivered: jobs.map((job) => nameOf(job.slice)), jobs, error: undefined };
}

/** Resolves when everything has happened that happens without anybody's doing. */
export async function settled(api: FakeJobApi): Promise<void> {
  for (let quiet = 0, seen = -1; quiet < 20; ) {
    await new Promise((resolve) => setImmediate(resolve));
    quiet = api.log.length === seen ? quiet + 1 : 0;
    seen = api.log.length;
  }
}
