import { isObject, type JsonObject, type JsonValue } from '../protocol/json';
import type { ComponentRegistry } from './component-registry';
import type { FieldMap, FieldShape } from './field';
import { isTypo } from './is-typo';

export interface UnknownProperty {
  path: string;
  component: string;
  property: string;
  /** The known property that it looks like, when there is one that the component does not set. */
  suggestion: string | undefined;
}

/** In words, without the place. */
export function unknownPropertyText({ component, property, suggestion }: UnknownProperty): string {
  return `${component} has no property "${property}"; it has no effect.${suggestion ? ` Did you mean "${suggestion}"?` : ''}`;
}

/** Properties of any component that are no business of ours. */
const ALWAYS_KNOWN = new Set(['type', '$parameters', 'name', '$ref']);

/**
 * Properties that no definition knows. The reference ignores them silently, so a typo changes what is read without a
 * word; we report them. They are no errors: published connectors carry some (decision 0004). Names that came from `$parameters` do not count.
 */
export function findUnknownProperties(registry: ComponentRegistry, model: JsonObject, type: string): UnknownProperty[] {
  const found: UnknownProperty[] = [];
  visitComponent(registry, model, type, '', found);
  return found;
}

function visitComponent(registry: ComponentRegistry, model: JsonObject, type: string, path: string, found: UnknownProperty[]): void {
  const definition = registry.get(type);
  if (!definition || definition.open) return;
  const parameters = isObject(model.$parameters) ? model.$parameters : {};
  for (const [name, value] of Object.entries(model)) {
    const field = Object.hasOwn(definition.fields, name) ? (definition.fields as FieldMap)[name] : undefined;
    if (field) {
      visitShape(registry, field.shape, value, path ? `${path}.${name}` : name, found);
    } else if (!ALWAYS_KNOWN.has(name) && !Object.hasOwn(parameters, name)) {
      const free = Object.keys(definition.fields).filter((known) => !(known in model));
      found.push({ path, component: type, property: name, suggestion: free.find((known) => isTypo(name, known)) });
    }
  }
}

function visitShape(registry: ComponentRegistry, shape: FieldShape, value: JsonValue, path: string, found: UnknownProperty[]): void {
  switch (shape.of) {
    case 'component': {
      if (!isObject(value)) return;
      const type = typeof value.type === 'string' ? value.type : registry.ofKinds(shape.kinds, shape.types).find((each) => each.typeOptional)?.type;
      if (type) visitComponent(registry, value, type, path, found);
      return;
    }
    case 'array':
      if (Array.isArray(value)) value.forEach((item, index) => visitShape(registry, shape.items, item, `${path}[${index}]`, found));
      return;
    case 'map':
      if (isObject(value)) for (const [key, item] of Object.entries(value)) visitShape(registry, shape.values, item, `${path}.${key}`, found);
      return;
    case 'oneOf':
      for (const option of shape.options) {
        if ((option.of === 'array') === Array.isArray(value)) visitShape(registry, option, value, path, found);
      }
      return;
    default:
  }
}
