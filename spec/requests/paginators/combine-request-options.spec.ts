import { combineRequestOptions } from '../../../src/requests/paginators/combine-request-options';

describe('options of paginator and slicer', () => {
  it('are put together kind by kind', () => {
    expect(combineRequestOptions({ params: { page: 2 }, headers: { a: '1' } }, { params: { since: 'x' }, bodyData: { b: 2 } }, 'They')).toEqual({
      params: { page: 2, since: 'x' },
      headers: { a: '1' },
      bodyData: { b: 2 },
    });
  });

  it.each(['params', 'headers', 'bodyData'] as const)('may not both set a key of %s, not even to the same value', (place) => {
    expect(() => combineRequestOptions({ [place]: { k: 1 } }, { [place]: { k: 1 } }, 'They')).toThrow(/They both set the .* k\./);
  });

  it('are merged deeply in a JSON body, where equal values agree', () => {
    const merged = combineRequestOptions({ bodyJson: { filter: { from: 1, tags: ['x'] } } }, { bodyJson: { filter: { to: 2, tags: ['x'] } } }, 'They');
    expect(merged).toEqual({ bodyJson: { filter: { from: 1, to: 2, tags: ['x'] } } });
    expect(() => combineRequestOptions({ bodyJson: { filter: { from: 1 } } }, { bodyJson: { filter: { from: 2 } } }, 'They')).toThrow(/filter\.from/);
    expect(() => combineRequestOptions({ bodyJson: { filter: 1 } }, { bodyJson: { filter: { from: 2 } } }, 'They')).toThrow(/filter\./);
  });

  it('do not change what was given', () => {
    const paginator = { bodyJson: { filter: { from: 1 } } };
    combineRequestOptions(paginator, { bodyJson: { filter: { to: 2 } } }, 'They');
    expect(paginator).toEqual({ bodyJson: { filter: { from: 1 } } });
  });

  it('take __proto__ for a key like any other', () => {
    const merged = combineRequestOptions({ params: JSON.parse('{"__proto__": 1}') }, { params: { a: 1 } }, 'They');
    expect(JSON.stringify(merged)).toBe('{"params":{"__proto__":1,"a":1}}');
  });
});
