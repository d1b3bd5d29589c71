import { AsyncJob } from '../../src/jobs/async-job';
import { PollPlanner } from '../../src/jobs/poll-planner';
import { PollQueue } from '../../src/jobs/poll-queue';
import { PollingSchedule } from '../../src/jobs/polling-schedule';
import { StreamSlice } from '../../src/slices/stream-slice';
import { FakeClock } from '../support/fake-clock';
import { answer, deliver, setUp, slicesOf, type FakeJobApi } from './fake-job-api';

const SECOND = 1000;

/** The same numbers each time, between 0 and 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Spread = 'fixed' | 'uniform' | 'log-normal' | 'two kinds';

/** Milliseconds that jobs take, `middle` on the average. */
function takes(spread: Spread, middle: number, random: () => number): number {
  switch (spread) {
    case 'fixed':
      return middle;
    case 'uniform':
      return middle * (0.5 + random());
    case 'log-normal':
      return middle * Math.exp(0.5 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));
    case 'two kinds':
      return random() < 0.2 ? middle * 0.05 : middle * (0.9 + 0.2 * random());
  }
}

interface Figures {
  /** A job, here and with the reference: it asks at once and every 5 s (section 2.3). */
  polls: number;
  referencePolls: number;
  /** From the end of a job to the poll that sees it, seconds, on the average. */
  delay: number;
  /** Whether one was seen later than 5.5 s, and than a quarter of its own time. */
  isLate: boolean;
}

/** @param limit how many jobs the API runs at once */
async function watch(count: number, limit: number, spread: Spread, middleSeconds: number): Promise<Figures> {
  const random = numbers(7);
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  const durations = new Map(names.map((name) => [name, takes(spread, middleSeconds * SECOND, random)]));
  const { orchestrator, api } = setUp({ slices: slicesOf(...names), limit, scripts: (slice) => ({ takesMs: durations.get(slice)! }) });
  expect((await deliver(orchestrator)).delivered).toHaveLength(count);
  const late = names.map((name) => ({ delay: seenAt(api, name) - durations.get(name)!, takes: durations.get(name)! }));
  return {
    polls: api.count('poll') / count,
    referencePolls: mean([...durations.values()].map((each) => Math.ceil(each / (5 * SECOND)) + 1)),
    delay: mean(late.map(({ delay }) => delay)) / SECOND,
    isLate: late.some(({ delay, takes }) => delay > Math.max(5.5 * SECOND, takes / 4)),
  };
}

