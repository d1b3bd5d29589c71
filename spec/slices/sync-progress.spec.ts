import fc from 'fast-check';
import type { JsonObject } from '../../src/protocol/json';
import type { Cursor } from '../../src/slices/cursor';
import { StreamSlice } from '../../src/slices/stream-slice';
import { all, cursorOf, datetimeCursor, listRouter, runtimeAt, windows } from './slices-support';

const DAY_MS = 86_400_000;
const dayText = (index: number) => new Date(Date.UTC(2024, 0, 1) + index * DAY_MS).toISOString().slice(0, 10);
const dayIndex = (text: unknown) => (Date.parse(String(text)) - Date.UTC(2024, 0, 1)) / DAY_MS;
const throughJson = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));

/** What survives a kill: the STATE's two parts and the jobs. */
interface Left {
  state: JsonObject;
  progress: JsonObject | undefined;
  taken: StreamSlice[];
}

function resumed(model: JsonObject, left: Left, time: string, parts?: string[]): Cursor {
  const cursor = cursorOf(model, parts && listRouter(parts), { runtime: runtimeAt(time) });
  cursor.setInitialState(throughJson(left.state));
  cursor.resume!(throughJson(left.progress), left.taken);
  return cursor;
}

/** The days that have a record. */
const hasRecord = (day: number) => day % 3 !== 1;

function read(cursor: Cursor, slice: StreamSlice): number[] {
  const days: number[] = [];
  for (let day = dayIndex(slice.cursorSlice.start_time); day <= dayIndex(slice.cursorSlice.end_time); day += 1) days.push(day);
  for (const day of days) if (hasRecord(day)) cursor.observe({ updated_at: dayText(day) }, slice);
  cursor.closeSlice(slice);
  return days;
}

describe('a sync that is interrupted and goes on', () => {
  it.each([['a stream', undefined], ['partitions', ['a', 'b', 'c']]] as const)('reads each day of %s once, and ends with the state of an uninterrupted one', async (_what, parts) => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({ from: fc.nat(20), length: fc.nat(25), step: fc.integer({ min: 1, max: 9 }), lookback: fc.nat(4), reached: fc.option(fc.nat(30), { nil: undefined }) }),
        fc.array(fc.array(fc.constantFrom('closed', 'taken', 'planned'), { minLength: 40, maxLength: 40 }), { maxLength: 3 }),
        async ({ from, length, step, lookback, reached }, attempts) => {
          const model = datetimeCursor({ start_datetime: dayText(from), step: `P${step}D`, cursor_granularity: 'P1D', ...(lookback ? { lookback_window: `P${lookback}D` } : {}) });
          const reachedText = reached === undefined ? undefined : dayText(from + reached);
          const state: JsonObject = reachedText === undefined ? {} : parts ? { states: parts.map((part) => ({ partition: { part }, cursor: { updated_at: reachedText } })) } : { updated_at: reachedText };
          const time = (attempt: number) => `${dayText(from + length + attempt)}T12:00:00Z`;

          const whole = resumed(model, { state, progress: undefined, taken: [] }, time(0), parts && [...parts]);
          const expected = (await all(whole.slices())).flatMap((slice) => read(whole, slice).map((day) => `${String(slice.partition.part)} ${day}`)).sort();
          whole.finish(true);

          const done: string[] = [];
          let left: Left = { state, progress: undefined, taken: [] };
          for (const [attempt, fates] of [...attempts, []].entries()) {
            const isLast = attempt === attempts.length;
            // Without anything to go on with, it is a new sync, with a later end.
            const nothingLeft = left.taken.length === 0 && done.length === 0;
            const cursor = resumed(model, left, time(nothingLeft ? 0 : attempt), parts && [...parts]);
            const slices = await all(cursor.slices());
            const taken: StreamSlice[] = [];
            slices.forEach((slice, index) => {
              const fate = isLast ? 'closed' : fates[index % fates.length];
              if (fate === 'closed') done.push(...read(cursor, slice).map((day) => `${String(slice.partition.part)} ${day}`));
              // A job that was told stays told.
              else if (fate === 'taken' || left.taken.some(({ key }) => key === slice.key)) taken.push(slice);
            });
            if (isLast) {
              cursor.finish(true);
              expect({ ...cursor.state(), lookback_window: 0 }).toEqual({ ...whole.state(), lookback_window: 0 });
            }
            left = { state: cursor.state(), progress: cursor.syncProgress!(), taken };
          }
          expect(done.sort()).toEqual(expected);
        },
      ),
      { numRuns: parts ? 40 : 120 },
    );
  });

  const model = datetimeCursor({ start_datetime: '2024-01-01', step: 'P1M', cursor_granularity: 'P1D' });
  const januaryJob = new StreamSlice({}, { start_time: '2024-01-01', end_time: '2024-01-31' });

  it('takes a job with the window that it was ordered for, and stops where the first attempt would have stopped', async () => {
    const first = resumed(model, { state: {}, progress: undefined, taken: [] }, '2024-02-10T12:00:00Z');
    expect(windows(await all(first.slices()))).toEqual([['2024-01-01', '2024-01-31'], ['2024-02-01', '2024-02-10']]);
    const second = resumed(model, { state: {}, progress: first.syncProgress!(), taken: [januaryJob] }, '2024-02-20T12:00:00Z');
    expect(windows(await all(second.slices()))).toEqual([['2024-01-01', '2024-01-31'], ['2024-02-01', '2024-02-10']]);
  });

  it('begins anew, with a new end, when nothing was ordered or read', async () => {
    const first = resumed(model, { state: {}, progress: undefined, taken: [] }, '2024-02-10T12:00:00Z');
    await all(first.slices());
    const second = resumed(model, { state: {}, progress: first.syncProgress!(), taken: [] }, '2024-02-20T12:00:00Z');
    expect(windows(await all(second.slices())).at(-1)).toEqual(['2024-02-01', '2024-02-20']);
  });

  it('has no use for a job from before the start, or with dates that it cannot read', async () => {
    const taken = [
      new StreamSlice({}, { start_time: '2023-01-01', end_time: '2023-01-31' }),
      new StreamSlice({}, { start_time: 'yesterday', end_time: '2024-01-31' }),
      new StreamSlice({ part: 'x' }, { start_time: '2024-01-01', end_time: '2024-01-31' }),
    ];
    const cursor = resumed(model, { state: {}, progress: { until: '2024-02-10' }, taken }, '2024-02-20T12:00:00Z');
    expect(windows(await all(cursor.slices()))).toEqual([['2024-01-01', '2024-01-31'], ['2024-02-01', '2024-02-10']]);
  });

  it('survives whatever stands in the place of its progress', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom('until', 'read', '__proto__'), fc.jsonValue()), async (progress) => {
        const cursor = resumed(model, { state: {}, progress: progress as JsonObject, taken: [januaryJob] }, '2024-02-10T12:00:00Z');
        expect((await all(cursor.slices())).length).toBeGreaterThan(0);
        JSON.stringify(cursor.syncProgress!());
      }),
      { numRuns: 100 },
    );
  });

  it('is not recorded unless somebody wants to go on', async () => {
    const cursor = cursorOf(model);
    for await (const slice of cursor.slices()) cursor.closeSlice(slice);
    expect(cursor.syncProgress!()).toBeUndefined();
  });
});
