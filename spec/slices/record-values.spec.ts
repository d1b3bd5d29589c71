import fc from 'fast-check';
import type { PyDateTime } from '../../src/datetime/python-datetime';
import type { JsonObject } from '../../src/protocol/json';
import { DatetimeValues } from '../../src/slices/datetime-values';
import { later, RecordValues } from '../../src/slices/record-values';

const TEXTS = ['2024-01-02', '2024-01-10', '2024-02-29', '2024-01-31', '2023-12-28', '2024-1-2', '2024-13-01', '20240105', '05/01/2024', '', 'x', '9999-01-01', '2024-01-10 '];
const record = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...TEXTS).map((day): JsonObject => ({ day })) }, { weight: 1, arbitrary: fc.constantFrom<JsonObject>({}, { day: null }, { day: 20240105 }) });

test('the newest record is the same when older ones are passed over by their texts', () => {
  let passed = 0;
  fc.assert(
    fc.property(fc.array(record, { maxLength: 20 }), fc.constantFrom(['%Y-%m-%d', '%Y%m%d'], ['%Y%m%d', '%d/%m/%Y'], ['%d/%m/%Y']), (records, formats) => {
      const run = (passesOver: boolean) => {
        const warnings: string[] = [];
        const logger = { warn: (message: string) => warnings.push(message) } as never;
        const values = new RecordValues('day', new DatetimeValues('%Y-%m-%d', formats), 'days', logger);
        let newest: PyDateTime | undefined;
        for (const each of records) {
          if (passesOver && values.isNotLater(each, newest)) {
            passed++;
            continue;
          }
          const value = values.of(each);
          if (value) newest = later(newest, value);
        }
        return { newest: newest?.isoformat(), warnings };
      };
      expect(run(true)).toEqual(run(false));
    }),
    { numRuns: 500 },
  );
  expect(passed).toBeGreaterThan(20);
});
