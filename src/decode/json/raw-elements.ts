import { isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { parseJson, stringifyJson } from '../../protocol/lossless-json';
import { ElementBatch } from '../batches';
import type { BodyPlaces } from '../body-places';
import type { DecodedBatch, LineBatch, LineEnvelope, PlannedOutput } from '../decoder';
import { decodeError, excerpt } from '../decode-error';
import type { IdleReaders } from '../idle-readers';
import { PlainRecordWriter } from './plain-record-writer';
import { PlannedRecordReader } from './planned-record-reader';
import type { RecordReader } from './record-writer';
import { WasmRecordWriter } from './wasm-record-writer';

/** The JSON text of one element, cut out of a body but not parsed. */
export interface RawElement {
  json: Buffer;
  /** The number of its line, or of its first byte. */
  place: number;
  /** The bytes of the text up to where the next one can begin, when the text can be entered there. */
  end?: number;
}

/** Elements on their way out of one body. */
export interface RawElements {
  /**
   * In groups that may be empty; one at least for each chunk of the body. With a reader, the source lets it have what it
   * can read, between two groups, and gives the rest.
   */
  source(reader?: RecordReader): AsyncIterable<RawElement[]> | Iterable<RawElement[]>;
  /** What `place` counts: `line` or `byte`. */
  unit: 'line' | 'byte';
  /** What the body should be, e.g. `JSON Lines`, and what to do when it is not. */
  format: string;
  /** Ends an error message. */
  hint: string;
  /** Set when the reader wants to know where batches end. */
  places?: BodyPlaces;
  /** See `DecodeContext`. */
  idle?: IdleReaders;
  /** Each element is one record, and nothing else will do; otherwise see `recordTexts`. */
  areRecords?: boolean;
}

/** Parses every element. */
export async function* decodeRaw(elements: RawElements): AsyncGenerator<DecodedBatch> {
  const batch = new ElementBatch();
  for await (const group of elements.source()) {
    for (const raw of group) {
      batch.add(parseElement(raw, elements), raw.json.length);
      if (batch.full) yield batch.take(raw.end === undefined ? undefined : elements.places?.at(raw.end));
    }
  }
  if (!batch.empty) yield batch.take();
}

/** Checks every element, then lets its own bytes through: all digits survive. */
export async function* transcodeRaw(elements: RawElements, envelope: LineEnvelope): AsyncGenerator<LineBatch> {
  const writer = WasmRecordWriter.create(envelope, elements.places) ?? new PlainRecordWriter(envelope, elements.places);
  for await (const group of elements.source(writer)) {
    for (const raw of group) {
      for (const json of recordTexts(raw, elements)) writer.add(json);
      writer.reached(raw.end);
    }
    yield* writer.takeFull();
  }
  yield* writer.takeAll();
}

/** Rows as their plans want them; what has none, or is no simple record, as elements. */
export async function* transcodePlannedRaw(elements: RawElements, planned: PlannedOutput): AsyncGenerator<LineBatch | DecodedBatch> {
  const idle = elements.places ? undefined : elements.idle;
  const reader = (idle && PlannedRecordReader.among(idle, planned)) ?? PlannedRecordReader.create(planned, elements.places);
  if (!reader) return yield* decodeRaw(elements);
  for await (const group of elements.source(reader)) {
    for (const raw of group) {
      if (!reader.addRecord(raw.json, raw.end)) reader.add(parseElement(raw, elements), raw.json.length, raw.end);
    }
    yield* reader.takeFull();
  }
  yield* reader.takeAll();
  if (idle) idle.giveBack(reader);
  else reader.release();
}

export function parseElement(raw: RawElement, elements: RawElements): JsonValue {
  try {
    return parseJson(raw.json.toString('utf8'));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw decodeError(
      'invalid_json',
      `The body is not valid ${elements.format}: ${elements.unit} ${raw.place}: ${problem}. It begins with ${excerpt(raw.json)}. ${elements.hint}`,
      { cause: error },
    );
  }
}

/** Empty values are no records, lists hold several (reference section 6.2), other scalars cannot be records. */
function recordTexts(raw: RawElement, elements: RawElements): Uint8Array[] {
  const simple = simpleRecord(withoutSpaceAround(raw.json));
  if (simple) return [simple];
  const value = parseElement(raw, elements);
  if (elements.areRecords) {
    if (isObject(value)) return [recordText(value)];
    throw notARecord(value, raw, elements);
  }
  if (isObject(value)) return Object.keys(value).length === 0 ? [] : [recordText(value)];
  if (Array.isArray(value)) {
    return value.map((each) => {
      if (!isObject(each)) throw notARecord(each, raw, elements);
      return recordText(each);
    });
  }
  if (!value) return [];
  throw notARecord(value, raw, elements);
}

/** The element's own bytes, when they are an object in strict JSON from which nothing must be left out. */
function simpleRecord(json: Buffer): Uint8Array | undefined {
  try {
    const value = JSON.parse(json.toString('utf8')) as JsonValue;
    if (!isObject(value)) return undefined;
    const keys = Object.keys(value);
    if (keys.length === 0 || keys.some((key) => value[key] === null)) return undefined;
    return json.includes(10) || json.includes(13) ? compact(json) : json;
  } catch {
    return undefined;
  }
}

function withoutSpaceAround(json: Buffer): Buffer {
  let [start, end] = [0, json.length];
  while (start < end && json[start]! <= 0x20) start++;
  while (end > start && json[end - 1]! <= 0x20) end--;
  return json.subarray(start, end);
}

/** The JSON of a record. Records carry no null fields at their top level, as the reference writes them. */
export const recordText = (record: JsonObject) => Buffer.from(stringifyJson(withoutNulls(record)));

function withoutNulls(record: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const key of Object.keys(record)) {
    const value = record[key]!;
    if (value !== null) setOwn(kept, key, value);
  }
  return kept;
}

/** Removes the white space between tokens. */
function compact(json: Buffer): Uint8Array {
  const result = Buffer.allocUnsafe(json.length);
  let length = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (inString && byte === 0x5c) result[length++] = json[at++]!;
    else if (byte === 0x22) inString = !inString;
    else if (!inString && byte <= 0x20) continue;
    result[length++] = json[at]!;
  }
  return result.subarray(0, length);
}

function notARecord(value: JsonValue, raw: RawElement, elements: RawElements) {
  return decodeError(
    'not_a_record',
    `${elements.unit} ${raw.place} of the ${elements.format} body holds ${excerpt(stringifyJson(value), 60)}, but a record must be an object. Check the extractor's field_path and the decoder.`,
  );
}
