import fc from 'fast-check';
import type { JsonObject } from '../../src/protocol/json';
import type { Cursor } from '../../src/slices/cursor';
import { mergeShares } from '../../src/slices/merge-shares';
import { StreamShare } from '../../src/slices/share';
import type { StreamSlice } from '../../src/slices/stream-slice';
import { all, cursorOf, datetimeCursor, listRouter, runtimeAt, substream } from './slices-support';

const DAY_MS = 86_400_000;
const dayText = (index: number) => new Date(Date.UTC(2024, 0, 1) + index * DAY_MS).toISOString().slice(0, 10);
const dayIndex = (text: unknown) => (Date.parse(String(text)) - Date.UTC(2024, 0, 1)) / DAY_MS;
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The days that have a record; their numbers tell which partition they belong to. */
const hasRecord = (day: number, part: unknown) => (day + String(part).length) % 3 !== 1;

/** Reads a slice whole, and gives what it delivered. */
function read(cursor: Cursor, slice: StreamSlice): string[] {
  const days: number[] = [];
  for (let day = dayIndex(slice.cursorSlice.start_time); day <= dayIndex(slice.cursorSlice.end_time); day += 1) days.push(day);
  for (const day of days) if (hasRecord(day, slice.partition.part)) cursor.observe({ updated_at: dayText(day) }, slice);
  cursor.closeSlice(slice);
  return days.map((day) => `${String(slice.partition.part)} ${day}`);
}

function shardCursor(model: JsonObject, parts: string[] | undefined, base: JsonObject, time: string, index: number, of: number, noted?: JsonObject): Cursor {
  const cursor = cursorOf(model, parts && listRouter(parts), { runtime: runtimeAt(time) });
  cursor.setInitialState(throughJson(base));
  cursor.share!(new StreamShare({ index, of }, 'test'), noted);
  return cursor;
}

const plans = fc.record({
  from: fc.nat(20),
  length: fc.nat(25),
  step: fc.integer({ min: 1, max: 9 }),
  lookback: fc.nat(4),
  reached: fc.option(fc.nat(30), { nil: undefined }),
  of: fc.integer({ min: 1, max: 6 }),
  /** Windows that leave out the moment where the last sync stopped. */
  edge: fc.constantFrom<JsonObject[]>({}, { is_compare_strictly: true }, { clamping: { target: 'WEEK', target_details: { weekday: 'MONDAY' } } }),
});

type Plan = typeof plans extends fc.Arbitrary<infer T> ? T : never;

function prepared({ from, step, lookback, reached, edge }: Plan, parts: string[] | undefined, isGlobal: boolean): { model: JsonObject; base: JsonObject } {
  const model = datetimeCursor({ start_datetime: dayText(from), step: `P${step}D`, cursor_granularity: 'P1D', ...(lookback ? { lookback_window: `P${lookback}D` } : {}), global_substream_cursor: isGlobal, ...edge });
  if (reached === undefined) return { model, base: {} };
  const day = dayText(from + reached);
  if (isGlobal) return { model, base: { use_global_cursor: true, state: { updated_at: day }, lookback_window: 0 } };
  return { model, base: parts ? { use_global_cursor: false, states: parts.slice(1).map((part) => ({ partition: { part }, cursor: { updated_at: day } })), state: { updated_at: day }, lookback_window: 0 } : { updated_at: day } };
}

