import { ConnectorError, errorText } from '../errors/connector-error';
import { readText } from '../platform/read-text';
import type { ConfiguredAirbyteCatalog, ConfiguredAirbyteStream } from '../protocol/airbyte';
import { isDeeperThan, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { parseJson } from '../protocol/lossless-json';

/** Levels of nesting. */
const MAX_DEPTH = 500;

/** Reads one of the files that the platform hands over; `role` names it in errors. */
export async function readInputFile(path: string, role: string): Promise<string> {
  try {
    return await readText(path);
  } catch (error) {
    throw ConnectorError.config('input.unreadable', `The ${role} file ${path} cannot be read: ${errorText(error)}`, { cause: error });
  }
}

/** Parses JSON and says which file is broken. Duplicate keys, which some clients write, keep the last value. */
function parseInput(text: string, path: string, role: string): JsonValue {
  let value: JsonValue;
  try {
    value = parseJson(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw ConnectorError.config('input.not_json', `The ${role} file ${path} is not valid JSON: ${errorText(error)}`, { cause: error });
  }
  if (isDeeperThan(value, MAX_DEPTH)) throw ConnectorError.config('input.too_deep', `The ${role} file ${path} is nested deeper than ${MAX_DEPTH} levels. Nothing that this program reads or writes is; use another file.`);
  return value;
}

export async function readConfig(path: string): Promise<JsonObject> {
  const config = parseInput(await readInputFile(path, 'config'), path, 'config');
  if (!isObject(config)) throw ConnectorError.config('input.config', `The config file ${path} must hold a JSON object.`);
  return config;
}

export async function readCatalog(path: string): Promise<ConfiguredAirbyteCatalog> {
  return configuredCatalog(parseInput(await readInputFile(path, 'catalog'), path, 'catalog'), `The catalog file ${path}`);
}

/**
 * A configured catalog; what `discover` answers selects every stream, incrementally where that is possible.
 * @param origin begins the sentences of errors
 */
export function configuredCatalog(catalog: JsonValue, origin: string): ConfiguredAirbyteCatalog {
  const streams = isObject(catalog) ? catalog.streams : undefined;
  if (!Array.isArray(streams)) throw ConnectorError.config('input.catalog', `${origin} must hold an object with a list "streams".`);
  if (streams.length > 0 && streams.every(isDiscovered)) return { streams: streams.map(selectWhole) };
  streams.forEach((selected, index) => {
    const stream = isObject(selected) ? selected.stream : undefined;
    const name = isObject(stream) ? stream.name : undefined;
    const mode = isObject(selected) ? selected.sync_mode : undefined;
    const at = `${origin}, streams[${index}]`;
    if (typeof name !== 'string') throw ConnectorError.config('input.catalog', `${at}: "stream.name" is missing.`);
    if (mode !== 'full_refresh' && mode !== 'incremental') {
      throw ConnectorError.config('input.catalog', `${at} (${name}): sync_mode ${JSON.stringify(mode)} is not one of full_refresh, incremental.`);
    }
  });
  return { streams: streams as unknown as ConfiguredAirbyteStream[] };
}

function isDiscovered(stream: JsonValue): boolean {
  return isObject(stream) && typeof stream.name === 'string' && stream.stream === undefined && Array.isArray(stream.supported_sync_modes);
}

function selectWhole(discovered: JsonValue): ConfiguredAirbyteStream {
  const stream = discovered as unknown as ConfiguredAirbyteStream['stream'];
  const isIncremental = stream.supported_sync_modes.includes('incremental');
  return {
    stream,
    sync_mode: isIncremental ? 'incremental' : 'full_refresh',
    destination_sync_mode: isIncremental ? 'append' : 'overwrite',
    ...(stream.default_cursor_field?.length ? { cursor_field: stream.default_cursor_field } : {}),
    ...(stream.source_defined_primary_key ? { primary_key: stream.source_defined_primary_key } : {}),
  };
}

/** The stream states in a state file; an empty file holds none. */
export async function readState(path: string): Promise<Map<string, JsonObject>> {
  const text = await readInputFile(path, 'state');
  if (text.trim() === '') return new Map();
  return streamStates(parseInput(text, path, 'state'), `The state file ${path}`);
}

/**
 * The stream states in a list of STREAM messages, one GLOBAL message, or an empty list. Unknown members and nulls are
 * ignored (clients add their own).
 * @param origin begins the sentences of errors
 */
export function streamStates(parsed: JsonValue, origin: string): Map<string, JsonObject> {
  const states = new Map<string, JsonObject>();
  const messages = Array.isArray(parsed) ? parsed : isObject(parsed) && Object.keys(parsed).length > 0 ? [parsed] : [];
  for (const message of messages) {
    if (!isObject(message)) throw invalidState(origin, message);
    const body = message.type === 'STATE' && isObject(message.state) ? message.state : message;
    if (isObject(body.global)) {
      if (isObject(body.global.shared_state) && Object.keys(body.global.shared_state).length > 0) {
        throw ConnectorError.config('input.state', `${origin} holds a GLOBAL state with a shared state; this source keeps state per stream. Reset the connection's state.`);
      }
      for (const entry of Array.isArray(body.global.stream_states) ? body.global.stream_states : []) addStream(states, entry, origin);
    } else if (isObject(body.stream)) {
      addStream(states, body.stream, origin);
    } else if (!isObject(body.data)) {
      throw invalidState(origin, message);
    }
  }
  return states;
}

function addStream(states: Map<string, JsonObject>, entry: JsonValue, origin: string): void {
  const descriptor = isObject(entry) ? entry.stream_descriptor : undefined;
  if (!isObject(entry) || !isObject(descriptor) || typeof descriptor.name !== 'string') throw invalidState(origin, entry);
  states.set(descriptor.name, isObject(entry.stream_state) ? entry.stream_state : {});
}

function invalidState(origin: string, found: JsonValue): ConnectorError {
  const text = JSON.stringify(found, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? '';
  return ConnectorError.config(
    'input.state',
    `${origin} holds something that is no stream state: ${text.slice(0, 120)}. Expected a list of {"type": "STREAM", "stream": {"stream_descriptor": {"name": …}, "stream_state": {…}}}.`,
  );
}
