import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import type { InputsStatus } from '../page-contract';

const DEEPEST = 20;

/**
 * The values that may be shown, and the places of the others.
 * @param specification the `connection_specification` of the manifest; what it does not describe counts as secret
 */
export function publicInputs(values: JsonObject, specification: JsonValue | undefined): Pick<InputsStatus, 'values' | 'secretsSet'> {
  const secretsSet: string[] = [];
  return { values: shown(values, specification, '', secretsSet, 0), secretsSet };
}

function shown(values: JsonObject, schema: JsonValue | undefined, path: string, secrets: string[], depth: number): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(values)) {
    const place = path ? `${path}.${name}` : name;
    const property = propertySchema(schema, name);
    if (!property || property.airbyte_secret === true || depth > DEEPEST) secrets.push(place);
    else if (isObject(value)) setOwn(result, name, shown(value, property, place, secrets, depth + 1));
    else if (Array.isArray(value) && value.some((item) => typeof item === 'object') && JSON.stringify(property).includes('airbyte_secret')) secrets.push(place);
    else setOwn(result, name, value);
  }
  return result;
}

/** The schema of a property, in whichever branch of a choice it stands; secret when it is secret in one of them. */
function propertySchema(schema: JsonValue | undefined, name: string): JsonObject | undefined {
  if (!isObject(schema)) return undefined;
  const branches = ['oneOf', 'anyOf', 'allOf'].flatMap((keyword) => (Array.isArray(schema[keyword]) ? (schema[keyword] as JsonValue[]) : []));
  const found = [isObject(schema.properties) ? getOwn(schema.properties, name) : undefined, ...branches.map((branch) => propertySchema(branch, name))].filter(isObject);
  return found.find(({ airbyte_secret: secret }) => secret === true) ?? (found.length > 1 ? { allOf: found } : found[0]);
}
