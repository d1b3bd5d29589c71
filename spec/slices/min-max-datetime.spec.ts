import type { JsonObject } from '../../src/protocol/json';
import { buildComponent } from '../support/fake-runtime';

const message = (model: JsonObject): string => {
  try {
    buildComponent('MinMaxDatetime', { type: 'MinMaxDatetime', ...model }, { path: 'start_datetime' }).resolve('%Y-%m-%d', 'start_datetime');
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('a date that cannot be read', () => {
  test.each<[string, JsonObject, string]>([
    ['of another form', { datetime: '2024-01-01T00:00:00Z' }, 'start_datetime is "2024-01-01T00:00:00Z", which does not have the format %Y-%m-%d. Correct the value'],
    ['with a format that has no codes', { datetime: '2024-01-01', datetime_format: 'YYYY-MM-DD' }, 'the format YYYY-MM-DD (a format is written in codes, for example %Y-%m-%dT%H:%M:%SZ)'],
    ['with a format that Python does not know', { datetime: '2024-01-01', datetime_format: '%Q' }, 'start_datetime: The date format "%Q" has the unknown code "%Q". Correct the datetime_format in the manifest.'],
    ['beside a lower bound of another form', { datetime: '2024-01-01', min_datetime: 'x' }, 'start_datetime.min_datetime is "x"'],
  ])('%s', (_name, model, expected) => {
    expect(message(model)).toContain(expected);
  });
});
