import { InterruptedSync, jobsOf, kth, lastStatus, records, states } from './interrupted-sync';
import type { ApiDescription } from '../reporting_api/api-description';
import type { Scenario } from '../support/scenario';

/* eslint-disable @typescript-eslint/no-explicit-any */

const PARENTS = ['x1', 'x2', 'x3'];
const at = (...field_path: string[]) => ({ type: 'DpathExtractor', field_path });
const http = (path: string, http_method = 'GET') => ({ type: 'HttpRequester', url: `{{ config['base_url'] }}${path}`, http_method });

/** Orders exports; a report is ordered for each of their rows, or the rows are asked for one by one. */
function description(child: 'jobs' | 'requests'): Partial<ApiDescription> {
  const job = (name: string, rows: string) => ({
    name,
    create: { on: `POST /${name}`, status: 202, body: { id: '{id}' } },
    poll: { on: `GET /${name}/{id}`, body: { status: '{status}', urls: '{urls}' } },
    statuses: ['pending', 'pending', 'ready'],
    download: { on: `GET /${name}-files/{id}/{part}`, file: { format: 'csv' as const, text: rows } },
  });
  return {
    jobs: [job('exports', `id\n${PARENTS.join('\n')}\n`), ...(child === 'jobs' ? [job('reports', 'parent,day\n{body.parent},2024-01-05\n')] : [])],
    routes: child === 'jobs' ? [] : [{ on: 'GET /contacts/{id}', body: { parent: '{params.id}', day: '2024-01-05' } }],
  };
}

const jobs = (name: string) => ({
  type: 'AsyncRetriever',
  record_selector: { type: 'RecordSelector', extractor: at() },
  status_mapping: { type: 'AsyncJobStatusMap', running: ['pending'], completed: ['ready'], failed: [], timeout: [] },
  status_extractor: at('status'),
  polling_requester: http(`/${name}/{{ creation_response['id'] }}`),
  download_target_extractor: at('urls'),
  download_requester: { type: 'HttpRequester', url: '{{ download_target }}' },
  download_decoder: { type: 'CsvDecoder' },
});

function substream(child: 'jobs' | 'requests', isIncremental: boolean): Partial<Scenario> {
  const partition_router = {
    type: 'SubstreamPartitionRouter',
    parent_stream_configs: [
      { type: 'ParentStreamConfig', parent_key: 'id', partition_field: 'parent', stream: { type: 'DeclarativeStream', name: 'exports', primary_key: 'id', retriever: { ...jobs('exports'), creation_requester: http('/exports', 'POST') }, schema_loader: { type: 'InlineSchemaLoader', schema: {} } } },
    ],
  };
  const byJobs = { ...jobs('reports'), creation_requester: { ...http('/reports', 'POST'), request_body: { type: 'RequestBodyJsonObject', value: { parent: '{{ stream_partition.parent }}' } } } };
  const byRequests = { type: 'SimpleRetriever', requester: http('/contacts/{{ stream_partition.parent }}'), record_selector: { type: 'RecordSelector', extractor: at() } };
  const cursor = { type: 'DatetimeBasedCursor', cursor_field: 'day', datetime_format: '%Y-%m-%d', start_datetime: '2024-01-01', end_datetime: '2024-01-06' };
  return {
    manifest: {
      max_concurrent_async_job_count: 2,
      streams: [{ type: 'DeclarativeStream', name: 'report', primary_key: [], retriever: { ...(child === 'jobs' ? byJobs : byRequests), partition_router }, ...(isIncremental ? { incremental_sync: cursor } : {}), schema_loader: { type: 'InlineSchemaLoader', schema: {} } }],
    },
    syncMode: isIncremental ? 'incremental' : 'full_refresh',
  };
}

const created = (sync: InterruptedSync, route: string) => sync.api.log().filter((each) => each.route === route).length;
const parentJobs = (message: any): any[] => message.state?.stream.stream_state.__async_jobs?.parents?.exports?.jobs ?? [];

it.each<['jobs' | 'requests', boolean]>([
  ['jobs', true],
  ['jobs', false],
  ['requests', true],
])('the job of a parent that is read inside of a stream by %s (incremental: %s) is picked up', async (child, isIncremental) => {
  // So that the run that is killed has not come to its end by then.
  const faults = child === 'requests' ? [{ on: 'GET /contacts/{id}', calls: 3, do: { delay_ms: 2000 } }] : [];
  const sync = await InterruptedSync.start(substream(child, isIncremental), { ...description(child), faults });
  try {
    // While it runs, and after it was read.
    await sync.attempt(kth(1, (message) => parentJobs(message).length > 0));
    const later = await sync.attempt(kth(2, (message) => (child === 'jobs' ? message.type === 'STATE' && jobsOf(message.state.stream).length > 0 : message.type === 'RECORD')));
    expect(later.signal).toBe('SIGKILL');
    const run = await sync.attempt();
    expect({ exit: run.exitCode, status: lastStatus(run), exports: created(sync, 'POST /exports') }).toEqual({ exit: 0, status: 'COMPLETE', exports: 1 });
    if (child === 'jobs') expect(created(sync, 'POST /reports')).toBeLessThanOrEqual(PARENTS.length + 1);
    expect([...new Set(sync.attempts.flatMap(records).map(({ parent }: any) => parent))].sort()).toEqual(PARENTS);
    expect(JSON.stringify(states(run).at(-1))).not.toContain('__async_jobs');
  } finally {
    await sync.api.close();
  }
});

it('a full refresh by requests says nothing of its parents before its end, for it starts over', async () => {
  const sync = await InterruptedSync.start(substream('requests', false), description('requests'));
  try {
    const run = await sync.attempt();
    expect({ exit: run.exitCode, states: states(run).map(({ stream }) => stream.stream_state) }).toEqual({ exit: 0, states: [{ __ab_no_cursor_state_message: true }] });
  } finally {
    await sync.api.close();
  }
});
