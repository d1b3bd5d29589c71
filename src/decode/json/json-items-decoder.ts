import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder, LineBatch, LineEnvelope, PlannedOutput } from '../decoder';
import { encodingName, utf8Chunks } from '../text-source';
import { DottedPath } from './item-path';
import { jsonElements, slices } from './json-document';
import { JsonItemSlicer } from './json-item-slicer';
import { decodeRaw, transcodePlannedRaw, transcodeRaw, type RawElement, type RawElements } from './raw-elements';
import type { RecordReader } from './record-writer';

/** The elements of an array inside of one JSON document of any size; memory holds one element. Reference section 7. */
export class JsonItemsDecoder implements Decoder {
  private readonly encoding: string;

  /** `encoding` utf-8 also recognises UTF-16 and UTF-32. */
  constructor(
    private readonly itemsPath: string,
    encoding = 'utf-8',
  ) {
    this.encoding = encodingName(encoding);
  }

  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    return decodeRaw(this.elements(body, context));
  }

  transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    return transcodeRaw(this.elements(body, context), envelope);
  }

  transcodePlanned(body: ByteSource, planned: PlannedOutput, context: DecodeContext): AsyncGenerator<LineBatch | DecodedBatch> {
    return transcodePlannedRaw(this.elements(body, context), planned);
  }

  private elements(body: ByteSource, context: DecodeContext): RawElements {
    return jsonElements((reader) => this.items(body, context, reader), context);
  }

  private async *items(body: ByteSource, context: DecodeContext, reader: RecordReader | undefined): AsyncGenerator<RawElement[]> {
    const slicer = new JsonItemSlicer(new DottedPath(this.itemsPath), reader);
    yield* slices(utf8Chunks(body, this.encoding, true), slicer);
    if (!slicer.found && !slicer.empty) {
      context.warn(`The JSON document has no list at the path ${JSON.stringify(this.itemsPath)}, so it gave no elements. Check the decoder's items_path.`);
    }
  }
}

export const jsonItemsDecoder = defineComponent({
  kind: 'Decoder',
  type: 'JsonItemsDecoder',
  title: 'JSON items',
  description:
    'Reads the elements of a list inside of one JSON document while it arrives, whatever its size. Use it for big documents whose records lie below some member.',
  fields: {
    items_path: required(
      field.string({
        description: 'Where the list is: the names of the members, joined by dots, without `$` or `[*]`. The name `item` steps into every element of an outer list.',
        examples: ['data.users', 'dataByAsin', 'pages.item.rows'],
      }),
    ),
    encoding: field.string({
      default: 'utf-8',
      description: 'The encoding of the text. With utf-8, documents in UTF-16 and UTF-32 are recognised, too.',
      examples: ['latin-1'],
    }),
  },
  examples: [{ type: 'JsonItemsDecoder', items_path: 'data.users' }],
  build: ({ items_path, encoding }) => new JsonItemsDecoder(items_path, encoding),
});
