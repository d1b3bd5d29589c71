import fc from 'fast-check';
import { InterpolatedString } from '../../../src/manifest/interpolation/interpolated-string';
import { isConnectorError } from '../../../src/errors/connector-error';
import { literalEval } from '../../../src/manifest/interpolation/literal-eval';
import { repr, str } from '../../../src/manifest/interpolation/python-text';
import { typedJson } from '../../../src/manifest/interpolation/typed-text';
import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { FakeClock } from '../../support/fake-clock';

const template = (source: string, config: JsonObject = {}) => new InterpolatedString(source, { config, parameters: {}, clock: new FakeClock() });
const evaluate = (source: string, vars = {}) => template(source).eval(vars);

describe('templates reach data only', () => {
  test.each([
    "{{ ''.constructor }}", '{{ config.constructor }}', '{{ config.toString }}', '{{ config.hasOwnProperty }}', '{{ [].push }}', '{{ [].length }}', "{{ 'abc'.length }}",
    '{{ (1).toFixed }}', '{{ config.__proto__ }}', "{{ config['__proto__'] }}", '{{ now_utc.constructor }}', '{{ now_utc().wallMs }}', '{{ config.__class__ }}', '{{ namespace.prototype }}',
    "{{ {'a': 1}.entries }}", '{{ config.keys.call }}', '{{ max.apply }}', "{{ config | attr('constructor') }}", "{{ '{0.constructor}'.format(config) }}", '{{ (1, 2).items }}',
  ])('%s is nothing', (source) => {
    expect(evaluate(source)).toBe('');
  });

  test('prototype names are plain keys', () => {
    const record = JSON.parse('{"__proto__": {"x": 1}, "constructor": "c", "hasOwnProperty": 2}') as JsonObject;
    expect(evaluate("{{ record.constructor }}{{ record['__proto__']['x'] }}{{ record.hasOwnProperty }}", { record })).toBe('c12');
    evaluate("{% set _ = record.update({'__proto__': {'polluted': 1}}) %}", { record });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(evaluate("{% set d = {} %}{% set _ = d.update({'__proto__': 1}) %}{{ d }}")).toEqual(JSON.parse('{"__proto__": 1}'));
  });

  test.each(["{{ ''.constructor.constructor('return 1')() }}", "{{ config.__class__.__mro__ }}", "{{ cycler.__init__.__globals__ }}"])('%s is refused', (source) => {
    expect(() => evaluate(source)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^interpolation\.(undefined|forbidden)$/) }));
  });
});

describe('work is bounded', () => {
  const LONG = '{% set l = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] %}';
  test.each([
    `${LONG}${'{% for a in l %}'.repeat(8)}x${'{% endfor %}'.repeat(8)}`,
    "{{ 'x' * 100000000 }}",
    '{{ [1] * 10000000 }}',
    '{{ 9 ** 9999999 }}',
    "{{ 'x'.ljust(100000000) }}",
    "{{ '%0100000000d' % 1 }}",
    "{{ '{:100000000}'.format(1) }}",
    "{{ ('x' * 1000000) | replace('x', 'yyyyyyyyyyyyyyyyyyyyyyyyy') }}",
    '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}',
    `{% set ns = namespace(x=[1]) %}${LONG}{% for a in l %}{% for b in l %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{% endfor %}{{ ns.x }}`,
    `{% set ns = namespace(x='ab') %}${LONG}{% for a in l %}{% for b in l %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{% endfor %}`,
    `{% set ns = namespace(x=[1]) %}${LONG}{% for a in l %}{% for b in l %}{% set ns.x = ns.x + ns.x %}{% endfor %}{% endfor %}`,
    `{% set ns = namespace(x=3) %}${LONG}{% for a in l %}{% for b in l %}{% set ns.x = ns.x * ns.x %}{% endfor %}{% endfor %}`,
    `{% set ns = namespace(x=[1], y=[1]) %}${LONG}{% for a in l %}{% for b in l %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{% endfor %}{{ ns.x == ns.y }}`,
    "{{ ('a' * 5000 ~ 'b') | regex_search('^(a+)+(?=c)') }}",
    `{{ ('a' * 60) | regex_search('${'(a|a)'.repeat(60)}(?=b)') }}`,
  ])('%s is stopped', (source) => {
    expect(() => evaluate(source)).toThrow(expect.objectContaining({ code: 'interpolation.limit_exceeded' }));
  });

  test('a pattern that is slow elsewhere is fast here', () => {
    expect(evaluate(`{{ ('a' * 5000 ~ 'b') | regex_search('^(a+)+$') }}`)).toBe('');
  });

  test('a pattern that looks around may see a long text', () => {
    expect(evaluate(`{{ ('a' * 50000 ~ 'b') | regex_search('(a)(?=b)') }}`)).toBe('a');
    expect(evaluate(`{{ ('ab' * 3000) | regex_search('((?:ab)+)(?!a)(?<=b)') }}`)).toBe('ab'.repeat(3000));
  });

  test('a list that holds itself can be printed', () => {
    expect(evaluate('{% set l = [1] %}{% set _ = l.append(l) %}{{ l }}')).toBe('[1, [...]]');
  });
});

describe('properties', () => {
  const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null), fc.boolean(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Number.isInteger(value)), fc.string({ unit: 'binary' }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(fc.string(), tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as JsonValue),
    ),
  })).value;

  test('what is printed and read back is the same', () => {
    fc.assert(
      fc.property(json, (value) => {
        // A bare text is typed itself.
        if (typeof value !== 'string') expect(typedJson(str(value))).toEqual(negativeZeroless(value));
        expect(literalEval(repr(typeof value === 'string' ? value : ''))).toBe(typeof value === 'string' ? value : '');
      }),
    );
  });

  test('one expression gives the same with and without its shortcut', () => {
    fc.assert(
      fc.property(json, (record) => {
        const vars = { record };
        expect(template('{{ record }}').eval(vars)).toEqual(template('{% if true %}{{ record }}{% endif %}').eval(vars));
      }),
    );
  });

  test('any text either is a template or is refused with a position', () => {
    const piece = fc.oneof(fc.constantFrom('{{', '}}', '{%', '%}', '{#', '#}', ' if ', 'else', 'endif', 'for', 'in', 'set', '(', ')', '[', ']', '|', '.', ',', '~', "'", '"', '-', 'a', '1', ' '), fc.string());
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          template(pieces.join('')).eval({ a: 1 });
        } catch (error) {
          if (!isConnectorError(error)) throw error;
          expect(error.code).toMatch(/^interpolation\./);
        }
      }),
      { numRuns: 500 },
    );
  });

  /** Whole floats print as `-0.0`, which is what Python has, too; JSON numbers of ours print as ints. */
  function negativeZeroless(value: JsonValue): JsonValue {
    return JSON.parse(JSON.stringify(value)) as JsonValue;
  }
});
