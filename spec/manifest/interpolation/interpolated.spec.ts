import type { ConnectorError } from '../../../src/errors/connector-error';
import { templateMethods } from '../../../src/manifest/interpolation/attributes';
import { InterpolatedBoolean } from '../../../src/manifest/interpolation/interpolated-boolean';
import { InterpolatedJson } from '../../../src/manifest/interpolation/interpolated-json';
import { InterpolatedString } from '../../../src/manifest/interpolation/interpolated-string';
import { caseInsensitive } from '../../../src/manifest/interpolation/python-dict';
import { isTemplate, templateVariables } from '../../../src/manifest/interpolation/template';
import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { StreamSlice } from '../../../src/slices/stream-slice';
import { FakeClock } from '../../support/fake-clock';

const scope = (config: JsonObject = {}, parameters: JsonObject = {}) => ({ config, parameters, clock: new FakeClock(), path: 'streams[0].path' });
const string = (source: string, config?: JsonObject) => new InterpolatedString(source, scope(config));
const evaluate = (source: string, vars: Record<string, unknown> = {}, config?: JsonObject) => string(source, config).eval(vars);

function failure(run: () => unknown): ConnectorError {
  try {
    run();
  } catch (error) {
    return error as ConnectorError;
  }
  throw new Error('nothing was thrown');
}

describe('InterpolatedString', () => {
  test('a plain text is constant; a template is not', () => {
    expect(string('/v1/x').isConstant).toBe(true);
    expect(string('{ not a template }').isConstant).toBe(true);
    expect(string('{{ 1 }}').isConstant).toBe(false);
  });

  test.each(['é', 'größe', 'aé', 'ℌ', '𝒳y', 'x٣', 'ſ'])('%s is a name, and other characters end one', (name) => {
    expect(evaluate(`{% set ${name} = 2 %}{{${name}+1}}`)).toBe(3);
    expect(() => evaluate(`{{ ${name}😀 }}`)).toThrow('unexpected character');
  });

  test('a constant list is a fresh copy each time', () => {
    const list = string('[1]');
    (list.eval() as JsonValue[]).push(2);
    expect(list.eval()).toEqual([1]);
  });

  test('the config is live', () => {
    const config: JsonObject = { token: 'old' };
    const template = string('{{ config.token }}', config);
    config.token = 'new';
    expect(template.eval()).toBe('new');
  });

  test('text() prints as Python does', () => {
    expect(string('{{ true }}').text()).toBe('True');
    expect(string('1e5').text()).toBe('100000.0');
    expect(string("{{ {'a': none} }}").text()).toBe("{'a': None}");
    expect(string('{{ config.missing }}').text()).toBe('');
  });

  test('validTypes keep texts that would become something else', () => {
    expect(string('{{ "5" }}').eval({}, { validTypes: ['str', 'list'] })).toBe('5');
    expect(string('{{ 5 }}').eval({}, { validTypes: ['str', 'list'] })).toBe('5');
    expect(string('{{ [5] }}').eval({}, { validTypes: ['str', 'list'] })).toEqual([5]);
    expect(string('[5]').eval({}, { validTypes: ['str'] })).toBe('[5]');
    expect(string('{{ true }}').eval({}, { validTypes: ['int'] })).toBe(true);
  });

  test('rawText() is not typed', () => {
    expect(string('{{ config.version }}', { version: '1.10' }).rawText()).toBe('1.10');
  });

  test('extra fields are attributes of the slice, not items', () => {
    const vars = new StreamSlice({ id: 1 }, {}, { name: 'x' }).variables();
    expect(evaluate('{{ stream_slice.extra_fields.name }}', vars)).toBe('x');
    expect(evaluate("{{ stream_slice['extra_fields']['name'] }}", vars)).toBe('x');
    expect(evaluate("{{ stream_slice.get('extra_fields') }}", vars)).toBeNull();
    expect(evaluate('{{ stream_slice }}', vars)).toEqual({ id: 1 });
    expect(evaluate("{{ 'extra_fields' in stream_partition }}", vars)).toBe(false);
  });

  test('the aliases of stream_slice work when only that is given', () => {
    expect(evaluate('{{ stream_interval.a }}{{ stream_partition.a }}', { stream_slice: { a: 1 } })).toBe(11);
  });

  test('objects may bring methods', () => {
    const response = { id: 3, [templateMethods]: { json: () => ({ id: 'j1' }), add: (a: number, b: number) => a + b } };
    expect(evaluate("{{ response.json()['id'] }}-{{ response.id }}", { response })).toBe('j1-3');
    expect(evaluate('{{ response.add(1, 2.0) }}', { response })).toBe(3);
    expect(evaluate('{{ response }}', { response })).toEqual({ id: 3 });
  });

  test('headers are found whatever their case', () => {
    const headers = caseInsensitive({ 'X-Total': '5', Link: 'l' });
    expect(evaluate("{{ headers['x-total'] }}", { headers })).toBe(5);
    expect(evaluate("{{ headers.get('LINK') }}", { headers })).toBe('l');
    expect(evaluate('{{ headers.link }}', { headers })).toBe('l');
    expect(evaluate("{{ 'x-TOTAL' in headers }}", { headers })).toBe(true);
    expect(evaluate('{{ headers.keys() | list }}', { headers })).toEqual(['X-Total', 'Link']);
  });

  test('whole numbers beyond doubles keep their digits', () => {
    const record = { id: 90071992547409931n };
    expect(evaluate('{{ record.id }}', { record })).toBe(90071992547409931n);
    expect(evaluate('{{ record.id + 1 }}', { record })).toBe(90071992547409932n);
    expect(evaluate('/{{ record.id }}/', { record })).toBe('/90071992547409931/');
  });

  test('a template may change the record, and leaves JSON in it', () => {
    const record: JsonObject = { list: [] };
    evaluate("{% set _ = record.update({'a': 1.0, 't': (1, 2)}) %}{% set _ = record.list.append(now_utc()) %}", { record });
    expect(record).toEqual({ list: ['2024-03-01 12:00:00+00:00'], a: 1, t: [1, 2] });
  });
});

