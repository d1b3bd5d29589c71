import { deliver, setUp, slicesOf, type JobScript } from './fake-job-api';

const JOBS = 1_000;
const MINUTE = 60_000;
const LIMIT = 50;

/** The same numbers each time: 0 … 1 by the name of a slice and the number of its attempt. */
function chance(slice: string, attempt: number, salt: number): number {
  let hash = salt;
  for (const character of `${slice}/${attempt}`) hash = Math.imul(hash ^ character.charCodeAt(0), 0x9e3779b1) ^ (hash >>> 13);
  return (hash >>> 0) / 2 ** 32;
}

/** One attempt in ten ends badly: failed by the API, polls that break a few times, a status that passes; the others take up to a minute and a half. */
function script(slice: string, attempt: number): JobScript {
  if (chance(slice, attempt, 1) < 0.1) return { polls: ['running', 'failed'] };
  if (chance(slice, attempt, 2) < 0.1) return { polls: ['running', new Error('poll broke'), { raw: 'odd' }, 'running', 'completed'] };
  return { takesMs: chance(slice, attempt, 3) * 1.5 * MINUTE };
}

it('a thousand jobs for half an hour, one attempt in ten failing: every slice is accounted for', async () => {
  const names = Array.from({ length: JOBS }, (_, index) => `s${index}`);
  const { orchestrator, api, tracker, runtime } = setUp({ slices: slicesOf(...names), limit: LIMIT, scripts: script });
  const { delivered, error } = await deliver(orchestrator);
  // Three attempts each: lost is who failed three times.
  const lost = names.filter((name) => [1, 2, 3].every((attempt) => chance(name, attempt, 1) < 0.1));
  expect([...delivered].sort()).toEqual(names.filter((name) => !lost.includes(name)).sort());
  expect(error === undefined).toBe(lost.length === 0);
  // As many orders as attempts were needed, never more on the API than there are slots, and none left there.
  const attempts = names.map((name) => ([1, 2, 3].find((attempt) => chance(name, attempt, 1) >= 0.1) ?? 3));
  expect(api.count('create')).toBe(attempts.reduce((sum, each) => sum + each, 0));
  expect([api.mostAlive, api.alive, tracker.inUse]).toEqual([LIMIT, 0, 0]);
  expect(runtime.clock.monotonic()).toBeGreaterThan(15 * MINUTE);
  // Spread: however many jobs run, no second sees more polls than there are slots.
  const bySecond = new Map<number, number>();
  for (const { what, at } of api.log) if (what === 'poll') bySecond.set(Math.floor(at / 1000), (bySecond.get(Math.floor(at / 1000)) ?? 0) + 1);
  // The first second after a start polls each job twice.
  expect(Math.max(...bySecond.values())).toBeLessThanOrEqual(2 * LIMIT);
});
