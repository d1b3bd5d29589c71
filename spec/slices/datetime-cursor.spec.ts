import fc from 'fast-check';
import { all, cursorOf, datetimeCursor, runtimeAt, windows } from './slices-support';
import { windowCases } from './window-cases';
import { PyTimedelta } from '../../src/datetime/duration';
import type { JsonObject } from '../../src/protocol/json';
import { StreamSlice } from '../../src/slices/stream-slice';

describe('windows', () => {
  test.each(windowCases.map((each) => [each.description, each] as const))('%s', async (_description, each) => {
    const cursor = cursorOf(datetimeCursor(each.cursor as unknown as JsonObject));
    cursor.setInitialState(each.state as JsonObject);
    expect(cursor.state()).toEqual(each.stateBefore);
    expect(windows(await all(cursor.slices()))).toEqual(each.windows);
  });

  test('cover every unit between start and end once, whatever the step is', async () => {
    const day = (index: number) => new Date(Date.UTC(2024, 0, 1) + index * 86_400_000).toISOString().slice(0, 10);
    await fc.assert(
      fc.asyncProperty(fc.nat(400), fc.nat(400), fc.integer({ min: 1, max: 60 }), async (from, length, step) => {
        const cursor = cursorOf(
          datetimeCursor({ start_datetime: day(from), end_datetime: day(from + length), step: `P${step}D`, cursor_granularity: 'P1D' }),
        );
        const found = windows(await all(cursor.slices()));
        const indexes = found.flatMap(([start, end]) => {
          const first = (Date.parse(String(start)) - Date.parse('2024-01-01')) / 86_400_000;
          const count = (Date.parse(String(end)) - Date.parse(String(start))) / 86_400_000 + 1;
          return Array.from({ length: count }, (_, index) => first + index);
        });
        expect(indexes).toEqual(Array.from({ length: length + 1 }, (_, index) => from + index));
      }),
      { numRuns: 60 },
    );
  });

  test('that clamping moves away from where the last sync stopped still move the state', async () => {
    const cursor = cursorOf(
      datetimeCursor({ end_datetime: '2024-02-20', step: 'P7D', cursor_granularity: 'P1D', clamping: { target: 'WEEK', target_details: { weekday: 'FRIDAY' } } }),
    );
    cursor.setInitialState({ updated_at: '2024-01-18' });
    const slices = await all(cursor.slices());
    // The first window starts on the Friday after: nothing will ever cover the Thursday itself.
    expect(slices[0]?.cursorSlice.start_time).toBe('2024-01-19');
    for (const slice of slices) {
      cursor.observe({ updated_at: String(slice.cursorSlice.start_time) }, slice);
      cursor.closeSlice(slice);
    }
    expect(cursor.state()).toEqual({ updated_at: slices.at(-1)?.cursorSlice.start_time });
  });

  test('the names of the boundaries can be chosen, and go where the options say', async () => {
    const option = (inject_into: string, field_name: string) => ({ type: 'RequestOption', inject_into, field_name });
    const cursor = cursorOf(
      datetimeCursor({
        partition_field_start: 'from',
        partition_field_end: 'to',
        start_time_option: option('request_parameter', 'since'),
        end_time_option: option('header', 'X-Until'),
      }),
    );
    const [slice] = await all(cursor.slices());
    expect(slice?.cursorSlice).toEqual({ from: '2024-01-01', to: '2024-03-01' });
    expect(cursor.requestOptions(slice as StreamSlice)).toEqual({ params: { since: '2024-01-01' }, headers: { 'X-Until': '2024-03-01' } });
    expect(cursor.requestOptions(new StreamSlice())).toEqual({});
  });

  test('templates are evaluated with the config', async () => {
    const model = datetimeCursor({
      start_datetime: "{{ config['start'] }}",
      step: "P{{ config['days'] }}D",
      cursor_granularity: 'P1D',
      end_datetime: '2024-02-10',
      lookback_window: "{{ config.get('lookback', '') }}",
    });
    const slices = await all(cursorOf(model, undefined, { config: { start: '2024-02-01', days: 5 } }).slices());
    expect(windows(slices)).toEqual([
      ['2024-02-01', '2024-02-05'],
      ['2024-02-06', '2024-02-10'],
    ]);
  });
});

