import { DEFAULT_SETTINGS, readSettings } from '../../../../src/builder/page/testing/test-settings';

const read = (change: object) => readSettings({ ...DEFAULT_SETTINGS, ...change });

describe('the settings of a test', () => {
  it('are what the official Builder sends, unless somebody changes them', () => {
    expect(read({})).toEqual({ chosen: { limits: { records: 1000, pages: 5, slices: 5 }, mode: { kind: 'live' } }, problems: {} });
  });

  it('carry a state, an interval and a recording', () => {
    const { chosen, problems } = read({ state: '[{"type":"STREAM","big":9007199254740993}]', pollEverySeconds: '0.5', mode: 'replay', cassette: 'first-run' });
    expect(problems).toEqual({});
    expect(chosen).toMatchObject({ state: [{ type: 'STREAM', big: 9007199254740993n }], pollEverySeconds: 0.5, mode: { kind: 'replay', cassette: 'first-run' } });
  });

  it.each([
    ['records', '0'], ['records', '5001'], ['records', '1.5'], ['records', ''], ['pages', '21'], ['slices', 'many'],
    ['pollEverySeconds', '0'], ['pollEverySeconds', '-1'], ['pollEverySeconds', 'x'], ['pollEverySeconds', '1e9'],
    ['state', '{}'], ['state', '['],
  ])('say what is wrong with %s %j', (name, value) => {
    expect(Object.keys(read({ [name]: value }).problems)).toEqual([name]);
  });

  it('want a name for a recording', () => {
    expect(read({ mode: 'record' }).problems.cassette).toBeDefined();
    expect(read({ mode: 'record', cassette: '../elsewhere' }).problems.cassette).toBeDefined();
    expect(read({ mode: 'live', cassette: '../elsewhere' }).problems).toEqual({});
  });
});
