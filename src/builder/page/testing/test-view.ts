import type { JsonObject, JsonValue } from '../../../protocol/json';
import type { Hint, TestEvent, TestPhase } from '../../page-contract';
import type { StreamRead } from '../../stream-read';

/** Where a job stands, for a person: the three phases of the tabs, and the three ends. */
export type JobPlace = Phase | 'done' | 'failed' | 'cancelled';

export type Phase = 'creation' | 'polling' | 'download';

/** One line of a job's timeline. Times are milliseconds since the start of the test. */
export interface JobStep {
  t: number;
  kind: 'creating' | 'created' | 'poll' | 'answer' | 'ready' | 'target' | 'download' | 'delivered' | 'enough' | 'failed' | 'again' | 'waiting' | 'cancelled' | 'abort' | 'delete';
  /** Of polls: what the API said, and what it was mapped to; null when the mapping does not list it. */
  raw?: JsonValue;
  status?: string | null;
  /** HTTP status of the answer, 0 when there was none. */
  httpStatus?: number;
  detail?: string;
  /** The exchange that belongs to the step. */
  exchange?: number;
}

export interface JobView {
  job: string;
  slice: JsonObject;
  place: JobPlace;
  /** The phase in which it ended, when it did not end well. */
  endedIn: Phase | null;
  /** What the engine last called its phase. */
  enginePhase: string;
  attempt: number;
  steps: JobStep[];
  polls: number;
  /** When each phase was first entered and last left. */
  entered: Partial<Record<Phase, number>>;
  left: Partial<Record<Phase, number>>;
  /** When the next poll is due; null when none is planned. */
  nextPollAt: number | null;
  /** When the job's time is up, as of the last poll. */
  timeoutAt: number | null;
  bytes: number;
  rows: number;
  totalBytes: number | null;
}

export type Exchange = Extract<TestEvent, { type: 'exchange' }>;
export type LogLine = Extract<TestEvent, { type: 'log' }>;
export type JobAbort = Extract<TestEvent, { type: 'cancelled' }>['jobs'][number];

export type TestStatus = 'running' | 'cancelling' | 'ok' | 'failed' | 'cancelled';

/** Everything that the page shows of one test, made from its events and from nothing else. */
export interface TestView {
  id: string;
  streamName: string;
  status: TestStatus;
  isAsync: boolean;
  canAbort: boolean;
  jobTimeoutSeconds: number | null;
  /** Sequence number and time of the newest event. */
  seq: number;
  t: number;
  jobs: JobView[];
  exchanges: Exchange[];
  logs: LogLine[];
  hints: Hint[];
  /** A pause that is not a poll's, e.g. for a rate limit; `until` is its end. */
  wait: { reason: string; until: number } | null;
  /** Bytes and rows of downloads that belong to no job. */
  download: { bytes: number; rows: number } | null;
  aborts: JobAbort[];
  read: StreamRead | null;
}

export function newTestView(id: string, streamName: string, isAsync: boolean): TestView {
  return {
    id, streamName, isAsync, status: 'running', canAbort: false, jobTimeoutSeconds: null, seq: 0, t: 0,
    jobs: [], exchanges: [], logs: [], hints: [], wait: null, download: null, aborts: [], read: null,
  };
}

export function isRunning({ status }: TestView): boolean {
  return status === 'running' || status === 'cancelling';
}

/** The view after one more event. Events that were seen before (after a reconnect) change nothing. */
export function withEvent(view: TestView, event: TestEvent): TestView {
  if (event.seq <= view.seq) return view;
  const next = { ...view, seq: event.seq, t: Math.max(view.t, event.t) };
  // What happens ends a pause; lines of the log may be about it.
  if (view.wait && event.type !== 'log' && event.type !== 'wait' && event.t >= view.wait.until) next.wait = null;
  switch (event.type) {
    case 'started':
      return { ...next, streamName: event.streamName, isAsync: event.isAsync, canAbort: event.canAbort, jobTimeoutSeconds: event.jobTimeoutSeconds };
    case 'exchange':
      return withExchange({ ...next, wait: null }, event);
    case 'job':
      return withJob(next, event.job, (job) => jobEntered(job, event), event.slice);
    case 'poll':
      return withJob(next, event.job, (job) => polled(job, event, next.exchanges));
    case 'download':
      if (event.job === null) return { ...next, download: { bytes: event.bytes, rows: event.rows } };
      return withJob(next, event.job, (job) => downloaded(job, event));
    case 'wait':
      return { ...next, wait: { reason: event.reason, until: event.t + event.ms } };
    case 'log':
      return { ...next, logs: [...next.logs, event] };
    case 'hint':
      return withHint(next, event.hint);
    case 'cancelled':
      return { ...next, aborts: event.jobs };
    case 'finished':
      return finished(next, event);
  }
}

function withHint(view: TestView, hint: Hint): TestView {
  const known = view.hints.some((each) => JSON.stringify(each) === JSON.stringify(hint));
  return known ? view : { ...view, hints: [...view.hints, hint] };
}

function withExchange(view: TestView, event: Exchange): TestView {
  const next = { ...view, exchanges: [...view.exchanges, event] };
  const hinted = event.hint ? withHint(next, event.hint) : next;
  return event.job === null ? hinted : withJob(hinted, event.job, (job) => exchanged(job, event), event.slice ?? {});
}