describe('state', () => {
  const model = datetimeCursor({ step: 'P1M', cursor_granularity: 'P1D' });

  test('follows the newest record of closed slices only', async () => {
    const cursor = cursorOf(model);
    const [january, february] = (await all(cursor.slices())) as [StreamSlice, StreamSlice];
    cursor.observe({ updated_at: '2024-01-20' }, january);
    cursor.observe({ updated_at: '2024-01-12' }, january);
    expect(cursor.state()).toEqual({ updated_at: '2024-01-01' });
    expect(cursor.closeSlice(january)).toBe(true);
    expect(cursor.state()).toEqual({ updated_at: '2024-01-20' });
    cursor.closeSlice(february);
    expect(cursor.state()).toEqual({ updated_at: '2024-01-20' });
  });

  test('never moves over a slice that is not closed', async () => {
    const cursor = cursorOf(model);
    const [january, february] = (await all(cursor.slices())) as [StreamSlice, StreamSlice];
    cursor.observe({ updated_at: '2024-02-20' }, february);
    cursor.closeSlice(february);
    cursor.finish(false);
    expect(cursor.state()).toEqual({ updated_at: '2024-01-01' });
    cursor.closeSlice(january);
    expect(cursor.state()).toEqual({ updated_at: '2024-02-20' });
  });

  test('a slice that was rebuilt elsewhere with the same content is the same slice', async () => {
    const cursor = cursorOf(model);
    const [january] = (await all(cursor.slices())) as [StreamSlice];
    const rebuilt = new StreamSlice({}, { end_time: '2024-01-31', start_time: '2024-01-01' });
    cursor.observe({ updated_at: '2024-01-20' }, january);
    cursor.observe({ updated_at: '2024-01-22' }, rebuilt);
    cursor.closeSlice(rebuilt);
    expect(cursor.state()).toEqual({ updated_at: '2024-01-22' });
  });

  test('a record without a readable value is told once and changes nothing', async () => {
    const runtime = runtimeAt();
    const cursor = cursorOf(model, undefined, { runtime });
    const [slice] = (await all(cursor.slices())) as [StreamSlice];
    for (const record of [{}, { updated_at: null }, { updated_at: 'soon' }, { updated_at: { date: 1 } }]) {
      expect(cursor.shouldBeSynced(record as JsonObject, slice)).toBe(true);
      cursor.observe(record as JsonObject, slice);
    }
    cursor.closeSlice(slice);
    expect(cursor.state()).toEqual({ updated_at: '2024-01-01' });
    const warnings = runtime.logs.filter(({ level }) => level === 'WARN');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain('Could not find cursor field `updated_at` in record for stream test');
  });

  test('records are read in the formats of records, the state in the format of the state first', () => {
    // Both formats fit 01/02/2024; what we wrote ourselves is the second of January.
    const ambiguous = cursorOf(datetimeCursor({ datetime_format: '%m/%d/%Y', cursor_datetime_formats: ['%d/%m/%Y'], start_datetime: '01/01/2024' }));
    ambiguous.setInitialState({ updated_at: '01/02/2024' });
    const slice = new StreamSlice({}, { start_time: '01/02/2024', end_time: '01/31/2024' });
    ambiguous.observe({ updated_at: '05/01/2024' }, slice);
    ambiguous.closeSlice(slice);
    expect(ambiguous.state()).toEqual({ updated_at: '01/05/2024' });
  });

  test.each([
    ['a text that is no date', { updated_at: 'yesterday' }, /test\.updated_at should be a date in one of the formats %Y-%m-%d, found "yesterday"/],
    ['an object', { updated_at: { at: 1 } }, /test\.updated_at should be a date/],
    ['intervals that are no list', { state_type: 'date-range', slices: 5 }, /test\.slices should be a list/],
    ['an interval without an end', { state_type: 'date-range', slices: [{ start: '2024-01-01' }] }, /test\.slices\[0\]\.end should be a date/],
  ])('%s is a config_error that tells what was expected', (_what, state, message) => {
    const cursor = cursorOf(model);
    cursor.setInitialState(state as JsonObject);
    expect(() => cursor.state()).toThrow(expect.objectContaining({ code: 'slices.invalid_state', failureType: 'config_error', message: expect.stringMatching(message) }));
  });

  test.each([{}, { updated_at: null }, { __ab_no_cursor_state_message: true }, { state_type: 'date-range', slices: [] }])('%j means the start', (state) => {
    const cursor = cursorOf(model);
    cursor.setInitialState(state as JsonObject);
    expect(cursor.state()).toMatchObject({ updated_at: '2024-01-01' });
  });
});

