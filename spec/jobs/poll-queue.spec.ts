import { AsyncJob } from '../../src/jobs/async-job';
import { PollQueue } from '../../src/jobs/poll-queue';
import { StreamSlice } from '../../src/slices/stream-slice';
import { FakeClock } from '../support/fake-clock';

const job = (id: string) => new AsyncJob(id, new StreamSlice({ part: id }));

function listenersOf(signal: AbortSignal): () => number {
  let count = 0;
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = ((...args: Parameters<typeof add>) => ((count += 1), add(...args))) as typeof add;
  signal.removeEventListener = ((...args: Parameters<typeof remove>) => ((count -= 1), remove(...args))) as typeof remove;
  return () => count;
}

function waits() {
  const clock = new FakeClock();
  const cancel = new AbortController();
  const listeners = listenersOf(cancel.signal);
  const queue = new PollQueue(clock, cancel.signal);
  const seen: [string, number][] = [];
  const wait = async (each: AsyncJob, dueAt: number) => {
    await queue.wait(each, dueAt);
    seen.push([each.id, clock.monotonic()]);
  };
  return { clock, cancel, queue, seen, wait, listeners };
}

it('wakes each job at its time, in whichever order they came', async () => {
  const { wait, seen, listeners } = waits();
  await Promise.all([wait(job('c'), 300), wait(job('a'), 100), wait(job('b'), 200), wait(job('b2'), 200)]);
  expect(seen).toEqual([['a', 100], ['b', 200], ['b2', 200], ['c', 300]]);
  expect(listeners()).toBe(0);
});

it('has one listener for all who wait', async () => {
  const { wait, listeners } = waits();
  const all = [job('a'), job('b'), job('c')].map((each, index) => wait(each, index * 100));
  expect(listeners()).toBe(1);
  await Promise.all(all);
});

it('lets a job hurry, and no other', async () => {
  const { wait, seen, queue } = waits();
  const [a, b] = [job('a'), job('b')];
  const all = [wait(a, 500), wait(b, 600)];
  queue.hurry(b, 50);
  queue.hurry(a, 900);
  queue.hurry(job('stranger'), 10);
  expect([...queue.waiting()]).toEqual([[a, 500], [b, 50]]);
  await Promise.all(all);
  expect(seen).toEqual([['b', 50], ['a', 500]]);
});

it('lets a job go at once that is due now, and leaves no timer behind the last one', async () => {
  const { clock, queue, listeners } = waits();
  const a = job('a');
  const waiting = queue.wait(a, 500);
  queue.hurry(a, 0);
  await waiting;
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  expect([clock.monotonic(), listeners(), [...queue.waiting()]]).toEqual([0, 0, []]);
});

it('ends all waits with the reason of a cancel, and leaves no timer', async () => {
  const { wait, queue, cancel, clock, listeners } = waits();
  const all = Promise.allSettled([wait(job('a'), 1000), wait(job('b'), 2000)]);
  cancel.abort(new Error('enough'));
  expect((await all).map((each) => (each as PromiseRejectedResult).reason.message)).toEqual(['enough', 'enough']);
  await expect(queue.wait(job('c'), 5)).rejects.toThrow('enough');
  await new Promise((resolve) => setImmediate(() => setImmediate(() => setImmediate(resolve))));
  expect([clock.monotonic(), listeners()]).toEqual([0, 0]);
});
