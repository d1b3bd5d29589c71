import { ManifestDocument } from '../../../src/builder/page/document';

const parse = (text: string) => ManifestDocument.parse(text);
const lines = (...parts: string[]) => `${parts.join('\n')}\n`;

describe('ManifestDocument', () => {
  const commented = lines(
    '# Contacts of SendGrid',
    'version: 6.0.0 # of the CDK',
    '',
    'check: {type: CheckStream, stream_names: [contacts]}',
    '',
    'streams:',
    '  # The only one.',
    '  - type: DeclarativeStream',
    "    name: 'contacts' # quoted",
    '    retriever:',
    '      type: AsyncRetriever',
    '      # Ready means ready.',
    '      status_mapping:',
    '        completed: [ready]',
    '        failed:',
    '          - failed # gone',
  );

  it('keeps everything but the value that is set', () => {
    expect(parse(commented).setAt(['streams', 0, 'retriever', 'status_mapping', 'running'], ['pending']).text).toBe(
      commented.replace('          - failed # gone\n', '          - failed # gone\n        running:\n          - pending\n'),
    );
    expect(parse(commented).setAt(['streams', 0, 'name'], 'people').text).toBe(commented.replace("'contacts' #", "'people' #"));
    expect(parse(commented).deleteAt(['streams', 0, 'retriever', 'status_mapping', 'completed']).text).toBe(commented.replace('        completed: [ready]\n', ''));
  });

  it('keeps lists that are not indented, four spaces, and long lines', () => {
    const flush = lines('streams:', '- name: a', `  description: ${'long '.repeat(40)}end`, '- name: b');
    expect(parse(flush).setAt(['streams', 1, 'name'], 'c').text).toBe(flush.replace('name: b', 'name: c'));
    const four = lines('spec:', '    type: Spec', '    deep:', '        a: 1');
    expect(parse(four).setAt(['spec', 'deep', 'a'], 2).text).toBe(four.replace('1', '2'));
  });

  it('keeps JSON as JSON', () => {
    const changed = parse('{"version": "6.0.0", "streams": []}').insertAt(['streams'], 0, { name: 'a' });
    expect(JSON.parse(changed.text)).toEqual({ version: '6.0.0', streams: [{ name: 'a' }] });
  });

  it('starts from nothing, and makes what is missing on the way', () => {
    const made = parse('').setAt(['streams', 0, 'retriever', 'decoder'], { type: 'CsvDecoder' });
    expect(made.text).toBe(lines('streams:', '  - retriever:', '      decoder:', '        type: CsvDecoder'));
    expect(parse(made.text).model).toEqual(made.model);
    expect(parse('# only a comment\n').setAt(['version'], '1').text).toContain('# only a comment');
  });

  it('writes texts so that they stay texts', () => {
    for (const value of ['yes', 'null', '012', '1.5', '2024-01-01', '2024-01-01T00:00:00Z', '{{ config["a"] }}', '', ' x', '=', '~', '12:30', 'a: b', '#', 'two\nlines', '1e3', '0x1f']) {
      const written = parse('a: 1\n').setAt(['a'], value);
      expect(parse(written.text).model).toEqual({ a: value });
      expect(written.model).toEqual({ a: value });
      expect(parse('a: "q"\n').setAt(['a'], value).text).not.toMatch(/^a: 2024/m);
    }
    expect(parse('a: 1\n').setAt(['a'], '2024-01-01').text).toBe('a: "2024-01-01"\n');
    expect(parse('a: "x"\n').setAt(['a'], 5).text).toBe('a: 5\n');
    expect(parse('a: on\nb: 1\n').setAt(['b'], 2).text).toBe('a: on\nb: 2\n');
  });

  it('changes no more of an object or a list than differs', () => {
    const text = lines('headers:', '  # Which version', '  Version: "1" # one', '  Accept: csv', 'codes:', '  - 429 # slow', '  - 500 # down');
    expect(parse(text).setAt(['headers'], { Version: '2', Accept: 'csv', More: 'x' }).text).toBe(text.replace('"1"', '"2"').replace('csv\n', 'csv\n  More: x\n'));
    expect(parse(text).setAt(['codes'], [429, 404, 500]).text).toBe(text.replace('  - 500', '  - 404\n  - 500'));
    expect(parse(text).setAt(['codes'], [500]).text).toBe(text.replace('  - 429 # slow\n', ''));
    expect(parse(text).setAt(['codes'], []).text).toBe(`${text.split('codes')[0]}codes: []\n`);
    expect(parse('a: []\n').setAt(['a'], ['x']).text).toBe('a:\n  - x\n');
    expect(parse(text).setAt(['headers'], 'one').model).toEqual({ headers: 'one', codes: [429, 500] });
  });

  it('touches the lines of one value only, however odd the others are written', () => {
    const odd = lines("'version' :   1  # spaced", '', '', 'spec:', '   deep:', '      - [ a,b ]', '      -  key: |', '            block', '         other: >-', '            long', '            text', '# end');
    expect(parse(odd).setAt(['spec', 'deep', 1, 'more'], 'x').text).toBe(odd.replace('# end', '         more: x\n# end'));
    expect(parse(odd).setAt(['spec', 'deep', 1, 'key'], 'y').text).toBe(odd.replace('key: |\n            block', 'key: y'));
    expect(parse(odd).deleteAt(['spec', 'deep', 1, 'key']).text).toBe(odd.replace('key: |\n            block\n         other', 'other'));
    expect(parse(odd).deleteAt(['spec', 'deep', 0]).text).toBe(odd.replace('      - [ a,b ]\n', ''));
    expect(parse(odd).setAt(['spec', 'deep', 0, 1], 'c').text).toBe(odd.replace('[ a,b ]', '[ a, c ]'));
    expect(parse(odd).moveAt(['spec', 'deep'], 1, 0).model).toEqual({ version: 1, spec: { deep: [{ key: 'block\n', other: 'long text' }, ['a', 'b']] } });
    expect(parse(odd).setAt(['version'], '2').text).toBe(odd.replace('1  #', '"2"  #'));
  });

  it('is the same for each letter of a field as for the whole', () => {
    let typed = parse(commented);
    for (const text of ['p', 'pe', 'peo', "it's", 'a: b', 'two\nlines', 'people']) {
      typed = typed.setAt(['streams', 0, 'name'], text);
      expect(typed.model).toEqual(parse(typed.text).model);
      expect(typed.getAt(['streams', 0, 'name'])).toBe(text);
    }
    expect(parse('a: ""\n').setAt(['a'], 'x').text).toBe('a: x\n');
    expect(parse("a: 'y'\n").setAt(['a'], 'x').text).toBe("a: 'x'\n");
    expect(typed.deleteAt(['version']).model).not.toHaveProperty('version');
  });

  it('makes an own copy of what an alias shares', () => {
    const shared = lines('base: &base', '  url: a', 'one: *base', 'two: *base');
    const changed = parse(shared).setAt(['one', 'url'], 'b');
    expect(changed.model).toEqual({ base: { url: 'a' }, one: { url: 'b' }, two: { url: 'a' } });
    expect(parse(changed.text).model).toEqual(changed.model);
    const merged = parse(lines('base: &base', '  auth: {type: A, token: a}', 'one:', '  <<: *base')).setAt(['one', 'auth', 'token'], 'b');
    expect(merged.model).toEqual({ base: { auth: { type: 'A', token: 'a' } }, one: { auth: { type: 'A', token: 'b' } } });
  });

  it('moves, renames and inserts', () => {
    const list = parse('a: [1, 2, 3]\n');
    expect(list.moveAt(['a'], 0, 2).model).toEqual({ a: [2, 3, 1] });
    expect(list.insertAt(['a'], 1, 9).model).toEqual({ a: [1, 9, 2, 3] });
    expect(parse('a: {x: 1, y: 2}\n').renameKey(['a'], 'x', 'z').text).toBe('a: {z: 1, y: 2}\n');
  });

  it('says where a text is no YAML, and leaves such a text alone', () => {
    const broken = parse('a: 1\nb: [1\nc: 2\n');
    expect(broken.problem).toMatchObject({ line: 3 });
    expect(broken.setAt(['a'], 2)).toBe(broken);
    expect(parse('- 1\n').problem?.message).toContain('object');
  });

  it('finds the place of a value in the text', () => {
    const document = parse(commented).setAt(['version'], '7.0.0');
    expect(document.text.slice(document.offsetOf(['streams', 0, 'retriever', 'status_mapping', 'completed'])).startsWith('[ready]')).toBe(true);
    expect(document.text.slice(document.offsetOf(['streams', 0, 'retriever', 'missing'])).startsWith('type: AsyncRetriever')).toBe(true);
  });
});
