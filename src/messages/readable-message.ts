import type { AirbyteMessage, AirbyteStream } from '../protocol/airbyte';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json';

/** A person reads no more than that of a value. */
const LONGEST_DETAIL = 300;

/** A message in the words of a person, as lines; RECORD and STATE have writers of their own. Empty: there is nothing to say. */
export function readableMessage(message: AirbyteMessage): string[] {
  switch (message.type) {
    case 'LOG':
      return [`${message.log.level.padEnd(5)} ${message.log.message}`];
    case 'SPEC':
      return ['The config of this source:', ...fieldLines(message.spec.connectionSpecification, 1)];
    case 'CONNECTION_STATUS': {
      const { status, message: why } = message.connectionStatus;
      return [status === 'SUCCEEDED' ? 'The check succeeded.' : `The check failed: ${why ?? 'no reason was given'}`];
    }
    case 'CATALOG':
      return message.catalog.streams.flatMap(streamLines);
    case 'CONTROL':
      return ['The config has changed; its new form is in the CONTROL message, which only the format json shows.'];
    case 'TRACE':
      return traceLines(message.trace);
    case 'STATE':
    case 'RECORD':
      return [];
  }
}

/** What a person wants to be told of while the messages themselves go elsewhere: warnings and errors. */
export function notableLines(message: AirbyteMessage): string[] {
  const isNotable = message.type === 'LOG' ? message.log.level === 'WARN' : message.type === 'TRACE' && message.trace.type === 'ERROR';
  return isNotable || (message.type === 'CONNECTION_STATUS' && message.connectionStatus.status === 'FAILED') ? readableMessage(message) : [];
}

export function excerpt(text: string): string {
  return text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}…` : text;
}

function traceLines(trace: (AirbyteMessage & { type: 'TRACE' })['trace']): string[] {
  if (trace.type === 'STREAM_STATUS') {
    const { stream_descriptor: stream, status, reasons } = trace.stream_status;
    const until = reasons?.[0]?.rate_limited?.quota_reset;
    const why = reasons?.length ? `, waits because of a rate limit${until === undefined ? '' : ` until ${new Date(until).toISOString()}`}` : '';
    return [`${stream.name}: ${status}${why}`];
  }
  const { message, internal_message: details, stream_descriptor: stream } = trace.error;
  return [`ERROR ${stream ? `${stream.name}: ` : ''}${message}`, ...(details && !message.includes(details) ? [`      ${excerpt(details)}`] : [])];
}

function streamLines({ name, supported_sync_modes: modes, default_cursor_field: cursor, source_defined_primary_key: keys, json_schema: schema }: AirbyteStream): string[] {
  const facts = [
    modes.join(', '),
    ...(cursor?.length ? [`cursor ${cursor.join('.')}`] : []),
    ...(keys?.length ? [`key ${keys.map((key) => key.join('.')).join(', ')}`] : []),
  ];
  return [`${name}: ${facts.join('; ')}`, ...fieldLines(schema, 1)];
}

/** The fields of a JSON Schema, indented; what an object holds stands below it. */
function fieldLines(schema: JsonObject, depth: number): string[] {
  const { properties, required } = schema;
  if (!isObject(properties) || depth > 4) return [];
  const names = new Set(Array.isArray(required) ? required : []);
  return Object.entries(properties).flatMap(([name, field]) => {
    if (!isObject(field)) return [];
    const facts = [typeText(field.type), ...(names.has(name) ? ['required'] : []), ...(field.airbyte_secret === true ? ['secret'] : [])].filter(Boolean);
    const words = typeof field.title === 'string' ? field.title : typeof field.description === 'string' ? field.description : '';
    return [`${'  '.repeat(depth)}${name}${facts.length ? ` (${facts.join(', ')})` : ''}${words ? `: ${excerpt(words.replace(/\s+/g, ' '))}` : ''}`, ...fieldLines(field, depth + 1)];
  });
}

function typeText(type: JsonValue | undefined): string {
  return (Array.isArray(type) ? type : [type]).filter((each) => typeof each === 'string').join(' or ');
}
