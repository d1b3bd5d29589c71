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
