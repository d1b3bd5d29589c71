import { ConnectorError } from '../errors/connector-error';
import { jobVariables } from '../jobs/job-variables';
import type { AsyncJob } from '../jobs/async-job';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';

/** What was read of a stream, or of one of its slices: rows = records that went on + filtered. */
export class RowCounts {
  /** Rows that the answers held. */
  rows = 0;
  /** Rows that a filter or the cursor did not want. */
  filtered = 0;
  /** Bytes of the answers, transport encoding undone. */
  bytes = 0;

  add(other: RowCounts): void {
    this.rows += other.rows;
    this.filtered += other.filtered;
    this.bytes += other.bytes;
  }
}

/**
 * How many rows the API says the result of a job has; undefined when it does not say.
 * @throws ConnectorError `jobs.invalid_number` when the template gives something that is no count
 */
export function announcedRows(template: InterpolatedString, job: AsyncJob): number | undefined {
  const value = template.eval(jobVariables(job));
  if (value === null || value === '') return undefined;
  const count = typeof value === 'string' ? Number(value) : value;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
  throw ConnectorError.config('jobs.invalid_number', `expected_record_count must give a whole number from 0 on, or nothing; for the slice ${job.label} it came out as ${JSON.stringify(value)}.`);
}

/** A result that is not whole, although nothing broke. Ordered again while none of its records went out. */
export function wrongRowCount(job: AsyncJob, announced: number, rows: number): ConnectorError {
  return ConnectorError.transient(
    'download.row_count',
    `The API announced ${announced} rows for the slice ${job.label} (expected_record_count), but its download held ${rows}. The slice is read again by the next sync; if the numbers never fit, correct expected_record_count.`,
    { recovery: 'new_job' },
  );
}