describe.each([
  ['a stream', undefined, false],
  ['partitions', ['a', 'b', 'cc', 'ddd'], false],
  ['partitions with one cursor for all', ['a', 'b', 'cc'], true],
] as const)('the shards of %s', (_what, list, isGlobal) => {
  const parts = list && [...list];

  it('together read each slice of the whole once, and their states make that of the whole', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), async (plan, fates) => {
        const { model, base } = prepared(plan, parts, isGlobal);
        const time = (attempt: number) => `${dayText(plan.from + plan.length + attempt)}T12:00:00Z`;

        const whole = cursorOf(model, parts && listRouter(parts), { runtime: runtimeAt(time(0)) });
        whole.setInitialState(throughJson(base));
        const expected = (await all(whole.slices())).flatMap((slice) => read(whole, slice)).sort();
        whole.finish(true);

        const delivered: string[] = [];
        const notes: JsonObject[] = [];
        for (let index = 0; index < plan.of; index += 1) {
          // The first attempt reads some slices only; the second one, days later, the rest.
          const first = shardCursor(model, parts, base, time(0), index, plan.of);
          (await all(first.slices())).forEach((slice, at) => {
            if (fates[at % fates.length]) delivered.push(...read(first, slice));
          });
          expect(first.state()).toEqual(base);
          const second = shardCursor(model, parts, base, time(3), index, plan.of, throughJson(first.shareNote!()));
          for (const slice of await all(second.slices())) delivered.push(...read(second, slice));
          second.finish(true);
          expect(second.state()).toEqual(base);
          notes.push(throughJson(second.shareNote!()));
        }
        expect(delivered.sort()).toEqual(expected);
        const byPartition = (state: JsonObject) => ({ ...state, lookback_window: 0, states: [...((state.states as JsonObject[]) ?? [])].sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))) });
        expect(byPartition(mergeShares('test', base, notes, 7).state)).toEqual(byPartition(whole.state()));
      }),
      { numRuns: parts ? 30 : 60 },
    );
  });

  it('leave nothing out when one of them stops halfway: what the joined state does not cover is read by the next sync', async () => {
    await fc.assert(
      fc.asyncProperty(plans, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), async (plan, fates) => {
        const { model, base } = prepared(plan, parts, isGlobal);
        const time = `${dayText(plan.from + plan.length)}T12:00:00Z`;
        const whole = cursorOf(model, parts && listRouter(parts), { runtime: runtimeAt(time) });
        whole.setInitialState(throughJson(base));
        const expected = new Set((await all(whole.slices())).flatMap((slice) => read(whole, slice)));

        const delivered = new Set<string>();
        const notes: JsonObject[] = [];
        for (let index = 0; index < plan.of; index += 1) {
          const cursor = shardCursor(model, parts, base, time, index, plan.of);
          (await all(cursor.slices())).forEach((slice, at) => {
            if (fates[(at + index) % fates.length]) for (const day of read(cursor, slice)) delivered.add(day);
          });
          notes.push(throughJson(cursor.shareNote!()));
        }
        const merged = mergeShares('test', base, notes, undefined).state;
        const next = cursorOf(model, parts && listRouter(parts), { runtime: runtimeAt(time) });
        next.setInitialState(throughJson(merged));
        for (const slice of await all(next.slices())) for (const day of read(next, slice)) delivered.add(day);
        // What a lookback window reads again counts as read before.
        const due = [...expected].filter((each) => Number(each.split(' ')[1]) >= plan.from + (plan.reached ?? 0) && hasRecord(Number(each.split(' ')[1]), each.split(' ')[0]));
        for (const day of due) expect(delivered).toContain(day);
      }),
      { numRuns: 30 },
    );
  });
});

it('plans alike in each attempt, also when the start depends on the moment', async () => {
  const model = datetimeCursor({ start_datetime: "{{ day_delta(-3, format='%Y-%m-%d') }}", step: 'P1D', cursor_granularity: 'P1D' });
  const first = shardCursor(model, undefined, {}, '2024-03-10T12:00:00Z', 0, 1);
  const slices = await all(first.slices());
  expect(slices.map(({ cursorSlice }) => cursorSlice.start_time)).toEqual(['2024-03-07', '2024-03-08', '2024-03-09', '2024-03-10']);
  read(first, slices[1]!);
  const second = shardCursor(model, undefined, {}, '2024-03-12T12:00:00Z', 0, 1, throughJson(first.shareNote!()));
  expect((await all(second.slices())).map(({ cursorSlice }) => cursorSlice.start_time)).toEqual(['2024-03-07', '2024-03-09', '2024-03-10']);
});

