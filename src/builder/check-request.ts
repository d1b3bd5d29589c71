import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { apiSchemas, type ApiSchema, type ApiSchemaName } from './api-schemas';
import { Refusal } from './refusal';

type Place = (string | number)[];

/** One thing that is wrong, in the words and codes of the reference's server: clients show them. */
interface Problem extends JsonObject {
  type: string;
  loc: Place;
  msg: string;
  input: JsonValue;
}

/**
 * The body of a request with defaults filled in and numbers made of texts that hold them; unknown members are left out.
 * @throws Refusal 422 that lists everything that is wrong
 */
export function checkRequest(name: ApiSchemaName, body: JsonValue | undefined): JsonObject {
  return checkBody(apiSchemas[name], body);
}

/** The same for a shape that openapi.json does not name. */
export function checkBody(schema: ApiSchema, body: JsonValue | undefined): JsonObject {
  const problems: Problem[] = [];
  const value = body === undefined ? refuse(problems, 'missing', ['body'], 'Field required', null) : checked(schema, body, ['body'], problems);
  if (problems.length > 0) throw new Refusal(422, problems);
  return value as JsonObject;
}

function checked(schema: ApiSchema, value: JsonValue, at: Place, problems: Problem[]): JsonValue {
  if (schema.$ref) return checked(apiSchemas[schema.$ref.split('/').at(-1) as ApiSchemaName], value, at, problems);
  if (schema.anyOf) return value === null && schema.anyOf.some(({ type }) => type === 'null') ? null : checked(schema.anyOf[0]!, value, at, problems);
  switch (schema.type) {
    case 'object':
      if (!isObject(value)) return refuse(problems, 'model_attributes_type', at, 'Input should be a valid dictionary or object to extract fields from', value);
      return schema.properties ? checkedObject(schema, value, at, problems) : value;
    case 'array':
      return Array.isArray(value) ? value : refuse(problems, 'list_type', at, 'Input should be a valid list', value);
    case 'string':
      return typeof value === 'string' ? value : refuse(problems, 'string_type', at, 'Input should be a valid string', value);
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(problems, 'bool_type', at, 'Input should be a valid boolean', value);
    case 'number':
      return typeof value === 'number' ? value : refuse(problems, 'float_type', at, 'Input should be a valid number', value);
    case 'integer':
      return checkedInteger(schema, value, at, problems);
    default:
      return value;
  }
}

function checkedObject({ properties = {}, required = [] }: ApiSchema, value: JsonObject, at: Place, problems: Problem[]): JsonObject {
  const result: JsonObject = {};
  for (const [name, property] of Object.entries(properties)) {
    const given = getOwn(value, name);
    if (given !== undefined) setOwn(result, name, checked(property, given, [...at, name], problems));
    else if (required.includes(name)) refuse(problems, 'missing', [...at, name], 'Field required', value);
    else if (property.default !== undefined) setOwn(result, name, property.default as JsonValue);
  }
  return result;
}

function checkedInteger({ minimum, maximum }: ApiSchema, value: JsonValue, at: Place, problems: Problem[]): JsonValue {
  const number = typeof value === 'string' && /^\s*[-+]?\d+(\.0+)?\s*$/.test(value) ? Number(value) : typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'string') return refuse(problems, 'int_parsing', at, 'Input should be a valid integer, unable to parse string as an integer', value);
  if (typeof number !== 'number') return refuse(problems, 'int_type', at, 'Input should be a valid integer', value);
  if (!Number.isInteger(number)) return refuse(problems, 'int_from_float', at, 'Input should be a valid integer, got a number with a fractional part', value);
  if (minimum !== undefined && number < minimum) return refuse(problems, 'greater_than_equal', at, `Input should be greater than or equal to ${minimum}`, value, { ge: minimum });
  if (maximum !== undefined && number > maximum) return refuse(problems, 'less_than_equal', at, `Input should be less than or equal to ${maximum}`, value, { le: maximum });
  return number;
}

function refuse(problems: Problem[], type: string, loc: Place, msg: string, input: JsonValue, ctx?: JsonObject): null {
  problems.push({ type, loc, msg, input, ...(ctx ? { ctx } : {}) });
  return null;
}
