import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { YAML_DIALECT } from '../../manifest/yaml-dialect';

/** 1-based. */
export interface TextPlace {
  line: number;
  column: number;
}

type Path = readonly (string | number)[];

const MAX_REFERENCES = 50;

/** Where things stand in the text of a manifest. */
export class TextPlaces {
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;

  constructor(text: string) {
    this.document = parseDocument(text, { ...YAML_DIALECT, prettyErrors: false, logLevel: 'silent', lineCounter: this.lines });
  }

  /** Where the text stops being YAML. */
  get firstError(): TextPlace | undefined {
    const error = this.document.errors[0];
    return error && this.at(error.pos[0]);
  }

  /** The place of a value, or of the nearest thing around it that is written down; references are followed. */
  of(path: Path): TextPlace | undefined {
    let node = this.target(this.document.contents);
    let offset = node?.range?.[0];
    for (const step of path) {
      let next: unknown;
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
        if (!pair) break;
        offset = (pair.key as Node).range?.[0] ?? offset;
        next = pair.value;
      } else if (isSeq(node)) {
        next = node.items[Number(step)];
        if (next === undefined) break;
        offset = (next as Node | null)?.range?.[0] ?? offset;
      } else {
        break;
      }
      node = this.target(next);
    }
    return offset === undefined ? undefined : this.at(offset);
  }

  /** What an alias or a `$ref` stands for. */
  private target(value: unknown): Node | undefined {
    let node = value as Node | undefined;
    for (let count = 0; count < MAX_REFERENCES; count += 1) {
      let next: unknown;
      if (isAlias(node)) next = node.resolve(this.document);
      else if (isScalar(node) && typeof node.value === 'string' && node.value.startsWith('#/')) next = this.pointed(node.value);
      else if (isMap(node) && node.items.length === 1 && typeof node.get('$ref') === 'string') next = this.pointed(node.get('$ref') as string);
      if (!next) return node ?? undefined;
      node = next as Node;
    }
    return node;
  }

  private pointed(reference: string): unknown {
    const steps = reference.slice(2).split('/');
    return this.document.getIn(steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step)), true);
  }

  private at(offset: number): TextPlace {
    const { line, col } = this.lines.linePos(offset);
    return { line, column: col };
  }
}