it('deals windows out evenly, and partitions about so', async () => {
  const of = 16;
  const counts = Array.from({ length: of }, () => 0);
  const windows = Array.from({ length: of }, () => 0);
  for (let index = 0; index < of; index += 1) {
    const share = new StreamShare({ index, of }, 'test');
    for (let part = 0; part < 3200; part += 1) if (share.owns({ part })) counts[index]! += 1;
    for (let day = 0; day < 366; day += 1) if (share.owns({}, day)) windows[index]! += 1;
  }
  expect(counts.reduce((a, b) => a + b)).toBe(3200);
  // 200 each; six standard deviations.
  for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(85);
  expect(windows.reduce((a, b) => a + b)).toBe(366);
  expect(Math.max(...windows) - Math.min(...windows)).toBeLessThanOrEqual(1);
});

it('is what it was in earlier versions, or shards that are run again would read other slices', () => {
  const owner = (name: string, partition: JsonObject, ordinal = 0) => Array.from({ length: 16 }, (_, index) => index).find((index) => new StreamShare({ index, of: 16 }, name).owns(partition, ordinal));
  // The first six bytes of the SHA-256 of ["contacts",{}] and so on, modulo 16.
  expect([owner('contacts', {}), owner('contacts', {}, 1), owner('contacts', { b: 1, a: 'x' }), owner('contacts', { a: 'x', b: 1 })]).toEqual([15, 0, 2, 2]);
});

it('gives a full refresh each partition to one shard, and no state that says it is done', async () => {
  const of = 3;
  const read = await Promise.all(
    Array.from({ length: of }, async (_, index) => {
      const cursor = cursorOf(undefined, listRouter(['a', 'b', 'c', 'd', 'e']));
      cursor.setInitialState({});
      cursor.share!(new StreamShare({ index, of }, 'test'), undefined);
      const slices = await all(cursor.slices());
      expect(cursor.state()).toEqual({});
      return slices.map(({ partition }) => String(partition.part));
    }),
  );
  expect(read.flat().sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

describe('the states of parents', () => {
  const parents = (states: (JsonObject | undefined)[], base: JsonObject = {}) => {
    const model = datetimeCursor({});
    const notes = states.map((parent_state, index) => {
      const cursor = cursorOf(model, substream({ records: [[[{ id: 1 }, { id: 2 }]]] }));
      cursor.setInitialState({});
      cursor.share!(new StreamShare({ index, of: states.length }, 'test'), undefined);
      return { ...throughJson(cursor.shareNote!()), ...(parent_state ? { parent_state } : {}) };
    });
    return mergeShares('test', base, notes, 1).state.parent_state;
  };

  it.each<[string, (JsonObject | undefined)[], JsonObject | undefined]>([
    ['equal ones', [{ p: { d: '2024-01-02', x: 1 } }, { p: { d: '2024-01-02', x: 1 } }], { p: { d: '2024-01-02', x: 1 } }],
    ['the least of dates', [{ p: { d: '2024-01-03' } }, { p: { d: '2024-01-02' } }], { p: { d: '2024-01-02' } }],
    ['the least of numbers', [{ p: { d: 10 } }, { p: { d: 9 } }], { p: { d: 9 } }],
    ['nothing of what has no order', [{ p: { d: '03/01/2024' } }, { p: { d: '02/02/2024' } }], undefined],
    ['nothing when one is missing', [{ p: { d: 1 } }, undefined], undefined],
  ])('become %s', (_what, states, expected) => {
    expect(parents(states)).toEqual(expected);
  });

  it('stay what they were when they cannot be compared', () => {
    expect(parents([{ p: { d: 'x' } }, { p: { d: 'y' } }], { parent_state: { p: { d: 'w' } }, states: [] })).toEqual({ p: { d: 'w' } });
  });
});
