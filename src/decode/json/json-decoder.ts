import { defineComponent } from '../../manifest/define-component';
import type { JsonValue } from '../../protocol/json';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder, LineBatch, LineEnvelope, PlannedOutput } from '../decoder';
import { DottedPath } from './item-path';
import { JsonAtPath } from './json-at-path';
import { jsonElements, LARGEST_DOCUMENT, openDocument, slices, wholeDocument } from './json-document';
import { JsonItemSlicer } from './json-item-slicer';
import { decodeRaw, transcodePlannedRaw, transcodeRaw, type RawElements } from './raw-elements';

/** A list is cut into its elements as it arrives; anything else is read whole and is one element. Reference section 7. */
export class JsonDecoder implements Decoder {
  readonly outlinesPages = 'records';

  constructor(private readonly largestDocument = LARGEST_DOCUMENT) {}

  /** Numbers may mean places in lists, which are not looked for. */
  atPath(path: readonly string[]): Decoder | undefined {
    if (path.length === 0 || path.some((name) => /^\s*[-+]?\d+\s*$/.test(name))) return undefined;
    return new JsonAtPath(path, this.largestDocument);
  }

  async *decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    const elements = await this.elements(body, context);
    if (elements) yield* decodeRaw(elements);
  }

  async *transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    const elements = await this.elements(body, context);
    if (elements) yield* transcodeRaw(elements, envelope);
  }

  async *transcodePlanned(body: ByteSource, planned: PlannedOutput, context: DecodeContext): AsyncGenerator<LineBatch | DecodedBatch> {
    const elements = await this.elements(body, context);
    if (elements) yield* transcodePlannedRaw(elements, planned);
  }

  private async elements(body: ByteSource, context: DecodeContext): Promise<RawElements | undefined> {
    const { isList, chunks } = await openDocument(body);
    if (isList) return jsonElements((reader) => slices(chunks, new JsonItemSlicer(new DottedPath(''), reader, context.outline)), context);
    const json = await wholeDocument(chunks, this.largestDocument);
    context.outline?.records(json);
    return json.length > 0 ? jsonElements(() => [[{ json, place: 0 }]], context) : undefined;
  }
}

export const jsonDecoder = defineComponent({
  kind: 'Decoder',
  type: 'JsonDecoder',
  title: 'JSON',
  description:
    'Reads a body that is one JSON document. A list gives its elements, read one by one; any other document is one element and must fit into memory (512 MB), unless an extractor looks for its records at a path of names: then they are read one by one, too. A body that is not JSON is an error, an empty body has no elements.',
  fields: {},
  examples: [{ type: 'JsonDecoder' }],
  build: () => new JsonDecoder(),
});
