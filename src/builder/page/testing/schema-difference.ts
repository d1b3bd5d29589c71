import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../../protocol/json';
import { stringifyJson } from '../../../protocol/lossless-json';

export interface SchemaLine {
  /** e.g. `address.city`. */
  property: string;
  change: 'same' | 'added' | 'removed' | 'changed';
  declared: string;
  detected: string;
}

/** The properties of both schemas, side by side; those of objects follow their object. */
export function schemaLines(declared: JsonObject | null, detected: JsonObject): SchemaLine[] {
  return [...linesOf(declared ?? {}, detected, '')];
}

function* linesOf(declared: JsonObject, detected: JsonObject, prefix: string): Generator<SchemaLine> {
  const [old, found] = [propertiesOf(declared), propertiesOf(detected)];
  for (const name of new Set([...Object.keys(found), ...Object.keys(old)])) {
    const [before, after] = [getOwn(old, name), getOwn(found, name)];
    const [wasText, isText] = [typeText(before), typeText(after)];
    const change = before === undefined ? 'added' : after === undefined ? 'removed' : wasText === isText ? 'same' : 'changed';
    yield { property: `${prefix}${name}`, change, declared: wasText, detected: isText };
    const [inner, innerFound] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
    if (change === 'removed' || change === 'added') yield* linesOf(change === 'added' ? {} : inner, change === 'added' ? innerFound : {}, `${prefix}${name}.`);
    else yield* linesOf(inner, innerFound, `${prefix}${name}.`);
  }
}

function propertiesOf(schema: JsonObject): JsonObject {
  const properties = getOwn(schema, 'properties');
  return isObject(properties) ? properties : {};
}

function typeText(schema: JsonValue | undefined): string {
  if (schema === undefined) return '';
  if (!isObject(schema)) return stringifyJson(schema);
  const type = getOwn(schema, 'type');
  const names = Array.isArray(type) ? type : type === undefined ? [] : [type];
  // `null` last: the order says nothing.
  const text = [...names.filter((name) => name !== 'null'), ...names.filter((name) => name === 'null')].join(' or ');
  const format = getOwn(schema, 'format');
  return [text || 'any', typeof format === 'string' ? `(${format})` : ''].filter(Boolean).join(' ');
}

/** Whether writing `detected` over `declared` would lose a property or a type that somebody wrote. */
export function isLossy(declared: JsonObject | null, detected: JsonObject): boolean {
  return schemaLines(declared, detected).some(({ change }) => change === 'removed' || change === 'changed');
}

/** The declared schema with the properties that only the detected one has. What was declared stays as it is. */
export function mergedSchema(declared: JsonObject, detected: JsonObject): JsonObject {
  const merged: JsonObject = { ...declared };
  const properties: JsonObject = { ...propertiesOf(declared) };
  for (const [name, found] of Object.entries(propertiesOf(detected))) {
    const known = getOwn(properties, name);
    if (known === undefined) setOwn(properties, name, found);
    else if (isObject(known) && isObject(found) && Object.keys(propertiesOf(found)).length > 0) setOwn(properties, name, mergedSchema(known, found));
  }
  if (Object.keys(properties).length > 0) merged.properties = properties;
  return merged;
}
