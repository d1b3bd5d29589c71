import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import { ElementBatch } from '../batches';
import type { ByteSource, DecodeContext, Decoder } from '../decoder';
import { decodeError } from '../decode-error';
import { peek } from '../peek';
import { encodingName, headerCharset, utf8Chunks } from '../text-source';

/** A document that is one element is held whole, as objects of several times its size. */
const LARGEST_DOCUMENT = 512_000_000;
const LONGEST_DECLARATION = 256;
/** Such a part of a path can only be an element: no attribute, no text, no place in a list. */
const ELEMENT_NAME = /^[^@#\d.-][^.]*$/;

/** One XML document → one object, or the elements at `itemsPath` while they arrive. */
export class XmlDecoder implements Decoder {
  constructor(
    private readonly itemsPath?: string,
    private readonly largestDocument = LARGEST_DOCUMENT,
  ) {}

  /** The values at a path of names of elements, one by one, in place of the document. */
  atPath(path: readonly string[]): Decoder | undefined {
    if (this.itemsPath !== undefined || path.length === 0 || !path.every((name) => ELEMENT_NAME.test(name))) return undefined;
    return { decode: (body, context) => asValuesAtPath(this.elements(body, context, path.join('.'))) };
  }

  async *decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    const found = yield* this.elements(body, context, this.itemsPath);
    if (this.itemsPath !== undefined && !found) {
      context.warn(`The XML document has no element at the path ${JSON.stringify(this.itemsPath)}. Check the decoder's items_path.`);
    }
  }

  /** Returns whether there was an element at the path, or nothing at all. */
  private async *elements(body: ByteSource, context: DecodeContext, itemsPath: string | undefined): AsyncGenerator<JsonValue[], boolean> {
    const { XmlObjectBuilder } = await import('./xml-object-builder');
    const builder = new XmlObjectBuilder(itemsPath);
    const batch = new ElementBatch();
    const { encoding, bytes } = await textOf(body, context);
    let length = 0;
    let blank = true;
    for await (const chunk of utf8Chunks(bytes, encoding, encoding === 'utf-8')) {
      const text = chunk.toString('utf8');
      length += chunk.length;
      blank &&= text.trim() === '';
      if (itemsPath === undefined && length > this.largestDocument) {
        throw decodeError('document_too_large', `The XML document is larger than ${this.largestDocument / 1e6} MB. Set the XmlDecoder's items_path to the path of the record elements; then documents of any size are read.`);
      }
      const items = builder.write(text);
      for (const item of items) {
        batch.add(item, chunk.length / items.length);
        if (batch.full) yield batch.take();
      }
    }
    if (blank) return true;
    builder.end();
    if (itemsPath === undefined) yield [builder.document];
    else if (!batch.empty) yield batch.take();
    return builder.found;
  }
}

/** One element alone that is empty is nothing; among others it is null, as in the list that the document would have. */
async function* asValuesAtPath(batches: AsyncIterable<JsonValue[]>): AsyncGenerator<JsonValue[]> {
  let first: JsonValue[] | undefined;
  let isFirst = true;
  for await (const batch of batches) {
    if (isFirst && batch.length === 1 && batch[0] === null) first = batch;
    else if (first) {
      yield [...first, ...batch];
      first = undefined;
    } else yield batch;
    isFirst = false;
  }
}

/** The charset of the header goes before the one of the XML declaration, as in the reference; a byte order mark before both. */
async function textOf(body: ByteSource, context: DecodeContext): Promise<{ encoding: string; bytes: ByteSource }> {
  const { start, body: bytes } = await peek(body, LONGEST_DECLARATION);
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(start.toString('latin1'))?.[1];
  // What can be read here byte by byte is not in a wide encoding, whatever it says.
  const named = declared === undefined || /^(?:utf|ucs).?(?:16|32|4)/i.test(declared) ? 'utf-8' : encodingName(declared);
  const marked = start.length >= 2 && [0xfffe, 0xfeff, 0xefbb].includes(start.readUInt16BE(0));
  if (marked) return { encoding: 'utf-8', bytes };
  return { encoding: headerCharset(context.headers) ?? named, bytes };
}

export const xmlDecoder = defineComponent({
  kind: 'Decoder',
  type: 'XmlDecoder',
  title: 'XML',
  description:
    'Turns an XML document into an object: attributes under `@name`, text beside attributes or children under `#text`, repeated elements as a list, empty elements as null. All values are text. Without items_path the document is one element and must fit into memory.',
  fields: {
    items_path: field.string({
      description: 'The names of the elements from the root to the record elements, joined by dots. The decoder then gives each of these elements while the document arrives, and memory holds only one.',
      examples: ['feed.entry', 'report.rows.row'],
      extension: true,
    }),
  },
  examples: [{ type: 'XmlDecoder' }, { type: 'XmlDecoder', items_path: 'report.rows.row' }],
  build: ({ items_path }) => new XmlDecoder(items_path),
});
