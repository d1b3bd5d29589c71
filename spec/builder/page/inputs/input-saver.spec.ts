import type { Api } from '../../../../src/builder/page/api';
import { InputSaver } from '../../../../src/builder/page/inputs/input-saver';
import { PageState } from '../../../../src/builder/page/state';
import type { SaveInputs } from '../../../../src/builder/page-contract';

function setup(keptIn: string | null = null) {
  const state = new PageState();
  state.inputs.value = { values: {}, secretsSet: [], keptIn };
  const sent: SaveInputs[] = [];
  let fails = false;
  const saveInputs = async (body: SaveInputs) => {
    if (fails) throw new Error('no room');
    sent.push(body);
    return { values: {}, secretsSet: ['credentials.key'], keptIn };
  };
  const saver = new InputSaver(state, { saveInputs } as Partial<Api> as Api);
  return { state, saver, sent, fail: () => (fails = true) };
}

describe('InputSaver', () => {
  it('sends what was typed together, and forgets it', async () => {
    const { state, saver, sent } = setup();
    saver.set(['credentials', 'key'], 's');
    saver.set(['credentials', 'key'], 'secret');
    saver.set(['credentials', 'kind'], 'key');
    saver.set(['start'], null);
    await saver.flush();
    await saver.flush();
    expect(sent).toEqual([{ values: { credentials: { key: 'secret', kind: 'key' }, start: null }, keep: false, text: '' }]);
    expect(state.inputs.value.secretsSet).toEqual(['credentials.key']);
    expect(JSON.stringify(saver)).not.toContain('secret"');
  });

  it('goes on keeping the values in their file', async () => {
    const { saver, sent } = setup('.manifest.inputs.json');
    saver.set(['a'], 1);
    await saver.flush();
    await saver.keep(false);
    expect(sent.map(({ values, keep }) => [values, keep])).toEqual([[{ a: 1 }, true], [{}, false]]);
  });

  it('says when the server refuses, and goes on', async () => {
    const { state, saver, fail } = setup();
    fail();
    saver.set(['a'], 1);
    await saver.flush();
    expect(state.notice.value).toEqual({ kind: 'error', text: 'The test values were not saved: no room' });
  });
});
