import type { JsonObject } from '../../../../src/protocol/json';
import { ManifestDocument } from '../../../../src/builder/page/document';
import { addInput, chosenVariant, constantsOf, inputIn, inputsIn, inputKeys, inputsOf, isUsed, moveInput, removeInput, renameInput, slug, variantsOf, withKind } from '../../../../src/builder/page/inputs/spec-inputs';

const base = addInput(addInput(ManifestDocument.parse("a: \"{{ config['key'] }}\"\n"), 'key', { type: 'string', title: 'Key' }, true), 'start', { type: 'string', format: 'date' }, false);

describe('user inputs', () => {
  it('are properties of the spec, in the order in which they are asked for', () => {
    expect(inputsOf(base.model).map(({ key, title, kind, isRequired }) => [key, title, kind, isRequired])).toEqual([
      ['key', 'Key', 'string', true],
      ['start', 'start', 'date', false],
    ]);
    expect(inputKeys(moveInput(base, 'start', -1).model)).toEqual(['start', 'key']);
    expect(moveInput(base, 'key', -1)).toBe(base);
    expect(inputsOf(removeInput(base, 'key').model).map(({ key, isRequired }) => [key, isRequired])).toEqual([['start', false]]);
  });

  it('are added once', () => {
    expect(addInput(base, 'key', { type: 'integer' }, false)).toBe(base);
  });

  it('take the templates that read them along when they are renamed', () => {
    const manifest = base.setAt(['b'], ['{{ config["key"] }}/{{ config.key }}/{{ config.keys }}', "{{ config['keys'] }}"]);
    const renamed = renameInput(manifest, 'key', 'token');
    expect(renamed.getAt(['a'])).toBe("{{ config['token'] }}");
    expect(renamed.getAt(['b'])).toEqual(["{{ config[\"token\"] }}/{{ config['token'] }}/{{ config.keys }}", "{{ config['keys'] }}"]);
    expect(inputsOf(renamed.model)[0]).toMatchObject({ key: 'token', title: 'Key', isRequired: true });
    expect([isUsed(renamed.model, 'token'), isUsed(renamed.model, 'key'), isUsed(renamed.model, 'start')]).toEqual([true, false, false]);
  });

  it('count as used wherever a template or a path may mean them', () => {
    for (const use of ["{{ config.get('key', 1) }}", '{% if config["key"] %}x{% endif %}', ['key']]) expect(isUsed(ManifestDocument.parse('').setAt(['a'], use).model, 'key')).toBe(true);
    for (const use of ['the key', "{{ config['keys'] }}", "{{ config['my-key'] }}"]) expect(isUsed({ a: use }, 'key')).toBe(false);
    expect(renameInput(base.setAt(['b'], "{{ config.get('key', 1) }}"), 'key', 'token').getAt(['b'])).toBe("{{ config.get('token', 1) }}");
  });

  it('change their kind, and keep their title', () => {
    expect(withKind({ type: 'string', title: 'T', pattern: 'x', airbyte_secret: true }, 'integer')).toEqual({ type: 'integer', title: 'T', airbyte_secret: true });
    expect(withKind({ type: 'string', enum: ['a'], title: 'T' }, 'date')).toMatchObject({ type: 'string', format: 'date', title: 'T' });
  });

  it.each([
    ["{{ config['api_key'] }}", 'api_key'],
    ['{{config["api_key"]}}', 'api_key'],
    ['{{ config.api_key }}', 'api_key'],
    ["Bearer {{ config['api_key'] }}", null],
    [undefined, null],
  ])('%s is the input %s', (template, key) => expect(inputIn(template)).toBe(key));

  it('get keys from their titles', () => {
    expect([slug('API Key'), slug(' Start-date (UTC) '), slug('Ä')]).toEqual(['api_key', 'start_date_utc', '']);
  });

  it('may hold inputs, in several ways', () => {
    const credentials: JsonObject = {
      type: 'object',
      oneOf: [
        { title: 'OAuth', properties: { kind: { const: 'oauth' }, client_secret: { airbyte_secret: true } }, required: ['client_secret'] },
        { title: 'Key', properties: { kind: { type: 'string', enum: ['key'] }, key: { airbyte_secret: true } } },
      ],
    };
    const variants = variantsOf(credentials);
    expect(variants.map(constantsOf)).toEqual([[['kind', 'oauth']], [['kind', 'key']]]);
    expect([chosenVariant(variants, { kind: 'key' }), chosenVariant(variants, {}), chosenVariant(variants, undefined)]).toEqual([1, 0, 0]);
    expect(inputsIn(variants[0]!, ['credentials']).map(({ path, isSecret, isRequired }) => [path.join('.'), isSecret, isRequired])).toEqual([
      ['credentials.kind', false, false],
      ['credentials.client_secret', true, true],
    ]);
  });
});
