import type { ApiDescription } from '../reporting_api/api-description';
import { startReportingApi, type LoggedRequest, type ReportingApi } from '../reporting_api/reporting-api';
import { runCli, type CliInput, type CliRun } from '../support/run-cli';
import { scenarioApi, scenarioInput, type Scenario } from '../support/scenario';

/* eslint-disable @typescript-eslint/no-explicit-any */

export const DAYS = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'];
export const ROWS = ['a', 'b', 'c'];

/** One job a day, two at once; three rows a day. */
export const DAILY: Omit<Scenario, 'name' | 'description' | 'expect'> = {
  job: {
    create: { body: { id: '{id}', token: 'unused' } },
    statuses: ['pending', 'pending', 'ready'],
    download: { file: { text: `id,day\n${ROWS.map((row) => `{body.start}-${row},{body.start}\n`).join('')}` } },
  },
  retriever: { creation_requester: { request_body: { type: 'RequestBodyJsonObject', value: { start: "{{ stream_slice['start_time'] }}" } } } },
  stream: {
    incremental_sync: {
      type: 'DatetimeBasedCursor',
      cursor_field: 'day',
      datetime_format: '%Y-%m-%d',
      start_datetime: DAYS[0],
      // The last window reaches the end: from the fifth day to the sixth.
      end_datetime: '2024-01-06',
      step: 'P1D',
      cursor_granularity: 'P1D',
    },
  },
  manifest: { max_concurrent_async_job_count: 2 },
  syncMode: 'incremental',
};

/** The same days as partitions of a full refresh. */
export const FULL_REFRESH: typeof DAILY = {
  ...DAILY,
  stream: {},
  retriever: {
    ...DAILY.retriever,
    partition_router: { type: 'ListPartitionRouter', cursor_field: 'start_time', values: DAYS },
  },
  syncMode: 'full_refresh',
};

/** A sync in several attempts against one API: each goes on from the last STATE of the one before. */
export class InterruptedSync {
  readonly attempts: CliRun[] = [];
  /** What each attempt was given, by number. */
  readonly givenStates: any[] = [];
  state: any;
  /** How many jobs there were when each attempt began. */
  private readonly firstCreations: number[] = [];

  private constructor(
    readonly api: ReportingApi,
    private readonly input: CliInput,
  ) {}

  static async start(scenario: Partial<Scenario>, more: Partial<ApiDescription> = {}): Promise<InterruptedSync> {
    const whole = { name: 'resume', description: '', expect: { exit: 0, records: 0 }, ...DAILY, ...scenario } as Scenario;
    const api = await startReportingApi({ ...scenarioApi(whole), ...more });
    return new InterruptedSync(api, { command: 'read', ...scenarioInput(whole, api.url), env: whole.env });
  }

  /** @param killWhen the process is killed when a message satisfies it */
  async attempt(killWhen?: (message: any) => boolean, more: Partial<CliInput> = {}): Promise<CliRun> {
    this.givenStates.push(this.state);
    this.firstCreations.push(this.creations.length);
    let isDead = false;
    const run = await runCli({
      ...this.input,
      state: this.state && [{ type: 'STREAM', stream: this.state }],
      ...(killWhen
        ? {
            onMessage: (message, child) => {
              if (isDead || !killWhen(message)) return;
              isDead = true;
              child.kill('SIGKILL');
            },
          }
        : {}),
      ...more,
      env: { ...this.input.env, ...more.env },
    });
    this.attempts.push(run);
    this.state = states(run).at(-1)?.stream ?? this.state;
    return run;
  }

  get creations(): LoggedRequest[] {
    return this.api.log().filter(({ route, status }) => route === 'POST /exports' && status === 202);
  }

  /** How many jobs were ordered for each day. */
  get creationsByDay(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { body } of this.creations) {
      const day = JSON.parse(body).start;
      counts[day] = (counts[day] ?? 0) + 1;
    }
    return counts;
  }

  /** Ids of all records of all attempts, sorted, each once. */
  get delivered(): string[] {
    return [...new Set(this.attempts.flatMap((run) => records(run).map(({ id }) => id)))].sort();
  }

  /**
   * Jobs that were ordered although a STATE had told of one for the same day that the API still knew. A job that was ordered
   * in the moment of the kill, before its STATE was out, nobody can know of.
   */
  get orderedTwice(): string[] {
    const told = new Set(this.attempts.flatMap((run) => states(run).flatMap(({ stream }) => jobsOf(stream).map(({ creation }: any) => creation.body.id))));
    const seen = new Set<string>();
    // After the last STATE of a sync another sync begins.
    const newSyncs = new Set(this.firstCreations.filter((_first, attempt) => this.givenStates[attempt] && !this.givenStates[attempt].stream_state.__async_jobs));
    return this.creations.flatMap(({ body }, index) => {
      if (newSyncs.has(index)) seen.clear();
      const day = JSON.parse(body).start;
      const isAgain = seen.has(day);
      if (told.has(`export-${index + 1}`)) seen.add(day);
      return isAgain ? [day] : [];
    });
  }

  /** Records of days that the STATE which an attempt was given had closed. */
  get deliveredAgain(): string[] {
    return this.attempts.flatMap((run, index) => {
      const given = this.givenStates[index]?.stream_state;
      const closed = (given?.__async_jobs?.sync?.read ?? []).flatMap(({ windows }: any) => windows);
      return records(run).filter(({ day }) => closed.some(({ start, end }: any) => start <= day && day <= end)).map(({ id }) => id);
    });
  }
}

export const EVERYTHING = DAYS.flatMap((day) => ROWS.map((row) => `${day}-${row}`)).sort();
export const ONCE_EACH = Object.fromEntries(DAYS.map((day) => [day, 1]));

export function records(run: CliRun): { id: string; day: string }[] {
  return run.messages.filter(({ type }) => type === 'RECORD').map(({ record }) => record.data);
}

/** The records that a platform keeps of a run: those before its last STATE, or all when it ended well. */
export function committed(run: CliRun): any[] {
  const last = run.exitCode === 0 ? run.messages.length : run.messages.map(({ type }) => type).lastIndexOf('STATE');
  return run.messages.slice(0, Math.max(0, last)).filter(({ type }) => type === 'RECORD').map(({ record }) => record.data);
}

export function states(run: CliRun): any[] {
  return run.messages.filter(({ type }) => type === 'STATE').map(({ state }) => state);
}

export function jobsOf(stream: any): any[] {
  return stream.stream_state.__async_jobs?.jobs ?? [];
}

export function lastStatus(run: CliRun): string | undefined {
  return run.messages.filter(({ trace }) => trace?.stream_status).at(-1)?.trace.stream_status.status;
}

/** True for the k-th message that satisfies `test`. */
export function kth(k: number, test: (message: any) => boolean): (message: any) => boolean {
  let count = 0;
  return (message) => test(message) && (count += 1) === k;
}

/** A STATE in which some job has begun. */
export const tellsOfJobs = (message: any): boolean => message.type === 'STATE' && jobsOf(message.state.stream).length > 0;
