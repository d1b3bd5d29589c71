import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, stringify } from 'yaml';
import { parseSimpleYaml } from '../../src/manifest/simple-yaml';
import { YAML_DIALECT } from '../../src/manifest/yaml-dialect';

/** What the package makes of a text: JSON text, so that the order of keys counts; undefined when it refuses it. */
function byPackage(text: string): string | undefined {
  const document = parseDocument(text, { ...YAML_DIALECT, logLevel: 'error' });
  return document.errors.length > 0 ? undefined : JSON.stringify(document.toJS());
}

/** Whether the fast reader took the text. Fails when it takes what the package refuses, or reads it otherwise. */
function isReadTheSame(text: string): boolean {
  const simple = parseSimpleYaml(text);
  if (simple === undefined) return false;
  expect(JSON.stringify(simple)).toBe(byPackage(text));
  return true;
}

const FOLDERS = ['docs/recipes', 'docs/tutorial', 'integration_tests/scenarios', 'integration_tests/recipes'];
const FILES = FOLDERS.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name)));

describe('simple YAML', () => {
  it('is what manifests are written in', () => {
    const others = FILES.filter((path) => !isReadTheSame(readFileSync(path, 'utf8')));
    // Two documents in one file. Files elsewhere are no manifests, and have the key `on`, which is no text.
    expect(others.filter((path) => path.startsWith('docs/recipes'))).toEqual(['docs/recipes/shards-kubernetes.yaml']);
    expect(others.length).toBeLessThan(FILES.length / 2);
  });

  it.each<[string, unknown]>([
    ['a: 1\nb:\n  c: text # comment\n# comment\n  d:\ne: ~\n', { a: 1, b: { c: 'text', d: null }, e: null }],
    ['---\na:\n- 1\n- b: 2\n  c: 3\n-\n  - x\n- - y\n  - z\n', { a: [1, { b: 2, c: 3 }, ['x'], ['y', 'z']] }],
    ['a: yes\nb: Off\nc: y\nd: -1\ne: 0.5\nf: 2024-01-01\n', { a: true, b: false, c: 'y', d: -1, e: 0.5, f: '2024-01-01' }],
    ['200: a\n"x: y": b\n\'it\'\'s\': c\na b: d\n', { '200': 'a', 'x: y': 'b', "it's": 'c', 'a b': 'd' }],
    ['a: "x\\n\\u00e9\\x41\\/ y\n\n  z"\nb: \'x  \n  y\n\n\n  z\'\n', { a: 'x\néA/ y\nz', b: 'x y\n\nz' }],
    ['a: plain\n  goes on\n\n  here\nb:\n  below\n  too\n', { a: 'plain goes on\nhere', b: 'below too' }],
    ['a: |\n  x\n   y\n\n  z\n\nb: |-\n  x\nd: 1\n', { a: 'x\n y\n\nz\n', b: 'x', d: 1 }],
    ['a: >\n  x\n  y\n\n  z\n   i\n   j\n\n  k\nb: >-\n\n  x\n', { a: 'x y\nz\n i\n j\n\nk\n', b: '\nx' }],
    ['a: [1, "b, c", d e, {f: g, "h":1}, [],]\nb: {\n  x: 1,\n  y: [\n    z]\n  }\n', { a: [1, 'b, c', 'd e', { f: 'g', h: 1 }, []], b: { x: 1, y: ['z'] } }],
    ["a: is {{ config['x'] }} y\nb: \u00a0x\u00a0\n", { a: "is {{ config['x'] }} y", b: '\u00a0x\u00a0' }],
    ['\ufeffa: |\r\n  x\r\n\r\n  y\r\nb: >\r\n  x\r\n  y\r\nc: "x\r\n  y"\r\nd: [1,\r\n  2]\r\n', { a: 'x\n\ny\n', b: 'x y\n', c: 'x y', d: [1, 2] }],
    ['__proto__: 1\na: {__proto__: 2}\n', JSON.parse('{"__proto__": 1, "a": {"__proto__": 2}}')],
  ])('%j', (text, value) => {
    expect(parseSimpleYaml(text)).toEqual(value);
    expect(isReadTheSame(text)).toBe(true);
  });

  it.each([
    ['anchors', 'a: &x 1\n'], ['aliases', 'a: *x\n'], ['merge keys', '<<: {}\n'], ['tags', 'a: !!str 1\n'], ['tabs', 'a:\t1\n'], ['carriage returns alone', 'a: 1\r'], ['byte order marks within', 'a: \ufeff1\n'],
    ['directives', '%YAML 1.1\n---\na: 1\n'], ['several documents', 'a: 1\n---\nb: 2\n'], ['kept line breaks', 'a: |+\n  x\n\n'], ['escaped line breaks', 'a: "x\\\n  y"\n'], ['keys that are maps', '? {a: b}\n: 1\n'], ['keys that are no texts', 'yes: 1\n'],
    ['octal numbers', 'a: 017\n'], ['hexadecimal numbers', 'a: 0x1f\n'], ['sexagesimal numbers', 'a: 12:30\n'], ['underscores in numbers', 'a: 1_000\n'],
    ['large numbers', 'a: 12345678901234567890\n'], ['a list', '- 1\n'], ['nothing', ''], ['a wrong indentation', 'a:\n  b: 1\n c: 2\n'], ['a map in a value', 'a: b: c\n'],
    ['an open quote', 'a: "b\n'], ['an open bracket', 'a: [1\n'], ['text after a quote', 'a: "b" c\n'], ['a key after a quote', 'a:\n- "b"c:\n'], ['a block of spaces', 'a: |2\n    \n'], ['an unknown escape', 'a: "\\q"\n'], ['deep nesting', `a: ${'['.repeat(200)}${']'.repeat(200)}\n`],
  ])('leaves %s to the package', (_what, text) => {
    expect(parseSimpleYaml(text)).toBeUndefined();
  });
});

