import { isObject, type JsonValue } from '../../protocol/json';
import { stringifyJson } from '../../protocol/lossless-json';
import { ElementBatch } from '../batches';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder, LineBatch, LineEnvelope, PlannedOutput } from '../decoder';
import { decodeError, excerpt } from '../decode-error';
import { JsonlDecoder } from '../json/jsonl-decoder';
import { PlainRecordWriter } from '../json/plain-record-writer';
import { recordText } from '../json/raw-elements';
import { BATCH_BYTES } from '../line-buffers';
import type { ItemLines, XmlItems } from './xml-items';
import { xmlChunks } from './xml-text';

/** Lines that are parsed at once, when objects are wanted: few enough that the batches stay small. */
const PARSED_BYTES = 64 * 1024;
const LIST: LineEnvelope = { head: Buffer.alloc(0), tail: Buffer.from(',') };
const JSON_LINES: LineEnvelope = { head: Buffer.alloc(0), tail: Buffer.alloc(0) };

/**
 * The elements at a path of an XML document, while it arrives. As `elements` they are what the decoder gives to an
 * extractor, which drops empty ones; as `values` they are what an extractor would find at the path: one element alone that
 * is empty is nothing there, and among others it is null.
 */
export class XmlAtPath implements Decoder {
  constructor(
    private readonly itemsPath: string,
    private readonly as: 'elements' | 'values',
  ) {}

  async *decode(body: ByteSource, context: DecodeContext): AsyncGenerator<DecodedBatch> {
    const found: JsonValue[] = [];
    const items = await this.open({ envelope: LIST, keepsNulls: true, batchBytes: PARSED_BYTES }, (item) => {
      takeRead();
      found.push(item);
    });
    const takeRead = () => {
      for (const { lines, release } of items.reader?.takeAll() ?? []) {
        const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength - ',\n'.length).toString('utf8');
        for (const item of JSON.parse(`[${text}]`) as JsonValue[]) found.push(item);
        release?.();
      }
    };
    const batch = new ElementBatch();
    for await (const chunk of xmlChunks(body, context)) {
      items.write(chunk);
      takeRead();
      const bytes = chunk.length / found.length;
      for (const item of found.splice(0)) {
        batch.add(item, bytes);
        if (batch.full) yield batch.take();
      }
    }
    items.end();
    items.reader?.close();
    for (const item of found) batch.add(item, 0);
    if (!batch.empty) yield batch.take();
    this.tellMissing(items, context);
  }

  async *transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    yield* this.lines(body, context, { envelope, keepsNulls: false, batchBytes: BATCH_BYTES }, (item, index) => {
      if (isObject(item)) return recordText(item);
      if (item === null && this.as === 'elements') return undefined;
      throw this.notARecord(item, index);
    });
  }

  /** JSON Lines of the items are what plans are made for. */
  transcodePlanned(body: ByteSource, planned: PlannedOutput, context: DecodeContext): AsyncGenerator<LineBatch | DecodedBatch> {
    return new JsonlDecoder().transcodePlanned(this.jsonLines(body, context), planned, { ...context, places: undefined });
  }

  private async *jsonLines(body: ByteSource, context: DecodeContext): AsyncGenerator<Uint8Array> {
    for await (const { lines, release } of this.lines(body, context, { envelope: JSON_LINES, keepsNulls: true, batchBytes: PARSED_BYTES }, (item) => Buffer.from(stringifyJson(item)))) {
      yield lines;
      release?.();
    }
  }

  /** `textOf`: the JSON of an item that the parser has read; undefined when it is left out. */
  private async *lines(body: ByteSource, context: DecodeContext, lines: ItemLines, textOf: (item: JsonValue, index: number) => Buffer | undefined): AsyncGenerator<LineBatch> {
    const items = await this.open(lines, (item, index) => {
      const json = textOf(item, index);
      if (json) writer.add(json);
    });
    const writer = items.reader ?? new PlainRecordWriter(lines.envelope);
    for await (const chunk of xmlChunks(body, context)) {
      try {
        items.write(chunk);
      } catch (error) {
        // What is complete goes out before what is not.
        yield* writer.takeAll();
        throw error;
      }
      yield* writer.takeFull();
    }
    items.end();
    const last = writer.takeAll();
    items.reader?.close();
    yield* last;
    this.tellMissing(items, context);
  }

  /** `add` gets the items that are not lines: not an empty one that is alone, where that is nothing. */
  private async open(lines: ItemLines, add: (item: JsonValue, index: number) => void): Promise<XmlItems> {
    const { XmlItems } = await import('./xml-items');
    let holdsNull = false;
    const items = new XmlItems(this.itemsPath, lines, (item, index) => {
      if (this.as === 'values' && item === null && index === 0) {
        holdsNull = items.parsesAll = true;
        return;
      }
      if (holdsNull) add(null, 0);
      holdsNull = items.parsesAll = false;
      add(item, index);
    });
    return items;
  }

  private tellMissing({ found }: XmlItems, context: DecodeContext): void {
    if (this.as === 'elements' && !found) {
      context.warn(`The XML document has no element at the path ${JSON.stringify(this.itemsPath)}. Check the decoder's items_path.`);
    }
  }

  private notARecord(item: JsonValue, index: number) {
    return decodeError(
      'not_a_record',
      `Item ${index + 1} at ${JSON.stringify(this.itemsPath)} of the XML document holds ${excerpt(stringifyJson(item), 60)}, but a record must be an object. Check the extractor's field_path and the decoder, or drop such items with a record_filter.`,
    );
  }
}
