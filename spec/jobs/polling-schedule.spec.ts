import { defaultPollingInterval, PollingSchedule } from '../../src/jobs/polling-schedule';

const half = () => 0.5;

/** When a job that takes `seconds` is seen finished, and after how many polls. */
function watch(seconds: number): { seenAt: number; polls: number } {
  const schedule = new PollingSchedule(undefined, half);
  let at = 0;
  for (let polls = 0; ; polls += 1) {
    at += schedule.nextDelay(polls, at);
    if (at / 1000 >= seconds) return { seenAt: at / 1000, polls: polls + 1 };
  }
}

/** The reference polls at once and every 5 s (section 2.3), and stays 5 s longer. */
const referencePolls = (seconds: number) => Math.ceil(seconds / 5) + 1;
const referenceEnd = (seconds: number) => Math.ceil(seconds / 5) * 5 + 5;

const durations = [...Array.from({ length: 400 }, (_, index) => (index + 1) / 2), ...Array.from({ length: 100 }, (_, index) => 200 + 34 * index)];

describe('the default schedule', () => {
  it('notices short jobs soon', () => {
    for (const seconds of durations.filter((each) => each <= 4)) expect(watch(seconds).seenAt - seconds).toBeLessThanOrEqual(1.7);
    expect(watch(0).seenAt).toBe(0.5);
  });

  it('is never later than the reference in the first three minutes, and never by more than 5 % afterwards', () => {
    for (const seconds of durations) {
      const { seenAt } = watch(seconds);
      expect(seenAt).toBeLessThanOrEqual(seconds <= 100 ? referenceEnd(seconds) : Math.max(referenceEnd(seconds), seconds * 1.06));
    }
  });

  it('asks at most three times more than the reference for a short job, and never more from three minutes on', () => {
    for (const seconds of durations) {
      const more = watch(seconds).polls - referencePolls(seconds);
      expect(more).toBeLessThanOrEqual(seconds >= 180 ? 0 : 3);
    }
    expect(watch(3600).polls).toBeLessThan(referencePolls(3600) / 4);
  });

  it('spreads polls by 10 %', () => {
    const early = new PollingSchedule(undefined, () => 0);
    const late = new PollingSchedule(undefined, () => 0.999999);
    expect(early.nextDelay(20, 60_000)).toBeCloseTo(4500, 0);
    expect(late.nextDelay(20, 60_000)).toBeCloseTo(5500, 0);
  });
});

describe('polling_interval', () => {
  it('grows from its first wait to its longest', () => {
    const schedule = new PollingSchedule({ initial_seconds: 30, multiplier: 2, maximum_seconds: 100, jitter: 0 }, half);
    expect([0, 1, 2, 3, 50].map((polls) => schedule.nextDelay(polls, 0))).toEqual([30_000, 60_000, 100_000, 100_000, 100_000]);
  });

  it('bounds every wait', () => {
    const schedule = new PollingSchedule({ ...defaultPollingInterval, maximum_seconds: 2, jitter: 0 }, half);
    for (let polls = 0; polls < 2000; polls += 1) expect(schedule.nextDelay(polls, polls * 10_000)).toBeLessThanOrEqual(2000);
  });
});

describe('after polls that told nothing', () => {
  it('waits grow to a minute', () => {
    const schedule = new PollingSchedule({ ...defaultPollingInterval, jitter: 0 }, half);
    expect([1, 2, 3, 4, 5, 6, 100].map((failures) => schedule.delayAfterFailure(failures) / 1000)).toEqual([5, 10, 20, 40, 60, 60, 60]);
  });
});
