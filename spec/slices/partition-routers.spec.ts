import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { CartesianProductRouter } from '../../src/slices/cartesian-product-router';
import { GroupingPartitionRouter } from '../../src/slices/grouping-partition-router';
import type { PartitionRouter } from '../../src/slices/partition-router';
import { StreamSlice } from '../../src/slices/stream-slice';
import { SubstreamPartitionRouter } from '../../src/slices/substream-partition-router';
import { UnionPartitionRouter } from '../../src/slices/union-partition-router';
import { buildComponent } from '../support/fake-runtime';
import { all, cursorOf, datetimeCursor, listRouter, parentConfig, productOf, runtimeAt, substream } from './slices-support';

const build = (model: JsonObject, config: JsonObject = {}) => buildComponent('PartitionRouter', model, { config, runtime: runtimeAt() });
const partitions = async (router: PartitionRouter) => (await all(router.slices())).map(({ partition }) => partition);
const option = (field_name: string, inject_into = 'request_parameter') => ({ type: 'RequestOption', inject_into, field_name });
const list = (cursor_field: string, values: unknown, more: JsonObject = {}) => ({ type: 'ListPartitionRouter', cursor_field, values: values as string[], ...more });

describe('ListPartitionRouter', () => {
  test('takes the items of a list as they are, and templates from the config', async () => {
    expect(await partitions(build(list('part', ['a', '{{ 1 }}', ''])))).toEqual([{ part: 'a' }, { part: '{{ 1 }}' }, { part: '' }]);
    expect(await partitions(build(list("{{ config['key'] }}", "{{ config['ids'] }}"), { key: 'id', ids: [1, false, null] }))).toEqual([{ id: 1 }, { id: false }, { id: null }]);
  });

  // Many published connectors take an optional list of ids from the config.
  test('a list that the config does not have is empty', async () => {
    expect(await partitions(build(list('part', "{{ config['ids'] }}")))).toEqual([]);
    expect(await partitions(build(list('part', "{{ config.get('ids', '') }}"), {}))).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    ['a text', { ids: 'abc' }],
    ['a number', { ids: 5 }],
    ['null', { ids: null }],
  ])('%s is no list', async (_name, config) => {
    await expect(partitions(build(list('part', "{{ config['ids'] }}"), config))).rejects.toThrow('.values must give a list');
  });

  test('0 and false go into the request, an empty text does not', () => {
    const router = build(list('part', ['a'], { request_option: option('p') }));
    const sent = (part: JsonValue) => router.requestOptions(new StreamSlice({ part }));
    expect([0, false, 'a', '', null].map(sent)).toEqual([{ params: { p: 0 } }, { params: { p: false } }, { params: { p: 'a' } }, {}, {}]);
    expect(router.requestOptions(new StreamSlice({ other: 1 }))).toEqual({});
  });

  test.each([
    ['a text', 'a,b', /the string "a,b"/],
    ['an object', { a: 1 }, /gives an object/],
  ])('a template that gives %s is a config_error, not a partition a letter', async (_what, ids, message) => {
    await expect(partitions(build(list('part', "{{ config['ids'] }}"), { ids }))).rejects.toMatchObject({
      code: 'slices.invalid_partition_values',
      failureType: 'config_error',
      message: expect.stringMatching(message),
    });
  });
});

