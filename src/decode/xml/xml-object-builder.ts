import { SaxesParser } from 'saxes';
import { getOwn, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { decodeError } from '../decode-error';

const MAX_DEPTH = 1000;
const MAX_ATTRIBUTES = 10_000;

interface Element {
  name: string;
  /** The dotted path from the root. */
  path: string;
  /** Attributes and children; undefined while there are none. */
  members: JsonObject | undefined;
  text: string[];
  attributes: number;
}

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
  private readonly parser = new SaxesParser();
  private readonly stack: Element[] = [];
  private items: JsonValue[] = [];

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
    parser.on('opentagstart', ({ name }) => this.open(name));
    parser.on('attribute', ({ name, value }) => this.attribute(name, value));
    parser.on('text', (text) => this.stack.at(-1)?.text.push(text));
    parser.on('cdata', (text) => this.stack.at(-1)?.text.push(text));
    parser.on('closetag', () => this.close());
  }

  /** Takes whole characters; returns the items that are complete. */
  write(text: string): JsonValue[] {
    this.items = [];
    this.parser.write(text);
    return this.items;
  }

  /** @throws ConnectorError when the document has not ended */
  end(): void {
    this.parser.close();
  }

  private open(name: string): void {
    if (this.stack.length >= MAX_DEPTH) throw decodeError('xml_too_deep', `The XML document nests more than ${MAX_DEPTH} elements.`);
    const parent = this.stack.at(-1);
    this.stack.push({ name, path: parent ? `${parent.path}.${name}` : name, members: undefined, text: [], attributes: 0 });
  }

  private attribute(name: string, value: string): void {
    const element = this.stack.at(-1)!;
    if (++element.attributes > MAX_ATTRIBUTES) {
      throw decodeError('xml_too_many_attributes', `The XML element ${element.path} has more than ${MAX_ATTRIBUTES} attributes.`);
    }
    setOwn((element.members ??= {}), `@${name}`, value);
  }

  private close(): void {
    const element = this.stack.pop()!;
    const text = element.text.join('').trim();
    if (element.members && text !== '') add(element.members, '#text', text);
    const value = element.members ?? (text === '' ? null : text);
    if (element.path === this.itemsPath) {
      this.found = true;
      this.items.push(value);
      return;
    }
    const parent = this.stack.at(-1);
    if (!parent) setOwn(this.document, element.name, value);
    else if (this.itemsPath === undefined || this.insideItem(parent)) add((parent.members ??= {}), element.name, value);
  }

  /** With an items path, everything outside of the items is forgotten. */
  private insideItem(element: Element): boolean {
    return element.path === this.itemsPath || element.path.startsWith(`${this.itemsPath}.`);
  }
}

function add(members: JsonObject, name: string, value: JsonValue): void {
  const present = getOwn(members, name);
  if (present === undefined) setOwn(members, name, value);
  else if (Array.isArray(present)) present.push(value);
  else setOwn(members, name, [present, value]);
}
