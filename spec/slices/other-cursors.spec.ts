import type { JsonObject } from '../../src/protocol/json';
import { StreamSlice } from '../../src/slices/stream-slice';
import { buildComponent } from '../support/fake-runtime';
import { all, cursorOf, datetimeCursor, listRouter, productOf, runtimeAt, substream } from './slices-support';

describe('full refresh', () => {
  test('without a router: one empty slice, and a state that says it was read', async () => {
    const cursor = cursorOf(undefined);
    expect((await all(cursor.slices())).map(({ isEmpty }) => isEmpty)).toEqual([true]);
    expect([cursor.observesRecords, cursor.filtersRecords, cursor.closeSlice(new StreamSlice())]).toEqual([false, false, false]);
    expect(cursor.state()).toEqual({ __ab_no_cursor_state_message: true });
  });

  test('with a router: its slices and options, duplicates included', async () => {
    const router = listRouter(['a', 'a'], { request_option: { type: 'RequestOption', inject_into: 'header', field_name: 'H' } });
    const cursor = cursorOf(undefined, router);
    const slices = await all(cursor.slices());
    expect(slices.map(({ partition }) => partition)).toEqual([{ part: 'a' }, { part: 'a' }]);
    expect(cursor.requestOptions(slices[0] as StreamSlice)).toEqual({ headers: { H: 'a' } });
  });

  test('a parent that would be read incrementally has no place for its state', () => {
    const runtime = runtimeAt();
    cursorOf(undefined, substream({ cursor: cursorOf(datetimeCursor({})), isIncremental: true, records: [] }), { runtime });
    expect(runtime.logs).toEqual([{ level: 'WARN', message: expect.stringContaining('`incremental_dependency: true` but no `incremental_sync`') }]);
  });
});

describe('IncrementingCountCursor', () => {
  const counting = (model: JsonObject = {}, config: JsonObject = {}) => cursorOf({ type: 'IncrementingCountCursor', cursor_field: 'id', ...model }, undefined, { config });

  // Expected values: the reference; a number that was kept as a text makes it fail.
  test.each<[string, JsonObject, JsonObject, unknown]>([
    ['0 by default', {}, {}, 0],
    ['the start value', { start_value: 10 }, {}, 10],
    ['a template', { start_value: "{{ config['from'] }}" }, {}, 7],
    ['the state', { start_value: 10 }, { id: 50 }, 50],
    ['not a state before the start', { start_value: 10 }, { id: 5 }, 10],
    ['a state that is a text', {}, { id: '50' }, 50],
    ['a state beyond 2^53', {}, { id: 9007199254740993n }, 9007199254740993n],
    ['a state of intervals', {}, { state_type: 'integer', slices: [{ start: 0, end: 9, most_recent_cursor_value: 8 }] }, 8],
  ])('starts from %s', async (_what, model, state, start) => {
    const cursor = counting(model, { from: 7 });
    cursor.setInitialState(state);
    expect((await all(cursor.slices())).map(({ cursorSlice }) => cursorSlice)).toEqual([{ start, end: Infinity }]);
  });

  test('the state is the greatest number of the closed slice', async () => {
    const cursor = counting();
    cursor.setInitialState({ id: 3, other: true });
    const [slice] = (await all(cursor.slices())) as [StreamSlice];
    for (const id of [5, '12', 7, null, 'x']) cursor.observe({ id }, slice);
    expect(cursor.state()).toEqual({ id: 3, other: true });
    expect(cursor.closeSlice(slice)).toBe(true);
    expect(cursor.state()).toEqual({ id: 12, other: true });
  });

  test('nothing new is no reason for a STATE', async () => {
    const cursor = counting();
    const [slice] = (await all(cursor.slices())) as [StreamSlice];
    expect(cursor.closeSlice(slice)).toBe(false);
    expect(cursor.state()).toEqual({ id: 0 });
  });

  test('the start goes into the request', async () => {
    const cursor = counting({ start_value_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'since' } });
    cursor.setInitialState({ id: 4 });
    const [slice] = (await all(cursor.slices())) as [StreamSlice];
    expect(cursor.requestOptions(slice)).toEqual({ params: { since: 4 } });
  });

  test('does not work with partitions', () => {
    expect(() => cursorOf({ type: 'IncrementingCountCursor', cursor_field: 'id' }, listRouter(['a']))).toThrow(
      expect.objectContaining({ code: 'slices.count_cursor_with_partitions', failureType: 'config_error' }),
    );
  });

  test('a state that is no number is a config_error', () => {
    const cursor = counting();
    cursor.setInitialState({ id: 'many' });
    expect(() => cursor.state()).toThrow(expect.objectContaining({ code: 'slices.invalid_state', failureType: 'config_error' }));
  });
});

describe('LegacyToPerPartitionStateMigration', () => {
  const migration = buildComponent('StateMigration', { type: 'LegacyToPerPartitionStateMigration' });
  const stream = (router = substream({ records: [] }) as Parameters<typeof migration.migrate>[1]['router'], cursorField: string | undefined = 'updated_at') => ({ name: 'test', cursorField, router });
  const old = { 13506132: { updated_at: '2022-12-27' }, 'a/b': { updated_at: '2022-12-28' } };

  test('makes a list of partitions', () => {
    expect(migration.shouldMigrate(old, stream())).toBe(true);
    expect(migration.migrate(old, stream())).toEqual({
      states: [
        { partition: { parent_id: '13506132' }, cursor: { updated_at: '2022-12-27' } },
        { partition: { parent_id: 'a/b' }, cursor: { updated_at: '2022-12-28' } },
      ],
    });
  });

  test.each<[string, JsonObject]>([
    ['no state', {}],
    ['the new shape', { states: [] }],
    ['a plain state', { updated_at: '2022-12-27' }],
    ['another field', { 1: { created_at: '2022-12-27' } }],
    ['several fields', { 1: { updated_at: '2022-12-27', page: 1 } }],
  ])('leaves %s alone', (_what, state) => {
    expect(migration.shouldMigrate(state, stream())).toBe(false);
  });

  test('leaves the state of a stream with several parents alone', () => {
    expect(migration.shouldMigrate(old, stream(substream({ records: [] }, { records: [] })))).toBe(false);
  });

  test.each([
    ['a list of partitions', stream(listRouter(['a']))],
    ['several routers', stream(productOf(listRouter(['a'])))],
    ['no router', { name: 'test', cursorField: 'updated_at', router: undefined }],
    ['no cursor', { ...stream(), cursorField: undefined }],
  ])('cannot work with %s', (_what, impossible) => {
    expect(() => migration.shouldMigrate(old, impossible)).toThrow(expect.objectContaining({ code: 'slices.migration_not_possible', failureType: 'config_error' }));
  });
});

describe('the age of a state', () => {
  const sync = buildComponent('IncrementalSync', datetimeCursor({ cursor_datetime_formats: ['%s'] }));

  test.each<[string, JsonObject, string | undefined]>([
    ['a plain one', { updated_at: '2024-02-03' }, '2024-02-03'],
    ['in a format of the records', { updated_at: '1706918400' }, '2024-02-03'],
    ['of partitions', { states: [], state: { updated_at: '2024-02-04' } }, '2024-02-04'],
    ['of intervals', { state_type: 'date-range', slices: [{ start: '2024-01-01', end: '2024-02-05' }] }, '2024-02-05'],
    ['none', {}, undefined],
    ['garbage', { updated_at: 'x' }, undefined],
  ])('%s', (_what, state, day) => {
    expect(sync.timeOfState?.(state)).toBe(day && Date.parse(day));
  });
});
