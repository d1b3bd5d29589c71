import { isObject, type JsonValue } from '../../protocol/json';
import { stringifyJson } from '../../protocol/lossless-json';
import { ElementBatch } from '../batches';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder, LineBatch, LineEnvelope } from '../decoder';
import { decodeError, excerpt } from '../decode-error';
import { PlainRecordWriter } from '../json/plain-record-writer';
import { recordText } from '../json/raw-elements';
import { BATCH_BYTES } from '../line-buffers';
import { xmlChunks } from './xml-text';

/** Lines that are parsed at once, when objects are wanted: few enough that the batches stay small. */
const PARSED_BYTES = 64 * 1024;
const JSON_LIST: LineEnvelope = { head: Buffer.alloc(0), tail: Buffer.from(',') };

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
    const batches = this.objects(body, context);
    yield* this.as === 'values' ? withoutLoneNull(batches) : batches;
  }

  async *transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    const { XmlItems } = await import('./xml-items');
    const tail = Buffer.concat([envelope.tail, Buffer.from('\n')]);
    const items = new XmlItems(this.itemsPath, { envelope: { head: envelope.head, tail }, keepsNulls: false, batchBytes: BATCH_BYTES }, (item, index) => {
      if (isObject(item) && !loneNull) writer.add(recordText(item));
      else if (item === null && this.as === 'elements') return;
      else if (item === null && index === 0) {
        loneNull = true;
        items.handOverAll();
      } else throw this.notARecord(loneNull ? null : item, loneNull ? 0 : index);
    });
    const writer = items.reader ?? new PlainRecordWriter(envelope);
    let loneNull = false;
    for await (const chunk of xmlChunks(body, context)) {
      try {
        items.write(chunk);
      } catch (error) {
        yield* writer.takeAll();
        throw error;
      }
      yield* writer.takeFull();
    }
    items.end();
    yield* writer.takeAll();
    this.tellMissing(items, context);
  }

  private async *objects(body: ByteSource, context: DecodeContext): AsyncGenerator<DecodedBatch> {
    const { XmlItems } = await import('./xml-items');
    let found: JsonValue[] = [];
    const takeRead = () => {
      for (const { lines, release } of items.reader?.takeAll() ?? []) {
        const text = Buffer.from(lines.buffer, lines.byteOffset, lines.byteLength - 1).toString('utf8');
        for (const item of JSON.parse(`[${text}]`) as JsonValue[]) found.push(item);
        release?.();
      }
    };
    const items = new XmlItems(this.itemsPath, { envelope: JSON_LIST, keepsNulls: true, batchBytes: PARSED_BYTES }, (item) => {
      takeRead();
      found.push(item);
    });
    const batch = new ElementBatch();
    for await (const chunk of xmlChunks(body, context)) {
      items.write(chunk);
      takeRead();
      for (const item of found) {
        batch.add(item, chunk.length / found.length);
        if (batch.full) yield batch.take();
      }
      found = [];
    }
    items.end();
    for (const item of found) batch.add(item, 0);
    if (!batch.empty) yield batch.take();
    this.tellMissing(items, context);
  }

  private tellMissing({ found }: { found: boolean }, context: DecodeContext): void {
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

async function* withoutLoneNull(batches: AsyncIterable<DecodedBatch>): AsyncGenerator<DecodedBatch> {
  let first: DecodedBatch | undefined;
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