describe('simple YAML, made at random', () => {
  // The seed is fixed: a difference that others come upon would stop them in their work.
  const property = { seed: 7, numRuns: 1500 };
  let taken = 0;
  beforeEach(() => (taken = 0));

  it('is read as the package reads what it writes', () => {
    const texts = fc.oneof(fc.string({ unit: fc.constantFrom(...'ab12.-:#{}[],\'"|>%&*!?~ \n\\é😀') }), fc.constantFrom('yes', '017', 'a '.repeat(60), "{{ config['a'] }}\n"));
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof({ depthSize: 'small', maxDepth: 6 }, texts, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null), fc.array(tie('json'), { maxLength: 4 }), fc.dictionary(texts, tie('json'), { maxKeys: 4 })),
    }));
    const styles = fc.record({ indent: fc.constantFrom(2, 4), indentSeq: fc.boolean(), lineWidth: fc.constantFrom(20, 80, 0), collectionStyle: fc.constantFrom('any', 'flow') });
    fc.assert(
      fc.property(fc.dictionary(texts, json, { minKeys: 1, maxKeys: 4 }), styles, (value, style) => {
        if (isReadTheSame(stringify(value, { ...style, version: '1.1', aliasDuplicateObjects: false } as object))) taken += 1;
      }),
      property,
    );
    expect(taken).toBeGreaterThan(property.numRuns / 5);
  });

  it('is read the same, or not at all, when lines are put together that make no sense', () => {
    const key = fc.constantFrom('a', 'b c', '"q"', "'it''s'", '200', 'yes', '$ref', '- a', 'a:b', 'a#b', '-x', '.5', '<<', '~', 'é', '__proto__');
    const value = fc.constantFrom(
      ...['', '1', '-0', '.5', '5.', '1.5e+3', 'No', 'null', 'text', 'two words  ', 'a: b', 'x #c', 'x#c', '#c', '"d \\" x" #c', '"a\\', '"a', "'a", '"a"b', '[]', '{}', '[a, "b", {c: 1}]', '{a: , b: 1}', '[a b', '{a: 1'],
      ...['[a: b]', '[a,]', '[a,,b]', '{a}', '{a:1}', '|', '>-', '|+', '> # c', '|2', '-', '- x', '---', '&a x', '*a', '!!str 1', '? x', '%x', '12:30', '::', '{{ a }}', 'x\u00a0', '=', ']', '"', "'", 'more', 'end"', "end'", 'a\u0085b'],
    );
    const indent = fc.constantFrom(0, 0, 1, 2, 2, 3, 4, 4, 6).map((count) => ' '.repeat(count));
    const line = fc.oneof(
      { weight: 8, arbitrary: fc.tuple(fc.constantFrom('', '', '', '  '), fc.constantFrom('a: ', 'b: ', 'c: ', 'd:', '- '), value).map((parts) => parts.join('')) },
      { weight: 2, arbitrary: fc.tuple(indent, fc.constantFrom('', '', '- ', '-   '), key, fc.constantFrom(': ', ': ', ':', ' : '), value).map((parts) => parts.join('')) },
      { weight: 2, arbitrary: fc.tuple(indent, fc.constantFrom('', '- '), value).map((parts) => parts.join('')) },
      { weight: 1, arbitrary: fc.constantFrom('', '  ') },
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        if (isReadTheSame(lines.join('\n'))) taken += 1;
      }),
      { ...property, numRuns: 6000 },
    );
    expect(taken).toBeGreaterThan(150);
  });

  it('is read the same, or not at all, when a manifest is damaged', () => {
    const text = readFileSync('docs/recipes/sendgrid-contacts.yaml', 'utf8');
    const damage = fc.constantFrom(' ', '\n', '"', "'", ':', '#', '-', '[', ']', '{', '}', ',', '\\', '|', '>', ' #', '- ', ': ', '\n ', '&', '?');
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.nat({ max: 3 }), damage, (at, cut, put) => {
        if (isReadTheSame(text.slice(0, at) + put + text.slice(at + cut))) taken += 1;
      }),
      { ...property, numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
