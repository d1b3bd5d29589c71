import { committed, DAILY, DAYS, EVERYTHING, FULL_REFRESH, InterruptedSync, jobsOf, kth, lastStatus, ONCE_EACH, records, ROWS, states, tellsOfJobs } from './interrupted-sync';

/* eslint-disable @typescript-eslint/no-explicit-any */

const isRecord = (message: any) => message.type === 'RECORD';
const polled = (message: any) => message.type === 'LOG' && /is still running/.test(message.log.message);

describe('a sync that is killed and started again with its last STATE', () => {
  it.each<[string, (message: any) => boolean]>([
    ['as soon as the first job is told', kth(1, tellsOfJobs)],
    ['after the second creation', kth(2, tellsOfJobs)],
    ['while jobs are polled', kth(3, polled)],
    ['after the first record', kth(1, isRecord)],
    ['in the second slice', kth(4, isRecord)],
    ['between slices', kth(4, tellsOfJobs)],
    ['at the last record', kth(15, isRecord)],
  ])('%s orders no job twice and delivers everything', async (_when, killWhen) => {
    const sync = await InterruptedSync.start({});
    try {
      const killed = await sync.attempt(killWhen, { args: ['--debug'] });
      expect(killed.signal).toBe('SIGKILL');
      const run = await sync.attempt();
      expect({ exit: run.exitCode, status: lastStatus(run), twice: sync.orderedTwice, again: sync.deliveredAgain }).toEqual({ exit: 0, status: 'COMPLETE', twice: [], again: [] });
      expect(sync.delivered).toEqual(EVERYTHING);
      expect(sync.state.stream_state).toEqual({ day: DAYS.at(-1) });
    } finally {
      await sync.api.close();
    }
  });

  it('picks up a full refresh, and leaves out the slices that were read already', async () => {
    const sync = await InterruptedSync.start(FULL_REFRESH);
    try {
      const killed = await sync.attempt(kth(1, (message) => message.state?.stream.stream_state.__async_jobs?.read?.length >= 2));
      const run = await sync.attempt();
      expect({ exit: run.exitCode, twice: sync.orderedTwice }).toEqual({ exit: 0, twice: [] });
      expect(committed(killed).length).toBeGreaterThanOrEqual(2 * ROWS.length);
      expect([...committed(killed), ...records(run)].map(({ id }) => id).sort()).toEqual(EVERYTHING);
      expect(sync.state.stream_state).toEqual({ __ab_no_cursor_state_message: true });
    } finally {
      await sync.api.close();
    }
  });

  it('orders again what the API does not know any more, without counting an attempt', async () => {
    // Ids that do not begin anew with the API.
    const sync = await InterruptedSync.start({ job: { ...DAILY.job, id: 'export-{body.start}' }, retriever: { ...DAILY.retriever, max_attempts: 1 } });
    try {
      await sync.attempt(kth(1, tellsOfJobs));
      sync.api.reset();
      const run = await sync.attempt();
      expect({ exit: run.exitCode, creations: sync.creationsByDay }).toEqual({ exit: 0, creations: ONCE_EACH });
      expect(run.stdout).toContain('the API does not know it any more');
    } finally {
      await sync.api.close();
    }
  });

  it('aborts the jobs of slices that nobody wants any more', async () => {
    const requester = { type: 'HttpRequester', url: "{{ config['base_url'] }}/exports/{{ creation_response['id'] }}/cancel", http_method: 'POST' };
    const sync = await InterruptedSync.start({ retriever: { ...DAILY.retriever, abort_requester: requester } });
    try {
      await sync.attempt(kth(1, tellsOfJobs));
      sync.state.stream_state.__async_jobs.jobs.push({ ...jobsOf(sync.state)[0], slice: { partition: { gone: 1 }, cursor_slice: {} }, creation: { body: { id: 'export-1' } } });
      await sync.attempt();
      expect(sync.api.log().filter(({ path }) => path === '/exports/export-1/cancel')).toHaveLength(1);
    } finally {
      await sync.api.close();
    }
  });

  it('keeps nothing when what it needs is a secret, and orders again', async () => {
    const sync = await InterruptedSync.start({
      job: { create: { body: { id: '{id}', link: '{base}/exports/{id}?sig=abcdef0123456789' } }, statuses: ['pending', 'ready'] },
      stream: {},
      syncMode: 'full_refresh',
      retriever: { polling_requester: { type: 'HttpRequester', url: "{{ creation_response['link'] }}", http_method: 'GET' } },
    });
    try {
      const run = await sync.attempt();
      expect(run.exitCode).toBe(0);
      expect(JSON.stringify(states(run))).not.toContain('abcdef0123456789');
      expect(states(run).flatMap(({ stream }) => jobsOf(stream))).toEqual([]);
      expect(run.stdout).toContain('cannot be picked up again');
    } finally {
      await sync.api.close();
    }
  });
});

describe('a sync that nobody interrupts', () => {
  it('tells of each job before its first poll, never says the same twice, and ends with the state of the cursor alone', async () => {
    const sync = await InterruptedSync.start({});
    try {
      const run = await sync.attempt();
      const all = states(run);
      expect(new Set(all.map((state) => JSON.stringify(state))).size).toBe(all.length);
      expect(all.at(-1).stream.stream_state).toEqual({ day: DAYS.at(-1) });
      const told = new Set(all.flatMap(({ stream }) => jobsOf(stream).map(({ creation }) => creation.body)).map((body) => JSON.stringify(body)));
      // Only what later requests look at.
      expect([...told].sort()).toEqual(DAYS.map((_day, index) => JSON.stringify({ id: `export-${index + 1}` })));
      expect(all.reduce((sum, { sourceStats }) => sum + sourceStats.recordCount, 0)).toBe(EVERYTHING.length);
    } finally {
      await sync.api.close();
    }
  });

  it('repeats the STATE while a job runs for long', async () => {
    const sync = await InterruptedSync.start({ stream: {}, syncMode: 'full_refresh', env: { SOURCE_HEARTBEAT_SECONDS: '0.2', SOURCE_TEST_FAST_WAITS: '0' } }, {
      faults: [{ on: 'GET /exports/{id}', calls: 1, do: { delay_ms: 1000 } }],
    });
    try {
      const run = await sync.attempt();
      expect(run.exitCode).toBe(0);
      const beats = states(run).filter(({ stream }) => jobsOf(stream).length > 0);
      expect(beats.length).toBeGreaterThanOrEqual(3);
      expect(new Set(beats.map(({ stream }) => stream.stream_state.__async_jobs.as_of)).size).toBe(beats.length);
    } finally {
      await sync.api.close();
    }
  });
});
