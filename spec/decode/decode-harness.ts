import type { ByteSource, DecodeContext, Decoder } from '../../src/decode/decoder';
import { decodeDefinitions } from '../../src/decode/definitions';
import { isConnectorError } from '../../src/errors/connector-error';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import type { Runtime } from '../../src/platform/runtime';
import { isObject, type JsonObject, type JsonValue } from '../../src/protocol/json';
import { parseJson } from '../../src/protocol/lossless-json';

/** One body and what a decoder must make of it. */
export interface DecoderCase {
  description: string;
  decoder: JsonObject;
  bytes: string | Uint8Array;
  headers?: Record<string, string>;
  /** The elements, or the code of the error and words of its message. */
  rows?: JsonValue[];
  error?: { code: string; says: RegExp };
  warnings?: RegExp[];
  /** The error of the direct way to RECORD lines, where rows are no records. */
  transcodeError?: string;
  /** Too many bytes for a run with every cut. */
  long?: boolean;
}

export interface Outcome {
  rows: JsonValue[];
  warnings: string[];
  error: { code: string; message: string } | undefined;
}

/** With the definitions of this room only; decoders do not touch the runtime. */
export function buildDecoder(model: JsonObject): Decoder {
  const registry = new ComponentRegistry(decodeDefinitions);
  return registry
    .context({ config: {}, parameters: {}, path: 'decoder', streamName: 'test', isParent: false, role: undefined, runtime: {} as Runtime })
    .build('Decoder', model);
}

export async function* bodyOf(pieces: Iterable<Uint8Array>): ByteSource & AsyncGenerator<Uint8Array> {
  yield* pieces;
}

export const toBytes = (source: string | Uint8Array) => (typeof source === 'string' ? Buffer.from(source, 'utf8') : Buffer.from(source));

export function decodeAll(decoder: Decoder, pieces: Iterable<Uint8Array>, headers = {}): Promise<Outcome> {
  return outcome(headers, async (context, rows) => {
    for await (const batch of decoder.decode(bodyOf(pieces), context)) rows.push(...batch);
  });
}

const envelope = { head: Buffer.from('{"d":'), tail: Buffer.from(',"t":1}') };

/** The records in the lines of `transcode`; checks that the lines are what they claim to be. */
export function transcodeAll(decoder: Decoder, pieces: Iterable<Uint8Array>, headers = {}): Promise<Outcome> {
  return outcome(headers, async (context, rows) => {
    for await (const { lines, count } of decoder.transcode!(bodyOf(pieces), envelope, context)) {
      const texts = Buffer.from(lines).toString('utf8').split('\n');
      if (texts.pop() !== '' || texts.length !== count) throw new Error(`${count} lines were announced, ${texts.length} came`);
      for (const text of texts) {
        // Destinations read strict JSON only.
        JSON.parse(text);
        rows.push((parseJson(text) as JsonObject).d!);
      }
    }
  });
}

/** What an extractor with an empty path and the writer make of elements (reference sections 6.2 and 1.5). */
export function recordsOf(rows: JsonValue[]): JsonValue[] {
  return rows
    .flatMap((row) => (Array.isArray(row) ? row : isObject(row) && Object.keys(row).length === 0 ? [] : row ? [row] : []))
    .map((row) => Object.fromEntries(Object.entries(row as JsonObject).filter(([, value]) => value !== null)));
}

async function outcome(headers: Record<string, string>, run: (context: DecodeContext, rows: JsonValue[]) => Promise<void>): Promise<Outcome> {
  const rows: JsonValue[] = [];
  const warnings: string[] = [];
  try {
    await run({ headers, warn: (message) => void warnings.push(message) }, rows);
    return { rows, warnings, error: undefined };
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    return { rows, warnings, error: { code: error.code, message: error.message } };
  }
}

/** Every way to cut a body once, single bytes, and pieces with empty ones between. */
export function* cutsOf(bytes: Buffer): Generator<Buffer[]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield Array.from(bytes, (byte) => Buffer.from([byte]));
  yield [Buffer.alloc(0), bytes, Buffer.alloc(0)];
}
