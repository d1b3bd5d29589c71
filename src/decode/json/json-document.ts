import type { ByteSource, DecodeContext } from '../decoder';
import { contentTypeHint, decodeError } from '../decode-error';
import { utf8Chunks } from '../text-source';
import type { JsonItemSlicer } from './json-item-slicer';
import type { RawElement, RawElements } from './raw-elements';

/** What must be held whole may have so many bytes; JavaScript texts end at 536 million characters. */
export const LARGEST_DOCUMENT = 512_000_000;

const OPEN_BRACKET = 0x5b;

export interface OpenDocument {
  isList: boolean;
  chunks: AsyncGenerator<Buffer>;
}

/** Looks at the first byte that is not white space, and hands all bytes on. */
export async function openDocument(body: ByteSource): Promise<OpenDocument> {
  const source = utf8Chunks(body, 'utf-8', true);
  const read: Buffer[] = [];
  let isList = false;
  for (;;) {
    const next = await source.next();
    if (next.done) break;
    read.push(next.value);
    const first = next.value.find((byte) => !isSpace(byte));
    if (first === undefined) continue;
    isList = first === OPEN_BRACKET;
    break;
  }
  return { isList, chunks: joined(read, source) };
}

export async function* joined(read: Iterable<Buffer>, source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* read;
    yield* source;
  } finally {
    await source.return(undefined);
  }
}

/** The document without white space around it; empty when there is none. */
export async function wholeDocument(chunks: AsyncIterable<Buffer>, largest: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > largest) throw documentTooLarge('The JSON document', largest);
    parts.push(chunk);
  }
  return trimmed(Buffer.concat(parts));
}

export function documentTooLarge(what: string, largest: number) {
  return decodeError(
    'document_too_large',
    `${what} is larger than ${largest / 1e6} MB and is not a list, so it cannot be read piece by piece. Use a JsonItemsDecoder with the path of the records (items_path), which reads documents of any size.`,
  );
}

function trimmed(json: Buffer): Buffer {
  let end = json.length;
  while (end > 0 && isSpace(json[end - 1]!)) end--;
  let start = 0;
  while (start < end && isSpace(json[start]!)) start++;
  return json.subarray(start, end);
}

const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** What the JSON decoders cut out of a body. */
export function jsonElements(source: RawElements['source'], context: DecodeContext): RawElements {
  return { source, unit: 'byte', format: 'JSON', hint: contentTypeHint(context.headers).trim(), idle: context.idle };
}

/** Cuts a document with the slicer; what the slicer finds goes on as soon as a chunk is through. */
export async function* slices(chunks: AsyncIterable<Buffer>, slicer: JsonItemSlicer): AsyncGenerator<RawElement[]> {
  for await (const chunk of chunks) yield* slicer.write(chunk);
  slicer.end();
}
