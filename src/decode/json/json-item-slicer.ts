import { parseJson } from '../../protocol/lossless-json';
import { decodeError } from '../decode-error';
import type { PageOutline } from '../page-outline';
import type { ItemPath } from './item-path';
import type { RawElement } from './raw-elements';
import type { ItemReader } from './record-writer';

/** What may come next outside of the items. */
type Expect = 'value' | 'value or ]' | 'key or }' | 'key' | ':' | ', or end' | 'nothing';

interface Frame {
  isObject: boolean;
  /** Where in the path the container is, or undefined when no item can lie below it. */
  place: number | undefined;
  /** Whether its member on the path was there. */
  hasNext: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const MAX_SCALAR = 4096;
const MAX_DEPTH = 2000;

/** The classes of bytes that matter inside an item. */
const [PLAIN, STRING, OPEN, CLOSE, SEPARATOR] = [0, 1, 2, 3, 4];
const CLASS = new Uint8Array(256);
CLASS[QUOTE] = STRING;
CLASS[0x7b] = CLASS[0x5b] = OPEN;
CLASS[0x7d] = CLASS[0x5d] = CLOSE;
CLASS[COMMA] = SEPARATOR;

const isSpace = (byte: number) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/**
 * Cuts the items at a path out of one JSON document, without keeping more than one of them. What is between the items is
 * checked here, the items themselves by whoever parses them.
 * Takes UTF-8 chunks of whole characters; positions are bytes of the UTF-8 text.
 */
export class JsonItemSlicer {
  /** Whether an array (or anything with items) stood at the path. */
  found = false;
  /** Where one value is meant (`ItemPath.isOneValue`): the value, when it is no list. */
  value: RawElement | undefined;
  private readonly stack: Frame[] = [];
  private expect: Expect = 'value';
  /** The place in the path of the value or member that comes next; undefined where no item can be. */
  private place: number | undefined = 0;
  /** Bytes of the chunks before the current one. */
  private offset = 0;
  private inString = false;
  /** 1 after a backslash, 2 to 5 while hexadecimal digits are due. */
  private escape = 0;
  /** The beginning of the name of a member: longer ones cannot be on the path. */
  private key: number[] | undefined;
  private keyBytes = 0;
  private readonly scalar: number[] = [];

  private inItem = false;
  private depth = 0;
  private itemStart = 0;
  private parts: Buffer[] = [];
  private items: RawElement[] = [];

  /** A `reader` gets the items of an array first; what it cannot read is cut as usual. */
  constructor(
    private readonly path: ItemPath,
    private readonly reader?: ItemReader,
    private readonly outline?: PageOutline,
  ) {}

  /** The items that end in this chunk; with a reader, one by one, because what it reads comes between them. */
  *write(chunk: Buffer): Generator<RawElement[]> {
    let isLoaded = false;
    for (let at = 0; at < chunk.length; ) {
      if (this.reader && !this.reader.isIdle && this.isBeforeItem()) {
        yield this.takeItems();
        if (!isLoaded) this.reader.load(chunk);
        isLoaded = true;
        const from = at;
        at = this.readItems(this.reader, at);
        this.outline?.records(chunk.subarray(from, at));
        if (at >= chunk.length) break;
      }
      const [isInside, from] = [this.inItem, at];
      at = isInside ? this.scanItems(chunk, at) : this.scanOutside(chunk, at);
      if (isInside) this.outline?.records(chunk.subarray(from, at));
      else this.outline?.rest(chunk.subarray(from, at));
    }
    this.offset += chunk.length;
    yield this.takeItems();
  }

  /** True while there was nothing but white space. */
  get empty(): boolean {
    return this.expect === 'value' && this.stack.length === 0 && !this.inString && this.scalar.length === 0;
  }

  /** Bytes of the item that has begun and not ended. */
  get heldBytes(): number {
    return this.parts.reduce((sum, part) => sum + part.length, 0);
  }

