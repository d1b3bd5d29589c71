import { DatetimeFormatInference } from '../../src/builder/infer-datetime-formats';
import type { JsonValue } from '../../src/protocol/json';

function formatOf(...values: JsonValue[]): string | undefined {
  const inference = new DatetimeFormatInference();
  for (const value of values) inference.add({ a: value });
  return inference.result().a;
}

describe('an inferred date format', () => {
  // As the reference answers.
  it.each<[JsonValue[], string | undefined]>([
    [['2024-01-01'], '%Y-%m-%d'],
    [['2024-1-1'], '%Y-%m-%d'],
    [['2024-01-01', '2024-12-31'], '%Y-%m-%d'],
    [['2024-01-01', null], undefined],
    [['2024-01-01', '2024-01-01T00:00:00Z'], undefined],
    [['x', '2024-01-01'], undefined],
    [[1700000000], '%s'],
    [['1700000000'], '%s'],
    [[' 1700000000 '], '%s'],
    [[1700000000000], '%ms'],
    [[999], undefined],
    [[2000000000], undefined],
    [[true], undefined],
    [[17.5], undefined],
    [[[1]], undefined],
    [['2024-01'], '%Y-%m'],
    [['2024-01-01T10:00:00Z'], '%Y-%m-%dT%H:%M:%SZ'],
    [['2024-01-01T10:00:00.123Z'], '%Y-%m-%dT%H:%M:%S.%fZ'],
    [['2024-01-01T00:00:00+00:00'], undefined],
    [['2024-01-01T00:00:00.123+0200'], '%Y-%m-%dT%H:%M:%S.%f%z'],
    [['2024-01-01 10:00:00'], '%Y-%m-%d %H:%M:%S'],
    [['01-02-2024'], '%d-%m-%Y'],
    [['20240101'], undefined],
    [['1/2/2024 10:00'], '%d/%m/%Y %H:%M'],
  ])('of %j is %s', (values, expected) => {
    expect(formatOf(...values)).toBe(expected);
  });

  it('is looked for at the top of the first record only', () => {
    const inference = new DatetimeFormatInference();
    inference.add({ nested: { a: '2024-01-01' } });
    inference.add({ later: '2024-01-01' });
    expect(inference.result()).toEqual({});
  });
});
