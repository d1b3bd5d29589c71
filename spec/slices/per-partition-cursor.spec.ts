import type { JsonObject } from '../../src/protocol/json';
import type { Cursor } from '../../src/slices/cursor';
import { GroupingPartitionRouter } from '../../src/slices/grouping-partition-router';
import { MAX_PARTITIONS_IN_STATE } from '../../src/slices/per-partition-cursor';
import { StreamSlice } from '../../src/slices/stream-slice';
import { all, cursorOf, datetimeCursor, listRouter, productOf, runtimeAt, substream } from './slices-support';

const model = datetimeCursor({});
const entry = (partition: JsonObject, updated_at: string) => ({ partition, cursor: { updated_at } });

async function readAll(cursor: Cursor, values: Record<string, string[]> = {}, failing: string[] = []): Promise<void> {
  for await (const slice of cursor.slices()) {
    const part = String(slice.partition.part);
    for (const updated_at of values[part] ?? []) cursor.observe({ updated_at }, slice);
    if (!failing.includes(part)) cursor.closeSlice(slice);
  }
  cursor.finish(failing.length === 0);
}

test('a first sync ends with a cursor for each partition and the greatest value for all', async () => {
  const runtime = runtimeAt();
  const cursor = cursorOf(model, listRouter(['b', 'a']), { runtime });
  const slices = await all(cursor.slices());
  expect(slices.map(({ partition, cursorSlice }) => [partition, cursorSlice])).toEqual([
    [{ part: 'b' }, { start_time: '2024-01-01', end_time: '2024-03-01' }],
    [{ part: 'a' }, { start_time: '2024-01-01', end_time: '2024-03-01' }],
  ]);
  cursor.observe({ updated_at: '2024-02-02' }, slices[0] as StreamSlice);
  for (const slice of slices) cursor.closeSlice(slice);
  expect(cursor.state()).toEqual({ use_global_cursor: false, states: [entry({ part: 'b' }, '2024-02-02'), entry({ part: 'a' }, '2024-01-01')], lookback_window: 0 });
  runtime.clock.advance(2500);
  cursor.finish(true);
  expect(cursor.state()).toEqual({
    use_global_cursor: false,
    states: [entry({ part: 'b' }, '2024-02-02'), entry({ part: 'a' }, '2024-01-01')],
    state: { updated_at: '2024-02-02' },
    lookback_window: 3,
  });
  expect(Object.keys(cursor.state())).toEqual(['use_global_cursor', 'states', 'state', 'lookback_window']);
});

test('known partitions go on from their own value, new ones from the global value less the lookback window', async () => {
  const cursor = cursorOf(datetimeCursor({ datetime_format: '%Y-%m-%dT%H:%M:%SZ', start_datetime: '2024-01-01T00:00:00Z' }), listRouter(['old', 'new']));
  cursor.setInitialState({
    use_global_cursor: false,
    states: [entry({ part: 'old' }, '2024-01-15T00:00:00Z'), entry({ part: 'gone' }, '2024-01-16T00:00:00Z')],
    state: { updated_at: '2024-02-01T00:00:00Z' },
    lookback_window: 60,
  });
  const slices = await all(cursor.slices());
  expect(slices.map(({ cursorSlice }) => cursorSlice.start_time)).toEqual(['2024-01-15T00:00:00Z', '2024-01-31T23:59:00Z']);
  for (const slice of slices) cursor.closeSlice(slice);
  cursor.finish(true);
  // Nothing was read, so the global value stays as it was.
  expect(cursor.state()).toMatchObject({ state: { updated_at: '2024-02-01T00:00:00Z' }, lookback_window: 60 });
  expect((cursor.state().states as JsonObject[]).map(({ partition }) => partition)).toEqual([{ part: 'old' }, { part: 'gone' }, { part: 'new' }]);
});

test('a plain state of a stream without partitions holds for all of them', async () => {
  const cursor = cursorOf(model, listRouter(['a']));
  cursor.setInitialState({ updated_at: '2024-02-10' });
  expect((await all(cursor.slices()))[0]?.cursorSlice.start_time).toBe('2024-02-10');
});

test('one failed slice freezes the global value and the lookback window', async () => {
  const cursor = cursorOf(model, listRouter(['a', 'b']));
  cursor.setInitialState({ states: [], state: { updated_at: '2024-01-10' }, lookback_window: 7 });
  await readAll(cursor, { a: ['2024-02-20'], b: ['2024-02-21'] }, ['b']);
  expect(cursor.state()).toMatchObject({
    state: { updated_at: '2024-01-10' },
    lookback_window: 7,
    // b started 7 seconds before the global value, which is the day before in this format.
    states: [entry({ part: 'a' }, '2024-02-20'), entry({ part: 'b' }, '2024-01-09')],
  });
});

test('a run that was cut off while slices were generated counts as incomplete', async () => {
  const cursor = cursorOf(model, listRouter(['a', 'b']));
  for await (const slice of cursor.slices()) {
    cursor.observe({ updated_at: '2024-02-20' }, slice);
    cursor.closeSlice(slice);
    break;
  }
  cursor.finish(true);
  expect(cursor.state()).not.toHaveProperty('state');
});

