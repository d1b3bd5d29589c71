import { InterpolatedBoolean } from '../../../src/manifest/interpolation/interpolated-boolean';
import { InterpolatedString } from '../../../src/manifest/interpolation/interpolated-string';
import { typedJson } from '../../../src/manifest/interpolation/typed-text';
import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { FakeClock } from '../../support/fake-clock';
import conditions from './condition-cases.json';
import literals from './literal-cases.json';
import templates from './template-cases.json';

const { config, parameters, ...vars } = templates.context;
const scope = () => ({ config: structuredClone(config) as unknown as JsonObject, parameters: parameters as JsonObject, clock: new FakeClock(), path: 'here' });

/** Integers beyond doubles arrive as bigint, which the JSON of the cases cannot hold. */
const comparable = (value: JsonValue): unknown => JSON.parse(JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)));

describe('templates give what the reference gives', () => {
  test.each(templates.rows.filter((row) => !('refused' in row)))('$template', ({ template, value, text }) => {
    const evaluated = new InterpolatedString(template, scope()).eval(structuredClone(vars));
    expect({ value: comparable(evaluated), text: new InterpolatedString(template, scope()).text(structuredClone(vars)) }).toEqual({ value, text });
  });

  test.each(templates.rows.filter((row) => 'refused' in row))('$template is refused', ({ template }) => {
    expect(() => new InterpolatedString(template, scope()).eval(vars)).toThrow(expect.objectContaining({ code: 'interpolation.failed' }));
  });
});

describe('literal typing', () => {
  test.each(literals.rows)('$text', ({ text, value, limited }) => {
    expect({ value: comparable(typedJson(text)), limited: comparable(typedJson(text, ['str', 'list'])) }).toEqual({ value, limited });
  });

  test.each(['{1, 2}', "b'x'", '...', '[1j]', '1e999', '[{1}]'])('%s has no JSON form and stays text', (text) => {
    expect(typedJson(text)).toBe(text);
  });

  test('a whole number beyond doubles keeps its digits', () => {
    expect(typedJson('[9007199254740993]')).toEqual([9007199254740993n]);
  });
});

describe('conditions hold as in the reference', () => {
  test.each(conditions.rows)('$condition', ({ condition, value }) => {
    expect(new InterpolatedBoolean(condition, scope()).eval(vars)).toBe(value);
  });

  test('a boolean stands for itself', () => {
    expect(new InterpolatedBoolean(true, scope()).eval()).toBe(true);
    expect(new InterpolatedBoolean(false, scope()).eval()).toBe(false);
  });
});
