import type { JsonObject, JsonValue } from '../../src/protocol/json';
import type { PartitionRouter } from '../../src/slices/partition-router';
import { all, cursorOf, datetimeCursor, listRouter } from './slices-support';

const COUNT = { type: 'IncrementingCountCursor', cursor_field: 'updated_at' };

/** The newest record comes before the kill. */
it.each<[string, JsonObject, (() => PartitionRouter) | undefined, JsonValue[]]>([
  ['a datetime cursor', datetimeCursor({}), undefined, ['2024-02-20', '2024-01-05', '2024-02-03']],
  ['one a partition', datetimeCursor({}), () => listRouter(['p']), ['2024-02-20', '2024-01-05', '2024-02-03']],
  ['a global one', datetimeCursor({ global_substream_cursor: true }), () => listRouter(['p']), ['2024-02-20', '2024-01-05', '2024-02-03']],
  ['dates that are written otherwise than in records', datetimeCursor({ datetime_format: '%s', cursor_datetime_formats: ['%d.%m.%Y'], start_datetime: '1704067200' }), undefined, ['20.02.2024', '05.01.2024']],
  ['a counting cursor', COUNT, undefined, [20, 7, 9]],
  ['a counting cursor with big numbers', COUNT, undefined, [2n ** 60n, 7]],
])('%s comes to the same state when a slice is read by two runs', async (_what, model, router, values) => {
  const read = async (parts: JsonValue[][]) => {
    let seen: JsonValue | undefined;
    for (const [index, part] of parts.entries()) {
      const cursor = cursorOf(model, router?.());
      cursor.setInitialState({});
      const [slice] = await all(cursor.slices());
      if (seen !== undefined) cursor.seenBefore?.(slice!, seen);
      for (const value of part) cursor.observe({ updated_at: value }, slice!);
      if (index < parts.length - 1) {
        const before = cursor.state();
        seen = cursor.seenIn?.(slice!);
        // The cursor stays where it is.
        expect(cursor.state()).toEqual(before);
        continue;
      }
      cursor.closeSlice(slice!);
      cursor.finish(true);
      return cursor.state();
    }
    return undefined;
  };
  const whole = await read([values]);
  expect(JSON.stringify(whole, String)).not.toBe('{}');
  for (let cut = 0; cut <= values.length; cut += 1) expect(await read([values.slice(0, cut), values.slice(cut)])).toEqual(whole);
});

it.each([null, 'x', {}, [], -1, '9999-99-99', true])('a cursor leaves out what it cannot have seen: %j', async (seen) => {
  for (const cursor of [cursorOf(datetimeCursor({})), cursorOf(datetimeCursor({}), listRouter(['p']))]) {
    cursor.setInitialState({});
    const [slice] = await all(cursor.slices());
    cursor.seenBefore!(slice!, seen as JsonValue);
    cursor.observe({ updated_at: '2024-01-05' }, slice!);
    cursor.closeSlice(slice!);
    expect(JSON.stringify(cursor.state())).toContain('2024-01-05');
  }
});
