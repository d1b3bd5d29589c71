import { createHash } from 'node:crypto';
import { compileSchema, type SchemaValidator } from '../manifest/validate';
import type { AirbyteStream, ConfiguredAirbyteStream } from '../protocol/airbyte';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { canonicalJson } from '../slices/stream-slice';
import type { Findings } from './findings';

/** What the catalog promises of the records of one stream. */
export class StreamExpectations {
  readonly name: string;
  private readonly validator: SchemaValidator | undefined;
  private readonly declared: ReadonlySet<string> | undefined;
  private readonly key: readonly string[][];

  constructor(
    readonly configured: ConfiguredAirbyteStream,
    private readonly ignored: readonly string[],
  ) {
    const { stream } = configured;
    this.name = stream.name;
    const { properties, additionalProperties } = stream.json_schema;
    this.declared = isObject(properties) && additionalProperties !== false ? new Set(Object.keys(properties)) : undefined;
    const configuredKey = configured.primary_key ?? [];
    this.key = configuredKey.length > 0 ? configuredKey : (stream.source_defined_primary_key ?? []);
    try {
      this.validator = compileSchema(withLenientDates(stream.json_schema));
    } catch {
      // Told about when the catalog was checked.
    }
  }

  check(data: JsonObject, findings: Findings): void {
    findings.look('read.schema', 'read.undeclared');
    for (const { path, message } of this.validator?.findings(data) ?? []) findings.add('read.schema', this.name, `${path || 'the record'}: ${message}`, path);
    for (const field of Object.keys(data)) if (this.declared && !this.declared.has(field)) findings.add('read.undeclared', this.name, `the field ${field} is not in the schema`);
  }

  /** The values of the primary key as one text; undefined when there is no key, or a part of it is missing. */
  keyOf(data: JsonObject, findings: Findings): string | undefined {
    if (this.key.length === 0) return undefined;
    findings.look('read.key_present');
    const values = this.key.map((path) => path.reduce<JsonValue | undefined>((value, name) => (isObject(value) ? getOwn(value, name) : undefined), data) ?? null);
    const missing = this.key.filter((_path, index) => values[index] === null);
    if (missing.length === 0) return canonicalJson(values);
    findings.add('read.key_present', this.name, `no value in ${missing.map((path) => path.join('.')).join(', ')}`);
    return undefined;
  }

  /** Equal for equal records, whatever the order of their fields. */
  fingerprint(data: JsonObject): string {
    const compared = this.ignored.length === 0 ? data : Object.fromEntries(Object.entries(data).filter(([name]) => !this.ignored.includes(name)));
    return createHash('sha256').update(canonicalJson(compared)).digest('base64url').slice(0, 24);
  }
}

/** What is wrong with a stream of a catalog before anything was read. */
export function checkCatalogStream(stream: AirbyteStream, findings: Findings): void {
  const where = `stream ${stream.name}`;
  const modes: readonly unknown[] = Array.isArray(stream.supported_sync_modes) ? stream.supported_sync_modes : [];
  if (modes.length === 0 || modes.some((mode) => mode !== 'full_refresh' && mode !== 'incremental')) findings.add('catalog.one', where, `supported_sync_modes is ${JSON.stringify(stream.supported_sync_modes)}`);
  if (!isObject(stream.json_schema)) return findings.add('catalog.one', where, 'json_schema is no object');
  try {
    compileSchema(stream.json_schema);
  } catch (error) {
    findings.add('catalog.one', where, `json_schema is no usable schema: ${error instanceof Error ? error.message : String(error)}`);
  }
  const paths = [...(stream.source_defined_primary_key ?? []).map((path) => ['primary key', path] as const), ...((stream.default_cursor_field ?? []).length > 0 ? [['cursor field', stream.default_cursor_field as string[]] as const] : [])];
  for (const [what, path] of paths) if (!isDeclared(stream.json_schema, path)) findings.add('catalog.fields', where, `the ${what} ${path.join('.')} is not in the schema`);
}

function isDeclared(schema: JsonValue | undefined, path: readonly string[]): boolean {
  if (path.length === 0) return true;
  if (!isObject(schema)) return false;
  const nested = ['anyOf', 'oneOf', 'allOf'].flatMap((word) => (Array.isArray(schema[word]) ? schema[word] : []));
  if (nested.some((each) => isDeclared(each, path))) return true;
  const [name, ...rest] = path as [string, ...string[]];
  const property = isObject(schema.properties) ? getOwn(schema.properties, name) : undefined;
  return property !== undefined && (rest.length === 0 || isDeclared(property, rest));
}

/** Clients take dates with a blank in the middle or without a zone; only the type counts. */
function withLenientDates(schema: JsonObject): JsonObject {
  return lenient(schema) as JsonObject;
}

function lenient(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(lenient);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (key === 'format' && (each === 'date-time' || each === 'time') ? [] : [[key, lenient(each)] as const])));
}