describe('SubstreamPartitionRouter', () => {
  test('makes a partition of each parent record that has the key', async () => {
    const router = substream({ records: [[[{ id: 1 }, { id: null }, {}], [{ id: 0 }, { id: '' }]]] });
    expect(await partitions(router)).toEqual([1, 0, ''].map((parent_id) => ({ parent_id, parent_slice: {} })));
  });

  test('follows keys and indexes, own ones only', async () => {
    const record = { owner: { ids: [{ v: 1 }, { v: 2 }] } };
    expect(await partitions(substream({ parentKey: '/owner/ids/-1/v', records: [[[record]]] }))).toEqual([{ parent_id: 2, parent_slice: {} }]);
    expect(await partitions(substream({ parentKey: 'constructor/name', records: [[[record]]] }))).toEqual([]);
  });

  test('keeps the partition of the parent, so that equal ids of different parents are different', async () => {
    const parent = cursorOf(undefined, listRouter(['x', 'y']));
    expect(await partitions(substream({ cursor: parent, records: [[[{ id: 1 }]]] }))).toEqual([
      { parent_id: 1, parent_slice: { part: 'x' } },
      { parent_id: 1, parent_slice: { part: 'y' } },
    ]);
  });

  test('lends extra fields and children to the slice, outside of its identity', async () => {
    const record = { id: 1, name: 'n', owner: { mail: 'm' }, items: { data: [{ a: 1 }] } };
    const router = substream({ records: [[[record, { id: 2 }]]], extraFields: [['name'], ['owner', 'mail']], lazyReadPointer: ['items', 'data'] });
    const slices = await all(router.slices());
    expect(slices.map(({ extraFields }) => extraFields)).toEqual([
      { child_response: [{ a: 1 }], name: 'n', 'owner.mail': 'm' },
      { child_response: [], name: null, 'owner.mail': null },
    ]);
    expect(slices[0]?.key).toBe('{"parent_id":1,"parent_slice":{}}');
  });

  test('leaves the children that came with a parent alone once the child has a state', async () => {
    const router = substream({ records: [[[{ id: 1, items: { data: [{ a: 1 }] } }]]], lazyReadPointer: ['items', 'data'] });
    router.setInitialState({ state: { at: '2024' } });
    expect((await all(router.slices())).map(({ extraFields }) => extraFields)).toEqual([{}]);
  });

  test('reads several parents one after the other', async () => {
    const router = substream({ name: 'first', records: [[[{ id: 1 }]]] }, { name: 'second', partitionField: 'second_id', records: [[[{ id: 2 }]]] });
    expect(await partitions(router)).toEqual([
      { parent_id: 1, parent_slice: {} },
      { second_id: 2, parent_slice: {} },
    ]);
  });

  test('hands slices out while the parent is still read, and closes a parent slice before its last record goes out', async () => {
    const events: string[] = [];
    const cursor = cursorOf(undefined);
    const config = { cursor, records: [[[{ id: 1 }, { id: 2 }, { id: 3 }]]], onClose: () => events.push('closed') };
    for await (const slice of substream(config).slices()) events.push(String(slice.partition.parent_id));
    expect(events).toEqual(['1', '2', 'closed', '3']);
  });

  test('tells the cursor of the parent what was read, and that all of it was', async () => {
    const cursor = cursorOf(datetimeCursor({}), listRouter(['x']));
    await all(substream({ cursor, records: [[[{ id: 1, updated_at: '2024-02-03' }]]] }).slices());
    expect(cursor.state()).toMatchObject({ state: { updated_at: '2024-02-03' }, states: [{ partition: { part: 'x' }, cursor: { updated_at: '2024-02-03' } }] });
  });

  test('a parent that fails fails the child, and its slice stays open', async () => {
    const cut = () => {
      throw new Error('cut');
    };
    const cursor = cursorOf(datetimeCursor({}));
    const router = substream({ cursor, records: [[[{ id: 1, updated_at: '2024-02-03' }, { id: 2, updated_at: '2024-02-04' }]]], onClose: cut });
    await expect(all(router.slices())).rejects.toThrow('cut');
    expect(cursor.state()).toEqual({ updated_at: '2024-01-01' });
  });
});

describe('several routers', () => {
  test('give each combination; the first router changes last', async () => {
    const router = productOf(listRouter(['a', 'b']), build(list('n', ['1', '2'])));
    expect(await partitions(router)).toEqual([
      { part: 'a', n: '1' },
      { part: 'a', n: '2' },
      { part: 'b', n: '1' },
      { part: 'b', n: '2' },
    ]);
  });

  test('where two have the same field or option, the first counts', async () => {
    const router = productOf(listRouter(['a'], { request_option: option('p') }), listRouter(['b'], { request_option: option('p') }));
    const [slice] = (await all(router.slices())) as [StreamSlice];
    expect(slice.partition).toEqual({ part: 'a' });
    expect(router.requestOptions(slice)).toEqual({ params: { p: 'a' } });
  });

  test('one without partitions makes none', async () => {
    expect(await partitions(productOf(listRouter(['a']), substream({ records: [] })))).toEqual([]);
    expect(await partitions(productOf(substream({ records: [] }), listRouter(['a'])))).toEqual([]);
  });

  test('the state of a parent cannot be kept, which is told', () => {
    const runtime = runtimeAt();
    const router = substream({ cursor: cursorOf(datetimeCursor({})), isIncremental: true, records: [] });
    expect(new CartesianProductRouter([router, listRouter(['a'])], 'test', runtime.logger).parentState()).toBeUndefined();
    expect(runtime.logs).toEqual([expect.objectContaining({ level: 'WARN' })]);
  });
});

