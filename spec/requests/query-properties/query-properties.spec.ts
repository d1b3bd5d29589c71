import { GroupByKeyMergeStrategy } from '../../../src/requests/query-properties/group-by-key-merge-strategy';
import { PropertyChunking } from '../../../src/requests/query-properties/property-chunking';
import { QueryProperties } from '../../../src/requests/query-properties/query-properties';
import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { buildComponent } from '../../support/fake-runtime';

const byId = new GroupByKeyMergeStrategy(['id']);
const signal = new AbortController().signal;

describe('chunks of properties', () => {
  it.each<[string, 'characters' | 'property_count', number | undefined, string[], string[], string[][]]>([
    ['count names', 'property_count', 2, ['a', 'b', 'c'], [], [['a', 'b'], ['c']]],
    ['repeat the names that are always included, and do not count them', 'property_count', 2, ['a', 'b', 'c'], ['id'], [['id', 'a', 'b'], ['id', 'c']]],
    ['count characters and three for each delimiter', 'characters', 10, ['ab', 'cd', 'ef'], [], [['ab', 'cd'], ['ef']]],
    ['count characters as people do', 'characters', 8, ['😀', '😀'], [], [['😀', '😀']]],
    ['give a name that is too long a request of its own', 'characters', 5, ['aaaaaaaaaa', 'b'], ['id'], [['id', 'aaaaaaaaaa'], ['id', 'b']]],
    ['are one without a limit, the names that are always included last', 'property_count', undefined, ['a', 'b'], ['id'], [['a', 'b', 'id']]],
    ['are one when there is no property', 'property_count', 2, [], ['id'], [['id']]],
  ])('%s', (_title, type, limit, properties, always, expected) => {
    expect(new PropertyChunking(type, limit, byId).chunks(properties, always)).toEqual(expected);
  });
});

describe('query properties', () => {
  it('are one list without chunking, the names that are always included first', async () => {
    expect(await new QueryProperties(['a', 'b'], ['id'], undefined, undefined).chunks(signal)).toEqual([['id', 'a', 'b']]);
  });

  it.each([undefined, new PropertyChunking('property_count', undefined, byId), new PropertyChunking('property_count', 9, byId)])(
    'are those that the user selected',
    async (chunking) => {
      const some = new QueryProperties(['a', 'b', 'c'], [], chunking, { select: () => new Set(['c', 'a', 'z']) });
      expect(await some.chunks(signal)).toEqual([['a', 'c']]);
      const all = new QueryProperties(['a', 'b'], [], chunking, { select: () => undefined });
      expect(await all.chunks(signal)).toEqual([['a', 'b']]);
    },
  );

  it('are built from a manifest, with `id` as the key when none is given', () => {
    const model = {
      type: 'QueryProperties',
      property_list: ['a'],
      property_chunking: { type: 'PropertyChunking', property_limit_type: 'property_count', property_limit: 1 },
    };
    const { chunking } = buildComponent('QueryProperties', model);
    expect(chunking?.mergeKey({ id: '1' })).toBe(byId.groupKey({ id: '1' }));
  });
});

describe('the key by which parts of a record are merged', () => {
  it.each<[string[], JsonObject, JsonObject, boolean]>([
    [['id'], { id: 1 }, { id: 1, x: 2 }, true],
    [['id'], { id: 0 }, { id: 0 }, true],
    [['id'], { id: 1 }, { id: '1' }, false],
    [['a', 'b'], { a: 'x', b: 'y' }, { a: 'x', b: 'y' }, true],
    [['a', 'b'], { a: 'x,y', b: 'z' }, { a: 'x', b: 'y,z' }, false],
  ])('%j: %j and %j', (keys, one, other, same) => {
    const strategy = new GroupByKeyMergeStrategy(keys);
    expect(strategy.groupKey(one) === strategy.groupKey(other)).toBe(same);
  });

  it.each<[JsonValue]>([[null], ['']])('is missing with the value %j: the record stands alone', (id) => {
    expect(byId.groupKey({ id })).toBeUndefined();
    expect(byId.groupKey({})).toBeUndefined();
  });

  it('may have the names of prototype members', () => {
    expect(new GroupByKeyMergeStrategy(['constructor']).groupKey({})).toBeUndefined();
  });
});
