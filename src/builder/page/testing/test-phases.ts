import type { TestPhase } from '../../page-contract';
import { count, duration, remaining, size } from './amounts';
import { sliceName } from './slice-name';
import { isRunning, type JobView, type Phase, type TestView } from './test-view';

export interface PhaseView {
  name: Phase | 'request';
  label: string;
  state: 'todo' | 'active' | 'done' | 'failed' | 'cancelled';
  /** Milliseconds since the start of the test; null before it was entered. */
  since: number | null;
  /** Null while it lasts. */
  until: number | null;
  /** e.g. `3 polls`, `1.2 MiB, 400 rows`. */
  detail: string;
}

export const PHASE_LABELS: Record<TestPhase, string> = { creation: 'Creation', polling: 'Polling', download_target: 'Download target', download: 'Download' };

const PHASES: readonly Phase[] = ['creation', 'polling', 'download'];

/** The phase bar: the three phases of an asynchronous stream over all its jobs, or the one of a synchronous stream. */
export function phasesOf(view: TestView): PhaseView[] {
  return view.isAsync ? PHASES.map((name) => phaseOf(view, name)) : [requestPhase(view)];
}

function requestPhase(view: TestView): PhaseView {
  const { status, t, exchanges } = view;
  const state = isRunning(view) ? 'active' : status === 'ok' ? 'done' : status === 'failed' ? 'failed' : 'cancelled';
  return { name: 'request', label: 'Requests', state, since: 0, until: state === 'active' ? null : t, detail: count(exchanges.length, 'request') };
}

function phaseOf({ jobs }: TestView, name: Phase): PhaseView {
  const entered = jobs.map((job) => job.entered[name]).filter((t) => t !== undefined);
  const active = jobs.some(({ place }) => place === name);
  const endedHere = (place: 'failed' | 'cancelled') => jobs.some((job) => job.place === place && job.endedIn === name);
  const since = entered.length > 0 ? Math.min(...entered) : null;
  const state = active ? 'active' : endedHere('failed') ? 'failed' : endedHere('cancelled') ? 'cancelled' : since === null ? 'todo' : 'done';
  const left = jobs.map((job) => job.left[name]).filter((t) => t !== undefined);
  return { name, label: PHASE_LABELS[name], state, since, until: active || left.length === 0 ? null : Math.max(...left), detail: detailOf(jobs, name) };
}

function detailOf(jobs: readonly JobView[], name: Phase): string {
  const sum = (of: (job: JobView) => number) => jobs.reduce((total, job) => total + of(job), 0);
  if (name === 'creation') return jobs.length > 1 ? count(jobs.length, 'job') : '';
  if (name === 'polling') return sum(({ polls }) => polls) > 0 ? count(sum(({ polls }) => polls), 'poll') : '';
  const bytes = sum((job) => job.bytes);
  return bytes > 0 ? `${size(bytes)}, ${count(sum(({ rows }) => rows), 'row')}` : '';
}

/** `job 2` or, where slices tell them apart, what it is for. */
export function jobName(view: TestView, job: JobView): string {
  return sliceName(job.slice) || (view.jobs.length > 1 ? `Job ${view.jobs.indexOf(job) + 1}` : 'Job');
}

/**
 * What a running test waits for, in one sentence.
 *
 * @param now milliseconds since the start of the test
 */
export function waitingFor(view: TestView, now: number): string {
  if (view.status === 'cancelling') return 'Stopping';
  if (view.wait && view.wait.until > now) return `${view.wait.reason}: ${remaining(view.wait.until - now)} left`;
  if (!view.isAsync) return view.exchanges.length === 0 ? 'Waiting for the first answer' : 'Reading';
  const loading = view.jobs.find(({ place }) => place === 'download');
  if (loading) return downloading(loading);
  const due = view.jobs.filter(({ place, nextPollAt }) => place === 'polling' && nextPollAt !== null).sort((a, b) => a.nextPollAt! - b.nextPollAt!)[0];
  if (due) return polling(view, due, now);
  if (view.jobs.some(({ place }) => place === 'polling')) return 'Waiting for the answer to a poll';
  if (view.jobs.some(({ enginePhase }) => enginePhase === 'waiting_for_capacity')) return 'The API takes no more jobs for now; trying again';
  return view.jobs.length > 0 ? 'Creating the job' : 'Checking the configuration';
}

function downloading({ bytes, rows, totalBytes }: JobView): string {
  if (bytes === 0) return 'Downloading';
  return `Downloading: ${size(bytes)}${totalBytes === null ? '' : ` of ${size(totalBytes)}`}, ${count(rows, 'row')}`;
}

function polling(view: TestView, job: JobView, now: number): string {
  const name = view.jobs.length > 1 ? ` of ${jobName(view, job)}` : '';
  const poll = job.nextPollAt! > now ? `Next poll${name} in ${remaining(job.nextPollAt! - now)}` : `Polling${name}`;
  return job.timeoutAt === null ? poll : `${poll}, ${remaining(job.timeoutAt - now)} until the job times out`;
}

/** What a screen reader is told: changes of phase and status, not each poll. The failure itself is an alert of its own. */
export function announcement(view: TestView): string {
  switch (view.status) {
    case 'cancelling':
      return 'Stopping the test';
    case 'cancelled':
      return `Test cancelled. ${abortSummary(view)}`;
    case 'failed':
      return 'Test failed';
    case 'ok':
      return `Test finished: ${count(recordCount(view), 'record')}`;
    case 'running': {
      if (!view.isAsync) return 'Testing';
      if (view.jobs.some(({ place }) => place === 'download')) return 'Downloading';
      const polled = view.jobs.find(({ place, polls }) => place === 'polling' && polls > 0);
      if (polled) return `The job is ${lastStatus(polled)}`;
      return view.jobs.some(({ place }) => place === 'polling') ? 'The job was created' : 'Creating the job';
    }
  }
}

function lastStatus({ steps }: JobView): string {
  const poll = steps.findLast(({ kind }) => kind === 'poll');
  return poll?.status ?? 'in a status that is not mapped';
}

export function recordCount({ read }: TestView): number {
  return (read?.slices ?? []).reduce((total, { pages }) => total + pages.reduce((sum, { records }) => sum + records.length, 0), 0);
}

/** What became of the jobs at the API when the test was cancelled. */
export function abortSummary({ aborts, canAbort, jobs }: TestView): string {
  if (aborts.length === 0) return jobs.length === 0 ? 'No job had been created.' : 'No job was running.';
  const counted = (abort: 'sent' | 'failed' | 'none') => aborts.filter((each) => each.abort === abort).length;
  const parts: string[] = [];
  if (counted('sent') > 0) parts.push(`${count(counted('sent'), 'job')} aborted at the API`);
  if (counted('failed') > 0) parts.push(`the API did not accept the abort of ${count(counted('failed'), 'job')}`);
  if (counted('none') > 0) {
    parts.push(`${count(counted('none'), 'job')} may go on at the API${canAbort ? '' : ', because the stream has no Abort Requester'}`);
  }
  const text = parts.join('; ');
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** How long each phase took, for the end: `Creation 0.3 s`. */
export function phaseTime({ since, until }: PhaseView, now: number): string {
  return since === null ? '' : duration((until ?? now) - since);
}