describe('client-side incremental', () => {
  const slice = new StreamSlice({}, { start_time: '2024-01-01', end_time: '2024-03-01' });
  const kept = (model: JsonObject, state: JsonObject, days: string[]) => {
    const cursor = cursorOf(datetimeCursor({ is_client_side_incremental: true, ...model }));
    cursor.setInitialState(state);
    expect(cursor.filtersRecords).toBe(true);
    return days.filter((updated_at) => cursor.shouldBeSynced({ updated_at }, slice));
  };

  // Expected values: `should_be_synced` of the reference.
  test.each([
    ['from the start without a state', {}, {}, ['2023-12-31', '2024-01-01', '2024-03-01', '2024-03-02'], ['2024-01-01', '2024-03-01']],
    ['from the state', {}, { updated_at: '2024-02-01' }, ['2024-01-31', '2024-02-01'], ['2024-02-01']],
    ['from the lookback window', { lookback_window: 'P3D' }, { updated_at: '2024-02-01' }, ['2024-01-28', '2024-01-29'], ['2024-01-29']],
    ['not from before the start', { lookback_window: 'P1Y' }, { updated_at: '2024-02-01' }, ['2023-12-31', '2024-01-01'], ['2024-01-01']],
    ['up to the end', { end_datetime: '2024-02-10' }, {}, ['2024-02-10', '2024-02-11'], ['2024-02-10']],
  ])('keeps records %s', (_what, model, state, days, expected) => {
    expect(kept(model, state as JsonObject, days)).toEqual(expected);
  });

  test('the end moves on with the clock', () => {
    const runtime = runtimeAt('2024-03-01T23:59:00Z');
    const cursor = cursorOf(datetimeCursor({ is_data_feed: true }), undefined, { runtime });
    expect(cursor.filtersRecords).toBe(true);
    expect(cursor.shouldBeSynced({ updated_at: '2024-03-02' }, slice)).toBe(false);
    runtime.clock.advance(120_000);
    expect(cursor.shouldBeSynced({ updated_at: '2024-03-02' }, slice)).toBe(true);
  });
});

describe('what cannot work is refused with a config_error', () => {
  test.each([
    ['a step without a granularity', { step: 'P1D' }, 'slices.invalid_step'],
    ['a granularity without a step', { cursor_granularity: 'P1D' }, 'slices.invalid_step'],
    ['a negative step, which would read nothing', { step: '-P1D', cursor_granularity: 'P1D' }, 'slices.invalid_duration'],
    ['a step that is no duration', { step: '1 day', cursor_granularity: 'P1D' }, 'slices.invalid_duration'],
    ['a lookback that is no duration', { lookback_window: '5' }, 'slices.invalid_duration'],
    ['a start in another format', { start_datetime: '01/02/2024' }, 'slices.invalid_datetime'],
    ['an unknown clamping target', { clamping: { target: 'YEAR' } }, 'slices.invalid_clamping'],
    ['weeks without a weekday', { clamping: { target: 'WEEK' } }, 'slices.invalid_clamping'],
  ])('%s', (_what, model, code) => {
    const use = () => all(cursorOf(datetimeCursor(model as JsonObject)).slices());
    return expect((async () => use())()).rejects.toMatchObject({ code, failureType: 'config_error' });
  });
});

