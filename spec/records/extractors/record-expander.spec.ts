import type { JsonObject } from '../../../src/protocol/json';
import { recordsContext } from '../build-record-component';
import { fakeRetriever } from '../fake-retriever';

const expander: JsonObject = {
  type: 'RecordExpander',
  expand_records_from_field: ['lines', 'data'],
  truncation_indicator_path: ['lines', 'more'],
  parent_fields: [{ type: 'ParentFieldPath', parent_path: ['id'], record_path: ['order'] }],
};
const withRetriever: JsonObject = { ...expander, truncated_list_retriever: { type: 'SimpleRetriever' } };
const order = (id: number, more: boolean, total_count = 3): JsonObject => ({ id, lines: { data: [{ n: 1 }], more, total_count } });

describe('RecordExpander with truncated lists', () => {
  it('fetches the whole list of a truncated record, and of no other', async () => {
    const retrieval = fakeRetriever((slice) => [[{ n: 1 }, { n: 2 }], [{ n: 3, of: (slice.partition.parent_record as JsonObject).id as number }]]);
    const ctx = recordsContext({}, [retrieval.definition]);
    const records = await ctx.build('RecordExpander', withRetriever).expand([order(7, true), order(8, false)]);
    expect(records).toEqual([
      { n: 1, order: 7 },
      { n: 2, order: 7 },
      { n: 3, of: 7, order: 7 },
      { n: 1, order: 8 },
    ]);
    expect(retrieval.slices.map((slice) => slice.merged)).toEqual([{ parent_record: order(7, true) }]);
    expect(ctx.warnings).toEqual([]);
  });

  it('uses the items of the record when nothing can be fetched, and says once that the list is incomplete', async () => {
    const ctx = recordsContext({}, [fakeRetriever(() => []).definition]);
    const records = await ctx.build('RecordExpander', withRetriever).expand([order(7, true), order(8, true)]);
    expect(records).toEqual([
      { n: 1, order: 7 },
      { n: 1, order: 8 },
    ]);
    expect(ctx.warnings).toEqual([expect.stringMatching(/found 0 items .* total_count is 3/)]);
  });

  it('does not warn in a test read, which stops early', async () => {
    const limits = { maxRecords: 1, maxPagesPerSlice: 1, maxSlices: 1, maxStreams: 1 };
    const ctx = recordsContext({}, [fakeRetriever(() => [[{ n: 1 }]]).definition], { testRead: limits });
    await ctx.build('RecordExpander', withRetriever).expand([order(7, true)]);
    expect(ctx.warnings).toEqual([]);
  });

  it('warns once without a retriever, and expands what is there', () => {
    const ctx = recordsContext();
    expect(ctx.build('RecordExpander', expander).expand([order(7, true), order(8, true)])).toEqual([
      { n: 1, order: 7 },
      { n: 1, order: 8 },
    ]);
    expect(ctx.warnings).toEqual([expect.stringMatching(/only its 1 items of 3/)]);
  });

  it.each<[string, JsonObject, string]>([
    [
      'no indicator',
      { type: 'RecordExpander', expand_records_from_field: ['a'], truncated_list_retriever: { type: 'SimpleRetriever' } },
      'records.truncation_indicator_missing',
    ],
    ['a glob to the list', { ...withRetriever, expand_records_from_field: ['*'] }, 'records.glob_not_allowed'],
    ['a glob to the indicator', { ...expander, truncation_indicator_path: ['a', 'b?'] }, 'records.glob_not_allowed'],
    [
      'a glob to the parent field',
      { ...expander, parent_fields: [{ type: 'ParentFieldPath', parent_path: ['*'], record_path: ['a'] }] },
      'records.glob_not_allowed',
    ],
    [
      'an empty record path',
      { ...expander, parent_fields: [{ type: 'ParentFieldPath', parent_path: ['a'], record_path: [] }] },
      'records.empty_path',
    ],
  ])('refuses %s', (_, model, code) => {
    const ctx = recordsContext({}, [fakeRetriever(() => []).definition]);
    expect(() => ctx.build('RecordExpander', model)).toThrow(expect.objectContaining({ code, failureType: 'config_error' }));
  });

  it('says where a parent field has no room', () => {
    const model = { ...expander, parent_fields: [{ type: 'ParentFieldPath', parent_path: ['id'], record_path: ['n', 'x'] }] };
    expect(() =>
      recordsContext()
        .build('RecordExpander', model)
        .expand([order(1, false)]),
    ).toThrow(expect.objectContaining({ code: 'records.unwritable_path' }));
  });
});
