import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import { asyncJobStatuses, type AsyncJobStatus } from './async-job-status';

/** Which texts of the API mean which status. */
export class AsyncJobStatusMap {
  private readonly statuses = new Map<string, AsyncJobStatus>();

  constructor(private readonly values: Readonly<Partial<Record<AsyncJobStatus, readonly string[]>>>, path = 'status_mapping') {
    for (const status of asyncJobStatuses) {
      for (const value of values[status] ?? []) {
        const other = this.statuses.get(value);
        if (other !== undefined) {
          throw ConnectorError.config('jobs.ambiguous_status_mapping', `${path}: the API status "${value}" is listed twice, under ${other} and under ${status}. List each value once.`);
        }
        this.statuses.set(value, status);
      }
    }
  }

  /** Exact and case-sensitive; undefined when no list has it. */
  statusOf(value: string): AsyncJobStatus | undefined {
    return this.statuses.get(value);
  }

  /** e.g. `running: ["pending"], completed: ["ready"]` */
  describe(): string {
    return asyncJobStatuses
      .filter((status) => this.values[status]?.length)
      .map((status) => `${status}: ${JSON.stringify(this.values[status])}`)
      .join(', ');
  }
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    AsyncJobStatusMap: AsyncJobStatusMap;
  }
}

const values = (description: string, examples: string[]) => field.array(field.string(), { description, examples: [examples] });

export const asyncJobStatusMap = defineComponent({
  kind: 'AsyncJobStatusMap',
  type: 'AsyncJobStatusMap',
  typeOptional: true,
  title: 'Status mapping',
  description:
    'Says what the status values of the API mean. Values are compared exactly with what `status_extractor` finds, written as text: `3` as "3", true as "True", a missing or empty value as "None".',
  fields: {
    running: required(values('The job is not finished yet: it is polled again.', ['pending', 'in_progress'])),
    completed: required(values('The result can be downloaded.', ['ready', 'SUCCESS'])),
    failed: required(values('The API could not do the job: it is ordered again, a few times at most.', ['failure', 'FATAL'])),
    timeout: required(values('The API gave up because it took too long: the job is aborted and ordered again.', ['expired'])),
    skipped: values('There is nothing to download: the slice is finished without records.', ['DONE_NO_DATA']),
  },
  examples: [{ type: 'AsyncJobStatusMap', running: ['pending'], completed: ['ready'], failed: ['failure'], timeout: [], skipped: ['no_data'] }],
  build: (props, ctx) => new AsyncJobStatusMap(props, ctx.path),
});
