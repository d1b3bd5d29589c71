import fc from 'fast-check';
import { ConnectorError } from '../../src/errors/connector-error';
import { FairSlots } from '../../src/jobs/fair-slots';
import { JobTracker, jobTracker, provideJobTracker } from '../../src/jobs/job-tracker';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { fakeRuntime } from '../support/fake-runtime';
import { deliver, setUp, settled, slicesOf, type JobScript, type PollScript } from './fake-job-api';

const status = (code: number, failureType: 'config_error' | 'system_error' | 'transient_error') =>
  new HttpStatusError({ code: `http.status_${code}`, message: `HTTP ${code}`, failureType, status: code, responseBody: '' });

const createScript = fc.oneof(
  { weight: 6, arbitrary: fc.constant('ok' as const) },
  { weight: 2, arbitrary: fc.constant(status(429, 'transient_error')) },
  { weight: 2, arbitrary: fc.constant(ConnectorError.transient('http.connection_failed', 'reset')) },
  { weight: 1, arbitrary: fc.constant(status(403, 'config_error')) },
);
const pollScript = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<PollScript>('running', 'completed', 'failed', 'timeout', 'skipped') },
  { weight: 2, arbitrary: fc.constant<PollScript>({ raw: 'ODD' }) },
  { weight: 2, arbitrary: fc.constant<PollScript>(ConnectorError.transient('http.connection_failed', 'reset')) },
  { weight: 1, arbitrary: fc.constant<PollScript>(status(401, 'config_error')) },
);
const jobScript: fc.Arbitrary<JobScript> = fc.record({ create: createScript, polls: fc.array(pollScript, { minLength: 1, maxLength: 6 }) });

describe('whatever an API does', () => {
  it('no slot is lost, no limit is exceeded, every slice ends, and waits are bounded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(jobScript, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 4 }), fc.boolean(), async (scripts, limit, abortFails) => {
        const names = scripts.map((_, index) => String(index));
        const { orchestrator, api, tracker, runtime } = setUp({ slices: slicesOf(...names), limit, policy: { timeoutMs: 600_000 }, scripts: (slice, attempt) => scripts[Number(slice)]![(attempt - 1) % 3]! });
        if (abortFails) api.abortError = new Error('no abort');
        const { delivered, error } = await deliver(orchestrator);
        expect(tracker.inUse).toBe(0);
        if (!abortFails) expect(api.mostAlive).toBeLessThanOrEqual(limit);
        expect(new Set(delivered).size).toBe(delivered.length);
        if (error === undefined) expect(delivered.sort()).toEqual(names.sort());
        // 3 attempts of 10 minutes, as long again for capacity, and the pauses between them; one slice after the other at worst.
        expect(runtime.clock.monotonic()).toBeLessThan(names.length * 4 * 3_600_000);
        expect(api.log.length).toBeLessThan(names.length * 3 * 200);
      }),
      { numRuns: 80 },
    );
  });

  it('a cancelled run holds no slot and sends nothing more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(jobScript, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 60_000 }), async (scripts, limit, after) => {
        const { orchestrator, api, tracker, runtime } = setUp({ slices: slicesOf(...scripts.map((_, index) => String(index))), limit, scripts: (slice) => scripts[Number(slice)]! });
        const cancelling = runtime.clock.sleep(after).then(() => runtime.cancel());
        await deliver(orchestrator);
        await cancelling;
        await settled(api);
        const calls = api.log.length;
        await settled(api);
        expect(api.log).toHaveLength(calls);
        expect(tracker.inUse).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

it("a bug in the middle of a job costs no slot, and is the stream's error", async () => {
  const { orchestrator, tracker, runtime } = setUp();
  runtime.events.on((event) => {
    if (event.type === 'job' && event.phase === 'running') throw new TypeError('a listener broke');
  });
  expect((await deliver(orchestrator)).error).toMatchObject({ code: 'jobs.unexpected', failureType: 'system_error', message: expect.stringContaining('a listener broke') });
  expect(tracker.inUse).toBe(0);
});

describe('slots', () => {
  const never = new AbortController().signal;

  it('go to those who asked first', async () => {
    const slots = new FairSlots(2);
    const order: number[] = [];
    const [first, second] = [await slots.acquire(never), await slots.acquire(never)];
    const waiting = [1, 2, 3].map(async (who) => {
      const slot = await slots.acquire(never);
      order.push(who);
      return slot;
    });
    second.release();
    await waiting[0];
    expect([order, slots.inUse]).toEqual([[1], 2]);
    first.release();
    (await waiting[0]!).release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  it('are given back once, however often one tries', async () => {
    const slots = new FairSlots(1);
    const slot = await slots.acquire(never);
    const other = slots.acquire(never);
    slot.release();
    slot.release();
    await other;
    expect(slots.inUse).toBe(1);
  });

  it('are not given to those who no longer wait', async () => {
    const slots = new FairSlots(1);
    const slot = await slots.acquire(never);
    const impatient = new AbortController();
    const first = slots.acquire(impatient.signal);
    const second = slots.acquire(never);
    impatient.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    slot.release();
    (await second).release();
    expect(slots.inUse).toBe(0);
    await expect(slots.acquire(impatient.signal)).rejects.toThrow('left');
  });

  it('are given back by work that fails', async () => {
    const slots = new FairSlots(1);
    await expect(slots.with(never, () => Promise.reject(new Error('bad')))).rejects.toThrow('bad');
    expect(slots.inUse).toBe(0);
  });
});

describe('the tracker of a run', () => {
  it('is one for all streams, with the limit of the source', () => {
    const runtime = fakeRuntime();
    const provided = provideJobTracker(runtime, 7);
    expect(provided).toBeInstanceOf(JobTracker);
    expect([jobTracker(runtime), jobTracker(runtime).limit]).toEqual([provided, 7]);
  });

  it('allows one job by default, and never none', () => {
    expect(jobTracker(fakeRuntime()).limit).toBe(1);
    expect(provideJobTracker(fakeRuntime(), 0).limit).toBe(1);
  });
});

describe('those who wait for a place', () => {
  it('share one listener for each signal, which goes with the last of them', async () => {
    const slots = new FairSlots(1);
    const held = await slots.acquire(new AbortController().signal);
    const [mine, other] = [new AbortController(), new AbortController()];
    const add = jest.spyOn(mine.signal, 'addEventListener');
    const remove = jest.spyOn(mine.signal, 'removeEventListener');
    const waiting = [mine, other, mine, mine].map(({ signal }) => slots.acquire(signal));
    expect(add).toHaveBeenCalledTimes(1);
    held.release();
    (await waiting[0]!).release();
    expect(remove).not.toHaveBeenCalled();
    mine.abort(new Error('enough'));
    const ends = await Promise.allSettled(waiting);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect((ends[3] as PromiseRejectedResult).reason).toEqual(new Error('enough'));
    expect(remove).toHaveBeenCalledTimes(1);
    expect(slots.inUse).toBe(1);
  });
});