describe('errors name the place and the template, never values', () => {
  const config = { password: 'hunter2' };

  test.each([
    ['{{ recrod.id }}', 'interpolation.undeclared_variable', 'recrod'],
    ['{{ config.a.b }}', 'interpolation.undefined', "no attribute 'a'"],
    ['{{ config.password + 1 }}', 'interpolation.type_error', 'can only concatenate str (not "int") to str'],
    ['{{ none < 1 }}', 'interpolation.type_error', "'NoneType' and 'int'"],
    ['{{ 1 / 0 }}', 'interpolation.failed', 'division by zero'],
    ["{{ config['a'][1:] }}", 'interpolation.undefined', "no attribute 'a'"],
    ["{{ str_to_datetime('x') }}", 'datetime.unparsable', 'ISO 8601'],
    ['{{ config.__class__.x }}', 'interpolation.forbidden', '__class__'],
  ])('%s', (source, code, words) => {
    const error = failure(() => evaluate(source, { record: {} }, config));
    expect(error).toMatchObject({ code, failureType: 'system_error' });
    expect(error.message).toContain(words);
    expect(error.message).toContain('streams[0].path');
    expect(error.message).toContain(source.slice(0, 8));
    expect(error.message).not.toContain('hunter2');
  });

  test('an undeclared variable lists what there is', () => {
    expect(failure(() => evaluate('{{ nope }}', { record: {}, stream_slice: {} })).message).toContain('config, parameters, record, stream_slice');
  });

  test.each([
    ["{{ confg['a'] }}", 'Did you mean "config"?'],
    ['{{ stream_slce.id }}', 'Did you mean "stream_slice"?'],
    ["{{ timestmp('2020-01-01') }}", 'Did you mean "timestamp"?'],
  ])('%s: a name that looks like one that exists is pointed at', (source, words) => {
    expect(failure(() => evaluate(source, { stream_slice: {} })).message).toContain(words);
  });

  test.each([
    ['{{ a', 'line 1, column 1'],
    ['x\n{% if a %}', 'line 2, column 1'],
    ['{{ a ! b }}', 'column 6'],
    ['{% unknown %}', 'unknown tag'],
    ["{% include 'x' %}", 'cannot be included'],
    ['{{ a | nofilter }}', 'no filter named "nofilter"'],
    ['{{ a | uper }}', 'no filter named "uper". Did you mean "upper"?'],
    ['{{ a is notest }}', 'no test named "notest"'],
    ['{{ (a }}', 'expected ")"'],
    ['{{ a.b. }}', 'expected a name'],
    ['{% for x of y %}{% endfor %}', 'expected in'],
    ["{{ 'x }}", 'quote'],
    ['{{ range(3) ', 'not closed'],
    ['{# x', 'comment'],
    [`{{ ${'('.repeat(400)}1${')'.repeat(400)} }}`, 'nested'],
  ])('%s is refused when it is built', (source, words) => {
    const error = failure(() => string(source));
    expect(error).toMatchObject({ code: 'interpolation.syntax_error', failureType: 'config_error' });
    expect(error.message).toContain(words);
  });

  test('a template that cannot be read is told of and fails where it is used, when somebody listens', () => {
    const told: string[] = [];
    const template = new InterpolatedString('{{ a | }}', { ...scope(), onBroken: ({ code }) => told.push(code) });
    expect(told).toEqual(['interpolation.syntax_error']);
    expect(template.isConstant).toBe(false);
    expect(failure(() => template.eval()).code).toBe('interpolation.syntax_error');
    expect(failure(() => template.text()).code).toBe('interpolation.syntax_error');
  });

  test('stream_state is refused with advice', () => {
    const error = failure(() => string('{{ stream_state.x }}'));
    expect(error).toMatchObject({ code: 'interpolation.stream_state', failureType: 'config_error' });
    expect(error.message).toContain('stream_interval');
  });

  test('an unknown filter in a branch is an error only when the branch runs', () => {
    const source = '{% if config.x %}{{ 1 | nofilter }}{% endif %}';
    expect(string(source, {}).eval()).toBe('');
    expect(failure(() => string(source, { x: 1 }).eval()).code).toBe('interpolation.failed');
  });
});

