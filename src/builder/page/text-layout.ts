import { Document, visit, type Node } from 'yaml';
import type { JsonValue } from '../../protocol/json';
import { YAML_DIALECT } from '../../manifest/yaml-dialect';

/** How a text is laid out, as far as what is written into it can follow. */
export interface Layout {
  indent: number;
  indentSeq: boolean;
  flowCollectionPadding: boolean;
}

export function layoutOf(text: string): Layout {
  const indents = [...text.matchAll(/^( +)[^\s#-]/gm)].map(([, spaces]) => spaces!.length);
  return {
    indent: indents.length > 0 && indents.every((width) => width % 4 === 0) ? 4 : 2,
    indentSeq: !/^( *)[^\s#-][^\n]*:\n\1- /m.test(text),
    flowCollectionPadding: !/[^\n]\{\w/.test(text),
  };
}

/** A value as a node: empty collections in one line, and texts that PyYAML would take for dates in quotes. */
export function nodeFor(document: Document, value: JsonValue): Node {
  const node = document.createNode(value, { aliasDuplicateObjects: false }) as Node;
  visit(node as never, {
    Scalar: (_, scalar) => quoteIfDate(scalar),
    Collection: (_, collection) => {
      if (collection.items.length === 0) collection.flow = true;
    },
  });
  return node;
}

/** PyYAML would make a date of `2024-01-01`, and has no value for `=`. */
export function quoteIfDate(node: { value: unknown; type?: string }): void {
  if (typeof node.value === 'string' && /^(?:\d{4}-\d\d?-\d\d?(?:[Tt\s].*)?|=|<<)$/.test(node.value) && !node.type?.startsWith('QUOTE')) node.type = 'QUOTE_DOUBLE';
}

/** A node as text that starts at the beginning of a line; without the last line break. */
export function write(contents: Node, layout: Layout): string {
  const document = new Document(null, YAML_DIALECT);
  document.contents = contents as never;
  return document.toString({ lineWidth: 0, ...layout }).replace(/\n$/, '');
}

/** All lines but the first one move to the right. */
export function indented(text: string, columns: number): string {
  return columns === 0 ? text : text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(columns)}`);
}
