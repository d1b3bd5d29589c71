import { resolveReferences } from '../../src/manifest/references';

describe('resolveReferences', () => {
  it('replaces a reference wherever it stands', () => {
    expect(resolveReferences({ a: { b: 1 }, list: ['#/a', '#/a/b'] })).toEqual({ a: { b: 1 }, list: [{ b: 1 }, 1] });
  });

  it('merges the target of $ref under the keys beside it', () => {
    const resolved = resolveReferences({ base: { type: 'X', size: 1, deep: { kept: true } }, use: { $ref: '#/base', size: 2 } });
    expect(resolved.use).toEqual({ type: 'X', size: 2, deep: { kept: true } });
  });

  it('prefers the longest rest of the path that is a key', () => {
    const resolved = resolveReferences({ nested: { path: 'first' }, 'nested/path': 'second', value: '#/nested/path' });
    expect(resolved.value).toBe('second');
  });

  it('reaches into lists', () => {
    expect(resolveReferences({ list: [{ x: 'a' }, { x: 'b' }], value: '#/list/1/x' }).value).toBe('b');
  });

  it('leaves the overrides of a check alone: they are config values', () => {
    expect(resolveReferences({ a: 1, check: { config_overrides: { path: '#/a' } } }).check).toEqual({ config_overrides: { path: '#/a' } });
  });

  it('names the reference that points nowhere, and its place', () => {
    expect(() => resolveReferences({ streams: [{ retriever: '#/definitions/nothing' }] })).toThrow(
      'The manifest refers to "#/definitions/nothing" at streams[0].retriever, but nothing stands there.',
    );
  });

  it('suggests the name that was meant', () => {
    expect(() => resolveReferences({ definitions: { requester: { path: '/' } }, use: '#/definitions/requestr/path' })).toThrow(
      'The manifest refers to "#/definitions/requestr/path" at use, but nothing stands there. Did you mean "#/definitions/requester/path"?',
    );
  });

  it('shows the way round a circle', () => {
    expect(() => resolveReferences({ a: '#/b', b: { c: '#/a' } })).toThrow('Circular reference in the manifest: #/b → #/a → #/b (used at');
  });

  it('does not follow a path into a prototype', () => {
    expect(() => resolveReferences({ value: '#/constructor/name' })).toThrow('nothing stands there');
  });

  it('stops at a manifest that doubles itself without end', () => {
    const bomb: Record<string, string[]> = { l0: ['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'] };
    for (let level = 1; level <= 9; level++) bomb[`l${level}`] = Array(10).fill(`#/l${level - 1}`);
    expect(() => resolveReferences(bomb)).toThrow('The manifest grows beyond 2000000 values');
  });
});