describe('InterpolatedBoolean', () => {
  test('something undefined is false, types that do not fit are true', () => {
    expect(new InterpolatedBoolean('{{ config.a.b.c }}', scope()).eval()).toBe(false);
    expect(new InterpolatedBoolean('{{ none > 1 }}', scope()).eval()).toBe(true);
    expect(new InterpolatedBoolean(`{{ not "next" in headers.get('Link') }}`, scope()).eval({ headers: {} })).toBe(true);
  });
});

describe('InterpolatedJson', () => {
  const json = (source: JsonValue, config: JsonObject = {}) => new InterpolatedJson(source, scope(config));

  test('keys and values are templates; numbers and booleans stay', () => {
    expect(json({ '{{ config.k }}': ['{{ config.n }}', 5, true, null, { x: 'a{{ 1 }}' }] }, { k: 'key', n: '7' }).eval()).toEqual({ key: [7, 5, true, null, { x: 'a1' }] });
  });

  test('entries that are None or empty are dropped from objects and null in arrays', () => {
    expect(json({ a: '{{ config.nope }}', b: '{{ none }}', c: '{{ config.nope.deep }}', d: "{{ '' }}", e: ['{{ none }}', '{{ config.nope }}'], f: 0 }).eval()).toEqual({ e: [null, null], f: 0 });
  });

  test('a source that is one text gives the empty text for nothing', () => {
    expect(json('{{ config.nope }}').eval()).toBe('');
    expect(json('{{ config.nope.deep }}').eval()).toBe('');
    expect(json('{{ none }}').eval()).toBeNull();
    expect(json("{{ {'a': 1} }}").eval()).toEqual({ a: 1 });
  });

  test('keys stay texts, and values are limited to the types asked for', () => {
    expect(json({ '1.10': '1.10' }).eval()).toEqual({ '1.10': 1.1 });
    expect(json({ '5': '5', l: '[1]' }).eval({}, { validTypes: ['str', 'list'] })).toEqual({ '5': '5', l: [1] });
  });

  test('odd names are plain keys', () => {
    const result = json(JSON.parse('{"__proto__": "{{ 1 }}", "constructor": "x"}') as JsonValue).eval() as JsonObject;
    expect(Object.keys(result)).toEqual(['__proto__', 'constructor']);
  });

  test('errors name the place inside', () => {
    expect(failure(() => json({ a: [{ b: '{{ x' }] })).message).toContain('streams[0].path.a[0].b');
  });
});

describe('what a template needs', () => {
  test.each([
    ['{{ record.id + config.x }}', ['record', 'config']],
    ['{% set a = 1 %}{{ a }}{{ b }}', ['b']],
    ['{{ a }}{% set a = 1 %}', ['a']],
    ['{% for x in xs %}{{ x }}{{ loop.index }}{% endfor %}{{ x }}', ['xs', 'x']],
    ['{% macro m(a) %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}{{ m(1) }}', ['b']],
    ['{{ now_utc() }}{{ namespace() }}{{ max(1) }}{{ range(3) }}', ['range']],
    ['{% if c %}{% set x = 1 %}{% endif %}{{ x }}', ['c']],
    ['{% for i in [1] %}{{ y }}{% endfor %}{% set y = 1 %}', []],
    ['plain', []],
  ])('%s', (source, variables) => {
    expect([...templateVariables(source)].sort()).toEqual([...variables].sort());
  });

  test('isTemplate', () => {
    expect([isTemplate('{{ a }}'), isTemplate('{% if a %}{% endif %}'), isTemplate('{# c #}'), isTemplate('{ a }'), isTemplate('')]).toEqual([true, true, true, false, false]);
  });
});