  /** @throws ConnectorError when the document has not ended; a body without any content is fine */
  end(): void {
    if (this.empty) return;
    if (this.scalar.length > 0) this.endScalar(0);
    if (this.inString || this.inItem || this.expect !== 'nothing') {
      throw decodeError(
        'truncated_json',
        `The JSON document is cut off: it ends after ${this.offset} bytes inside ${this.inItem || this.stack.length > 0 ? 'an open array or object' : 'a value'}. The download is incomplete, or the API stopped writing.`,
      );
    }
  }

  private scanItems(chunk: Buffer, from: number): number {
    let { depth, inString, escape } = this;
    let start = from;
    let at = from;
    for (; at < chunk.length; at++) {
      if (inString) {
        if (escape) {
          escape = 0;
          continue;
        }
        let byte = 0;
        while (at < chunk.length && (byte = chunk[at]!) !== QUOTE && byte !== BACKSLASH) at++;
        if (at >= chunk.length) break;
        if (byte === BACKSLASH) escape = 1;
        else inString = false;
        continue;
      }
      const kind = CLASS[chunk[at]!];
      if (kind === PLAIN) continue;
      if (kind === STRING) inString = true;
      else if (kind === OPEN) depth++;
      else if (depth > 0) {
        if (kind === CLOSE) depth--;
      } else {
        const inArray = !this.stack.at(-1)!.isObject;
        this.emit(chunk, start, at, kind === SEPARATOR || !inArray);
        if (kind === SEPARATOR && inArray) {
          start = at + 1;
          this.itemStart = this.offset + start;
          this.expect = 'value';
          if (!this.reader || this.reader.isIdle) continue;
        } else {
          this.inItem = false;
        }
        this.inString = false;
        this.depth = this.escape = 0;
        return this.inItem ? start : at;
      }
    }
    this.depth = depth;
    this.inString = inString;
    this.escape = escape;
    if (start < chunk.length) this.parts.push(Buffer.from(chunk.subarray(start)));
    return chunk.length;
  }

  /** Whether an element of an array begins next. */
  private isBeforeItem(): boolean {
    return this.inItem && this.depth === 0 && !this.inString && this.parts.length === 0 && !this.stack.at(-1)!.isObject;
  }

  private readItems(reader: ItemReader, from: number): number {
    const to = reader.readItems(from);
    if (to > from) {
      this.itemStart = this.offset + to;
      this.expect = 'value';
    }
    return to;
  }

  private takeItems(): RawElement[] {
    const taken = this.items;
    this.items = [];
    return taken;
  }

  private emit(chunk: Buffer, start: number, end: number, needed: boolean): void {
    let json = chunk.subarray(start, end);
    if (this.parts.length > 0) {
      json = Buffer.concat([...this.parts, json]);
      this.parts = [];
    }
    let first = 0;
    let last = json.length;
    while (first < last && isSpace(json[first]!)) first++;
    while (last > first && isSpace(json[last - 1]!)) last--;
    if (first < last) {
      const item = { json: json.subarray(first, last), place: this.itemStart + first };
      if (this.path.isOneValue && this.stack.at(-1)!.isObject) {
        this.value = item;
        this.outline?.rest(item.json);
      } else {
        this.items.push(item);
      }
      this.expect = ', or end';
    } else if (needed || this.expect === 'value' || chunk[end] !== 0x5d) {
      throw this.error(end, 'an element is missing');
    }
  }