describe('GroupingPartitionRouter', () => {
  const group = (model: JsonObject, underlying: JsonObject) => build({ type: 'GroupingPartitionRouter', underlying_partition_router: underlying, group_size: 2, ...model });

  test('puts values into lists, each value once over all groups', async () => {
    expect(await partitions(group({}, list('part', ['a', 'b', 'a', 'c', 'b', 'd'])))).toEqual([{ part: ['a', 'b'] }, { part: ['c', 'd'] }]);
    expect(await partitions(group({ deduplicate: false }, list('part', ['a', 'a', 'b'])))).toEqual([{ part: ['a', 'a'] }, { part: ['b'] }]);
  });

  test('groups what belongs to the partitions, too', async () => {
    const router = new GroupingPartitionRouter(substream({ records: [[[{ id: 1, n: 'x' }, { id: 2 }]]], extraFields: [['n']] }), 2, true);
    const [slice] = await all(router.slices());
    expect(slice?.partition).toEqual({ parent_id: [1, 2], parent_slice: [{}, {}] });
    expect(slice?.extraFields).toEqual({ n: ['x', null] });
  });

  test.each([
    ['a group of none', { group_size: 0 }, list('part', ['a']), 'slices.invalid_group_size'],
    ['options of the partitions', {}, list('part', ['a'], { request_option: option('p') }), 'slices.request_option_not_possible'],
  ])('%s is refused', (_what, model, underlying, code) => {
    expect(() => group(model, underlying as JsonObject)).toThrow(expect.objectContaining({ code, failureType: 'config_error' }));
  });
});

describe('UnionPartitionRouter', () => {
  const union = (...partition_routers: JsonObject[]) => build({ type: 'UnionPartitionRouter', partition_field: 'part', partition_routers });

  test('gives each value once, the first one counts; texts and numbers are different values', async () => {
    expect(await partitions(union(list('part', ['a', 'b', '1']), list('part', ['b', 'c'])))).toEqual(['a', 'b', '1', 'c'].map((part) => ({ part })));
  });

  test('what else is in the partition becomes extra fields', async () => {
    const router = new UnionPartitionRouter([substream({ partitionField: 'part', records: [[[{ id: 5, n: 'x' }]]], extraFields: [['n']] })], 'part', runtimeAt().logger);
    const [slice] = await all(router.slices());
    expect([slice?.partition, slice?.extraFields]).toEqual([{ part: 5 }, { n: 'x', parent_slice: {} }]);
  });

  test('keeps the states of all parents; of two with one name the last', () => {
    const runtime = runtimeAt();
    const parent = (name: string, start_datetime: string) =>
      substream({ name, cursor: cursorOf(datetimeCursor({ start_datetime })), isIncremental: true, partitionField: 'part', records: [] });
    const router = new UnionPartitionRouter([parent('a', '2024-01-01'), parent('b', '2024-01-02'), parent('a', '2024-01-03')], 'part', runtime.logger);
    expect(router.parentState()).toEqual({ a: { updated_at: '2024-01-03' }, b: { updated_at: '2024-01-02' } });
    expect(router.parentState()).toBe(router.parentState());
    expect(runtime.logs).toHaveLength(1);
  });

  test.each([
    ['one router', [list('part', ['a'])], 'slices.union_of_one'],
    ['another field', [list('part', ['a']), list('other', ['b'])], 'slices.union_field_differs'],
    ['options', [list('part', ['a']), list('part', ['b'], { request_option: option('p') })], 'slices.request_option_not_possible'],
  ])('%s is refused', (_what, routers, code) => {
    expect(() => union(...(routers as JsonObject[]))).toThrow(expect.objectContaining({ code, failureType: 'config_error' }));
  });

  test('values that are lists are refused when they come', async () => {
    const router = new UnionPartitionRouter([substream({ partitionField: 'part', records: [[[{ id: [1] }]]] })], 'part', runtimeAt().logger);
    await expect(partitions(router)).rejects.toMatchObject({ code: 'slices.union_value_not_scalar' });
  });
});

test('a substream with a request option sends the partition value', () => {
  const config = { ...parentConfig({ records: [] }), requestOption: buildComponent('RequestOption', option('parent')) };
  const router = new SubstreamPartitionRouter([config], runtimeAt().logger);
  expect(router.requestOptions(new StreamSlice({ parent_id: 0, parent_slice: {} }))).toEqual({ params: { parent: 0 } });
});