describe('split windows', () => {
  const halves = (model: JsonObject, window: [string, string], smallest?: number) => {
    const cursor = cursorOf(datetimeCursor(model));
    const slice = new StreamSlice({ part: 'a' }, { start_time: window[0], end_time: window[1] }, { extra: 1 });
    const parts = cursor.splitSlice?.(slice, smallest === undefined ? undefined : PyTimedelta.of({ days: smallest }));
    for (const part of parts ?? []) expect([part.partition, part.extraFields]).toEqual([{ part: 'a' }, { extra: 1 }]);
    return parts && windows(parts);
  };
  const daily = { step: 'P1M', cursor_granularity: 'P1D' };

  // Expected values: `split_request_window` of the reference.
  test.each([
    ['an even number of days', ['2024-01-01', '2024-01-10'], [['2024-01-01', '2024-01-05'], ['2024-01-06', '2024-01-10']]],
    ['an odd number of days', ['2024-01-01', '2024-01-03'], [['2024-01-01', '2024-01-01'], ['2024-01-02', '2024-01-03']]],
    ['one day', ['2024-01-01', '2024-01-01'], undefined],
    ['a reversed window', ['2024-01-02', '2024-01-01'], undefined],
  ])('%s', (_what, window, expected) => {
    expect(halves(daily, window as [string, string])).toEqual(expected);
  });

  test('not below the smallest window', () => {
    expect(halves(daily, ['2024-01-01', '2024-01-03'], 2)).toBeUndefined();
    expect(halves(daily, ['2024-01-01', '2024-01-04'], 2)).toHaveLength(2);
  });

  test('is not offered without a granularity or when the client filters', () => {
    expect(cursorOf(datetimeCursor({})).splitSlice).toBeUndefined();
    expect(cursorOf(datetimeCursor({ ...daily, is_client_side_incremental: true })).splitSlice).toBeUndefined();
  });

  test('a window without its boundaries is a bug, not an answer of the API', () => {
    const cursor = cursorOf(datetimeCursor(daily));
    expect(() => cursor.splitSlice?.(new StreamSlice())).toThrow(expect.objectContaining({ code: 'slices.invalid_window', failureType: 'system_error' }));
  });
});

test('a tracker gives the rest of a window from the newest record on', () => {
  const runtime = runtimeAt();
  const cursor = cursorOf(datetimeCursor({}), undefined, { runtime });
  const slice = new StreamSlice({}, { start_time: '2024-01-01', end_time: '2024-02-01' });
  const tracker = cursor.trackSlice?.(slice);
  expect(tracker?.rest()).toBe(slice);
  tracker?.observe({ updated_at: '2024-01-05' });
  tracker?.observe({ updated_at: '2024-01-09' });
  expect(tracker?.rest().cursorSlice).toEqual({ start_time: '2024-01-09', end_time: '2024-02-01' });
  expect(runtime.logs).toEqual([]);
  tracker?.observe({ updated_at: '2024-01-07' });
  expect(tracker?.rest().cursorSlice).toEqual({ start_time: '2024-01-09', end_time: '2024-02-01' });
  expect(runtime.logs).toEqual([expect.objectContaining({ level: 'WARN' })]);
  // Following one reading does not touch the stream's own state.
  expect(cursor.state()).toEqual({ updated_at: '2024-01-01' });
});

test('the state does not jump over the first unit when only later ones were read', async () => {
  const cursor = cursorOf(datetimeCursor({ end_datetime: '2024-01-04', step: 'P1D', cursor_granularity: 'P1D' }));
  const [first, second] = await all(cursor.slices());
  cursor.observe({ updated_at: '2024-01-02' }, second as StreamSlice);
  cursor.closeSlice(second as StreamSlice);
  expect(cursor.state()).toEqual({ updated_at: '2024-01-01' });
  cursor.closeSlice(first as StreamSlice);
  expect(cursor.state()).toEqual({ updated_at: '2024-01-02' });
});
