import { ConnectorError } from '../../errors/connector-error';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import type { CastType, RowValue } from '../../decode/row-plan';
import type { SchemaNormalizer } from '../record-transformation';
import { NoPlan, type RowOutline, type RowState } from '../row-outline';
import { castFor, type Cast } from './cast-value';
import { str as str } from '../../manifest/interpolation/python-text';

type Warn = (message: string) => void;

interface Place {
  parent: Place | undefined;
  key: string | number;
}

/** One compiled schema: looks at a value, casts what is below it, complains about what does not fit. */
type Visit = (value: JsonValue, parent: Place | undefined, key: string | number, warn: Warn) => void;

/** Deeper records are not JSON that can be read; a `$ref` that leads to itself would go on for ever. */
const DEEPEST = 2000;
/** Levels of a value that a warning describes. */
const DESCRIBED_LEVELS = 3;

/**
 * Casts values to the types of a JSON schema, in place (reference section 6.5). It follows `properties`, `items` and
 * `$ref`, nothing else; a value that cannot be cast stays and is reported, once a place and type.
 */
export class DefaultSchemaNormalizer implements SchemaNormalizer {
  private readonly compiled = new WeakMap<JsonObject, Visit>();
  private readonly reported = new Set<string>();
  private depth = 0;

  normalize(record: JsonObject, schema: JsonObject, warn: Warn): void {
    this.depth = 0;
    this.visitorOf(schema, schema)(record, undefined, '', warn);
  }

  plan(outline: RowOutline, schema: JsonObject, warn: Warn): void {
    const isOfObjects = schema.type === undefined || (Array.isArray(schema.type) ? schema.type : [schema.type]).includes('object');
    if (!isOfObjects || schema.$ref !== undefined) throw new NoPlan('the schema at its top is more than a list of properties');
    if (!isObject(schema.properties)) return;
    const properties: JsonObject = {};
    for (const [name, property] of Object.entries(schema.properties)) {
      if (!outline.has(name) || (outline.isText(name) && staysText(property))) continue;
      const column = outline.isText(name) ? outline.columnOf(name) : undefined;
      const cast = column === undefined ? undefined : textCast(property);
      if (cast) this.planProperties(outline, { [name]: property }, schema, warn, { is: 'cast', column: column!, ...cast });
      else setOwn(properties, name, property);
    }
    if (Object.keys(properties).length > 0) this.planProperties(outline, properties, schema, warn);
  }

  /** `value`: what becomes of the only property. */
  private planProperties(outline: RowOutline, properties: JsonObject, schema: JsonObject, warn: Warn, value?: RowValue): void {
    const names = Object.keys(properties);
    const view = outline.view(names);
    const places = names.map((name) => ({ name, index: outline.set(name) }));
    const visit = this.visitorOf({ properties }, schema);
    const change = (row: RowState) => {
      const record = view(row);
      this.depth = 0;
      visit(record, undefined, '', warn);
      for (const { name, index } of places) row.made[index] = record[name]!;
      return true;
    };
    outline.step(change, value && { makes: places[0]!.index, value });
  }

  private visitorOf(schema: JsonObject, root: JsonObject): Visit {
    const known = this.compiled.get(schema);
    if (known) return known;
    let steps: Visit[] | undefined;
    // Compiled on first use, because schemas may refer to themselves.
    const visit: Visit = (value, parent, key, warn) => {
      steps ??= this.compile(schema, root);
      if (steps.length === 0) return;
      this.depth += 1;
      if (this.depth > DEEPEST)
        throw ConnectorError.config(
          'records.endless_schema',
          'The schema of the stream refers to itself without end, or a record is nested too deep. Check its $ref entries.',
        );
      for (const step of steps) step(value, parent, key, warn);
      this.depth -= 1;
    };
    this.compiled.set(schema, visit);
    return visit;
  }

