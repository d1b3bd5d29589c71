import { PageState } from '../../../src/builder/page/state';

const TEXT = `streams:
  - {type: DeclarativeStream, name: a, retriever: {type: SimpleRetriever, requester: {$ref: '#/definitions/shared'}}}
  - {$parameters: {name: b}, retriever: {type: AsyncRetriever}}
definitions:
  shared: {type: HttpRequester, url: x}
`;

function opened(): PageState {
  const state = new PageState();
  state.open({ text: TEXT, version: '1', file: 'manifest.yaml' });
  return state;
}

describe('PageState', () => {
  it('undoes the letters of one field together, and fields one by one', () => {
    const state = opened();
    const url = ['streams', 0, 'retriever', 'requester', 'url'];
    for (const text of ['y', 'yz', 'yzz']) state.setAt(url, text);
    state.setAt(['streams', 0, 'name'], 'c');
    expect(state.isModified.value).toBe(true);
    state.undo();
    expect(state.read(url)).toBe('yzz');
    state.undo();
    expect(state.text.value).toBe(TEXT);
    expect(state.canUndo.value).toBe(false);
    state.redo();
    state.redo();
    expect(state.streamName.value).toBe('c');
    expect(state.canRedo.value).toBe(false);
  });

  it('changes a shared value where it stands', () => {
    const state = opened();
    state.setAt(['streams', 0, 'retriever', 'requester', 'url'], 'y');
    expect(state.text.value).toBe(TEXT.replace('url: x', 'url: y'));
  });

  it('finds the stream of the address, by a name that parameters give, too', () => {
    const state = opened();
    expect(state.streamName.value).toBe('a');
    state.goToStream('b', 'polling');
    expect([state.streamIndex.value, state.streamKind.value, state.address.value]).toEqual([1, 'async', '#/s/b/polling']);
    state.setParameter('run', '7');
    state.goToStream('b', 'download');
    expect(state.address.value).toBe('#/s/b/download?run=7');
    state.goToStream('a');
    expect(state.address.value).toBe('#/s/a');
  });
});
