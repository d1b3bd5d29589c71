import { parseManifest } from '../../src/manifest/parse-manifest';

describe('parseManifest', () => {
  // Expected values: what PyYAML's safe_load gives, dates excepted, which it makes objects that no JSON can hold.
  it.each([
    ['yes', true],
    ['Off', false],
    ['y', 'y'],
    ['n', 'n'],
    ['0o17', '0o17'],
    ['017', 15],
    ['1_000', 1000],
    ['1e5', '1e5'],
    ['1.5e+3', 1500],
    ['0.5', 0.5],
    ['2024-01-01', '2024-01-01'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
    ['~', null],
    ['"yes"', 'yes'],
    ["'{{ x }}'", '{{ x }}'],
  ])('reads %s', (text, value) => {
    expect(parseManifest(`key: ${text}\n`, 'm.yaml')).toEqual({ key: value });
  });

  it('merges with <<', () => {
    expect(parseManifest('base: &b {a: 1, b: 2}\nuse: {<<: *b, b: 3}\n', 'm')).toEqual({ base: { a: 1, b: 2 }, use: { a: 1, b: 3 } });
  });

  it('reads JSON', () => {
    expect(parseManifest('{"a": [true, null, "x"]}', 'm.json')).toEqual({ a: [true, null, 'x'] });
  });

  it.each([
    ['a: [1', /m\.yaml is neither YAML nor JSON: .* at line 1/s],
    ['- 1', /must hold an object with check, streams and version; it holds a list/],
    ['', /it holds nothing/],
  ])('refuses %j', (text, message) => {
    expect(() => parseManifest(text, 'm.yaml')).toThrow(message);
  });

  it('refuses a file that grows without bound', () => {
    const bomb = `a: &a [${Array(50).fill('x')}]\n` + ['b', 'c', 'd', 'e'].map((key, i) => `${key}: &${key} [${Array(50).fill(`*${'abcd'[i]}`)}]`).join('\n');
    expect(() => parseManifest(bomb, 'm.yaml')).toThrow();
  });
});

describe('a manifest that could not be worked on', () => {
  it.each([
    ['refers to itself', 'a: &a [*a]', 'manifest.too_deep'],
    ['is nested too deep as YAML', '[{"a":'.repeat(101), 'manifest.'],
    ['is nested too deep as JSON', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`, 'manifest.too_deep'],
    ['is nested deeper than the parser goes', '['.repeat(100_000), 'manifest.'],
    ['has an alias without anchor', 'a: *b', 'manifest.syntax'],
    ['has aliases of aliases', `a: &a [1,1,1,1,1,1,1,1,1,1]\n${'bcdefg'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdef'[index]},`.repeat(10)}]`).join('\n')}`, 'manifest.syntax'],
  ])('is refused: it %s', (_name, text, code) => {
    expect(() => parseManifest(text, 'm.yaml')).toThrow(expect.objectContaining({ code: expect.stringContaining(code) }));
  });
});
