import { SaxesParser } from 'saxes';
import { getOwn, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { decodeError } from '../decode-error';

const MAX_DEPTH = 1000;
const MAX_ATTRIBUTES = 10_000;

/** An element that is open; used again for later ones at the same depth. */
class Element {
  name = '';
  /** Attributes and children; undefined while there are none. */
  members: JsonObject | undefined;
  text = '';
  attributes = 0;
  /** Up to where the names of it and of what it is in are the items path, or one of the values below. */
  place = 0;
}

/** An element at the items path, and what is in it; what is elsewhere is forgotten. */
const ITEM = -1;
const INSIDE = -2;
const ELSEWHERE = -3;

/**
 * XML text → objects by xmltodict's convention (reference section 7): attributes under `@name`, text beside attributes
 * or children under `#text`, an element of text alone is that text, repeated siblings are a list, an empty element is
 * null, white space around text goes. Namespaces stay prefixes; comments and instructions are left out.
 * Entities that a document defines itself are refused, and nothing is ever fetched.
 */
export class XmlObjectBuilder {
  /** The whole document, when no items path is given. */
  readonly document: JsonObject = {};
  /** Whether an element stood at the items path. */
  found = false;
  /** Whether nothing but white space was written. */
  isBlank = true;
  private readonly parser = new SaxesParser();
  /** The first `depth` are open. */
  private readonly stack: Element[] = [];
  private depth = 0;
  private items: JsonValue[] = [];
  /** Characters that the parser was given, and after how many of them the last tag ended. */
  private written = 0;
  private tagEnd = -1;
  private isXml10 = true;

  /** `itemsPath`: names of elements from the root, joined by dots; such elements are handed out and forgotten. */
  constructor(private readonly itemsPath?: string) {
    const { parser } = this;
    parser.on('error', (error) => {
      throw decodeError('invalid_xml', `The body is not valid XML: ${error.message.replace(/^undefined:/, '')} (line:column in front). If the API answers with something else, choose another decoder.`, { cause: error });
    });
    parser.on('doctype', (doctype) => {
      if (doctype.includes('<!ENTITY')) {
        throw decodeError('xml_entities', 'The XML document defines entities of its own (<!ENTITY …>). They are refused, because they can be made to fill the memory or to read files.');
      }
    });
    parser.on('xmldecl', ({ version }) => void (this.isXml10 = version === '1.0'));
    parser.on('opentagstart', ({ name }) => this.open(name));
    parser.on('opentag', () => void (this.tagEnd = parser.position));
    parser.on('attribute', ({ name, value }) => this.attribute(name, value));
    const addText = (text: string) => {
      const element = this.depth > 0 ? this.stack[this.depth - 1]! : undefined;
      // Line breaks between millions of items would add up.
      if (element && (element.place === INSIDE || element.place === ITEM)) element.text += text;
    };
    parser.on('text', addText);
    parser.on('cdata', addText);
    parser.on('closetag', () => {
      this.close();
      this.tagEnd = parser.position;
    });
  }

  /** Takes whole characters; returns the items that are complete. */
  write(text: string): JsonValue[] {
    this.items = [];
    this.isBlank &&= text.trim() === '';
    this.written += text.length;
    this.parser.write(text);
    return this.items;
  }

  /** Whether what was written ended with a tag, and elements named `itemName` that come next are items; of XML 1.0 only. */
  isBefore(itemName: string): boolean {
    const { depth, itemsPath } = this;
    if (this.tagEnd !== this.written || depth === 0 || !this.isXml10 || itemsPath === undefined) return false;
    const { place } = this.stack[depth - 1]!;
    return place > 0 && place + itemName.length === itemsPath.length;
  }

  /**
   * Goes on behind text that somebody else has read from a place before an item.
   * @param lines line breaks in it
   * @param columns characters after the last of them
   */
  skip(lines: number, columns: number): void {
    const { parser } = this;
    parser.column = lines > 0 ? columns : parser.column + columns;
    parser.line += lines;
  }

  /** @throws ConnectorError when the document has not ended */
  end(): void {
    this.parser.close();
  }

  private open(name: string): void {
    const { depth } = this;
    if (depth >= MAX_DEPTH) throw decodeError('xml_too_deep', `The XML document nests more than ${MAX_DEPTH} elements.`);
    const element = (this.stack[depth] ??= new Element());
    element.name = name;
    element.members = undefined;
    element.text = '';
    element.attributes = 0;
    element.place = this.placeOf(name, depth === 0 ? 0 : this.stack[depth - 1]!.place);
    this.depth++;
  }

  private placeOf(name: string, outer: number): number {
    const { itemsPath } = this;
    if (itemsPath === undefined || outer === ITEM || outer === INSIDE) return INSIDE;
    if (outer === ELSEWHERE || !itemsPath.startsWith(name, outer)) return ELSEWHERE;
    const end = outer + name.length;
    return end === itemsPath.length ? ITEM : itemsPath[end] === '.' ? end + 1 : ELSEWHERE;
  }

  private attribute(name: string, value: string): void {
    const element = this.stack[this.depth - 1]!;
    if (++element.attributes > MAX_ATTRIBUTES) {
      const path = this.stack.slice(0, this.depth).map((each) => each.name);
      throw decodeError('xml_too_many_attributes', `The XML element ${path.join('.')} has more than ${MAX_ATTRIBUTES} attributes.`);
    }
    setOwn((element.members ??= {}), `@${name}`, value);
  }

  private close(): void {
    const depth = --this.depth;
    const element = this.stack[depth]!;
    const text = element.text.trim();
    if (element.members && text !== '') add(element.members, '#text', text);
    const value = element.members ?? (text === '' ? null : text);
    element.members = undefined;
    if (element.place === ITEM) {
      this.found = true;
      this.items.push(value);
    } else if (depth === 0) {
      setOwn(this.document, element.name, value);
    } else if (element.place === INSIDE) {
      const parent = this.stack[depth - 1]!;
      add((parent.members ??= {}), element.name, value);
    }
  }
}

function add(members: JsonObject, name: string, value: JsonValue): void {
  const present = getOwn(members, name);
  if (present === undefined) setOwn(members, name, value);
  else if (Array.isArray(present)) present.push(value);
  else setOwn(members, name, [present, value]);
}
