import { FakeClock } from '../../support/fake-clock';
import { InterpolatedString } from '../../../src/manifest/interpolation/interpolated-string';

const template = (source: string) => new InterpolatedString(source, { config: {}, parameters: {}, clock: new FakeClock() });

describe('the members of a variable that a template looks at', () => {
  test.each([
    ['plain text', []],
    ["{{ config['a'] }}", []],
    ["{{ record['a'] ~ record.b }}", ['a', 'b']],
    ["{{ record.get('a', record['b']) }}", ['a', 'b']],
    ["{{ 'a' in record and 'b' not in record }}", ['a', 'b']],
    ["{{ record['a']['x'].y | default(record.b) }}", ['a', 'b']],
    ["{% if record['a'] %}{{ record['b'][1:] }}{% else %}{% for x in record['c'] %}{{ x }}{% endfor %}{% endif %}", ['a', 'b', 'c']],
  ])('%s', (source, members) => {
    expect([...(template(source).membersOf('record') ?? ['any'])].sort()).toEqual(members);
  });

  test.each([
    '{{ record }}', '{{ record | tojson }}', '{{ record.items() }}', "{{ record['items'] }}", '{{ record[config.key] }}', '{{ record.get(config.key) }}', "{{ config.key in record }}", '{{ [record] }}',
    '{% for key in record %}{{ key }}{% endfor %}', '{% set record = 1 %}{{ record }}', "{{ record.get(*['a']) }}", "{{ record == config }}", "{{ record.__class__ }}",
  ])('may be any in %s', (source) => {
    expect(template(source).membersOf('record')).toBeUndefined();
  });
});

describe('a template that gives the same for the same variables', () => {
  test.each(['text', "{{ config['a'] }}", "{{ config.get('a') | upper }}", "{{ stream_slice.start if config.b else 'x' }}"])('%s', (source) => {
    expect(template(source).isPure).toBe(true);
  });

  test.each(['{{ now_utc() }}', "{{ ['a', 'b'] | random }}", "{{ config['list'].append(1) }}", "{{ cycler('a', 'b').next() }}"])('is not %s', (source) => {
    expect(template(source).isPure).toBe(false);
  });
});
