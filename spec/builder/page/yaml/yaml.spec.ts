import { changeBetween } from '../../../../src/builder/page/yaml/change-between';
import { completeYaml } from '../../../../src/builder/page/yaml/complete-yaml';
import { components } from '../definitions';

function labels(marked: string): string[] {
  const cursor = marked.indexOf('¦');
  return completeYaml(marked.replace('¦', ''), cursor, components)?.options.map(({ label }) => label) ?? [];
}

describe('completion in the text', () => {
  it('offers the properties of the component at the cursor, but those that it has', () => {
    const offered = labels('streams:\n  - type: DeclarativeStream\n    name: a\n    ¦\n');
    expect(offered).toEqual(expect.arrayContaining(['retriever', 'primary_key']));
    expect(offered).not.toContain('name');
    expect(labels('ch¦\nversion: 1\n')).toContain('check');
  });

  it('knows components without a type by their place', () => {
    expect(labels('streams:\n  - name: a\n    retriever:\n      type: AsyncRetriever\n      status_mapping:\n        ¦\n')).toEqual(expect.arrayContaining(['completed', 'timeout']));
  });

  it('offers the components that may stand there', () => {
    const decoders = labels('streams:\n  - type: DeclarativeStream\n    retriever:\n      type: AsyncRetriever\n      download_decoder:\n        type: ¦\n');
    expect(decoders).toEqual(expect.arrayContaining(['CsvDecoder', 'GzipDecoder']));
    expect(decoders).not.toContain('BearerAuthenticator');
  });

  it('offers nothing in a value', () => {
    expect(labels('version: ¦')).toEqual([]);
  });
});

describe('the change between two texts', () => {
  it.each([
    ['abc', 'abc', null],
    ['abc', 'aXc', { from: 1, to: 2, insert: 'X' }],
    ['aa', 'aaa', { from: 2, to: 2, insert: 'a' }],
    ['abab', 'ab', { from: 2, to: 4, insert: '' }],
  ])('%s → %s', (before, after, change) => expect(changeBetween(before, after)).toEqual(change));
});
