import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { getOwn, isObject, setOwn } from '../../protocol/json';

export const configRemapField = defineComponent({
  kind: 'ConfigTransformation',
  type: 'ConfigRemapField',
  title: 'Remap a config field',
  description: 'Replaces the value of one field by what a table says; a value that is not in the table stays.',
  fields: {
    map: required(field.templateJson({ description: 'Old value to new value.', examples: [{ pending: 'in_progress' }] })),
    field_path: required(field.array(field.template(), { description: 'The way to the field.', examples: [['status']] })),
  },
  examples: [{ type: 'ConfigRemapField', map: { US: 'us-east', EU: 'eu-west' }, field_path: ['region'] }],
  build: ({ map, field_path }, ctx) => {
    if (field_path.length === 0) throw ConnectorError.config('config.remap_path', `${ctx.path}.field_path must not be empty. Name the field to remap.`);
    return {
      transform: (config) => {
        const path = field_path.map((segment) => segment.text());
        const parent = path.slice(0, -1).reduce<unknown>((value, key) => (isObject(value) ? getOwn(value, key) : undefined), config);
        const name = path.at(-1)!;
        const table = map.eval();
        if (!isObject(parent) || !isObject(table)) return;
        const value = getOwn(parent, name);
        const mapped = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? getOwn(table, String(value)) : undefined;
        if (mapped !== undefined) setOwn(parent, name, mapped);
      },
    };
  },
});
