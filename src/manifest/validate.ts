import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import { isTypo } from './is-typo';

/** One finding of a validation, ready to be shown. */
export interface SchemaViolation {
  /** e.g. `streams[0].retriever.decoder`; empty for the whole value. */
  path: string;
  message: string;
}

/** A compiled JSON Schema; the one door to ajv. */
export interface SchemaValidator {
  /** The finding that helps most, or undefined when the value is valid. */
  check(value: JsonValue): SchemaViolation | undefined;
  /** One finding for each place that is wrong; none when the value is valid. */
  findings(value: JsonValue): SchemaViolation[];
}

export interface ValidatorOptions {
  /** Unions with a `discriminator` give one error instead of one a member. */
  discriminator?: boolean;
}

/** Compiles a draft-7 schema. Throws an Error when the schema itself is broken. */
export function compileSchema(schema: JsonObject, options: ValidatorOptions = {}): SchemaValidator {
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    verbose: true,
    discriminator: options.discriminator ?? false,
    validateFormats: true,
    // Keywords of a wrong form stop the compilation; compiling the schema of schemas as well costs more than all the rest.
    validateSchema: false,
    logger: false,
  });
  addFormats(ajv);
  const { $schema: _dialect, ...body } = schema;
  const validate: ValidateFunction = ajv.compile(body);
  return {
    check: (value) => (validate(value) ? undefined : mostHelpful(validate.errors ?? [])),
    findings: (value) => (validate(value) ? [] : byPlace(validate.errors ?? []).map(mostHelpful)),
  };
}

/** Errors that speak of one mistake: those of one place, and all that the members of a union say below it. */
function byPlace(errors: ErrorObject[]): ErrorObject[][] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf').map(({ instancePath }) => instancePath);
  unions.sort((a, b) => a.length - b.length);
  const groups = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    const place = unions.find((union) => error.instancePath === union || error.instancePath.startsWith(`${union}/`)) ?? error.instancePath;
    // Each missing property is a mistake of its own.
    const key = error.keyword === 'required' && place === error.instancePath && !unions.includes(place) ? `${place} ${error.params.missingProperty}` : place;
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  return [...groups.values()];
}

/** The deepest finding is nearest to the mistake; "must match a schema in anyOf" says the least. */
function mostHelpful(errors: ErrorObject[]): SchemaViolation {
  const rank = (error: ErrorObject) =>
    error.instancePath.split('/').length * 10 - (['anyOf', 'oneOf', 'if', 'not'].includes(error.keyword) ? 5 : 0) + (error.keyword === 'type' ? -1 : 0);
  const best = errors.reduce((a, b) => (rank(b) > rank(a) ? b : a));
  return { path: readablePath(best.instancePath), message: wording(best, errors) };
}

function readablePath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path ? `${path}.${part}` : part), '');
}

function wording(error: ErrorObject, all: ErrorObject[]): string {
  const value = shorten(error.data as JsonValue);
  switch (error.keyword) {
    case 'required':
      return `'${error.params.missingProperty}' is a required property${misspelt(error)}`;
    case 'type': {
      const types = all.filter((each) => each.keyword === 'type' && each.instancePath === error.instancePath).map((each) => each.params.type);
      return `${value} is not of type ${[...new Set(types.flat())].map((type) => `'${type}'`).join(', ')}`;
    }
    case 'enum':
      return `${value} is not one of ${JSON.stringify(error.params.allowedValues)}`;
    case 'const':
      return `${value} was expected to be ${shorten(error.params.allowedValue as JsonValue)}`;
    case 'discriminator': {
      const tag = (error.data as JsonObject | null)?.type;
      const known = unionTypes(error).join(', ');
      return tag === undefined ? `'type' is missing; expected one of: ${known}` : `${shorten(tag)} is not a component that can stand here; expected one of: ${known}`;
    }
    case 'additionalProperties':
      return `the property '${error.params.additionalProperty}' is not allowed here`;
    case 'pattern':
      return `${value} does not match the pattern ${error.params.pattern}`;
    default:
      return `${value} ${error.message ?? 'is not valid'}`;
  }
}

/** Points at a property that may have been meant as the missing one. */
function misspelt({ data, params, parentSchema }: ErrorObject): string {
  const known = (parentSchema?.properties ?? {}) as JsonObject;
  const found = Object.keys(data as JsonObject).find((name) => !Object.hasOwn(known, name) && isTypo(name, params.missingProperty));
  return found === undefined ? '' : `; "${found}" is unknown here. Did you mean "${params.missingProperty}"?`;
}

function unionTypes(error: ErrorObject): string[] {
  const members = ((error.parentSchema as JsonObject | undefined)?.oneOf ?? []) as JsonObject[];
  return members.map((member) => String(member.$ref ?? '').replace('#/definitions/', ''));
}

function shorten(value: JsonValue | undefined): string {
  const text = value === undefined ? 'undefined' : stringifyJson(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
