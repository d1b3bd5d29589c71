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
const TEXTS: Record<JobStep['kind'], (step: JobStep) => string> = {
  creating: () => 'Creating the job',
  created: ({ httpStatus }) => `Create: ${httpStatus || NO_ANSWER}`,
  poll: () => 'Poll',
  answer: ({ httpStatus }) => (httpStatus ? `Refused with ${httpStatus}` : 'No answer came'),
  ready: () => 'Finished at the API, target found',
  target: ({ httpStatus }) => `Download target: ${httpStatus || NO_ANSWER}`,
  download: () => 'Downloading',
  delivered: () => 'Done',
  failed: ({ detail }) => detail ?? 'Failed',
  again: ({ detail }) => `Another attempt follows${detail ? `: ${detail}` : ''}`,
  waiting: () => 'The API takes no more jobs for now',
  cancelled: () => 'Cancelled',
  abort: ({ httpStatus }) => `Abort: ${httpStatus || NO_ANSWER}`,
  delete: ({ httpStatus }) => `Delete: ${httpStatus || NO_ANSWER}`,
};

/** A job's timeline; with `fold`, polls that say the same and follow each other are one line. */
export function timelineRows(job: JobView, fold: boolean): TimelineRow[] {
  const rows: TimelineRow[] = [];
  for (const step of job.steps) {
    const last = rows.at(-1);
    const row = rowOf(step, job);
    if (fold && last?.kind === 'poll' && step.kind === 'poll' && last.raw === row.raw && last.mapped === row.mapped) {
      rows[rows.length - 1] = { ...last, times: last.times + 1, exchange: row.exchange };
    } else rows.push({ ...row, after: last ? step.t - last.t : null });
  }
  return rows;
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
