import { getOwn, isObject, type JsonObject } from '../../../protocol/json';
import { initialValue, type Components } from './shape';

/** A component of another type; what both know is kept. */
export function withType(before: JsonObject, type: string, schema: JsonObject, components: Components): JsonObject {
  const definition = getOwn(components as JsonObject, type);
  const properties = isObject(definition) && isObject(definition.properties) ? definition.properties : {};
  const kept = Object.entries(before).filter(([name]) => name !== 'type' && getOwn(properties, name) !== undefined);
  return { ...(initialValue({ ...schema, oneOf: [{ $ref: type }] }, components, type) as JsonObject), ...Object.fromEntries(kept) };
}
