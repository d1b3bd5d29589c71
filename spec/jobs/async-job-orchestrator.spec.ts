import { ConnectorError } from '../../src/errors/connector-error';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { deliver, nameOf, settled, setUp, slicesOf, type JobScript } from './fake-job-api';

const httpError = (status: number, failureType: 'config_error' | 'system_error' | 'transient_error', more: { retryAfterMs?: number; body?: string } = {}) =>
  new HttpStatusError({ code: `http.status_${status}`, message: `HTTP Status Code: ${status}.`, failureType, status, responseBody: more.body ?? '', retryAfterMs: more.retryAfterMs });
const broken = () => ConnectorError.transient('http.connection_failed', 'the connection was reset', { recovery: 'retry_call' });
const always = (script: JobScript) => () => script;

describe('a stream of jobs', () => {
  it('delivers each slice in the order in which the jobs finish', async () => {
    const takes: Record<string, number> = { a: 60_000, b: 1_000, c: 20_000 };
    const { orchestrator, tracker } = setUp({ slices: slicesOf('a', 'b', 'c'), limit: 3, scripts: (slice) => ({ takesMs: takes[slice] }) });
    expect(await deliver(orchestrator)).toMatchObject({ delivered: ['b', 'c', 'a'], error: undefined });
    expect(tracker.inUse).toBe(0);
  });

  it('ends without a slice when there is none', async () => {
    const { orchestrator, api } = setUp({ slices: [] });
    expect(await deliver(orchestrator)).toEqual({ delivered: [], jobs: [], error: undefined });
    expect(api.log).toEqual([]);
  });

  it('never has more jobs on the API than there are slots, and does not wait after the last one', async () => {
    const { orchestrator, api, runtime } = setUp({ slices: slicesOf('a', 'b', 'c', 'd', 'e'), limit: 2, scripts: always({ takesMs: 2_000 }) });
    expect((await deliver(orchestrator)).delivered).toHaveLength(5);
    expect(api.mostAlive).toBe(2);
    const lastPoll = Math.max(...api.log.filter((entry) => entry.what === 'poll').map((entry) => entry.at));
    expect(runtime.clock.monotonic()).toBe(lastPoll);
  });

  it('orders the next slice as soon as the API has finished, although nobody has read the result yet', async () => {
    const { orchestrator, api } = setUp({ slices: slicesOf('a', 'b'), limit: 1 });
    const jobs = orchestrator.jobs();
    await jobs.next();
    await settled(api);
    expect(api.count('create')).toBe(2);
    await jobs.return(undefined);
  });

  it('stops ordering when many finished jobs wait for their reader', async () => {
    const { orchestrator, api } = setUp({ slices: slicesOf(...Array.from({ length: 300 }, (_, index) => `s${index}`)), limit: 10 });
    const jobs = orchestrator.jobs();
    await jobs.next();
    await settled(api);
    // 100 wait; those that had a slot by then finish, too, and one more is on its way.
    expect(api.count('create')).toBeGreaterThan(50);
    expect(api.count('create')).toBeLessThanOrEqual(1 + 100 + 10 + 1);
    let count = 1;
    while (!(await jobs.next()).done) count += 1;
    expect(count).toBe(300);
  });

  it('gives slots to the streams in turn', async () => {
    const shared = setUp({ slices: slicesOf('a1', 'a2', 'a3'), limit: 1, scripts: always({ takesMs: 5_000 }) });
    const other = setUp({ slices: slicesOf('b1', 'b2', 'b3'), tracker: shared.tracker, runtime: shared.runtime, scripts: always({ takesMs: 5_000 }) });
    await Promise.all([deliver(shared.orchestrator), deliver(other.orchestrator)]);
    const order = [...shared.api.log, ...other.api.log].filter((entry) => entry.what === 'create').sort((x, y) => x.at - y.at).map((entry) => entry.slice);
    expect(order).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });

  it('deletes a job once its records were delivered', async () => {
    const { orchestrator, api } = setUp();
    await deliver(orchestrator);
    expect(api.count('delete', 'a')).toBe(1);
  });

  it('asks as often for each of a thousand jobs as for each of ten', async () => {
    const requestsFor = async (count: number) => {
      const { orchestrator, tracker, api } = setUp({ slices: slicesOf(...Array.from({ length: count }, (_, index) => `s${index}`)), limit: 20 });
      expect((await deliver(orchestrator)).delivered).toHaveLength(count);
      expect(tracker.inUse).toBe(0);
      return api.log.length;
    };
    expect(await requestsFor(1000)).toBe(100 * (await requestsFor(10)));
  });
});

