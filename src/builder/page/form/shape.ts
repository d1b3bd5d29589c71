import { getOwn, isObject, type JsonObject, type JsonValue } from '../../../protocol/json';

/** The JSON Schemas of the components, by type name. */
export type Components = Readonly<Record<string, JsonObject>>;

/** How a value is entered; what a property's schema means for a form. */
export type Shape =
  | { kind: 'text' }
  /** `templated`: a template may stand in the number's place. */
  | { kind: 'number'; isInteger: boolean; templated: boolean }
  | { kind: 'boolean' }
  | { kind: 'choice'; options: string[] }
  /** A list of texts or whole numbers. */
  | { kind: 'tags'; isNumeric: boolean }
  /** Names and values; `templated`: one template may stand in the place of all. */
  | { kind: 'pairs'; templated: boolean }
  | { kind: 'json' }
  /** One of some components. */
  | { kind: 'component'; types: string[] }
  /** An object without a type of its own. */
  | { kind: 'object'; schema: JsonObject }
  | { kind: 'list'; item: JsonObject }
  /** An object whose members have names that the author chooses. */
  | { kind: 'members'; item: JsonObject }
  /** The author chooses what it is. */
  | { kind: 'either'; options: JsonObject[] };

export function shapeOf(schema: JsonObject): Shape {
  const { enum: options, anyOf, items, additionalProperties, properties } = schema;
  const types = componentTypesOf(schema);
  if (types.length > 0) return { kind: 'component', types };
  if (Array.isArray(options)) return { kind: 'choice', options: options.map(String) };
  if (Array.isArray(anyOf)) return eitherOf(anyOf.filter(isObject));
  const type = new Set(Array.isArray(schema.type) ? schema.type : [schema.type ?? null]);
  if (type.has('array')) return isObject(items) ? listOf(items) : { kind: 'json' };
  if (type.has('object')) {
    if (type.has('number') || type.has('array')) return { kind: 'json' };
    if (isObject(properties)) return { kind: 'object', schema };
    if (isObject(additionalProperties) && additionalProperties.type !== 'string') return { kind: 'members', item: additionalProperties };
    return { kind: 'pairs', templated: type.has('string') };
  }
  if (type.has('integer') || type.has('number')) return { kind: 'number', isInteger: type.has('integer'), templated: type.has('string') };
  if (type.has('boolean') && !type.has('string')) return { kind: 'boolean' };
  return type.has('string') ? { kind: 'text' } : { kind: 'json' };
}

/** The types that may stand in this place; none where it is no component. */
export function componentTypesOf(schema: JsonObject): string[] {
  const candidates = typeof schema.$ref === 'string' ? [schema] : Array.isArray(schema.oneOf) ? schema.oneOf.filter(isObject) : [];
  return candidates.flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref.replace(/^#\/definitions\//, '')] : []));
}

/** Which of the ways of an `either` a value is written in; the first when there is none yet. */
export function optionFor(options: readonly JsonObject[], value: JsonValue | undefined): number {
  const index = options.findIndex((option) => fits(option, value));
  return Math.max(index, 0);
}

/** What a value is when its field is switched on: what the definitions require, else empty. */
export function initialValue(schema: JsonObject, components: Components, type?: string): JsonValue {
  const shape = shapeOf(schema);
  switch (shape.kind) {
    case 'component': {
      const name = type ?? shape.types[0]!;
      return { type: name, ...requiredMembers(getOwn(components as JsonObject, name) as JsonObject | undefined, components) };
    }
    case 'object':
      return requiredMembers(shape.schema, components);
    case 'list':
    case 'tags':
      return [];
    case 'pairs':
    case 'members':
    case 'json':
      return {};
    case 'boolean':
      return schema.default === true;
    case 'number':
      return typeof schema.default === 'number' ? schema.default : 0;
    case 'choice':
      return typeof schema.default === 'string' ? schema.default : shape.options[0]!;
    case 'either':
      return initialValue(shape.options.find((option) => shapeOf(option).kind === 'text') ?? shape.options[0]!, components);
    case 'text':
      return '';
  }
}

/** Deeper ones only as far as definitions that require each other go in circles. */
function requiredMembers(schema: JsonObject | undefined, components: Components, depth = 0): JsonObject {
  const required = Array.isArray(schema?.required) ? schema.required.map(String) : [];
  const properties = isObject(schema?.properties) ? schema.properties : {};
  const members: JsonObject = {};
  for (const name of required) {
    const property = getOwn(properties, name);
    if (name === 'type' || !isObject(property)) continue;
    const shape = shapeOf(property);
    if (shape.kind === 'component') {
      const type = shape.types[0]!;
      members[name] = { type, ...(depth < 3 && requiredMembers(getOwn(components as JsonObject, type) as JsonObject | undefined, components, depth + 1)) };
    } else members[name] = initialValue(property, components);
  }
  return members;
}

function listOf(items: JsonObject): Shape {
  const shape = shapeOf(items);
  if (shape.kind === 'text') return { kind: 'tags', isNumeric: false };
  if (shape.kind === 'number') return { kind: 'tags', isNumeric: true };
  return { kind: 'list', item: items };
}

function eitherOf(options: JsonObject[]): Shape {
  const shapes = options.map(shapeOf);
  // A number or a template for one is entered in one field.
  if (shapes.every(({ kind }) => kind === 'text' || kind === 'number')) {
    const number = shapes.find((shape) => shape.kind === 'number');
    return number ? { ...number, templated: true } : { kind: 'text' };
  }
  return { kind: 'either', options };
}

function fits(schema: JsonObject, value: JsonValue | undefined): boolean {
  const { kind } = shapeOf(schema);
  if (kind === 'tags' || kind === 'list') return Array.isArray(value);
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'number') return typeof value === 'number';
  return isObject(value);
}
