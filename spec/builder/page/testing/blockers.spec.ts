import { PageState } from '../../../../src/builder/page/state';
import { blockers } from '../../../../src/builder/page/testing/blockers';
import { DEFAULT_SETTINGS } from '../../../../src/builder/page/testing/test-settings';

function page(manifest: object): PageState {
  const state = new PageState();
  state.open({ text: JSON.stringify(manifest), version: null, file: null });
  return state;
}
const stream = (name: string) => ({ name, retriever: { type: 'SimpleRetriever' } });
const spec = { connection_specification: { type: 'object', required: ['api_key', 'region', 'depth'], properties: { api_key: { type: 'string', title: 'API Key', airbyte_secret: true }, region: { type: 'string' }, depth: { type: 'integer', default: 3 } } } };
const messages = (state: PageState, settings = DEFAULT_SETTINGS) => blockers(state, settings).map(({ message, place }) => [place.kind, message]);

describe('what blocks a test', () => {
  it('is nothing when all is there', () => {
    const state = page({ streams: [stream('a')], spec });
    state.inputs.value = { values: { region: 'eu' }, secretsSet: ['api_key'], keptIn: null };
    expect(messages(state)).toEqual([]);
  });

  it('is an input without a value, unless it has a default', () => {
    expect(messages(page({ streams: [stream('a')], spec }))).toEqual([['inputs', 'The input API Key has no value.'], ['inputs', 'The input region has no value.']]);
  });

  it('is an error of the tested stream or of the whole manifest, not one of another stream', () => {
    const state = page({ streams: [stream('a'), stream('b')] });
    state.goToStream('b');
    const finding = (severity: 'error' | 'warning', message: string, path: (string | number)[]) => ({ severity, code: 'x', message, path });
    state.lintFindings.value = [finding('error', 'of a', ['streams', 0, 'retriever']), finding('error', 'of b', ['streams', 1, 'retriever']), finding('warning', 'best practice', ['streams', 1]), finding('error', 'of check', ['check'])];
    expect(messages(state)).toEqual([['field', 'of b'], ['field', 'of check']]);
  });

  it('is a text that cannot be read, before everything else', () => {
    const state = page({});
    state.setText('streams: [');
    expect(messages(state)).toEqual([['yaml', expect.stringMatching(/^The YAML cannot be read: .* \(line \d+\)\.$/)]]);
  });

  it('is a setting that makes no sense', () => {
    expect(messages(page({ streams: [stream('a')] }), { ...DEFAULT_SETTINGS, records: '0' })).toEqual([['settings', 'A whole number from 1 to 5000.']]);
  });
});
