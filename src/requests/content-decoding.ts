import { Readable, pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { ConnectorError } from '../errors/connector-error';

/** Large chunks halve the cost of inflating (measured). */
const CHUNK_BYTES = 256 * 1024;

/**
 * Undoes the `content-encoding` of a body. Bytes that are not encoded although the header says so go through as they
 * are. Damage is an error of code `http.body_corrupt`; a failure of `source` comes out unchanged.
 */
export function decodeContent(source: AsyncIterable<Uint8Array>, contentEncoding: string | undefined): AsyncIterable<Uint8Array> {
  const codings = (contentEncoding ?? '').toLowerCase().split(',').map((coding) => coding.trim()).filter((coding) => coding && coding !== 'identity');
  let body = source;
  for (const coding of codings.reverse()) body = decodeOne(body, coding);
  return body;
}

async function* decodeOne(source: AsyncIterable<Uint8Array>, coding: string): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  try {
    let head: Uint8Array = new Uint8Array(0);
    while (head.length < 2 && !ended) {
      const { done, value } = await iterator.next();
      if (done) ended = true;
      else head = head.length === 0 ? value : Buffer.concat([head, value]);
    }
    const whole = (async function* () {
      if (head.length > 0) yield head;
      while (!ended) {
        const { done, value } = await iterator.next();
        if (done) ended = true;
        else yield value;
      }
    })();
    const inflater = head.length > 0 ? inflaterFor(coding, head) : undefined;
    if (inflater) yield* inflate(whole, inflater, coding);
    else yield* whole;
  } finally {
    if (!ended) await iterator.return?.();
  }
}

function inflaterFor(coding: string, head: Uint8Array): Transform | undefined {
  const options = { chunkSize: CHUNK_BYTES };
  const [first = 0, second = 0] = head;
  if (coding === 'gzip' || coding === 'x-gzip') return first === 0x1f && second === 0x8b ? createGunzip(options) : undefined;
  if (coding === 'br') return createBrotliDecompress(options);
  // "deflate" should mean zlib; some servers send the bare format.
  if (coding === 'deflate') return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0 ? createInflate(options) : createInflateRaw(options);
  throw new ConnectorError({
    code: 'http.unknown_content_encoding',
    message: `The API sent a body with the content-encoding "${coding}", which cannot be read. Ask for another one with the request header Accept-Encoding.`,
  });
}

async function* inflate(source: AsyncIterable<Uint8Array>, inflater: Transform, coding: string): AsyncGenerator<Uint8Array> {
  let sourceError: unknown;
  const input = Readable.from(
    (async function* () {
      try {
        yield* source;
      } catch (error) {
        sourceError = error;
        throw error;
      }
    })(),
    { objectMode: false },
  );
  pipeline(input, inflater, () => {});
  try {
    yield* inflater as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (sourceError) throw sourceError;
    throw ConnectorError.transient('http.body_corrupt', `The ${coding} encoding of a body is damaged (${(error as Error).message}). If it happens again, ask the API for plain bodies with the request header "Accept-Encoding: identity".`, {
      recovery: 'resume_body',
      cause: error,
    });
  } finally {
    input.destroy();
    inflater.destroy();
  }
}
