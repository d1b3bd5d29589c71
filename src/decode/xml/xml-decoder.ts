import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import type { ByteSource, DecodeContext, Decoder } from '../decoder';
import { decodeError } from '../decode-error';
import { FastXmlDocuments } from './fast-xml-documents';
import { XmlAtPath } from './xml-at-path';
import type { XmlObjectBuilder } from './xml-object-builder';
import { xmlChunks } from './xml-text';

/** A document that is one element is held whole, as objects of several times its size. */
const LARGEST_DOCUMENT = 512_000_000;
/** Such a part of a path can only be an element: no attribute, no text, no place in a list. */
const ELEMENT_NAME = /^[^@#\d.-][^.]*$/;

/** One XML document → one object, or the elements at `itemsPath` while they arrive. */
export class XmlDecoder implements Decoder {
  // Present with an items path: otherwise there is nothing to write before the document ends.
  readonly transcode: Decoder['transcode'];
  readonly transcodePlanned: Decoder['transcodePlanned'];
  private readonly items: XmlAtPath | undefined;
  private readonly fastDocuments = new FastXmlDocuments();

  constructor(
    itemsPath?: string,
    private readonly largestDocument = LARGEST_DOCUMENT,
  ) {
    if (itemsPath === undefined) return;
    const items = new XmlAtPath(itemsPath, 'elements');
    this.items = items;
    this.transcode = (body, envelope, context) => items.transcode(body, envelope, context);
    this.transcodePlanned = (body, planned, context) => items.transcodePlanned(body, planned, context);
  }

  /** The values at a path of names of elements, one by one, in place of the document. */
  atPath(path: readonly string[]): Decoder | undefined {
    if (this.items || path.length === 0 || !path.every((name) => ELEMENT_NAME.test(name))) return undefined;
    return new XmlAtPath(path.join('.'), 'values');
  }

  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    return this.items ? this.items.decode(body, context) : this.document(body, context);
  }

  private async *document(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    let builder: XmlObjectBuilder | undefined;
    let held: Buffer[] = [];
    const parse = async () => {
      builder ??= new (await import('./xml-object-builder')).XmlObjectBuilder();
      for (const chunk of held) builder.write(chunk.toString('utf8'));
      held = [];
      return builder;
    };
    let length = 0;
    for await (const chunk of xmlChunks(body, context)) {
      length += chunk.length;
      if (length > this.largestDocument) {
        throw decodeError('document_too_large', `The XML document is larger than ${this.largestDocument / 1e6} MB. Set the XmlDecoder's items_path to the path of the record elements; then documents of any size are read.`);
      }
      held.push(chunk);
      if (length > FastXmlDocuments.LARGEST) await parse();
    }
    const fast = builder ? undefined : this.fastDocuments.read(Buffer.concat(held));
    if (fast) return yield [fast];
    const parsed = await parse();
    if (parsed.isBlank) return;
    parsed.end();
    yield [parsed.document];
  }
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