/** When the last poll of a job came, milliseconds from its creation. */
function seenAt({ log }: FakeJobApi, name: string): number {
  const times = log.filter(({ slice }) => slice === name);
  return times.findLast(({ what }) => what === 'poll')!.at - times.find(({ what }) => what === 'create')!.at;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

const spreads: readonly Spread[] = ['fixed', 'uniform', 'log-normal', 'two kinds'];

describe('a crowd of jobs', () => {
  it.each(spreads.flatMap((spread) => [3, 60].map((seconds) => [seconds, spread] as const)))('of about %i s (%s) takes hardly more polls than with the reference', async (seconds, spread) => {
    const { polls, referencePolls, delay, isLate } = await watch(60, 60, spread, seconds);
    expect(polls).toBeLessThanOrEqual(referencePolls * 1.05);
    expect(delay).toBeLessThanOrEqual(spread === 'fixed' ? 0.5 : 3);
    expect(isLate).toBe(false);
  });

  it.each([3, 4, 10])('of %i that take 3 s each: two polls a job, as many as with the reference, and less', async (count) => {
    const { polls, delay } = await watch(count, count, 'fixed', 3);
    expect(polls).toBeLessThanOrEqual(count === 10 ? 1.7 : 2);
    expect(delay).toBeLessThanOrEqual(1.2);
  });
});

describe('jobs that wait for a slot', () => {
  it('are asked about when the ones before them had ended', async () => {
    const { polls, delay } = await watch(60, 6, 'fixed', 3);
    expect(polls).toBeLessThanOrEqual(1.5);
    expect(delay).toBeLessThanOrEqual(0.5);
  });

  it.each(spreads)('of ten minutes (%s) take half of the polls of the reference at most, and none is seen much too late', async (spread) => {
    const { polls, referencePolls, isLate } = await watch(40, 4, spread, 600);
    expect(polls).toBeLessThanOrEqual(referencePolls / 2);
    expect(isLate).toBe(false);
  });

  it('may get shorter', async () => {
    const { orchestrator, api } = setUp({ slices: slicesOf('a', 'b', 'c'), scripts: (slice) => ({ takesMs: slice === 'a' ? 60_000 : 2_000 }) });
    await deliver(orchestrator);
    expect(seenAt(api, 'b')).toBe(5_000);
    expect(seenAt(api, 'c')).toBeLessThan(5_000);
    expect(seenAt(api, 'c')).toBeGreaterThan(4_500);
  });

  it('may get longer: after six polls that come sooner, the schedule is what counts', async () => {
    const { orchestrator, api } = setUp({ slices: slicesOf('a', 'b'), scripts: (slice) => ({ takesMs: slice === 'a' ? 20_000 : 200_000 }) });
    await deliver(orchestrator);
    const polls = api.log.filter(({ what, slice }) => what === 'poll' && slice === 'b').length;
    expect(polls).toBeLessThanOrEqual(200 / 5 + 1);
    expect(seenAt(api, 'b')).toBeLessThanOrEqual(210_000);
  });
});

describe('what others have taught', () => {
  it('is nothing for a job alone: it follows the schedule', async () => {
    const { orchestrator, api } = setUp({ scripts: () => ({ takesMs: 60_000 }) });
    await deliver(orchestrator);
    const schedule = new PollingSchedule(undefined, () => 0.5);
    const expected: number[] = [];
    for (let at = 0; at < 60_000; ) expected.push((at += schedule.nextDelay(expected.length, at)));
    expect(api.log.filter(({ what }) => what === 'poll').map(({ at }) => at)).toEqual(expected);
  });

  it('is nothing when the job was ordered by an earlier run and had ended long ago', () => {
    const planner = new PollPlanner(new PollingSchedule(undefined, () => 0.5));
    const queue = new PollQueue(new FakeClock(), new AbortController().signal);
    const jobs = ['old', 'a', 'b'].map((name) => new AsyncJob(name, new StreamSlice({ part: name }))) as [AsyncJob, AsyncJob, AsyncJob];
    const [old, ...others] = jobs;
    old.recall({ slice: old.slice, attempt: 1, creation: { body: {} }, createdAt: Date.parse('2024-03-01T11:00:00Z'), deadline: 0 }, new FakeClock());
    for (const each of others) each.started(answer({}), 0);
    planner.finished(old, 0, queue);
    // As if nobody knew anything: one early, the other as late as with the reference.
    expect(others.map((each) => planner.delay(each, 0))).toEqual([500, 5_000]);
  });

  it('does not count against Retry-After', async () => {
    const { orchestrator, api } = setUp({ slices: slicesOf('a', 'b', 'c', 'd'), limit: 4, scripts: () => ({ takesMs: 8_000, retryAfterMs: 7_000 }) });
    await deliver(orchestrator);
    for (const name of ['a', 'b', 'c', 'd']) {
      const polls = api.log.filter(({ what, slice }) => what === 'poll' && slice === name).map(({ at }) => at);
      for (const [index, at] of polls.slice(1).entries()) expect(at - polls[index]!).toBeGreaterThanOrEqual(7_000);
    }
  });

  it('does not count against polling_interval', async () => {
    const schedule = new PollingSchedule({ initial_seconds: 7, multiplier: 1, maximum_seconds: 7, jitter: 0 }, () => 0.5);
    const { orchestrator, api } = setUp({ slices: slicesOf('a', 'b', 'c'), limit: 2, schedule, scripts: () => ({ takesMs: 10_000 }) });
    await deliver(orchestrator);
    expect(['a', 'b', 'c'].map((name) => seenAt(api, name))).toEqual([14_000, 14_000, 14_000]);
  });
});
