import type { JsonValue } from '../../protocol/json';
import { WasmXmlReader, type XmlLines } from './wasm-xml-reader';
import { XmlObjectBuilder } from './xml-object-builder';

const GREATER = 0x3e;
/** Longer items are left to the parser. Room for larger ones would cost more than a document with few items does. */
const LARGEST_ITEM = 64 * 1024;

/** Paths that are longer leave too little of the depth that a document may have. */
const LONGEST_PATH = 100;
const LONGEST_NAME = 1000;

export type ItemLines = Omit<XmlLines, 'largestItem'>;

/**
 * The elements at a path of a document that arrives in chunks. A WebAssembly program reads items that are usual; the parser
 * reads what is around them and whatever is not usual, up to the next place where an item can begin.
 */
export class XmlItems {
  /** All items that come are handed over, as long as this is set. */
  parsesAll = false;
  /** Writes the items that are not handed over; undefined where the parser reads all of them. */
  readonly reader: WasmXmlReader | undefined;
  private readonly builder: XmlObjectBuilder;
  private readonly itemName: string;
  /** Items that the parser and the reader have read. */
  private parsed = 0;
  private fastItems = 0;
  /** The next place of a start tag like an item's in the text that is being read, and the end of the next such end tag. */
  private nextStart = 0;
  private nextEnd = 0;

  /**
   * @param lines how the reader writes items
   * @param add gets the items that the parser has read, and how many are before it
   */
  constructor(
    itemsPath: string,
    lines: ItemLines,
    private readonly add: (item: JsonValue, index: number) => void,
  ) {
    const parts = itemsPath.split('.');
    this.itemName = parts.at(-1)!;
    this.builder = new XmlObjectBuilder(itemsPath);
    if (parts.length > 1 && parts.length < LONGEST_PATH && this.itemName.length < LONGEST_NAME) this.reader = WasmXmlReader.create(this.itemName, { ...lines, largestItem: LARGEST_ITEM });
  }

  /** Whether an element stood at the path, or there is no text at all. */
  get found(): boolean {
    return this.builder.isBlank || this.builder.found || this.fastItems > 0;
  }

  /** UTF-8 in whole characters. @throws ConnectorError when it is no XML */
  write(chunk: Buffer): void {
    const { reader } = this;
    if (!reader) return this.parse(chunk, 0, chunk.length);
    const text = reader.append(chunk);
    this.nextStart = this.nextEnd = 0;
    let isPlain: boolean | undefined;
    let at = 0;
    while (at < text.length) {
      if (!this.parsesAll && this.builder.isBefore(this.itemName) && (isPlain ??= reader.isPlain)) {
        const before = reader.count;
        const to = reader.read(at);
        this.fastItems += reader.count - before;
        const { lines, columns } = reader.passed(at, to);
        this.builder.skip(lines, columns);
        at = to;
        if (reader.needsMore && text.length - at <= LARGEST_ITEM) break;
      }
      const end = this.nextPlace(text, at);
      this.parse(text, at, end);
      at = end;
    }
    reader.keepFrom(at);
  }

  /** @throws ConnectorError when the document has not ended */
  end(): void {
    const rest = this.reader?.kept;
    if (rest) this.parse(rest, 0, rest.length);
    if (!this.builder.isBlank) this.builder.end();
  }

  private parse(text: Buffer, from: number, end: number): void {
    for (const item of this.builder.write(text.toString('utf8', from, end))) this.add(item, this.fastItems + this.parsed++);
  }

  /** Where an item may begin after `from`: before a start tag like an item's, or behind such an end tag. */
  private nextPlace(text: Buffer, from: number): number {
    if (this.nextStart <= from) this.nextStart = placeOf(text, `<${this.itemName}`, from + 1);
    if (this.nextEnd <= from) {
      const tag = placeOf(text, `</${this.itemName}`, from);
      const close = text.indexOf(GREATER, tag);
      this.nextEnd = close < 0 ? text.length : close + 1;
    }
    // The program takes the white space before a tag, and can begin only right behind a tag.
    let start = this.nextStart;
    while (start > from && text[start - 1]! <= 0x20) start--;
    return Math.min(start > from ? start : this.nextStart, this.nextEnd);
  }
}

function placeOf(text: Buffer, part: string, from: number): number {
  const at = text.indexOf(part, from);
  return at < 0 ? text.length : at;
}
