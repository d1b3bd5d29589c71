import { count, duration, size } from './amounts';
import { shownStatus } from './other-requests';
import type { JobStep, JobView } from './test-view';

/** One line of a timeline. */
export interface TimelineRow {
  /** Milliseconds since the start of the test. */
  t: number;
  /** Since the line before it; null for the first. */
  after: number | null;
  kind: JobStep['kind'];
  /** Of polls that were folded into one line. */
  times: number;
  what: string;
  /** Of polls. */
  raw: string;
  mapped: string;
  exchange: number | null;
}

const NO_ANSWER = 'no answer';

/** Why a job ended: events of the engine (`JobEventName`) in words. */
const REASONS: Record<string, string> = {
  capacity_exhausted: 'the API took no more jobs',
  creation_failed: 'the creation failed',
  refused: 'the API refused the request',
  failed: 'the API says that the job failed',
  timed_out: 'the API says that the job timed out',
  deadline_passed: 'the time for the job is up',
  forgotten: 'the API does not know the job any more',
  lost: 'too many polls failed',
  unknown_status: 'the status is not mapped',
  read_failed: 'the result could not be read',
  read_interrupted: 'the download broke',
  result_lost: 'the result cannot be fetched any more',
};
const TEXTS: Record<JobStep['kind'], (step: JobStep) => string> = {
  creating: () => 'Creating the job',
  created: ({ httpStatus }) => `Create: ${httpStatus || NO_ANSWER}`,
  poll: () => 'Poll',
  answer: ({ httpStatus }) => (httpStatus ? `Refused with ${httpStatus}` : 'No answer came'),
  ready: () => 'Ready at the API',
  target: ({ httpStatus }) => `Download target: ${httpStatus || NO_ANSWER}`,
  download: () => 'Downloading',
  delivered: () => 'Done',
  enough: () => 'Enough was read',
  failed: ({ detail }) => (detail === undefined ? 'Failed' : `Failed: ${REASONS[detail] ?? detail}`),
  again: ({ detail }) => `Another attempt follows${detail === undefined ? '' : `: ${REASONS[detail] ?? detail}`}`,
  waiting: () => 'The API takes no more jobs for now',
  cancelled: () => 'Stopped',
  abort: ({ httpStatus }) => `Abort: ${httpStatus || NO_ANSWER}`,
  delete: ({ httpStatus }) => `Delete: ${httpStatus || NO_ANSWER}`,
};

/** So many polls that say the same and follow each other become one line. */
const FOLDED_FROM = 4;

/** A job's timeline; with `fold`, long runs of polls that say the same are one line each. */
export function timelineRows(job: JobView, fold: boolean): TimelineRow[] {
  const rows = job.steps.map((step, at): TimelineRow => ({ ...rowOf(step, job), after: at > 0 ? step.t - job.steps[at - 1]!.t : null }));
  if (!fold) return rows;
  const lines: TimelineRow[] = [];
  for (let at = 0; at < rows.length; ) {
    const first = rows[at]!;
    const end = rows.findIndex((row, other) => other > at && !(row.kind === 'poll' && first.kind === 'poll' && row.raw === first.raw && row.mapped === first.mapped));
    const run = rows.slice(at, end < 0 ? rows.length : end);
    if (run.length >= FOLDED_FROM) lines.push({ ...first, times: run.length, exchange: run.at(-1)!.exchange });
    else lines.push(...run);
    at += run.length;
  }
  return lines;
}

function rowOf(step: JobStep, { bytes, rows, totalBytes }: JobView): TimelineRow {
  const { t, kind, exchange } = step;
  const loaded = kind === 'download' ? `: ${size(bytes)}${totalBytes === null ? '' : ` of ${size(totalBytes)}`}, ${count(rows, 'row')}` : '';
  const isPoll = kind === 'poll';
  return {
    t, kind, after: null, times: 1, exchange: exchange ?? null, what: `${TEXTS[kind](step)}${loaded}`,
    raw: isPoll ? shownStatus(step.raw) : '',
    mapped: isPoll ? (step.status ?? 'not mapped') : '',
  };
}

/** A time on the job's line, e.g. `10.3 s` or, folded, `from 5.3 s`. */
export function rowTime({ t, times }: TimelineRow): string {
  return times > 1 ? `from ${duration(t)}` : duration(t);
}