describe('a status that the mapping does not list', () => {
  it('is asked about a few times with growing waits, then named with the place where it was found', async () => {
    const { orchestrator, api, tracker } = setUp({ scripts: always({ polls: [{ raw: 'ARCHIVED' }] }) });
    const { error } = await deliver(orchestrator);
    expect(error).toMatchObject({ code: 'jobs.unknown_status', failureType: 'system_error' });
    expect((error as Error).message).toContain('"ARCHIVED"');
    expect((error as Error).message).toContain('field_path ["status"]');
    expect((error as Error).message).toContain('the API says ARCHIVED');
    const polls = api.log.filter((entry) => entry.what === 'poll').map((entry) => entry.at);
    expect(polls.slice(1).map((at, index) => at - polls[index]!)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(api.count('create')).toBe(1);
    expect(api.count('abort')).toBe(1);
    expect(tracker.inUse).toBe(0);
  });

  it('does no harm when a listed one follows', async () => {
    const { orchestrator } = setUp({ scripts: always({ polls: [{ raw: null }, { raw: 'NEW' }, 'running', { raw: 'X' }, { raw: 'X' }, { raw: 'X' }, { raw: 'X' }, 'completed'] }) });
    expect((await deliver(orchestrator)).error).toBeUndefined();
  });

  it('fails only its own slice', async () => {
    const { orchestrator } = setUp({ slices: slicesOf('a', 'b'), scripts: (slice) => (slice === 'a' ? { polls: [{ raw: 'X' }] } : {}) });
    expect(await deliver(orchestrator)).toMatchObject({ delivered: ['b'], error: { code: 'jobs.unknown_status' } });
  });
});

describe('an API without capacity', () => {
  it('is waited for as long as it asks, without a slot and without an attempt', async () => {
    let refusals = 0;
    const { orchestrator, api, tracker, runtime } = setUp({
      scripts: () => ((refusals += 1) <= 4 ? { create: httpError(429, 'transient_error', { retryAfterMs: 30_000 }) } : {}),
    });
    const { delivered, error } = await deliver(orchestrator);
    expect({ delivered, error }).toEqual({ delivered: ['a'], error: undefined });
    const creations = api.log.filter((entry) => entry.what === 'create').map((entry) => entry.at);
    expect(creations).toEqual([0, 30_000, 60_000, 90_000, 120_000]);
    expect(runtime.rateLimits.map(({ stream }) => stream)).toEqual(['reports', 'reports', 'reports', 'reports']);
    expect(runtime.rateLimits[0]!.quotaResetMs).toBe(Date.parse('2024-03-01T12:00:30Z'));
    expect(tracker.inUse).toBe(0);
  });

  it('gives its slot to another stream meanwhile', async () => {
    const full = setUp({ slices: slicesOf('a'), limit: 1, scripts: (_, attempt) => (attempt === 1 ? { create: httpError(429, 'transient_error', { retryAfterMs: 600_000 }) } : {}) });
    const other = setUp({ slices: slicesOf('b'), tracker: full.tracker, runtime: full.runtime });
    await Promise.all([deliver(full.orchestrator), deliver(other.orchestrator)]);
    expect(other.api.log.find((entry) => entry.what === 'create')!.at).toBeLessThan(600_000);
  });

  it('is tried by one job at a time, with growing pauses', async () => {
    const refusedUntil = 100_000;
    const setup = setUp({
      slices: slicesOf('a', 'b', 'c', 'd'),
      limit: 4,
      scripts: () => (setup.runtime.clock.monotonic() < refusedUntil ? { create: httpError(429, 'transient_error') } : {}),
    });
    expect((await deliver(setup.orchestrator)).delivered).toHaveLength(4);
    const refused = setup.api.log.filter((entry) => entry.what === 'create' && entry.at < refusedUntil).map((entry) => entry.at);
    // All four at first, because nothing was known; then one try after each pause.
    expect(refused.filter((at) => at === 0).length).toBeLessThanOrEqual(4);
    expect(new Set(refused.filter((at) => at > 0)).size).toBe(refused.filter((at) => at > 0).length);
    expect(refused.length).toBeLessThanOrEqual(8);
  });

  it('fails the slice when the wait would exceed polling_job_timeout', async () => {
    const { orchestrator, tracker } = setUp({ scripts: always({ create: httpError(429, 'transient_error', { retryAfterMs: 7_200_000, body: 'daily quota' }) }) });
    const { error } = await deliver(orchestrator);
    expect(error).toMatchObject({ code: 'jobs.no_capacity', failureType: 'transient_error' });
    expect((error as Error).message).toContain('daily quota');
    expect(tracker.inUse).toBe(0);
  });

  it('is not waited for without end', async () => {
    const { orchestrator, runtime } = setUp({ scripts: always({ create: httpError(429, 'transient_error') }) });
    expect((await deliver(orchestrator)).error).toMatchObject({ code: 'jobs.no_capacity' });
    expect(runtime.clock.monotonic()).toBeLessThanOrEqual(3_600_000);
  });

  it('may be told by an error handler under another status', async () => {
    const error = new HttpStatusError({ code: 'http.rate_limited', message: 'TOO_MANY_JOBS', failureType: 'transient_error', recovery: 'wait_for_capacity', status: 400, responseBody: '' });
    const { orchestrator } = setUp({ policy: { maxAttempts: 1 }, scripts: (_, attempt) => (attempt === 1 ? { create: error } : {}) });
    expect((await deliver(orchestrator)).delivered).toEqual(['a']);
  });
});

describe('a refused creation', () => {
  it.each([
    [401, 'config_error'],
    [403, 'config_error'],
    [400, 'system_error'],
  ] as const)('with HTTP %i stops the stream with the words of the API and aborts what runs', async (status, failureType) => {
    const { orchestrator, api, tracker } = setUp({
      slices: slicesOf('a', 'b', 'c', 'd'),
      limit: 3,
      scripts: (slice) => (slice === 'c' ? { create: httpError(status, failureType, { body: 'no such scope' }) } : { takesMs: 600_000 }),
    });
    const { delivered, error } = await deliver(orchestrator);
    expect(delivered).toEqual([]);
    expect(error).toMatchObject({ code: 'jobs.creation_refused', failureType: 'config_error' });
    expect((error as Error).message).toContain('no such scope');
    expect(api.count('create', 'c')).toBe(1);
    expect(api.count('create', 'd')).toBe(0);
    expect([api.count('abort', 'a'), api.count('abort', 'b')]).toEqual([1, 1]);
    expect(tracker.inUse).toBe(0);
  });

  it('still delivers what is ready', async () => {
    const { orchestrator } = setUp({ slices: slicesOf('a', 'b'), limit: 1, scripts: (slice) => (slice === 'b' ? { create: httpError(403, 'config_error') } : {}) });
    expect(await deliver(orchestrator)).toMatchObject({ delivered: ['a'], error: { code: 'jobs.creation_refused' } });
  });

  it('with a 400 that the error handler calls transient is tried again', async () => {
    const { orchestrator } = setUp({ scripts: (_, attempt) => (attempt === 1 ? { create: httpError(400, 'transient_error') } : {}) });
    expect((await deliver(orchestrator)).delivered).toEqual(['a']);
  });
});

describe('a creation that fails for a moment', () => {
  it('is tried three times with growing pauses; other slices go on', async () => {
    const { orchestrator, api, tracker } = setUp({ slices: slicesOf('a', 'b'), scripts: (slice) => (slice === 'a' ? { create: broken() } : { takesMs: 1_000 }) });
    const { delivered, error } = await deliver(orchestrator);
    expect(delivered).toEqual(['b']);
    expect(error).toMatchObject({ code: 'jobs.creation_failed', failureType: 'transient_error' });
    const creations = api.log.filter((entry) => entry.what === 'create' && entry.slice === 'a').map((entry) => entry.at);
    expect(creations).toHaveLength(3);
    expect(creations[1]! - creations[0]!).toBeGreaterThanOrEqual(5_000);
    expect(creations[2]! - creations[1]!).toBeGreaterThanOrEqual(10_000);
    expect(tracker.inUse).toBe(0);
  });
});

describe('a poll that fails for a moment', () => {
  it('is repeated and does not fail the stream', async () => {
    const { orchestrator, api } = setUp({ scripts: always({ polls: [broken(), httpError(502, 'transient_error'), broken(), 'running', 'completed'] }) });
    expect(await deliver(orchestrator)).toMatchObject({ delivered: ['a'], error: undefined });
    expect(api.count('create')).toBe(1);
  });

  it('holds no other job up', async () => {
    const { orchestrator } = setUp({ slices: slicesOf('a', 'b'), limit: 2, scripts: (slice) => (slice === 'a' ? { polls: [broken(), broken(), broken(), 'completed'] } : { takesMs: 2_000 }) });
    expect((await deliver(orchestrator)).delivered).toEqual(['b', 'a']);
  });

  it('too often in a row aborts the job and orders it again, and ends', async () => {
    const { orchestrator, api, tracker } = setUp({ scripts: always({ polls: [httpError(503, 'transient_error', { body: 'maintenance' })] }) });
    const { error } = await deliver(orchestrator);
    expect(error).toMatchObject({ code: 'jobs.polling_failed', failureType: 'transient_error' });
    expect((error as Error).message).toContain('maintenance');
    expect([api.count('create'), api.count('poll'), api.count('abort')]).toEqual([3, 24, 3]);
    expect(tracker.inUse).toBe(0);
  });

  it('waits as long as the API asks', async () => {
    const { orchestrator, api } = setUp({ scripts: always({ polls: [httpError(429, 'transient_error', { retryAfterMs: 90_000 }), 'completed'] }) });
    await deliver(orchestrator);
    const [first, second] = api.log.filter((entry) => entry.what === 'poll');
    expect(second!.at - first!.at).toBe(90_000);
  });

  it('with refused credentials stops the stream', async () => {
    const { orchestrator, api, tracker } = setUp({ slices: slicesOf('a', 'b'), limit: 2, scripts: (slice) => (slice === 'a' ? { polls: ['running', httpError(401, 'config_error')] } : { takesMs: 60_000 }) });
    expect(await deliver(orchestrator)).toMatchObject({ delivered: [], error: { code: 'jobs.polling_refused', failureType: 'config_error' } });
    expect([api.count('abort', 'a'), api.count('abort', 'b')]).toEqual([1, 1]);
    expect(tracker.inUse).toBe(0);
  });
});

describe('a job that the API cannot do', () => {
  it('is ordered again after a pause, and the error has the answer of the API', async () => {
    const { orchestrator, api } = setUp({ slices: slicesOf('a', 'b'), scripts: (slice) => (slice === 'a' ? { polls: ['running', 'failed'] } : {}) });
    const { delivered, error } = await deliver(orchestrator);
    expect(delivered).toEqual(['b']);
    expect(error).toMatchObject({ code: 'jobs.failed', failureType: 'system_error' });
    expect((error as Error).message).toContain('the API says failed');
    expect((error as Error).message).toContain('"part":"a"');
    expect([api.count('create', 'a'), api.count('abort', 'a')]).toEqual([3, 0]);
  });

  it('rests for failed_retry_wait_time_in_seconds without a slot', async () => {
    const { orchestrator, api } = setUp({
      slices: slicesOf('a', 'b'),
      limit: 1,
      policy: { failedRetryWaitMs: 1_800_000 },
      scripts: (slice, attempt) => ({ polls: [slice === 'a' && attempt === 1 ? 'failed' : 'completed'] }),
    });
    expect((await deliver(orchestrator)).delivered).toEqual(['b', 'a']);
    const [first, second] = api.log.filter((entry) => entry.what === 'create' && entry.slice === 'a').map((entry) => entry.at);
    expect(second! - first!).toBeGreaterThanOrEqual(1_800_000);
  });

  it('in time is aborted and ordered again', async () => {
    const { orchestrator, api } = setUp({ scripts: (_, attempt) => ({ polls: [attempt < 3 ? 'timeout' : 'completed'] }) });
    expect((await deliver(orchestrator)).delivered).toEqual(['a']);
    expect([api.count('create'), api.count('abort')]).toEqual([3, 2]);
  });

  it('is ordered once in a test read', async () => {
    const { orchestrator, api } = setUp({ policy: { maxAttempts: 1 }, scripts: always({ polls: ['timeout'] }) });
    expect((await deliver(orchestrator)).error).toMatchObject({ code: 'jobs.timed_out', failureType: 'transient_error' });
    expect(api.count('create')).toBe(1);
  });

  it('is named with all the others, ten of them in words', async () => {
    const { orchestrator } = setUp({ slices: slicesOf(...Array.from({ length: 25 }, (_, index) => `s${index}`)), limit: 25, policy: { maxAttempts: 1 }, scripts: always({ polls: ['failed'] }) });
    const message = ((await deliver(orchestrator)).error as Error).message;
    expect(message).toContain('25 jobs of the stream "reports"');
    expect(message.match(/the API says failed/g)).toHaveLength(10);
    expect(message).toContain('15 more');
  });
});

describe('our own deadline', () => {
  it('aborts the job and orders it again, and says so in words of its own', async () => {
    const { orchestrator, api, tracker } = setUp({ policy: { timeoutMs: 600_000 }, scripts: always({ polls: ['running'] }) });
    const { error } = await deliver(orchestrator);
    expect(error).toMatchObject({ code: 'jobs.deadline_passed', failureType: 'transient_error' });
    expect((error as Error).message).toContain('10 minutes');
    expect([api.count('create'), api.count('abort')]).toEqual([3, 3]);
    const polls = api.log.filter((entry) => entry.what === 'poll');
    const firstAttempt = polls.filter((entry) => entry.at <= 600_000);
    expect(firstAttempt[firstAttempt.length - 1]!.at).toBe(600_000);
    expect(tracker.inUse).toBe(0);
  });

  it('does not throw a job away that is seen completed at the deadline', async () => {
    const { orchestrator, api } = setUp({ policy: { timeoutMs: 600_000 }, scripts: always({ takesMs: 599_999 }) });
    expect(await deliver(orchestrator)).toMatchObject({ delivered: ['a'], error: undefined });
    expect(api.count('create')).toBe(1);
  });

  it('ends polls that fail', async () => {
    const { orchestrator, api } = setUp({ policy: { timeoutMs: 20_000, maxAttempts: 1 }, scripts: always({ polls: [broken()] }) });
    expect((await deliver(orchestrator)).error).toMatchObject({ code: 'jobs.deadline_passed' });
    expect(api.log[api.log.length - 2]!.at).toBe(20_000);
  });
});

describe('clean-up that fails', () => {
  it('at an abort leaks no slot', async () => {
    const { orchestrator, api, tracker, runtime } = setUp({ slices: slicesOf('a', 'b'), limit: 1, policy: { timeoutMs: 60_000, maxAttempts: 1 }, scripts: (slice) => (slice === 'a' ? { polls: ['running'] } : {}) });
    api.abortError = new Error('abort is down');
    expect(await deliver(orchestrator)).toMatchObject({ delivered: ['b'], error: { code: 'jobs.deadline_passed' } });
    expect(runtime.logs).toContainEqual({ level: 'WARN', message: expect.stringContaining('abort is down') });
    expect(tracker.inUse).toBe(0);
  });

  it('at a delete leaves a delivered slice delivered', async () => {
    const { orchestrator, api, runtime } = setUp();
    api.deleteError = new Error('delete is down');
    const { jobs, error } = await deliver(orchestrator);
    expect([jobs[0]!.phase, error]).toEqual(['delivered', undefined]);
    expect(runtime.logs).toContainEqual({ level: 'WARN', message: expect.stringContaining('delete is down') });
  });
});

describe('a skipped job', () => {
  it('is handed out, so that its slice can be closed', async () => {
    const { orchestrator } = setUp({ scripts: always({ polls: ['running', 'skipped'] }) });
    const { jobs } = await deliver(orchestrator);
    expect(jobs.map((job) => [nameOf(job.slice), job.status])).toEqual([['a', 'skipped']]);
  });
});

describe('the end of a stream', () => {
  it('comes at once when the run is cancelled; jobs are left alone', async () => {
    const { orchestrator, api, tracker, runtime } = setUp({ slices: slicesOf('a', 'b', 'c'), limit: 2, scripts: always({ polls: ['running', 'running', 'running', 'running'] }) });
    const jobs = orchestrator.jobs();
    const next = jobs.next();
    await runtime.clock.sleep(3_000);
    runtime.cancel(new Error('SIGTERM'));
    await expect(next).rejects.toThrow('SIGTERM');
    expect(api.count('abort')).toBe(0);
    expect(tracker.inUse).toBe(0);
    const calls = api.log.length;
    await settled(api);
    expect(api.log).toHaveLength(calls);
  });

  it('aborts and deletes what nobody will read when the reader leaves', async () => {
    const { orchestrator, api, tracker } = setUp({ slices: slicesOf('a', 'b', 'c', 'd'), limit: 3, scripts: (slice) => (slice === 'a' || slice === 'b' ? {} : { takesMs: 3_600_000 }) });
    for await (const job of orchestrator.jobs()) {
      await orchestrator.report(job, 'read_started');
      await orchestrator.report(job, 'reader_left');
      break;
    }
    const deleted = api.log.filter((entry) => entry.what === 'delete').map((entry) => entry.slice);
    const aborted = api.log.filter((entry) => entry.what === 'abort').map((entry) => entry.slice);
    expect([...deleted, ...aborted].sort()).toEqual([...new Set(api.log.filter((entry) => entry.what === 'create').map((entry) => entry.slice))].sort());
    expect(tracker.inUse).toBe(0);
  });

  it('comes after what is under way when the slices themselves fail', async () => {
    async function* slices() {
      yield* slicesOf('a', 'b');
      throw ConnectorError.transient('jobs.failed', 'the parent stream failed');
    }
    const { orchestrator } = setUp({ slices: slices(), limit: 5, scripts: always({ takesMs: 10_000 }) });
    const { delivered, error } = await deliver(orchestrator);
    expect([delivered.sort(), error]).toMatchObject([['a', 'b'], { code: 'jobs.failed' }]);
  });

  it('does not wait for slices that hang', async () => {
    async function* slices() {
      yield* slicesOf('a');
      await new Promise(() => undefined);
    }
    const { orchestrator } = setUp({ slices: slices(), scripts: always({ polls: [httpError(401, 'config_error')] }) });
    expect((await deliver(orchestrator)).error).toMatchObject({ code: 'jobs.polling_refused' });
  });
});

describe('a result that is lost', () => {
  it('is ordered again while attempts are left', async () => {
    const { orchestrator, api } = setUp();
    const lost = ConnectorError.transient('download.broken', 'gone', { recovery: 'new_job' });
    for await (const job of orchestrator.jobs()) {
      await orchestrator.report(job, 'read_started');
      await orchestrator.orderAgain(job, lost);
      expect([job.phase, job.attempt]).toEqual(['ready', 2]);
      await orchestrator.report(job, 'read_started');
      await orchestrator.orderAgain(job, lost);
      await orchestrator.report(job, 'read_started');
      await expect(orchestrator.orderAgain(job, lost)).rejects.toBe(lost);
    }
    expect(api.count('create')).toBe(3);
  });

  it('may have a fresh link without a new job', async () => {
    const { orchestrator, api } = setUp();
    for await (const job of orchestrator.jobs()) {
      const before = job.polling;
      await orchestrator.report(job, 'read_started');
      await orchestrator.pollAgain(job);
      expect(job.polling).not.toBe(before);
    }
    expect(api.count('create')).toBe(1);
  });
});