function withJob(view: TestView, id: string, change: (job: JobView) => JobView, slice: JsonObject = {}): TestView {
  const index = view.jobs.findIndex(({ job }) => job === id);
  const known = view.jobs[index] ?? newJob(id, slice);
  const changed = change(known);
  return { ...view, jobs: index < 0 ? [...view.jobs, changed] : view.jobs.with(index, changed) };
}

function newJob(job: string, slice: JsonObject): JobView {
  return {
    job, slice, place: 'creation', endedIn: null, enginePhase: 'planned', attempt: 1, steps: [], polls: 0, entered: {}, left: {},
    nextPollAt: null, timeoutAt: null, bytes: 0, rows: 0, totalBytes: null,
  };
}

function withStep(job: JobView, step: JobStep): JobView {
  return { ...job, steps: [...job.steps, step] };
}

function moved(job: JobView, place: JobPlace, t: number): JobView {
  const { place: from } = job;
  if (from === place) return isPhase(place) && job.entered[place] === undefined ? { ...job, entered: { ...job.entered, [place]: t } } : job;
  const next = { ...job, place, nextPollAt: null };
  if (isPhase(from)) next.left = { ...job.left, [from]: t };
  if (isPhase(place)) next.entered = { [place]: t, ...job.entered };
  else if (place !== 'done') next.endedIn = isPhase(from) ? from : job.endedIn;
  return next;
}

function isPhase(place: JobPlace): place is Phase {
  return place === 'creation' || place === 'polling' || place === 'download';
}

/** Phases of the engine (JobPhase) as the page tells them. */
const ENTERED: Record<string, { place: JobPlace; step?: JobStep['kind'] }> = {
  planned: { place: 'creation' },
  waiting_for_capacity: { place: 'creation', step: 'waiting' },
  creating: { place: 'creation', step: 'creating' },
  cooling_down: { place: 'creation', step: 'again' },
  running: { place: 'polling' },
  ready: { place: 'download', step: 'ready' },
  delivering: { place: 'download' },
  delivered: { place: 'done', step: 'delivered' },
  detached: { place: 'cancelled', step: 'cancelled' },
  given_up: { place: 'failed', step: 'failed' },
};

/** Ends that are no failure of the job: the test has read enough, or the stream ended. */
const GIVEN_UP: Record<string, { place: JobPlace; step: JobStep['kind'] }> = {
  reader_left: { place: 'done', step: 'enough' },
  stopped: { place: 'cancelled', step: 'cancelled' },
};

function jobEntered(job: JobView, event: Extract<TestEvent, { type: 'job' }>): JobView {
  const entered = (event.phase === 'given_up' && GIVEN_UP[event.detail ?? '']) || ENTERED[event.phase];
  if (!entered) return job;
  const isNew = job.enginePhase !== event.phase || job.attempt !== event.attempt;
  const there = { ...moved(job, entered.place, event.t), enginePhase: event.phase, attempt: event.attempt, slice: event.slice };
  if (!entered.step || !isNew) return there;
  return withStep(there, { t: event.t, kind: entered.step, ...(event.detail === undefined ? {} : { detail: event.detail }) });
}

function polled(job: JobView, { t, raw, status, nextPollMs, timeoutLeftMs }: Extract<TestEvent, { type: 'poll' }>, exchanges: readonly Exchange[]): JobView {
  // The last poll may be told after the job has gone on.
  const there = job.place === 'creation' ? moved(job, 'polling', t) : job;
  const exchange = exchanges.findLast((each) => each.job === job.job && each.phase === 'polling')?.n;
  return withStep(
    {
      ...there,
      polls: job.polls + 1,
      nextPollAt: nextPollMs === null ? null : t + nextPollMs,
      timeoutAt: timeoutLeftMs === null ? null : t + timeoutLeftMs,
    },
    { t, kind: 'poll', raw, status, ...(exchange === undefined ? {} : { exchange }) },
  );
}

const ANSWERED: Record<string, JobStep['kind']> = { ASYNC_CREATE: 'created', ASYNC_ABORT: 'abort', ASYNC_DELETE: 'delete' };
const PLACE_OF: Record<TestPhase, Phase> = { creation: 'creation', polling: 'polling', download_target: 'download', download: 'download' };

function exchanged(job: JobView, { t, n, kind, phase, response }: Exchange): JobView {
  const httpStatus = response.status;
  const there = phase && isPhase(job.place) ? moved(job, PLACE_OF[phase], t) : job;
  // A poll that went well is told by its own event, with the status that it brought.
  const hasFailed = httpStatus === 0 || httpStatus >= 400;
  const step = ANSWERED[kind] ?? (phase === 'download_target' ? 'target' : hasFailed ? 'answer' : null);
  return step ? withStep(there, { t, kind: step, httpStatus, exchange: n }) : there;
}

function downloaded(job: JobView, { t, bytes, rows, total }: Extract<TestEvent, { type: 'download' }>): JobView {
  const there = { ...(isPhase(job.place) ? moved(job, 'download', t) : job), bytes, rows, totalBytes: total };
  return there.steps.some(({ kind }) => kind === 'download') ? there : withStep(there, { t, kind: 'download' });
}

function finished(view: TestView, { t, outcome, read }: Extract<TestEvent, { type: 'finished' }>): TestView {
  const place = outcome === 'ok' ? 'done' : outcome;
  // Jobs whose end nobody told ended with the test.
  const jobs = view.jobs.map((job) => ({ ...(isPhase(job.place) ? moved(job, place, t) : job), nextPollAt: null }));
  return { ...view, status: outcome, jobs, read, wait: null };
}