  private compile(schema: JsonObject, root: JsonObject): Visit[] {
    const steps: Visit[] = [];
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === 'type') steps.push(this.typeCheck(value));
      else if (keyword === 'properties' && isObject(value)) steps.push(this.properties(value, root));
      else if (keyword === 'items' && (isObject(value) || Array.isArray(value))) steps.push(this.items(value, root));
      else if (keyword === '$ref' && typeof value === 'string') steps.push(this.visitorOf(resolvePointer(root, value), root));
    }
    return steps;
  }

  private properties(properties: JsonObject, root: JsonObject): Visit {
    const members = Object.entries(properties)
      .filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
      .map(([key, schema]) => ({ key, cast: castFor(schema), visit: this.visitorOf(schema, root) }));
    return (value, parent, key, warn) => {
      if (!isObject(value)) return;
      const here = { parent, key };
      for (const member of members) {
        const old = getOwn(value, member.key);
        if (old === undefined) continue;
        member.visit(castIn(value, member.key, old, member.cast), here, member.key, warn);
      }
    };
  }

  private items(items: JsonObject | JsonValue[], root: JsonObject): Visit {
    const made = (Array.isArray(items) ? items : [items]).map((schema) =>
      isObject(schema) ? { cast: castFor(schema), visit: this.visitorOf(schema, root) } : undefined,
    );
    return (value, parent, key, warn) => {
      if (!Array.isArray(value)) return;
      const here = { parent, key };
      for (let at = 0; at < value.length; at += 1) {
        const item = Array.isArray(items) ? made[at] : made[0];
        if (item) item.visit(castIn(value, at, value[at] as JsonValue, item.cast), here, at, warn);
      }
    };
  }

  private typeCheck(type: JsonValue): Visit {
    const types = (Array.isArray(type) ? type : [type]).filter((each) => typeof each === 'string');
    return (value, parent, key, warn) => {
      if (types.some((each) => isOfType(value, each))) return;
      const path = pathText(parent, key);
      const kind = `${path.replace(/\b\d+\b/g, '*')} ${typeName(value)}`;
      if (this.reported.has(kind)) return;
      this.reported.add(kind);
      warn(`Failed to transform value from type '${str(describe(value, 0))}' to type '${str(type)}' at path: '${path}'`);
    };
  }
}

/** Whether the schema takes texts and nulls as they are. */
function staysText(schema: JsonValue): boolean {
  if (!isObject(schema)) return true;
  if (schema.$ref !== undefined) return false;
  return schema.type === undefined || (Array.isArray(schema.type) && schema.type.includes('string') && schema.type.includes('null'));
}

/** What a text is cast to, when that is all that the schema wants of it. */
function textCast(schema: JsonValue): { to: CastType; allowsNull: boolean } | undefined {
  if (!isObject(schema) || schema.$ref !== undefined) return undefined;
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  const [to, ...others] = types.filter((type) => type !== 'null');
  const isScalar = to === 'string' || to === 'integer' || to === 'number' || to === 'boolean';
  return isScalar && others.length === 0 ? { to, allowsNull: types.includes('null') } : undefined;
}

function castIn(container: JsonObject | JsonValue[], key: string | number, old: JsonValue, cast: Cast | undefined): JsonValue {
  if (!cast) return old;
  const value = cast(old);
  if (value === old) return old;
  if (Array.isArray(container)) container[key as number] = value;
  else setOwn(container, key as string, value);
  return value;
}

function isOfType(value: JsonValue, type: string): boolean {
  switch (type) {
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value);
    case 'number':
      return typeof value === 'bigint' || typeof value === 'number';
    default:
      return typeName(value) === type;
  }
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

/** The type of a value; of an object the types of its fields. Never a value itself: it may be secret. */
function describe(value: JsonValue, level: number): JsonValue {
  if (!isObject(value) || level >= DESCRIBED_LEVELS) return typeName(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, describe(item, level + 1)]));
}

function pathText(parent: Place | undefined, key: string | number): string {
  const keys: (string | number)[] = [];
  for (let place: Place | undefined = { parent, key }; place?.parent; place = place.parent) keys.unshift(place.key);
  return keys.join('.');
}

/** What a local reference such as `#/definitions/address` means. */
function resolvePointer(root: JsonObject, reference: string): JsonObject {
  let value: JsonValue | undefined = reference.startsWith('#') ? root : undefined;
  const pointer = decodeURIComponent(reference.slice(1));
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    value = Array.isArray(value) ? value[Number(key)] : isObject(value) ? getOwn(value, key) : undefined;
  }
  if (isObject(value)) return value;
  throw ConnectorError.config(
    'records.unknown_schema_reference',
    `The schema of the stream refers to ${JSON.stringify(reference)}, which is not in it. Only references such as "#/definitions/name" are possible.`,
  );
}
