import type { JsonObject, JsonValue } from '../../src/protocol/json';
import type { SelectionContext } from '../../src/records/record-selector';
import { StreamSlice } from '../../src/slices/stream-slice';
import { build } from './build-record-component';

const everything = { type: 'DpathExtractor', field_path: [] };
const selector = (more: JsonObject = {}) => build('RecordSelector', { type: 'RecordSelector', extractor: everything, ...more });
const filter = (condition: string) => ({ record_filter: { type: 'RecordFilter', condition } });
const markSeen = build('RecordTransformation', { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['seen'], value: '{{ 1 }}' }] });

function select(model: JsonObject, records: JsonValue[], more: Partial<SelectionContext> = {}) {
  return selector(model).select(records, {
    slice: new StreamSlice({ region: 'eu' }, { start: '2024-01-01' }),
    transformations: [],
    schema: {},
    warn: () => undefined,
    ...more,
  });
}

describe('RecordSelector', () => {
  it('drops what the filter does not want, and counts it', () => {
    expect(select(filter("{{ record['n'] > 1 }}"), [{ n: 1 }, { n: 2 }, { n: 3 }])).toEqual({ records: [{ n: 2 }, { n: 3 }], filtered: 1 });
  });

  it('keeps all with an empty condition, where the reference drops all', () => {
    expect(select(filter(''), [{ n: 1 }])).toEqual({ records: [{ n: 1 }], filtered: 0 });
  });

  it.each([
    "{{ stream_slice['region'] == 'eu' and stream_interval.start == '2024-01-01' }}",
    "{{ stream_partition.region == 'eu' and not stream_slice.extra_fields }}",
    '{{ next_page_token is none }}',
    "{{ config['n'] == 3 }}",
  ])('shows the filter %s', (condition) => {
    expect(select(filter(condition), [{ n: 1 }]).records).toHaveLength(1);
  });

  it('shows the filter the token of the page', () => {
    expect(
      select(filter("{{ next_page_token['next_page_token'] == 2 }}"), [{ n: 1 }], { nextPageToken: { next_page_token: 2 } }).records,
    ).toHaveLength(1);
  });

  it('filters before it transforms, unless told otherwise', () => {
    const wantsSeen = filter('{{ record.seen is defined }}');
    const transformations = [markSeen];
    expect(select(wantsSeen, [{ n: 1 }], { transformations }).records).toEqual([]);
    expect(select({ ...wantsSeen, transform_before_filtering: true }, [{ n: 1 }], { transformations }).records).toEqual([{ n: 1, seen: 1 }]);
  });

  it('transforms first where the cursor filters, unless told otherwise', () => {
    const shouldBeSynced = (record: JsonObject) => 'seen' in record;
    const transformations = [markSeen];
    expect(select({}, [{ n: 1 }], { transformations, shouldBeSynced }).records).toEqual([{ n: 1, seen: 1 }]);
    expect(select({ transform_before_filtering: false }, [{ n: 1 }], { transformations, shouldBeSynced })).toEqual({ records: [], filtered: 1 });
  });

  it('asks the cursor before the filter', () => {
    const asked: JsonValue[] = [];
    const shouldBeSynced = (record: JsonObject) => {
      asked.push(record.n as number);
      return record.n !== 2;
    };
    expect(select(filter('{{ record.n != 1 }}'), [{ n: 1 }, { n: 2 }, { n: 3 }], { shouldBeSynced })).toEqual({ records: [{ n: 3 }], filtered: 2 });
    expect(asked).toEqual([1, 2, 3]);
  });

  it('normalises last, when it has a schema', () => {
    const model = { schema_normalization: 'Default' };
    const schema = { properties: { seen: { type: 'string' } } };
    expect(select(model, [{}], { transformations: [markSeen], schema }).records).toEqual([{ seen: '1' }]);
    expect(select(model, [{}], { transformations: [markSeen] }).records).toEqual([{ seen: 1 }]);
    expect(select({ schema_normalization: 'None' }, [{}], { transformations: [markSeen], schema }).records).toEqual([{ seen: 1 }]);
  });

  it.each<[JsonValue, string]>([
    [null, 'null'],
    ['x', 'a text'],
    [5, 'a number'],
    [[{ a: 1 }], 'a list'],
  ])('refuses the record %j and says which it is', (record, kind) => {
    expect(select({}, [{ n: 1 }, record, { n: 3 }])).toEqual({
      records: [{ n: 1 }],
      filtered: 0,
      failure: expect.objectContaining({ code: 'records.not_an_object', message: expect.stringContaining(`Item 2 of the records of this answer is ${kind}`) }),
    });
  });

  it('lets a filter drop what is no object', () => {
    expect(select(filter('{{ record is not none }}'), [{ n: 1 }, null], { transformations: [markSeen] })).toEqual({
      records: [{ n: 1, seen: 1 }],
      filtered: 1,
    });
  });

  it.each<[JsonObject, boolean, boolean]>([
    [{}, true, false],
    [{ transform_before_filtering: true }, true, false],
    [filter(''), true, false],
    [filter('{{ record.a }}'), false, false],
    [{ schema_normalization: 'None' }, true, false],
    [{ schema_normalization: 'Default' }, false, true],
  ])('%j is the identity: %s, needs the schema: %s', (model, isIdentity, needsSchema) => {
    expect(selector(model).isIdentity([])).toBe(isIdentity);
    expect(selector(model).isIdentity([markSeen])).toBe(false);
    expect(selector(model).needsSchema).toBe(needsSchema);
  });
});