test('the greatest value is found among dates, not among texts', async () => {
  const cursor = cursorOf(datetimeCursor({ datetime_format: '%d/%m/%Y', start_datetime: '01/01/2024' }), listRouter(['a']));
  await readAll(cursor, { a: ['31/01/2024', '01/02/2024'] });
  expect(cursor.state().state).toEqual({ updated_at: '01/02/2024' });
});

test('a partition that comes twice is read once', async () => {
  const runtime = runtimeAt();
  const cursor = cursorOf(model, listRouter(['a', 'b', 'a', 'a']), { runtime });
  const parts: unknown[] = [];
  for await (const slice of cursor.slices()) {
    parts.push(slice.partition.part);
    cursor.closeSlice(slice);
  }
  expect(parts).toEqual(['a', 'b']);
  expect(runtime.logs.filter(({ level }) => level === 'WARN')).toEqual([
    { level: 'WARN', message: 'Partition duplication detected for stream test: each partition is read once.' },
  ]);
});

describe('global cursor', () => {
  test.each([
    ['global_substream_cursor', datetimeCursor({ global_substream_cursor: true }), {}],
    ['a state that says so', model, { use_global_cursor: true, state: { updated_at: '2024-01-05' }, lookback_window: 0 }],
  ])('%s: no partitions in the state, one value at the end', async (_what, cursorModel, state) => {
    const cursor = cursorOf(cursorModel, listRouter(['a', 'b']));
    cursor.setInitialState(state as JsonObject);
    for await (const slice of cursor.slices()) {
      cursor.observe({ updated_at: '2024-02-01' }, slice);
      expect(cursor.closeSlice(slice)).toBe(false);
    }
    expect(cursor.state()).not.toHaveProperty('states');
    expect(cursor.state().state).toEqual((state as JsonObject).state);
    cursor.finish(true);
    expect(cursor.state()).toEqual({ use_global_cursor: true, state: { updated_at: '2024-02-01' }, lookback_window: 0 });
  });

  test('a state with partitions stays one when the manifest changes: lagging partitions must not be lost', () => {
    const cursor = cursorOf(datetimeCursor({ global_substream_cursor: true }), listRouter(['a']));
    cursor.setInitialState({ use_global_cursor: false, states: [entry({ part: 'a' }, '2024-01-05')], state: { updated_at: '2024-02-05' } });
    expect(cursor.state()).toMatchObject({ use_global_cursor: false });
  });

  test('too many partitions go over to it', async () => {
    const runtime = runtimeAt();
    const values = Array.from({ length: MAX_PARTITIONS_IN_STATE + 5 }, (_, index) => `v${index}`);
    const cursor = cursorOf(model, listRouter(values), { runtime });
    let count = 0;
    for await (const slice of cursor.slices()) {
      cursor.observe({ updated_at: '2024-02-01' }, slice);
      cursor.closeSlice(slice);
      count += 1;
    }
    expect(count).toBe(values.length);
    expect(cursor.state()).toEqual({ use_global_cursor: true, lookback_window: 0 });
    cursor.finish(true);
    expect(cursor.state()).toMatchObject({ use_global_cursor: true, state: { updated_at: '2024-02-01' } });
    expect(runtime.logs).toEqual([expect.objectContaining({ level: 'INFO', message: expect.stringContaining('Switching to global cursor for test') })]);
  });

  test('groups of partitions always have it', async () => {
    const router = new GroupingPartitionRouter(listRouter(['a', 'b', 'c']), 2, true);
    const cursor = cursorOf(model, router);
    expect((await all(cursor.slices())).map(({ partition }) => partition)).toEqual([{ part: ['a', 'b'] }, { part: ['c'] }]);
    expect(cursor.state()).toEqual({ use_global_cursor: true, lookback_window: 0 });
  });
});

describe('states that were written by others', () => {
  test('keys may come in any order, values keep their types', () => {
    const cursor = cursorOf(model, listRouter(['a']));
    cursor.setInitialState({ states: [entry({ z: 1, a: { d: null, c: [true] } }, '2024-01-05')] });
    expect(JSON.stringify(cursor.state().states)).toBe('[{"partition":{"a":{"c":[true],"d":null},"z":1},"cursor":{"updated_at":"2024-01-05"}}]');
  });

  test('a partition without parent_slice is that of the same parent record, also when its number was kept as a text', async () => {
    const cursor = cursorOf(model, substream({ records: [[[{ id: 7 }, { id: 8 }]]] }));
    cursor.setInitialState({ states: [entry({ parent_id: '7' }, '2024-02-10')] });
    expect((await all(cursor.slices())).map(({ cursorSlice }) => cursorSlice.start_time)).toEqual(['2024-02-10', '2024-01-01']);
    expect(cursor.state().states).toEqual([entry({ parent_id: 7, parent_slice: {} }, '2024-02-10'), entry({ parent_id: 8, parent_slice: {} }, '2024-01-01')]);
  });

  test.each([
    ['states that are no list', { states: { a: 1 } }, /test\.states should be a list/],
    ['an entry without a cursor', { states: [{ partition: {} }] }, /test\.states\[0\] should be an object with partition and cursor/],
    ['a value that is no date', { states: [entry({}, 'x')] }, /test\.states\[0\]\.cursor\.updated_at should be a date/],
    ['a global value that is no date', { state: { updated_at: 'x' } }, /test\.state\.updated_at should be a date/],
    ['a lookback window that is no number', { state: {}, lookback_window: 'long' }, /test\.lookback_window should be a number/],
  ])('%s: a config_error that names the place', (_what, state, message) => {
    const cursor = cursorOf(model, listRouter(['a']));
    cursor.setInitialState(state as JsonObject);
    expect(() => cursor.state()).toThrow(expect.objectContaining({ code: 'slices.invalid_state', failureType: 'config_error', message: expect.stringMatching(message) }));
  });
});

