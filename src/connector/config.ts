import { ConnectorError, errorText } from '../errors/connector-error';
import type { SchemaViolation } from '../manifest/validate';
import type { SecretRegistry } from '../platform/runtime';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json';

/** Keys that old platforms put into configs and that no spec knows. */
const LEGACY_KEYS = ['_limit', '_page_size'];
/** The manifest and its helpers travel inside the config; they are not the user's. */
export const MANIFEST_KEY = '__injected_declarative_manifest';

/** Throws a config_error that names the property when the config does not fit the spec. */
export async function validateConfig(config: JsonObject, connectionSpecification: JsonObject): Promise<void> {
  const bare: JsonObject = Object.fromEntries(
    Object.entries(config).filter(([key]) => !LEGACY_KEYS.includes(key) && !key.startsWith('__')),
  );
  const violation = await violationOf(connectionSpecification, bare, "The connection_specification of the manifest's spec");
  if (violation === undefined) return;
  const where = violation.path ? ` (at ${violation.path})` : '';
  const message = `Config validation error: ${violation.message}${where}`;
  throw ConnectorError.config('config.invalid', message, { internalMessage: message });
}

/** Where a value does not fit a schema of the manifest; `name` begins the sentence of the error for what is no schema. */
export async function violationOf(schema: JsonObject, value: JsonValue, name: string): Promise<SchemaViolation | undefined> {
  const { compileSchema } = await import('../manifest/validate');
  try {
    return compileSchema(schema).check(value);
  } catch (error) {
    // The compiled check may also break: keywords of a wrong form are not looked for.
    throw ConnectorError.config('manifest.invalid', `${name} is no JSON Schema: ${errorText(error)}`);
  }
}

/** Makes every value that the spec marks as `airbyte_secret` known to the mask. */
export function registerSecrets(config: JsonObject, connectionSpecification: JsonObject, secrets: SecretRegistry): void {
  collect(config, connectionSpecification, secrets, 0);
}

const DEEPEST_SPEC = 50;

function collect(value: JsonValue | undefined, schema: JsonValue | undefined, secrets: SecretRegistry, depth: number): void {
  if (!isObject(schema) || value === undefined || value === null || depth > DEEPEST_SPEC) return;
  if (schema.airbyte_secret === true) addAll(value, secrets);
  for (const keyword of ['oneOf', 'anyOf', 'allOf']) {
    const branches = schema[keyword];
    if (Array.isArray(branches)) for (const branch of branches) collect(value, branch, secrets, depth + 1);
  }
  if (isObject(value) && isObject(schema.properties)) {
    for (const [name, property] of Object.entries(schema.properties)) collect(value[name], property, secrets, depth + 1);
  }
  if (Array.isArray(value)) for (const item of value) collect(item, schema.items, secrets, depth + 1);
}

function addAll(value: JsonValue, secrets: SecretRegistry): void {
  if (Array.isArray(value)) for (const item of value) addAll(item, secrets);
  else if (isObject(value)) for (const item of Object.values(value)) addAll(item, secrets);
  else secrets.add(value);
}
