import { isObject, type JsonObject, type JsonValue } from '../protocol/json';

export type Verb = 'spec' | 'check' | 'discover' | 'read';

/** The member that holds what a message says. */
const BODIES: Readonly<Record<string, string>> = {
  SPEC: 'spec',
  CONNECTION_STATUS: 'connectionStatus',
  CATALOG: 'catalog',
  RECORD: 'record',
  STATE: 'state',
  LOG: 'log',
  TRACE: 'trace',
  CONTROL: 'control',
};

/** Messages of one command only; LOG, TRACE and CONTROL come with all. */
const OF_VERB: Readonly<Record<string, Verb>> = { SPEC: 'spec', CONNECTION_STATUS: 'check', CATALOG: 'discover', RECORD: 'read', STATE: 'read' };

const LOG_LEVELS = ['FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'];
const STATUSES = ['STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE'];
const FAILURE_TYPES = ['system_error', 'config_error', 'transient_error'];

/** The message of a line, or why it is none. */
export function readMessage(line: string): { message: JsonObject } | { problem: string } {
  let parsed: JsonValue;
  try {
    parsed = JSON.parse(line) as JsonValue;
  } catch {
    return { problem: `no JSON: ${line.slice(0, 80)}` };
  }
  if (!isObject(parsed)) return { problem: `no JSON object: ${line.slice(0, 80)}` };
  if (typeof parsed.type !== 'string' || !Object.hasOwn(BODIES, parsed.type)) return { problem: `no message type of the protocol: ${JSON.stringify(parsed.type)?.slice(0, 80) ?? 'missing'}` };
  return { message: parsed };
}

/** What is wrong with the form of a message that `verb` has sent; undefined when nothing is. */
export function formProblem(message: JsonObject, verb: Verb): string | undefined {
  const type = String(message.type);
  const verbOfType = OF_VERB[type];
  if (verbOfType && verbOfType !== verb) return `${type} does not belong to ${verb}`;
  const body = message[BODIES[type] as string];
  if (!isObject(body)) return `${type} has no "${BODIES[type]}"`;
  const problem = bodyProblem(type, body);
  return problem && `${type}: ${problem}`;
}

function bodyProblem(type: string, body: JsonObject): string | undefined {
  switch (type) {
    case 'SPEC':
      return isObject(body.connectionSpecification) ? undefined : 'connectionSpecification is no object';
    case 'CONNECTION_STATUS':
      return oneOf(body, 'status', ['SUCCEEDED', 'FAILED']);
    case 'CATALOG':
      return Array.isArray(body.streams) && body.streams.every(isObject) ? undefined : 'streams is no list of objects';
    case 'RECORD':
      return typeof body.stream !== 'string' ? 'stream is no text' : !isObject(body.data) ? 'data is no object' : Number.isSafeInteger(body.emitted_at) ? undefined : 'emitted_at is no whole number';
    case 'LOG':
      return oneOf(body, 'level', LOG_LEVELS) ?? (typeof body.message === 'string' ? undefined : 'message is no text');
    case 'TRACE':
      return traceProblem(body);
    case 'CONTROL':
      return body.type === 'CONNECTOR_CONFIG' && isObject(body.connectorConfig) && isObject(body.connectorConfig.config) ? undefined : 'no CONNECTOR_CONFIG with a config';
    default:
      return undefined;
  }
}

function traceProblem(trace: JsonObject): string | undefined {
  if (typeof trace.emitted_at !== 'number') return 'emitted_at is no number';
  switch (trace.type) {
    case 'ERROR': {
      if (!isObject(trace.error) || typeof trace.error.message !== 'string') return 'error has no message';
      return trace.error.failure_type === undefined ? undefined : oneOf(trace.error, 'failure_type', FAILURE_TYPES);
    }
    case 'STREAM_STATUS': {
      const status = trace.stream_status;
      if (!isObject(status) || !isObject(status.stream_descriptor) || typeof status.stream_descriptor.name !== 'string') return 'stream_status has no stream_descriptor';
      return oneOf(status, 'status', STATUSES);
    }
    case 'ESTIMATE':
    case 'ANALYTICS':
      return undefined;
    default:
      return `type is ${JSON.stringify(trace.type)}`;
  }
}

function oneOf(body: JsonObject, field: string, allowed: readonly string[]): string | undefined {
  return allowed.includes(String(body[field])) ? undefined : `${field} is ${JSON.stringify(body[field]) ?? 'missing'}, not one of ${allowed.join(', ')}`;
}
