import { getOwn, isEmpty, isObject, type JsonValue } from '../../protocol/json';
import { stringifyJson } from '../../protocol/lossless-json';
import { isConnectorError } from '../../errors/connector-error';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder, LineBatch, LineEnvelope, PlannedOutput } from '../decoder';
import type { PageOutline } from '../page-outline';
import { DottedPath, MemberPath } from './item-path';
import { documentTooLarge, joined, jsonElements, openDocument, slices, wholeDocument } from './json-document';
import { JsonItemSlicer } from './json-item-slicer';
import { decodeRaw, parseElement, transcodePlannedRaw, transcodeRaw, type RawElement, type RawElements } from './raw-elements';
import type { ItemReader, RecordReader } from './record-writer';

/** Documents up to this size are looked through before anything goes out. */
const HELD_BYTES = 1 << 20;

/**
 * What an extractor finds at a path of member names in each element of a JSON document. Of a list at the path memory holds
 * one item; any other value there is held until the document ends, since a later member of the same name would replace it.
 * A document that has such members in its first megabyte is read whole; where they come later, that is an error.
 */
export class JsonAtPath implements Decoder {
  readonly outlinesPages = 'document';
  private readonly memberPath: MemberPath;

  constructor(
    private readonly path: readonly string[],
    private readonly largestValue: number,
    private readonly heldBytes = HELD_BYTES,
  ) {
    this.memberPath = new MemberPath(path);
  }

  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<DecodedBatch> {
    return decodeRaw(this.elements(body, context));
  }

  transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    return transcodeRaw(this.elements(body, context), envelope);
  }

  transcodePlanned(body: ByteSource, planned: PlannedOutput, context: DecodeContext): AsyncGenerator<LineBatch | DecodedBatch> {
    return transcodePlannedRaw(this.elements(body, context), planned);
  }

  private elements(body: ByteSource, context: DecodeContext): RawElements {
    const elements: RawElements = { ...jsonElements((reader) => this.found(body, elements, reader, context.outline), context), areRecords: true };
    return elements;
  }

  private async *found(body: ByteSource, elements: RawElements, reader: RecordReader | undefined, outline: PageOutline | undefined): AsyncGenerator<RawElement[]> {
    const { isList, chunks } = await openDocument(body);
    if (isList) {
      let isFirst = true;
      for await (const group of slices(chunks, new JsonItemSlicer(new DottedPath('')))) {
        if (isFirst && group.length > 0) outline?.rest(group[0]!.json);
        isFirst &&= group.length === 0;
        const found = group.flatMap((each) => this.inside(each, elements));
        for (const { json } of found) outline?.records(json);
        yield found;
      }
      return;
    }
    const { start, isAll } = await beginning(chunks, this.heldBytes);
    const all = joined(start, chunks);
    if (this.mustBeWhole(start, isAll, reader && looker(reader))) {
      const json = await wholeDocument(all, this.largestValue);
      outline?.rest(json);
      const found = json.length > 0 ? this.insideParsed({ json, place: 0 }, elements) : [];
      for (const each of found) outline?.records(each.json);
      yield found;
      return;
    }
    const slicer = new JsonItemSlicer(this.memberPath, reader, outline);
    for await (const group of slices(all, slicer)) {
      yield group;
      if (slicer.heldBytes > this.largestValue) throw documentTooLarge(`A value at ${JSON.stringify(this.path)} in the JSON document`, this.largestValue);
    }
    yield valueOf(slicer, elements);
  }

  /** Whether only the whole document tells what counts, or what is wrong with it. */
  private mustBeWhole(start: readonly Buffer[], isAll: boolean, reader: ItemReader | undefined): boolean {
    try {
      const slicer = new JsonItemSlicer(this.memberPath, reader);
      for (const chunk of start) for (const _ of slicer.write(chunk));
      if (isAll) slicer.end();
      return false;
    } catch (error) {
      return isAll || (isConnectorError(error) && error.code === 'decode.repeated_member');
    }
  }

  /** What is at the path in one element. */
  private inside(element: RawElement, elements: RawElements): RawElement[] {
    const slicer = new JsonItemSlicer(this.memberPath);
    let found: RawElement[];
    try {
      found = [...slicer.write(element.json)].flat();
      slicer.end();
    } catch {
      return this.insideParsed(element, elements);
    }
    return [...found, ...valueOf(slicer, elements)].map(({ json, place }) => ({ json, place: element.place + place }));
  }

  private insideParsed(element: RawElement, elements: RawElements): RawElement[] {
    let value: JsonValue | undefined = parseElement(element, elements);
    for (const name of this.path) value = isObject(value) ? getOwn(value, name) : undefined;
    const found = Array.isArray(value) ? value : isEmpty(value) ? [] : [value as JsonValue];
    return found.map((each) => ({ json: Buffer.from(stringifyJson(each)), place: element.place }));
  }
}

/** Only looks where a reader would read. */
function looker(reader: RecordReader): ItemReader | undefined {
  return reader.skipItems && { load: (chunk) => reader.load(chunk), readItems: (at) => reader.skipItems!(at) };
}

/** The value that stood at the path in place of a list, unless it is empty. */
function valueOf({ value }: JsonItemSlicer, elements: RawElements): RawElement[] {
  return value && !isEmpty(parseElement(value, elements)) ? [value] : [];
}

/** The first chunks, more than `bytes` of them when there are more. */
async function beginning(chunks: AsyncGenerator<Buffer>, bytes: number): Promise<{ start: Buffer[]; isAll: boolean }> {
  const start: Buffer[] = [];
  for (let length = 0; length <= bytes; ) {
    const next = await chunks.next();
    if (next.done) return { start, isAll: true };
    start.push(next.value);
    length += next.value.length;
  }
  return { start, isAll: false };
}
