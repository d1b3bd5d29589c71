import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';

/** The types of the values that were seen at one place. */
interface Seen {
  /** `null`, `boolean`, `number`, `string`. */
  scalars: Set<string>;
  object?: Map<string, Seen>;
  items?: Seen;
}

/** JSON nested deeper than this is not looked into. */
const DEEPEST = 100;

/**
 * Works out a JSON schema that fits all records it was shown: types of one place are merged, whole numbers are
 * numbers, everything may be null but the keys (reference section 11.3).
 */
export class SchemaInference {
  private seen: Seen | undefined;

  /** @param required paths of fields that are neither null nor absent: primary key and cursor field */
  constructor(private readonly required: readonly (readonly string[])[]) {}

  add(record: JsonObject): void {
    this.seen ??= nothing();
    look(this.seen, record, 0);
  }

  /** Undefined without records. `problems`: required fields that no record has. */
  result(): { schema: JsonObject; problems: string[] } | undefined {
    if (!this.seen) return undefined;
    const schema: JsonObject = { $schema: 'http://json-schema.org/schema#', ...nullable(schemaOf(this.seen)), type: 'object' };
    const problems = this.required.flatMap((path) => require(schema, path) ?? []);
    return { schema, problems };
  }
}

function nothing(): Seen {
  return { scalars: new Set() };
}

function look(seen: Seen, value: JsonValue, depth: number): void {
  if (depth > DEEPEST) return;
  if (Array.isArray(value)) {
    seen.items ??= nothing();
    for (const item of value) look(seen.items, item, depth + 1);
  } else if (isObject(value)) {
    seen.object ??= new Map();
    for (const [name, item] of Object.entries(value)) {
      let at = seen.object.get(name);
      if (!at) seen.object.set(name, (at = nothing()));
      look(at, item, depth + 1);
    }
  } else {
    seen.scalars.add(value === null ? 'null' : typeof value === 'bigint' ? 'number' : typeof value);
  }
}

/** Types without further keywords share one `type`; others stand beside it in `anyOf`. */
function schemaOf({ scalars, object, items }: Seen): JsonObject {
  const bare = new Set(scalars);
  const members: JsonObject[] = [];
  if (object) {
    if (object.size === 0) {
      bare.add('object');
    } else {
      const properties: JsonObject = {};
      for (const [name, seen] of object) setOwn(properties, name, schemaOf(seen));
      members.push({ type: 'object', properties });
    }
  }
  if (items) {
    const inner = schemaOf(items);
    if (Object.keys(inner).length === 0) bare.add('array');
    else members.push({ type: 'array', items: inner });
  }
  if (bare.size > 0) members.unshift({ type: bare.size === 1 ? [...bare][0]! : [...bare].sort() });
  return members.length === 1 ? members[0]! : members.length === 0 ? {} : { anyOf: members };
}

/** Everything may be null; what was only ever null is left out. */
function nullable(schema: JsonObject): JsonObject {
  const { anyOf } = schema;
  if (Array.isArray(anyOf)) {
    const others = anyOf.filter((member) => !(isObject(member) && member.type === 'null'));
    if (anyOf.length !== 2 || others.length !== 1) return schema;
    return nullable(others[0] as JsonObject);
  }
  const result: JsonObject = { ...schema, type: [...[schema.type].flat().filter((type) => type !== 'null'), 'null'] as JsonValue };
  if (isObject(schema.properties)) {
    const properties: JsonObject = {};
    for (const [name, property] of Object.entries(schema.properties)) {
      if ((property as JsonObject).type !== 'null') setOwn(properties, name, nullable(property as JsonObject));
    }
    result.properties = properties;
  }
  if (isObject(schema.items)) result.items = nullable(schema.items);
  return result;
}

/** Marks a path as required and not null, in place; the problem as text when the path leads nowhere. */
function require(schema: JsonObject, path: readonly string[]): string | undefined {
  let node = schema;
  for (const [depth, name] of path.entries()) {
    const property = isObject(node.properties) ? getOwn(node.properties, name) : undefined;
    if (!isObject(property)) {
      return `The field ${JSON.stringify(path.slice(0, depth + 1).join('.'))} is in no record, so it cannot be marked as required. Correct the primary key or the cursor field of the stream.`;
    }
    const required = Array.isArray(node.required) ? node.required : [];
    if (!required.includes(name)) node.required = [...required, name];
    if (Array.isArray(property.type)) {
      const types = property.type.filter((type) => type !== 'null');
      property.type = types.length === 1 ? types[0]! : types;
    }
    node = property;
  }
  return undefined;
}