test('a STATE is due at the first closed slice, then not before a pause that grows with the number of partitions', async () => {
  const runtime = runtimeAt();
  const cursor = cursorOf(model, listRouter(Array.from({ length: 400 }, (_, index) => `v${index}`)), { runtime });
  const slices = await all(cursor.slices());
  const due: boolean[] = [];
  for (const pause of [0, 0, 19_000, 1_000, 19_999, 1]) {
    runtime.clock.advance(pause);
    due.push(cursor.closeSlice(slices.pop() as StreamSlice));
  }
  // 400 partitions × 50 ms = 20 s.
  expect(due).toEqual([true, false, false, true, false, true]);
});

test('the router and the window bring their options', async () => {
  const option = (field_name: string) => ({ type: 'RequestOption', inject_into: 'request_parameter', field_name });
  const cursor = cursorOf(datetimeCursor({ start_time_option: option('since') }), listRouter(['a'], { request_option: option('part') }));
  const [slice] = await all(cursor.slices());
  expect(cursor.requestOptions(slice as StreamSlice)).toEqual({ params: { part: 'a', since: '2024-01-01' } });
});

test('a field that is in the partition and in the window is refused', async () => {
  const cursor = cursorOf(datetimeCursor({ partition_field_start: 'part' }), listRouter(['a']));
  await expect(all(cursor.slices())).rejects.toMatchObject({ code: 'slices.field_conflict', failureType: 'config_error' });
});

test('client-side filtering looks at the state of the partition', async () => {
  const cursor = cursorOf(datetimeCursor({ is_client_side_incremental: true }), listRouter(['a', 'b']));
  cursor.setInitialState({ states: [entry({ part: 'a' }, '2024-02-10')], state: { updated_at: '2024-01-20' } });
  const [a, b] = (await all(cursor.slices())) as [StreamSlice, StreamSlice];
  expect([a, b].map((slice) => cursor.shouldBeSynced({ updated_at: '2024-02-01' }, slice))).toEqual([false, true]);
});

test('asking about a slice that nobody generated leaves no trace', async () => {
  const cursor = cursorOf(datetimeCursor({ is_client_side_incremental: true }), listRouter(['a']));
  const foreign = new StreamSlice({ part: 'x' }, { start_time: '2024-01-01', end_time: '2024-01-02' });
  expect(cursor.shouldBeSynced({ updated_at: '2024-01-01' }, foreign)).toBe(true);
  await readAll(cursor, { a: ['2024-02-01'] });
  expect(cursor.state()).toMatchObject({ states: [entry({ part: 'a' }, '2024-02-01')], state: { updated_at: '2024-02-01' } });
});

test('a slice of an earlier run moves the state of its partition', async () => {
  const cursor = cursorOf(datetimeCursor({ step: 'P1M', cursor_granularity: 'P1D' }), listRouter(['a']));
  const earlier = new StreamSlice({ part: 'a' }, { start_time: '2024-01-01', end_time: '2024-01-31' });
  cursor.observe({ updated_at: '2024-01-30' }, earlier);
  cursor.closeSlice(earlier);
  expect(cursor.state()).toMatchObject({ states: [entry({ part: 'a' }, '2024-01-30')] });
  // What it covered is not read again.
  const slices = await all(cursor.slices());
  expect(slices.map(({ cursorSlice }) => cursorSlice.start_time)).toEqual(['2024-01-31', '2024-02-29']);
  for (const slice of slices) cursor.closeSlice(slice);
  cursor.finish(true);
  expect(cursor.state()).toMatchObject({ state: { updated_at: '2024-01-30' } });
});

test('several routers: each combination is a partition', async () => {
  const cursor = cursorOf(model, productOf(listRouter(['a', 'b']), listRouter(['x', 'y'], { cursor_field: 'second' })));
  await readAll(cursor);
  expect((cursor.state().states as JsonObject[]).map(({ partition }) => partition)).toEqual([
    { part: 'a', second: 'x' },
    { part: 'a', second: 'y' },
    { part: 'b', second: 'x' },
    { part: 'b', second: 'y' },
  ]);
});
