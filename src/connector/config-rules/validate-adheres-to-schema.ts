import { ConnectorError, errorText } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { isObject, type JsonValue } from '../../protocol/json';
import { parseJson } from '../../protocol/lossless-json';
import { violationOf } from '../config';

export const validateAdheresToSchema = defineComponent({
  kind: 'ValidationStrategy',
  type: 'ValidateAdheresToSchema',
  title: 'Must fit a schema',
  description: 'The value must fit a JSON Schema; a text that holds JSON is read first.',
  fields: {
    base_schema: required(field.templateJson({ description: 'The schema, or a template that gives one.', accepts: ['string', 'object'] })),
  },
  examples: [{ type: 'ValidateAdheresToSchema', base_schema: { type: 'object', required: ['name'] } }],
  build: ({ base_schema }, ctx) => ({
    validate: async (value, where) => {
      const schema = jsonOf(base_schema.eval(), `${ctx.path}.base_schema`);
      if (!isObject(schema)) throw ConnectorError.config('config.rule_schema', `${ctx.path}.base_schema does not give a JSON Schema object.`);
      const violation = await violationOf(schema, jsonOf(value, where), `${ctx.path}.base_schema`);
      if (!violation) return;
      const at = violation.path ? `${where}.${violation.path}` : where;
      throw ConnectorError.config('config.rule', `The config breaks a rule of this source at ${at}: ${violation.message}`);
    },
  }),
});

function jsonOf(value: JsonValue, where: string): JsonValue {
  if (typeof value !== 'string') return value;
  try {
    return parseJson(value);
  } catch (error) {
    if (/^\s*[[{]/.test(value)) throw ConnectorError.config('config.rule', `${where} holds broken JSON: ${errorText(error)}`);
    return value;
  }
}
