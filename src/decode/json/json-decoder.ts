import { defineComponent } from '../../manifest/define-component';
import type { JsonValue } from '../../protocol/json';
import type { ByteSource, DecodeContext, Decoder, LineBatch, LineEnvelope } from '../decoder';
import { contentTypeHint, decodeError } from '../decode-error';
import { utf8Chunks } from '../text-source';
import { JsonItemSlicer } from './json-item-slicer';
import { decodeRaw, transcodeRaw, type RawElement, type RawElements } from './raw-elements';

/** A document that is not an array is one element and must be held whole; JavaScript texts end at 536 million characters. */
export const LARGEST_DOCUMENT = 512_000_000;

const OPEN_BRACKET = 0x5b;

/** A list is cut into its elements as it arrives; anything else is read whole and is one element. Reference section 7. */
export class JsonDecoder implements Decoder {
  constructor(private readonly largestDocument = LARGEST_DOCUMENT) {}

  async *decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    const document = await openDocument(body);
    if (document.isList) {
      yield* decodeRaw(listElements(document.chunks, context));
    } else {
      const json = await this.whole(document.chunks);
      if (json.length > 0) yield* decodeRaw(oneElement(json, context));
    }
  }

  async *transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    const document = await openDocument(body);
    if (document.isList) {
      yield* transcodeRaw(listElements(document.chunks, context), envelope);
    } else {
      const json = await this.whole(document.chunks);
      if (json.length > 0) yield* transcodeRaw(oneElement(json, context), envelope);
    }
  }

  private async whole(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    for await (const chunk of chunks) {
      length += chunk.length;
      if (length > this.largestDocument) {
        throw decodeError(
          'document_too_large',
          `The JSON document is larger than ${this.largestDocument / 1e6} MB and is not a list, so it cannot be read piece by piece. Use a JsonItemsDecoder with the path of the records (items_path), which reads documents of any size.`,
        );
      }
      parts.push(chunk);
    }
    return trimmed(Buffer.concat(parts));
  }
}

function trimmed(json: Buffer): Buffer {
  let end = json.length;
  while (end > 0 && isSpace(json[end - 1]!)) end--;
  let start = 0;
  while (start < end && isSpace(json[start]!)) start++;
  return json.subarray(start, end);
}

const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Looks at the first byte that is not white space, and hands all bytes on. */
async function openDocument(body: ByteSource): Promise<{ isList: boolean; chunks: AsyncGenerator<Buffer> }> {
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

async function* joined(read: Buffer[], source: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* read;
    yield* source;
  } finally {
    await source.return(undefined);
  }
}

function listElements(chunks: AsyncIterable<Buffer>, context: DecodeContext): RawElements {
  return jsonElements((reader) => slices(chunks, new JsonItemSlicer('', reader)), context);
}

function oneElement(json: Buffer, context: DecodeContext): RawElements {
  return jsonElements(() => [[{ json, place: 0 }]], context);
}

/** What both JSON decoders cut out of a body. */
export function jsonElements(source: RawElements['source'], context: DecodeContext): RawElements {
  return { source, unit: 'byte', format: 'JSON', hint: contentTypeHint(context.headers).trim() };
}

/** Cuts a document with the slicer; what the slicer finds goes on as soon as a chunk is through. */
export async function* slices(chunks: AsyncIterable<Buffer>, slicer: JsonItemSlicer): AsyncGenerator<RawElement[]> {
  for await (const chunk of chunks) yield* slicer.write(chunk);
  slicer.end();
}

export const jsonDecoder = defineComponent({
  kind: 'Decoder',
  type: 'JsonDecoder',
  title: 'JSON',
  description:
    'Reads a body that is one JSON document. A list gives its elements, read one by one; any other document is one element and must fit into memory (512 MB). A body that is not JSON is an error, an empty body has no elements.',
  fields: {},
  examples: [{ type: 'JsonDecoder' }],
  build: () => new JsonDecoder(),
});
