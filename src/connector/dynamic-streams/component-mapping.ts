import { isCollection, parseDocument, visit } from 'yaml';
import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedBoolean } from '../../manifest/interpolation/interpolated-boolean';
import type { InterpolatedString, ValidType, Vars } from '../../manifest/interpolation/interpolated-string';
import { YAML_DIALECT } from '../../manifest/yaml-dialect';
import { isEmpty, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { deepCopy, FieldPath, setAtPath } from '../../records/field-path';
import { PYTHON_TYPES } from '../../records/transformations/added-field-definition';

/** Where a value of a found object goes in the stream's template. */
export interface ComponentMapping {
  readonly fieldPath: readonly InterpolatedString[];
  readonly value: InterpolatedString;
  readonly valueType: ValidType | undefined;
  readonly createOrUpdate: boolean;
  readonly condition: InterpolatedBoolean | undefined;
  readonly place: string;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    ComponentMapping: ComponentMapping;
  }
}

export const componentMappingDefinition = defineComponent({
  kind: 'ComponentMapping',
  type: 'ComponentMappingDefinition',
  title: 'Component mapping',
  description: 'Writes one value into the template of a dynamic stream.',
  fields: {
    field_path: required(field.array(field.template(), { description: 'The place in the template; `*` stands for each key or item.', examples: [['name'], ['retriever', 'requester', 'path']] })),
    value: required(field.template({ description: 'The value; sees `components_values`, `stream_template_config` and `stream_slice`.', examples: ["{{ components_values['id'] }}"] })),
    value_type: field.string({ description: 'Accepts only a value that is exactly of this type; any other stays text.', enum: ['string', 'number', 'integer', 'boolean'] }),
    create_or_update: field.boolean({ description: 'Makes the place when the template has none.', default: false }),
    condition: field.templateBoolean({ description: 'Writes only when this is true or not given.' }),
  },
  examples: [{ type: 'ComponentMappingDefinition', field_path: ['name'], value: "{{ components_values['name'] }}" }],
  build: (props, ctx) => ({
    fieldPath: props.field_path,
    value: props.value,
    valueType: props.value_type === undefined ? undefined : PYTHON_TYPES.get(props.value_type),
    createOrUpdate: props.create_or_update,
    condition: props.condition,
    place: ctx.path,
  }),
});

/**
 * A copy of the template with every mapping carried out. `parsesYaml`: texts are read as YAML, so that a mapping can
 * write whole components (not in the HTTP resolver, whose values are data of an API).
 */
export function applyMappings(template: JsonObject, mappings: readonly ComponentMapping[], vars: Vars, parsesYaml: boolean): JsonObject {
  const result = deepCopy(template);
  const all = { ...vars, stream_template_config: template };
  for (const mapping of mappings) {
    if (mapping.condition && !mapping.condition.eval(all)) continue;
    const value = mapping.value.eval(all, mapping.valueType ? { validTypes: [mapping.valueType] } : {});
    const keepsText = typeof value === 'string' && mapping.valueType === 'str';
    write(result, mapping, mapping.fieldPath.map((segment) => segment.text(all)), parsesYaml && !keepsText ? fromYaml(value) : value);
  }
  return result;
}

function write(root: JsonObject, mapping: ComponentMapping, path: readonly string[], value: JsonValue): void {
  const matches = new FieldPath(path).matches(root);
  for (const { path: place } of matches) {
    const parent = place.slice(0, -1).reduce<JsonValue>((node, key) => (node as JsonObject)[key as string]!, root);
    const key = place.at(-1);
    if (key === undefined) continue;
    if (Array.isArray(parent)) parent[key as number] = deepCopy(value);
    else if (isObject(parent)) setOwn(parent, String(key), deepCopy(value));
  }
  if (matches.length > 0 || !mapping.createOrUpdate || isEmpty(value)) return;
  try {
    setAtPath(root, path, deepCopy(value));
  } catch (error) {
    throw ConnectorError.config('manifest.component_mapping', `${mapping.place}: the template has no room at ${path.join('.')}: ${(error as Error).message}.`);
  }
}

/** Texts that are no YAML stay texts, and so do those with a key that is itself a collection: `{{ template }}`. */
function fromYaml(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value;
  const document = parseDocument(value, { ...YAML_DIALECT, logLevel: 'error' });
  let isText = document.errors.length > 0;
  visit(document, {
    Pair: (_, { key }) => {
      isText ||= isCollection(key);
    },
  });
  try {
    return isText ? value : ((document.toJS({ maxAliasCount: 1000 }) ?? null) as JsonValue);
  } catch {
    // An alias of nothing, e.g. "*" alone.
    return value;
  }
}
