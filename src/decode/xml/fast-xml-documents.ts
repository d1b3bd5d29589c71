import { setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { WasmXmlReader } from './wasm-xml-reader';

/** The parser has read a smaller document before the program is ready, and a larger one takes memory that stays. */
const SMALLEST = 2 * 1024;
const LARGEST = 512 * 1024;
const EMPTY = Buffer.alloc(0);

/** What may stand before the root where nothing is unusual; the name of the root follows. */
const BEFORE_ROOT = /^(?:<\?xml version="1\.0"(?: encoding="[A-Za-z][A-Za-z0-9._-]*")?(?: standalone="(?:yes|no)")? ?\?>)?[ \t\r\n]*(?=<([A-Za-z_][\w.:-]*))/;
const LONGEST_BEFORE_ROOT = 512;

/** Reads documents of moderate size with the program that is made for items: the root is the only one. */
export class FastXmlDocuments {
  private reader: WasmXmlReader | undefined;
  private rootName = '';

  /** So many bytes are worth to be held together. */
  static readonly LARGEST = LARGEST;

  /** UTF-8; undefined when the parser must read it, which knows what is wrong, too. */
  read(text: Buffer): JsonObject | undefined {
    if (text.length < SMALLEST || text.length > LARGEST) return undefined;
    const start = BEFORE_ROOT.exec(text.toString('latin1', 0, LONGEST_BEFORE_ROOT));
    const reader = start && this.readerOf(start[1]!);
    if (!reader) return undefined;
    const content = reader.append(text.subarray(start[0].length));
    const end = reader.isPlain ? reader.read(0) : 0;
    const isWhole = content.subarray(end).every((byte) => byte <= 0x20);
    reader.keepFrom(content.length);
    const batches = reader.takeAll();
    for (const { release } of batches) release?.();
    if (!isWhole || batches.length !== 1 || batches[0]!.count !== 1) return undefined;
    const document: JsonObject = {};
    setOwn(document, start[1]!, JSON.parse(Buffer.from(batches[0]!.lines).toString('utf8')) as JsonValue);
    return document;
  }

  /** Most documents of a stream have the same root. */
  private readerOf(name: string): WasmXmlReader | undefined {
    if (name !== this.rootName) {
      this.rootName = name;
      this.reader = WasmXmlReader.create(name, { envelope: { head: EMPTY, tail: EMPTY }, keepsNulls: true, batchBytes: LARGEST, largestItem: LARGEST });
    }
    return this.reader;
  }
}