  private scanOutside(chunk: Buffer, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.inString) {
        this.stringByte(byte, at);
        continue;
      }
      if (this.scalar.length > 0) {
        if (!isSpace(byte) && CLASS[byte]! < CLOSE) {
          if (this.scalar.push(byte) > MAX_SCALAR) throw this.error(at, 'a number or word without an end');
          continue;
        }
        this.endScalar(at);
      }
      if (isSpace(byte)) continue;
      if (this.expect === 'value' || (this.expect === 'value or ]' && byte !== 0x5d)) {
        const isTheList = byte === 0x5b && this.place === this.path.list;
        if (this.place === this.path.item && !isTheList) {
          this.beginItems(at);
          return at;
        }
        this.beginValue(byte, at);
        if (isTheList) {
          this.beginItems(at + 1);
          return at + 1;
        }
      } else {
        this.structure(byte, at);
      }
    }
    return chunk.length;
  }

  private beginItems(at: number): void {
    this.found = true;
    this.inItem = true;
    this.itemStart = this.offset + at;
  }

  private beginValue(byte: number, at: number): void {
    if (byte === 0x7b || byte === 0x5b) {
      if (this.stack.length >= MAX_DEPTH) throw this.error(at, `more than ${MAX_DEPTH} nested levels`);
      this.stack.push({ isObject: byte === 0x7b, place: this.place, hasNext: false });
      this.expect = byte === 0x7b ? 'key or }' : 'value or ]';
      if (byte === 0x5b) this.place = this.element(this.place);
    } else if (byte === QUOTE) {
      this.inString = true;
    } else {
      this.scalar.push(byte);
    }
  }

  private structure(byte: number, at: number): void {
    const top = this.stack.at(-1);
    if (byte === QUOTE && (this.expect === 'key' || this.expect === 'key or }')) {
      this.inString = true;
      this.key = [];
      this.keyBytes = 0;
    } else if (byte === 0x3a && this.expect === ':') {
      this.expect = 'value';
    } else if (byte === COMMA && top && this.expect === ', or end') {
      this.expect = top.isObject ? 'key' : 'value';
      this.place = top.isObject ? top.place : this.element(top.place);
    } else if (top && this.closes(byte, top)) {
      this.stack.pop();
      this.endValue();
    } else {
      throw this.error(at, `${this.expect} was expected`);
    }
  }

  private closes(byte: number, top: Frame): boolean {
    if (this.expect !== ', or end' && this.expect !== (top.isObject ? 'key or }' : 'value or ]')) return false;
    return byte === (top.isObject ? 0x7d : 0x5d);
  }

  private stringByte(byte: number, at: number): void {
    if (this.key && ++this.keyBytes <= this.path.longestName) this.key.push(byte);
    if (this.escape > 1) {
      if (!/[0-9a-fA-F]/.test(String.fromCharCode(byte))) throw this.error(at, 'a \\u escape without four hexadecimal digits');
      this.escape = this.escape === 5 ? 0 : this.escape + 1;
    } else if (this.escape === 1) {
      if (!'"\\/bfnrtu'.includes(String.fromCharCode(byte))) throw this.error(at, 'an unknown escape inside a string');
      this.escape = byte === 0x75 ? 2 : 0;
    } else if (byte === BACKSLASH) {
      this.escape = 1;
    } else if (byte === QUOTE) {
      this.endString();
    } else if (byte < 0x20) {
      throw this.error(at, 'a control character inside a string');
    }
  }

  private endString(): void {
    this.inString = false;
    if (!this.key) return this.endValue();
    const captured = this.key;
    this.key = undefined;
    this.expect = ':';
    const holder = this.stack.at(-1)!;
    this.place = undefined;
    if (holder.place === undefined || this.keyBytes > this.path.longestName) return;
    const name = parseJson(`"${Buffer.from(captured.slice(0, -1)).toString('utf8')}"`) as string;
    this.place = this.path.member(holder.place, name);
    if (this.place === undefined || !this.path.isOneValue) return;
    if (holder.hasNext) throw repeatedMember(name, this.offset);
    holder.hasNext = true;
  }

  private endScalar(at: number): void {
    const text = Buffer.from(this.scalar).toString('utf8');
    this.scalar.length = 0;
    try {
      parseJson(text);
    } catch {
      throw this.error(at - text.length, `${JSON.stringify(text.slice(0, 60))} is not a value`);
    }
    this.endValue();
  }

  private endValue(): void {
    this.expect = this.stack.length === 0 ? 'nothing' : ', or end';
  }

  private element(place: number | undefined): number | undefined {
    return place === undefined ? undefined : this.path.element(place);
  }

  private error(at: number, problem: string) {
    return decodeError('invalid_json', `The JSON document is damaged at byte ${this.offset + at}: ${problem}.`);
  }
}

function repeatedMember(name: string, near: number) {
  return decodeError(
    'repeated_member',
    `An object of the JSON document has the member ${JSON.stringify(name)} more than once (near byte ${near}). Only the last one counts, and records of an earlier one may have gone out already. Ask the API for a correct document, or use a JsonItemsDecoder, which reads all of them.`,
  );
}
