import type { JsonObject } from '../../src/protocol/json';
import { ParentStateQueue } from '../../src/slices/parent-state-queue';
import { parentStateOf } from '../../src/slices/parent-state';
import type { StreamSlice } from '../../src/slices/stream-slice';
import { all, cursorOf, datetimeCursor, substream } from './slices-support';

describe('the state that a parent starts from', () => {
  // Rules of the reference, section 9.3 and 10.1.
  test.each<[string, JsonObject, JsonObject]>([
    ['its own entry', { parent_state: { parents: { changed: '2024-01-02' } }, state: { updated_at: '2024-02-01' } }, { changed: '2024-01-02' }],
    ['else the global cursor of the child', { parent_state: { others: {} }, state: { updated_at: '2024-02-01' } }, { updated_at: '2024-02-01' }],
    ['else the one value of a child without partitions', { updated_at: '2024-02-01' }, { changed: '2024-02-01' }],
    ['nothing of several values', { updated_at: '2024-02-01', page: 3 }, {}],
    ['nothing of a list of partitions', { states: [] }, {}],
    ['nothing of the mark of a full refresh', { __ab_no_cursor_state_message: true }, {}],
    ['nothing at first', {}, {}],
  ])('%s', (_what, childState, expected) => {
    expect(parentStateOf(childState, 'parents', 'changed').state).toEqual(expected);
  });

  test('a value that is borrowed from the child and has another format means the start', async () => {
    const parentCursor = cursorOf(datetimeCursor({ datetime_format: '%s', start_datetime: '1704067200' }));
    const router = substream({ cursor: parentCursor, isIncremental: true, records: [[[{ id: 1 }]]] });
    router.setInitialState({ state: { updated_at: '2024-02-01' } });
    expect(router.parentState()).toEqual({ parents: { updated_at: '1704067200' } });
  });

  test('its own state that cannot be read is an error', () => {
    const router = substream({ cursor: cursorOf(datetimeCursor({})), isIncremental: true, records: [] });
    router.setInitialState({ parent_state: { parents: { updated_at: 'x' } } });
    expect(() => router.parentState()).toThrow(expect.objectContaining({ code: 'slices.invalid_state' }));
  });

  test('a parent that is not incremental is always read from its start', () => {
    const parentCursor = cursorOf(datetimeCursor({}));
    const router = substream({ cursor: parentCursor, records: [] });
    router.setInitialState({ parent_state: { parents: { updated_at: '2024-02-01' } } });
    expect(parentCursor.state()).toEqual({ updated_at: '2024-01-01' });
    expect(router.parentState()).toEqual({});
  });

  test('the child is full refresh: nothing of an old state counts', () => {
    const parentCursor = cursorOf(datetimeCursor({}));
    const child = cursorOf(undefined, substream({ cursor: parentCursor, isIncremental: true, records: [] }));
    child.setInitialState({ parent_state: { parents: { updated_at: '2024-02-01' } } });
    expect(parentCursor.state()).toEqual({ updated_at: '2024-01-01' });
  });
});

describe('the state of a parent in the state of the child', () => {
  /** Two months of parents: two records in January, one in February, none in March. */
  function family() {
    const cursor = cursorOf(datetimeCursor({ step: 'P1M', cursor_granularity: 'P1D' }));
    const records = [[[{ id: 1, updated_at: '2024-01-05' }], [{ id: 2, updated_at: '2024-01-06' }]], [[{ id: 3, updated_at: '2024-02-07' }]], []];
    return cursorOf(datetimeCursor({}), substream({ cursor, isIncremental: true, records }));
  }
  const parentState = (state: JsonObject) => (state.parent_state as JsonObject | undefined)?.parents;

  test('moves only when all children up to there are closed', async () => {
    const child = family();
    const [one, two, three] = (await all(child.slices())) as [StreamSlice, StreamSlice, StreamSlice];
    expect(parentState(child.state())).toBeUndefined();
    child.closeSlice(two);
    // 2 closes January of the parent, but 1 is still open.
    expect(parentState(child.state())).toBeUndefined();
    child.closeSlice(one);
    expect(parentState(child.state())).toEqual({ updated_at: '2024-01-06' });
    child.closeSlice(three);
    expect(parentState(child.state())).toEqual({ updated_at: '2024-02-07' });
    child.finish(true);
    expect(child.state().parent_state).toEqual({ parents: { updated_at: '2024-02-07' } });
  });

  test('stays before a child that failed', async () => {
    const child = family();
    const [one, , three] = (await all(child.slices())) as [StreamSlice, StreamSlice, StreamSlice];
    child.closeSlice(one);
    child.closeSlice(three);
    child.finish(false);
    // Taken when the first child was generated: the parent's slice of January was not closed then.
    expect(parentState(child.state())).toEqual({ updated_at: '2024-01-01' });
  });

  test('an empty partition does not hold it back', async () => {
    const cursor = cursorOf(datetimeCursor({ step: 'P1M', cursor_granularity: 'P1D' }));
    const router = substream({ cursor, isIncremental: true, records: [[[{ id: 1, updated_at: '2024-01-05' }]], [[{ id: 2, updated_at: '2024-02-05' }]], []] });
    const child = cursorOf(datetimeCursor({}), router);
    const ahead = { partition: { parent_id: 1, parent_slice: {} }, cursor: { updated_at: '2024-06-01' } };
    child.setInitialState({ states: [ahead] });
    const slices = await all(child.slices());
    expect(slices.map(({ partition }) => partition.parent_id)).toEqual([2]);
    child.closeSlice(slices[0] as StreamSlice);
    expect(parentState(child.state())).toEqual({ updated_at: '2024-02-05' });
  });
});

describe('ParentStateQueue', () => {
  test('gives the newest snapshot before the first open partition', () => {
    const queue = new ParentStateQueue();
    const states = [{ at: 0 }, { at: 1 }, { at: 2 }];
    states.forEach((state, order) => queue.add(state, order));
    expect(queue.takeUpTo(0)).toBeUndefined();
    expect(queue.takeUpTo(2)).toBe(states[1]);
    expect(queue.takeUpTo(2)).toBeUndefined();
    expect(queue.takeUpTo(Infinity)).toBe(states[2]);
  });

  test('the same object again belongs to the partition that had it first', () => {
    const queue = new ParentStateQueue();
    const state = { at: 0 };
    queue.add(state, 0);
    queue.add(state, 1);
    queue.add(undefined, 2);
    expect(queue.takeUpTo(1)).toBe(state);
  });
});
