import type { JsonObject, JsonValue } from '../protocol/json';
import type { ComponentRegistry } from './component-registry';
import type { AnyComponentDefinition } from './define-component';
import type { FieldMap, FieldShape } from './field';

/**
 * The JSON Schema (draft 7) of manifests, made from the component definitions: one `definitions` entry a component.
 * Unknown properties are not refused here; `unknown-properties.ts` looks for those.
 */
export function manifestSchema(registry: ComponentRegistry, rootType: string): JsonObject {
  const definitions: JsonObject = {};
  for (const definition of registry.definitions) definitions[definition.type] = componentSchema(registry, definition);
  return { $schema: 'http://json-schema.org/draft-07/schema#', $ref: `#/definitions/${rootType}`, definitions };
}

function componentSchema(registry: ComponentRegistry, definition: AnyComponentDefinition): JsonObject {
  const { properties, required } = fieldSchemas(registry, definition.fields);
  return {
    title: definition.title,
    description: definition.description,
    type: 'object',
    required: definition.typeOptional ? required : ['type', ...required],
    properties: { type: { const: definition.type }, ...properties, $parameters: { type: 'object' } },
    ...(definition.examples.length > 0 ? { examples: [...definition.examples] } : {}),
  };
}

function fieldSchemas(registry: ComponentRegistry, fields: FieldMap): { properties: JsonObject; required: string[] } {
  const properties: JsonObject = {};
  for (const [name, field] of Object.entries(fields)) {
    const schema = shapeSchema(registry, field.shape);
    properties[name] = {
      ...(field.title ? { title: field.title } : {}),
      ...(field.description ? { description: field.description } : {}),
      ...(field.examples ? { examples: [...field.examples] } : {}),
      ...(field.default !== undefined ? { default: field.default } : {}),
      ...(field.deprecated ? { deprecated: true } : {}),
      ...schema,
    };
  }
  return { properties, required: Object.entries(fields).filter(([, field]) => field.required).map(([name]) => name) };
}

function shapeSchema(registry: ComponentRegistry, shape: FieldShape): JsonObject {
  switch (shape.of) {
    case 'string':
      return { type: 'string', ...(shape.enum ? { enum: [...shape.enum] } : {}), ...(shape.pattern ? { pattern: shape.pattern } : {}) };
    case 'integer':
    case 'number': {
      const { of, ...limits } = shape;
      return { type: of, ...limits };
    }
    case 'boolean':
    case 'object':
    case 'null':
      return { type: shape.of };
    case 'json':
      return {};
    case 'template':
      return { type: shape.accepts ? ['string', ...shape.accepts] : 'string' };
    case 'templateBoolean':
      return { type: ['string', 'boolean'] };
    case 'templateJson':
      return { type: [...(shape.accepts ?? ['object', 'string'])] };
    case 'array':
      return { type: 'array', items: shapeSchema(registry, shape.items), ...(shape.minItems ? { minItems: shape.minItems } : {}) };
    case 'map':
      return { type: 'object', additionalProperties: shapeSchema(registry, shape.values) };
    case 'record': {
      const { properties, required } = fieldSchemas(registry, shape.fields);
      return { type: 'object', properties, ...(required.length > 0 ? { required } : {}) };
    }
    case 'component':
      return componentUnion(registry.ofKinds(shape.kinds, shape.types).map((each) => each.type));
    case 'oneOf':
      return { anyOf: shape.options.map((option) => shapeSchema(registry, option)) };
  }
}

/** A discriminated union gives one clear error; a plain `anyOf` would give one a member. */
function componentUnion(types: string[]): JsonObject {
  if (types.length === 1) return { $ref: `#/definitions/${types[0]}` };
  return {
    type: 'object',
    required: ['type'],
    discriminator: { propertyName: 'type' },
    oneOf: types.map((type): JsonValue => ({ $ref: `#/definitions/${type}` })),
  };
}
